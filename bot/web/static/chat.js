// The demo page: a plain client of the HTTP API.

const API = '/api/v1/conversations';
const PATIENCE = 30_000; // ms
const OUTCOMES = {
  emergency: 'Emergency',
  crisis: 'Crisis support',
  urgent: 'See a doctor today',
  see_clinician: 'See a clinician',
  explain_technique: 'About dry needling',
};
const CALL_NOW = ['emergency', 'crisis'];
const WHOLE_ANSWERS = ['yes', 'no', 'none of these', 'not sure']; // never one pick among several
const PHONE = /(\+?\d(?:[ -]?\d){2,})/;

const [talk, log, typing, replies, problem, progress, box, sure] =
  ['talk', 'log', 'typing', 'replies', 'problem', 'progress', 'text', 'sure'].map(at);

// Every conversation of this tab, newest last: "Delete my data" must reach those before "Start over" too.
let conversations = [];
let known = 0; // messages of the conversation that are on the page
let offers = []; // quick replies that the server would take now
let lost = null; // the message of which it is unknown whether it arrived
let busy = false;

// The server

async function call(method, { id, token } = {}, path = '', body) {
  const response = await fetch(id ? `${API}/${id}${path}` : API, {
    method,
    headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(PATIENCE),
  }).catch(() => {
    throw new Error('The clinic’s server cannot be reached. Please check your connection.');
  });
  const answer = response.status === 204 ? {} : await response.json().catch(() => null);
  if (response.ok && answer) return answer;
  const detail = answer?.detail ?? 'Something went wrong on our side.';
  throw Object.assign(new Error(detail), { status: response.status });
}

function remember(list) {
  conversations = list;
  sessionStorage.setItem('conversations', JSON.stringify(list));
}

async function begin() {
  const { conversation_id: id, token, messages } = await call('POST', {}, '', {});
  remember([...conversations, { id, token }]);
  redraw(messages);
}

async function resume() {
  try {
    redraw((await call('GET', conversations.at(-1), '/messages')).messages);
  } catch (error) {
    if (error.status !== 404) throw error;
    remember(conversations.slice(0, -1));
    await begin();
  }
}

async function erase() {
  for (const conversation of conversations) {
    await call('DELETE', conversation).catch((error) => {
      if (error.status !== 404) throw error;
    });
  }
  remember([]);
  redraw([]);
  box.value = '';
  await begin();
}

async function say(body, shown) {
  // A "no" sent twice would answer the next question too, so look first whether it had arrived.
  if (lost) {
    const before = known;
    await resume();
    if (known > before && box.value === lost.text) box.value = '';
    lost = null;
    if (known !== before) return;
  }
  if (!conversations.length) await begin();
  const bubble = draw({ from: 'patient', text: shown });
  if (body.text) box.value = '';
  replies.hidden = true;
  typing.scrollIntoView({ block: 'end' });
  try {
    const { messages } = await call('POST', conversations.at(-1), '/messages', body);
    known += 1;
    offers = [];
    tell(messages);
  } catch (error) {
    lost = body;
    bubble.remove();
    if (body.text) box.value = body.text;
    throw error;
  } finally {
    replies.hidden = false;
  }
}

async function attempt(action) {
  if (busy) return;
  busy = box.readOnly = true;
  typing.hidden = false;
  problem.replaceChildren();
  try {
    await action();
  } catch (error) {
    problem.append(make('p', {}, error.message), button('Try again', () => {
      talk.focus({ preventScroll: true }); // the button is about to vanish
      attempt(action);
    }));
    problem.scrollIntoView({ block: 'nearest' });
  } finally {
    busy = box.readOnly = false;
    typing.hidden = true;
  }
}

// The page

function at(id) {
  return document.getElementById(id);
}

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function button(title, action) {
  const element = make('button', { type: 'button' }, title);
  element.addEventListener('click', action);
  return element;
}

function linked(text) {
  return text.split(PHONE).map((part, i) =>
    i % 2 ? make('a', { href: `tel:${part.replace(/[^+\d]/g, '')}` }, part) : part);
}

