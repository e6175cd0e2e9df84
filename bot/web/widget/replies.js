// Answers to tap: quick replies, several at once where that makes sense, and places on the body.

import { BodyMap } from './body-map.js';
import { button, freshId, make } from './dom.js';
import { fill } from './labels.js';

const SEVERAL = ['precautions'];
const PLACES = ['pain_site', 'referred_pain'];
const ALONE = ['yes', 'none of these', 'not sure']; // never one pick among several
const LAST = ['none of these', 'not sure']; // to be read after all the signs

/** Return the quick replies in the order to read them. */
export function sorted(offers) {
  return [...offers].sort((a, b) => LAST.indexOf(a.value) - LAST.indexOf(b.value));
}

/** Return the full sentence of each offer by its value, where the question lists one for each. */
export function sentences(question) {
  const items = (question?.text ?? '')
    .split('\n')
    .filter((line) => line.startsWith('- '))
    .map((line) => line.slice(2));
  const named = (question?.quick_replies ?? []).filter((reply) => !ALONE.includes(reply.value));
  return items.length === named.length ? new Map(named.map((reply, i) => [reply.value, items[i]])) : new Map();
}

/** Return the elements that answer a question. */
export function repliesTo(context, question) {
  const { conversation, say } = context;
  const { asking } = conversation;
  const offers = sorted(conversation.offers);
  const told = new Map(conversation.messages.slice(-3).flatMap((message) => [...sentences(message)]));
  const choose = (picked) => {
    context.conversation.busy ||
      say({ choice: picked.map((offer) => offer.value).join(';') }, picked.map((offer) => offer.title).join('\n'));
  };
  const map = PLACES.includes(asking) ? [placePicker(context, asking)] : [];
  const several = SEVERAL.includes(asking) && offers.some((offer) => !ALONE.includes(offer.value));
  if (several) return [...map, checklist(context, offers, told, choose)];
  const long = offers.some((offer) => told.has(offer.value));
  const buttons = offers.map((offer) =>
    button(told.get(offer.value) ?? offer.title, () => choose([offer]), { class: 'reply', lang: context.spoken }),
  );
  return [...map, buttons.length ? make('div', { class: long ? 'column' : 'row' }, ...buttons) : null].filter(
    Boolean,
  );
}

function checklist({ labels, spoken }, offers, told, choose) {
  const send = make('button', { class: 'main', disabled: true }, labels.send_picked);
  const boxes = new Map();
  const picked = () => offers.filter((offer) => boxes.get(offer)?.checked);
  const rows = offers
    .filter((offer) => !ALONE.includes(offer.value))
    .map((offer) => {
      const id = freshId('pick');
      const box = make('input', {
        type: 'checkbox',
        id,
        onchange: () => {
          send.disabled = !picked().length;
        },
      });
      boxes.set(offer, box);
      return make('div', { class: 'tick' }, box, make('label', { for: id }, told.get(offer.value) ?? offer.title));
    });
  const alone = offers
    .filter((offer) => ALONE.includes(offer.value))
    .map((offer) => button(offer.title, () => choose([offer]), { class: 'reply' }));
  const submit = (event) => {
    event.preventDefault();
    if (picked().length) choose(picked());
  };
  return make(
    'form',
    { class: 'checklist', lang: spoken, onsubmit: submit },
    make('fieldset', {}, make('legend', { lang: labels.language }, labels.tick_all), ...rows),
    make('div', { class: 'row' }, send, ...alone),
  );
}

function placePicker(context, asking) {
  const { labels, words, say } = context;
  const map = new BodyMap(context, {
    onchange: (places) => {
      send.disabled = !places.length;
    },
  });
  const send = button(
    labels.send_places,
    () => {
      const places = map.words();
      if (!places || context.conversation.busy) return;
      say({ text: asking === 'pain_site' ? places : fill(words.travels_to, { places }) });
    },
    { class: 'main', disabled: true },
  );
  return make(
    'details',
    { class: 'places' },
    make('summary', {}, labels[asking === 'pain_site' ? 'show_where' : 'show_travels']),
    map.element,
    send,
  );
}
