// The verdict as a card: the outcome first, then the techniques, what matched, why, what it rests on, and what to do.

import { bodyPicture } from './body-picture.js';
import { button, make } from './dom.js';
import { fill } from './labels.js';
import { answerRow, paragraphs } from './messages.js';
import { printCard, saveText } from './print.js';
import { techniquePictures } from './technique.js';

const BEYOND = /^Beyond the article: ?/; // as docs/protocol.md says of sources
const GRAVE = ['emergency', 'crisis'];

export function isGrave(triage) {
  return GRAVE.includes(triage?.outcome);
}

/** Return whether an emergency was told last and no later question took it back. */
export function stands(messages) {
  const told = messages.findLastIndex((message) => message.triage);
  const since = messages.slice(told + 1).filter((message) => message.asking && message.asking !== 'red_flags');
  return told >= 0 && isGrave(messages[told].triage) && !since.length;
}

/** Return what the patient said in answer to a question, else what the verdict quotes. */
export function saidTo(messages, triage, fact) {
  const at = messages.findLastIndex(
    (message, i) =>
      message.from === 'patient' &&
      messages.slice(0, i).findLast((before) => before.asking || before.from === 'patient')?.asking === fact,
  );
  return messages[at]?.text ?? triage?.because.find((reason) => reason.fact === fact)?.said ?? '';
}

export class VerdictCard {
  constructor(context, triage, text) {
    this.context = context;
    this.triage = triage;
    this.explains = triage.outcome === 'explain_technique';
    const { labels } = context;
    this.title = make('h3', { tabindex: '-1', lang: labels.language }, labels.outcomes[triage.outcome]);
    const parts = [this.title, ...paragraphs(text, context.numbers)];
    this.element = make(
      'section',
      { class: `message verdict ${triage.outcome}`, 'aria-label': labels.result },
      ...parts,
    );
    if (isGrave(triage)) return;
    this.whole = make('div');
    this.more = make(
      'details',
      { class: 'whole', hidden: true },
      make('summary', { lang: labels.language }, labels.whole_explanation),
      this.whole,
    );
    this.element.append(
      ...[
        this.explains ? techniquePictures(context, triage) : null,
        this.more,
        this.#places(),
        this.#matched(),
        this.#reasons(),
        this.#sources(),
        this.#code(),
        this.#actions(),
      ].filter(Boolean),
    );
  }

  focus() {
    this.title.focus();
  }

  /** Add a part of the explanation, folded. */
  add(text) {
    this.more.hidden = false;
    this.whole.append(...paragraphs(text, this.context.numbers));
  }

  #part(title, ...children) {
    return make('section', { class: 'part' }, make('h4', { lang: this.context.labels.language }, title), ...children);
  }

  #places() {
    const { context, triage } = this;
    const { messages } = context.conversation;
    const travelling = saidTo(messages, triage, 'referred_pain');
    const travels = /^(no\b|not\b)/i.test(travelling)
      ? ''
      : travelling.replace(/^yes[, ]*/i, '').replace(/^it travels( to)?:? */i, '');
    const picture = bodyPicture(context, saidTo(messages, triage, 'pain_site'), travels);
    return picture && this.#part(context.labels.where, picture);
  }

  #matched() {
    const { labels, terms } = this.#known();
    const names = this.triage.indications.map((id) => terms.indications[id] ?? id);
    return names.length
      ? this.#part(labels.matched, make('ul', { role: 'list' }, ...names.map((name) => make('li', {}, name))))
      : null;
  }

  #reasons() {
    const { labels } = this.context;
    const rows = this.triage.because
      .filter(({ fact }) => labels.facts[fact])
      .map(({ fact, value, said }) =>
        answerRow(this.context, fact, this.#value(fact, value), said ? make('q', {}, said) : null),
      );
    return rows.length ? this.#part(labels.why_this, make('dl', {}, ...rows)) : null;
  }

  #value(fact, value) {
    const { labels, terms } = this.#known();
    const name = (id) =>
      terms.indications[id] ??
      terms.red_flags[id] ??
      terms.precautions[id] ??
      labels.values[fact]?.[id] ??
      labels.values.any[id] ??
      String(id);
    const names = [value].flat().map(name).join(', ');
    return names && make('span', { class: 'value' }, names);
  }

  #sources() {
    const { labels } = this.context;
    const item = ({ title, address }) => {
      const name = title.replace(BEYOND, '');
      const link = /^https?:/.test(address ?? '');
      return make(
        'li',
        {},
        link ? make('a', { href: address, target: '_blank', rel: 'noopener noreferrer' }, name) : name,
      );
    };
    const lists = [
      [labels.from_article, false],
      [labels.beyond_article, true],
    ].map(([title, beyond]) => {
      const found = this.triage.sources.filter((source) => BEYOND.test(source.title) === beyond);
      return found.length
        ? [make('h5', { lang: labels.language }, title), make('ul', { role: 'list' }, ...found.map(item))]
        : [];
    });
    return this.#part(labels.rests_on, ...lists.flat());
  }

  #code() {
    const { labels } = this.context;
    return make(
      'p',
      { class: 'code', lang: labels.language },
      labels.code,
      ' ',
      make('b', {}, this.triage.reference),
    );
  }

  #actions() {
    const { context, triage } = this;
    const { labels, conversation, words, show, say } = context;
    const share = () => {
      if (conversation.busy) return;
      show('talk');
      const offered =
        conversation.asking === 'share_with_clinic' && conversation.offers.find((offer) => offer.value === 'yes');
      say(offered ? { choice: 'yes' } : { text: words.share }, offered?.title);
    };
    return make(
      'div',
      { class: 'actions', lang: labels.language },
      button(labels.share, share, { class: 'main' }),
      button(labels.print, () => printCard(context, this.element)),
      button(labels.save_text, () => saveText(this.element, fill('{name}.txt', { name: triage.reference }))),
      button(labels.erase, () => context.erase()),
    );
  }

  #known() {
    return { labels: this.context.labels, terms: this.context.settings.terms };
  }
}