function draw({ from, text, triage }) {
  const callNow = CALL_NOW.includes(triage?.outcome);
  const author = make('span', { class: 'unseen' }, from === 'patient' ? 'You: ' : 'Assistant: ');
  const bubble = make('div', { class: `message ${from} ${triage?.outcome ?? ''}` }, author);
  if (callNow) bubble.setAttribute('role', 'alert');
  if (triage) bubble.append(make('h2', {}, OUTCOMES[triage.outcome] ?? 'Result'));
  bubble.append(make('p', {}, ...(callNow ? linked(text) : [text])));
  if (triage?.reference && !callNow) {
    bubble.append(make('p', { class: 'reference' }, 'Code for the front desk: ', make('b', {}, triage.reference)));
  }
  log.append(bubble);
  return bubble;
}

function tell(messages) {
  for (const message of messages) {
    if (message.from === 'patient') {
      const picked = offers.find((offer) => offer.value === message.text);
      draw({ ...message, text: picked?.title ?? message.text });
      offers = [];
    } else {
      draw(message);
      offers.push(...(message.quick_replies ?? []));
    }
  }
  known += messages.length;
  const newest = messages.at(-1);
  offer(newest?.asking === 'precautions');
  const { answered, of } = newest?.progress ?? {};
  progress.textContent = of ? `About ${answered} of ${of} questions answered` : '';
  // Not to the end: a verdict comes first and the long explanation after it.
  [...log.querySelectorAll('.patient + .assistant')].at(-1)?.scrollIntoView({ block: 'start' });
}

function redraw(messages) {
  log.replaceChildren();
  known = 0;
  offers = [];
  tell(messages);
}

function offer(several) {
  const isWhole = ({ value }) => WHOLE_ANSWERS.includes(value);
  // Two safety questions at once offer "none of these" twice: once is enough, after all the signs.
  const unique = [...new Map(offers.map((reply) => [reply.value, reply])).values()];
  const sorted = [...unique.filter((reply) => !isWhole(reply)), ...unique.filter(isWhole)];
  const picks = new Set();
  const done = button('Send picked answers', () => choose([...picks]));
  done.disabled = true;
  const buttons = sorted.map((reply) => {
    if (!several || isWhole(reply)) return button(reply.title, () => choose([reply]));
    const toggle = button(reply.title, () => {
      if (!picks.delete(reply)) picks.add(reply);
      toggle.setAttribute('aria-pressed', picks.has(reply));
      done.disabled = !picks.size;
    });
    toggle.setAttribute('aria-pressed', false);
    return toggle;
  });
  if (several && !unique.every(isWhole)) buttons.push(done);
  replies.replaceChildren(...buttons);
}

function choose(picked) {
  talk.focus({ preventScroll: true }); // the buttons are about to vanish
  const choice = picked.map((reply) => reply.value).join(';');
  attempt(() => say({ choice }, picked.map((reply) => reply.title).join('\n')));
}

function ask(question, action) {
  if (busy) return;
  at('question').textContent = question;
  sure.returnValue = '';
  sure.onclose = () => sure.returnValue === 'yes' && attempt(action);
  sure.showModal();
}

at('again').addEventListener('click', () => ask('Start a new conversation?', begin));
at('erase').addEventListener('click', () => ask('Delete all that you told us here? This cannot be undone.', erase));

at('composer').addEventListener('submit', (event) => {
  event.preventDefault();
  const text = box.value.trim();
  box.focus();
  if (text) attempt(() => say({ text }, text));
});

box.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  at('composer').requestSubmit();
});

fetch('/clinic.json').then((response) => response.json()).then((clinic) => {
  at('clinic').textContent = clinic.name;
  at('numbers').append(...linked(`If you need help fast, call ${clinic.emergency_number}.`));
  at('phone').append(...linked(`You can also phone us on ${clinic.phone}.`));
}).catch(() => {}); // the page holds without them

attempt(async () => {
  conversations = JSON.parse(sessionStorage.getItem('conversations')) ?? [];
  await (conversations.length ? resume() : begin());
});
