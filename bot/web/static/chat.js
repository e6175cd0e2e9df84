// The demo page: a plain client of the HTTP API.

const API = '/api/v1/conversations';
const PATIENCE = 30_000; // ms
const PAUSE = 500; // ms; without it a double click would answer the next question too
const UNREACHABLE = 'The server cannot be reached. Please check your connection, or phone the clinic.';
const OUTCOMES = {
  emergency: 'Emergency',
  crisis: 'Crisis support',
  urgent: 'See a doctor today',
  see_clinician: 'See a clinician',
  explain_technique: 'About dry needling',
};
const CALL_NOW = ['emergency', 'crisis'];
const LAST = ['none of these', 'not sure']; // to be read after all the signs
const ALONE = ['yes', ...LAST]; // never one pick among several
const PHONE = /(\+?\d(?:[ -]?\d){2,})/;
const LIST_ITEM = /^(-|\d+\.) /;

const at = (id) => document.getElementById(id);
const [talk, log, typing, replies, problem, box, sure] =
  ['talk', 'log', 'typing', 'replies', 'problem', 'text', 'sure'].map(at);

let conversations = []; // all of this tab, newest last: "Delete my data" means those before "Start over" too
let known = 0; // messages of the newest conversation that are on the page
let offers = []; // quick replies that the server would take now
let lost = null; // what was sent without an answer: it may have arrived
let busy = false;

async function call(method, { id, token } = {}, path = '', body) {
  const response = await fetch(id ? `${API}/${id}${path}` : API, {
    method,
    headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(PATIENCE),
  }).catch(() => { throw new Error(UNREACHABLE); });
  const answer = response.status === 204 ? {} : await response.json().catch(() => null);
  if (response.ok && answer) return answer;
  throw Object.assign(new Error(answer?.detail ?? UNREACHABLE), { status: response.status });
}

function unlessGone(error) {
  if (error.status !== 404) throw error;
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
  const told = await call('GET', conversations.at(-1), '/messages').catch(unlessGone);
  if (told) return redraw(told.messages);
  remember(conversations.slice(0, -1));
  await begin();
}

async function erase() {
  await Promise.all(conversations.map((each) => call('DELETE', each).catch(unlessGone)));
  remember([]);
  redraw([]);
  box.value = '';
  await begin();
}

async function say(body, shown) {
  if (!conversations.length) await begin();
  if (lost) { // a "no" sent twice would answer the next question too, so look first
    const before = known;
    await resume();
    if (known > before && box.value === lost.text) box.value = '';
    lost = null;
    if (known !== before) return;
  }
  const bubble = draw({ from: 'patient', text: shown });
  if (body.text) box.value = '';
  replies.hidden = true;
  typing.scrollIntoView({ block: 'end' });
  const pause = new Promise((done) => setTimeout(done, PAUSE));
  const answer = call('POST', conversations.at(-1), '/messages', body);
  const [{ messages }] = await Promise.all([answer, pause]).catch((error) => {
    lost = body;
    bubble.remove();
    if (body.text) box.value = body.text;
    throw error;
  }).finally(() => { replies.hidden = false; });
  known += 1;
  offers = [];
  tell(messages);
}

async function attempt(action) {
  if (busy) return;
  busy = box.readOnly = true;
  typing.hidden = false;
  problem.replaceChildren();
  try {
    await action();
  } catch (error) {
    problem.append(make('p', {}, error.message), button('Try again', () => attempt(action)));
    problem.scrollIntoView({ block: 'nearest' });
  } finally {
    busy = box.readOnly = false;
    typing.hidden = true;
  }
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
  if (triage) bubble.append(make('h2', {}, OUTCOMES[triage.outcome]));
  for (const line of text.split('\n')) {
    bubble.append(make('p', LIST_ITEM.test(line) ? { class: 'item' } : {}, ...(callNow ? linked(line) : [line])));
  }
  if (triage && !callNow) {
    bubble.append(make('p', { class: 'reference' }, 'Code for the front desk: ', make('b', {}, triage.reference)));
  }
  log.append(bubble);
  return bubble;
}

function tell(messages) {
  for (const message of messages) {
    const picked = message.from === 'patient' && offers.find((offer) => offer.value === message.text);
    draw(picked ? { ...message, text: picked.title } : message);
    offers = message.from === 'patient' ? [] : [...offers, ...message.quick_replies];
  }
  known += messages.length;
  const { asking, progress } = messages.at(-1) ?? {};
  const { answered, of } = progress ?? {};
  offer(asking === 'precautions');
  at('progress').textContent = answered < of ? `About ${answered} of ${of} questions` : '';
  // Not to the end: a verdict stands before its long explanation.
  [...log.querySelectorAll('.patient + .assistant')].at(-1)?.scrollIntoView({ block: 'start' });
}

function redraw(messages) {
  log.replaceChildren();
  known = 0;
  offers = [];
  tell(messages);
}

function offer(several) {
  // Two safety questions at once offer "none of these" twice.
  const unique = [...new Map(offers.map((reply) => [reply.value, reply])).values()];
  const sorted = unique.sort((a, b) => LAST.indexOf(a.value) - LAST.indexOf(b.value));
  const picks = new Set();
  const done = button('Send picked answers', () => choose([...picks]));
  done.className = 'main';
  done.disabled = true;
  const buttons = sorted.map((reply) => {
    if (!several || ALONE.includes(reply.value)) return button(reply.title, () => choose([reply]));
    const toggle = button(reply.title, () => {
      if (!picks.delete(reply)) picks.add(reply);
      toggle.setAttribute('aria-pressed', picks.has(reply));
      done.disabled = !picks.size;
    });
    toggle.setAttribute('aria-pressed', false);
    return toggle;
  });
  if (buttons.some((each) => each.hasAttribute('aria-pressed'))) buttons.push(done);
  replies.replaceChildren(...buttons);
}

function choose(picked) {
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

// The button that was pressed is about to vanish, and the keyboard's place with it.
talk.addEventListener('click', ({ target }) => {
  if (target.matches('button:not([aria-pressed])')) talk.focus({ preventScroll: true });
});
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
