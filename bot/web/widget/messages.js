// A message as a bubble: paragraphs and lists, who writes, and the button that changes an answer.

import { button, call, make, unseen } from './dom.js';

const LONG = 420; // characters of a message that is folded
const ITEM = /^(?:-|\d+\.) /;

/** Return a line with these phone numbers as links to call. */
function linked(line, numbers) {
  const split = (part, number) => part.split(number).flatMap((text, i) => (i ? [call(number), text] : [text]));
  return numbers.reduce(
    (parts, number) => parts.flatMap((part) => (typeof part === 'string' ? split(part, number) : [part])),
    [line],
  );
}

/** Return a text as paragraphs and lists; "- " and "1. " begin an item; phone numbers become links. */
export function paragraphs(text, numbers = []) {
  const parts = [];
  for (const line of text.split('\n')) {
    const kind = !ITEM.test(line) ? 'p' : line.startsWith('-') ? 'ul' : 'ol';
    if (kind === 'p') parts.push(make('p', {}, ...linked(line, numbers)));
    else {
      if (parts.at(-1)?.localName !== kind) parts.push(make(kind, { role: 'list' }));
      parts.at(-1).append(make('li', {}, line.replace(ITEM, '')));
    }
  }
  return parts;
}

/** Return the sentences of a text in two parts, the first of them short. */
function folded(text) {
  const cut = text.slice(120).search(/[.?!] /) + 121;
  return [text.slice(0, cut + 1).trim(), text.slice(cut + 1).trim()];
}

export function bubbleOf(context, { from, text, author, asking, quick_replies: offers }, answers = null) {
  const { labels } = context;
  const who = from === 'staff' ? author || labels.front_desk : labels[from];
  const bubble = make(
    'div',
    { class: `message ${from}` },
    from === 'staff' ? make('p', { class: 'author' }, who) : unseen(`${who}: `),
  );
  const [lead, ...rest] = paragraphs(text, from === 'patient' ? [] : context.numbers);
  if (asking && offers?.length > 2 && rest[0]?.localName === 'ul') {
    // while it is asked, each sign stands on its button
    const summary = make('summary', { lang: labels.language }, labels.show_list);
    bubble.append(lead, make('details', { class: 'listed' }, summary, ...rest));
  } else if (text.length > LONG && !rest.length) bubble.append(...readMore(labels, text));
  else bubble.append(lead, ...rest);
  if (from === 'patient' && context.words.change[answers]) bubble.append(changer(context, answers));
  return bubble;
}

function readMore(labels, text) {
  const [first, more] = folded(text);
  return [
    make('p', {}, first),
    more && make('details', {}, make('summary', {}, labels.read_more), make('p', {}, more)),
  ].filter(Boolean);
}

/** Return the button that asks a question again. */
export function changer({ labels, words, say, show, conversation }, fact) {
  const change = () => {
    if (conversation.busy) return;
    show('talk');
    say({ text: words.change[fact] });
  };
  return button(labels.change, change, {
    class: 'change',
    lang: labels.language,
    'aria-label': `${labels.change}: ${labels.facts[fact]}`,
  });
}

/** Return a row of a list of answers: the fact, its content, and the button that changes it, where there is one. */
export function answerRow(context, fact, ...content) {
  const { labels, words } = context;
  return make(
    'div',
    { class: 'reason' },
    make('dt', { lang: labels.language }, labels.facts[fact]),
    make('dd', {}, ...content, words.change[fact] ? changer(context, fact) : null),
  );
}

/** Return what a patient said by the titles of the buttons, where they tapped. */
export function titleOf(text, offers) {
  const whole = offers.find((offer) => offer.value === text);
  if (whole) return whole.title;
  const picked = offers.filter((offer) => `, ${text}, `.includes(`, ${offer.value}, `));
  const told = picked.map((offer) => offer.value).join(', ').length;
  return picked.length && told === text.length ? picked.map((offer) => `- ${offer.title}`).join('\n') : text;
}
