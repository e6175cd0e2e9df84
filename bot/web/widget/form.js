// The same triage on one page: it answers the same conversation, so the rules are the same and nothing is lost.

import { make } from './dom.js';
import { Field } from './fields.js';
import { isGrave, VerdictCard } from './verdict.js';

const ONLY_WHEN_ASKED = ['pain_site_detail', 'guardian_consent', 'child_consent', 'child_understands'];

export class FormView {
  #fields = new Map();
  #changed = new Set(); // facts that were filled in here and not sent
  #sending = false;
  #told = null;

  constructor(context) {
    this.context = context;
    const { labels, conversation } = context;
    this.body = make('div', { class: 'fields' });
    this.result = make('div', { class: 'result', lang: context.spoken });
    this.send = make('button', { class: 'main' }, labels.show_result);
    this.element = make(
      'form',
      { class: 'form', hidden: true, novalidate: true, onsubmit: (event) => this.#submit(event) },
      make('p', { class: 'greeting' }, labels.form_lead),
      this.body,
      this.send,
      this.result,
    );
    conversation.addEventListener('messages', () => this.element.hidden || this.#update());
    conversation.addEventListener('erased', () => this.#clear());
    conversation.addEventListener('started', () => this.#clear());
  }

  focus() {
    (this.#fields.get(this.context.conversation.asking) ?? this.#fields.get('pain_site'))?.focus();
  }

  async shown() {
    if (this.element.hidden) return;
    if (!this.#fields.size)
      await this.#build().catch((refusal) =>
        this.context.conversation.dispatchEvent(new CustomEvent('problem', { detail: refusal })),
      );
    await this.#update();
  }

  async #build() {
    this.building ??= this.context.api.call('GET', 'api/v1/questions');
    const { questions } = await this.building;
    if (this.#fields.size) return;
    for (const question of questions) {
      const field = new Field(this.context, question, () => this.#hear(field));
      this.#fields.set(question.id, field);
      field.element.addEventListener('focusout', ({ relatedTarget }) => {
        if (relatedTarget && !field.element.contains(relatedTarget)) this.#flush();
      });
    }
    this.body.replaceChildren(...[...this.#fields.values()].map((field) => field.element));
  }

  #clear() {
    this.#fields.clear();
    this.#changed.clear();
    this.body.replaceChildren();
    this.#told = null;
    this.result.replaceChildren();
    if (!this.element.hidden) this.shown();
  }

  /** Take a change in; where several can be picked, it is sent when the field is left, but a sign of danger at once. */
  #hear(field) {
    this.#changed.add(field.fact);
    field.fail('');
    if (field.fact !== 'precautions') this.#flush();
  }

  /** Send what was filled in, in the order in which it is asked for. */
  async #flush() {
    if (this.#sending || this.context.conversation.busy) return;
    this.#sending = true;
    try {
      while (await this.#sendNext());
    } finally {
      this.#sending = false;
    }
    await this.#update();
  }

  async #sendNext() {
    const { conversation, words, say } = this.context;
    const { asking } = conversation;
    const field = this.#fields.get(asking);
    if (field && this.#changed.has(asking)) return this.#answer(field);
    const corrected = [...this.#fields.values()].find(
      ({ fact, answered, value }) => this.#changed.has(fact) && answered && value,
    );
    if (!corrected || isGrave(conversation.verdict)) return false;
    if (corrected.fact === 'red_flags') return this.#answer(corrected); // a sign counts wherever it is said
    const change = words.change[corrected.fact];
    if (!change) this.#changed.delete(corrected.fact);
    return change ? (await say({ text: change })) && conversation.asking === corrected.fact : true;
  }

  async #answer(field) {
    const { conversation, say } = this.context;
    const { value, fact } = field;
    this.#changed.delete(fact);
    if (!value) return false;
    const asked = conversation.question?.text;
    const values = conversation.offers.map((offer) => offer.value);
    const known = value.choice?.split(';').every((part) => values.includes(part));
    const body = value.text || known ? value : { text: value.choice.split(';').join(', ') };
    if (!(await say(body))) return false;
    const again = conversation.question;
    if (again?.asking === fact && again.text !== asked && fact !== 'red_flags') {
      field.fail(again.text);
      this.context.announce(again.text);
      return false;
    }
    return true;
  }

  async #update() {
    const { conversation } = this.context;
    if (!this.#fields.size || !conversation.messages.length) return;
    const held = await conversation.answers().catch(() => []);
    const answers = new Map(held.map((answer) => [answer.fact, answer]));
    for (const fact of [...ONLY_WHEN_ASKED, 'red_flags']) this.#askAsTalkDoes(this.#fields.get(fact));
    const done = Boolean(conversation.verdict);
    for (const [fact, field] of this.#fields) {
      if (!this.#changed.has(fact)) field.show(answers.get(fact));
      const open = fact === conversation.asking || answers.has(fact) || this.#changed.has(fact);
      field.element.hidden = !open && (done || ONLY_WHEN_ASKED.includes(fact));
      field.element.classList.toggle('later', fact === 'red_flags' && !open);
    }
    this.#showResult();
  }

  /** Put a question in the words of the talk, which depend on what was said before. */
  #askAsTalkDoes(field) {
    const { messages } = this.context.conversation;
    const last = messages.findLastIndex((message) => message.asking === field.fact);
    if (last < 0) return;
    const first = messages.slice(0, last).findLastIndex((message) => message.from === 'patient') + 1;
    const asking = messages.slice(first, last + 1).filter((message) => message.asking === field.fact);
    const lines = asking.flatMap((message) => message.text.split('\n'));
    const text = [lines[0], ...new Set(lines.slice(1).filter((line) => line.startsWith('- ')))].join('\n');
    field.ask(text, [
      ...new Map(asking.flatMap((message) => message.quick_replies).map((reply) => [reply.value, reply])).values(),
    ]);
  }

  #showResult() {
    const { conversation, context } = { conversation: this.context.conversation, context: this.context };
    const at = conversation.messages.findLastIndex((message) => message.triage);
    const stands = at >= 0 && this.#isDone();
    this.send.hidden = stands;
    const told = stands ? JSON.stringify(conversation.messages[at].triage) : null;
    if (told === this.#told) return;
    this.#told = told;
    this.result.replaceChildren();
    if (!stands) return;
    const card = new VerdictCard(context, conversation.messages[at].triage, conversation.messages[at].text);
    for (const { from, asking, text } of conversation.messages.slice(at + 1)) {
      if (from !== 'assistant' || asking) break;
      if (card.explains) card.add(text);
    }
    this.result.append(card.element);
    card.focus();
  }

  #isDone() {
    const { asking } = this.context.conversation;
    return !this.#fields.has(asking);
  }

  async #submit(event) {
    event.preventDefault();
    await this.#flush();
    const missing = this.#fields.get(this.context.conversation.asking);
    if (!missing || this.context.conversation.busy) return;
    if (!missing.error.textContent) missing.fail(this.context.labels.please_answer);
    missing.focus();
  }
}
