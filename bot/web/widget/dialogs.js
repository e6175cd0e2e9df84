// The two dialogs: what was answered so far, and "are you sure?". Each gives the focus back.

import { button, freshId, make } from './dom.js';
import { answerRow } from './messages.js';

/** What is held, in the patient's words, each with the button that changes it. */
export class AnswersDialog {
  constructor(context) {
    this.context = context;
    const { labels } = context;
    const title = freshId('answers');
    this.list = make('div', { lang: context.spoken });
    this.element = make(
      'dialog',
      { class: 'answers', 'aria-labelledby': title },
      make('h3', { id: title }, labels.your_answers),
      this.list,
      button(labels.close, () => this.element.close(), { class: 'main' }),
    );
    this.element.addEventListener('close', () => this.from?.focus());
    this.list.addEventListener('click', ({ target }) => target.closest('button') && this.element.close());
  }

  async open(from) {
    this.from = from;
    const { context } = this;
    const { labels, conversation } = context;
    const held = await conversation.answers().catch(() => null);
    const rows = (held ?? []).map(({ fact, value, said }) =>
      answerRow(context, fact, make('q', {}, said || [value].flat().join(', '))),
    );
    const empty = make('p', { lang: labels.language }, held ? labels.nothing_yet : labels.trouble);
    this.list.replaceChildren(rows.length ? make('dl', {}, ...rows) : empty);
    this.element.showModal();
  }
}

/** Asks before something cannot be undone. */
export class ConfirmDialog {
  #action = null;

  constructor({ labels }, onfailure) {
    const about = freshId('question');
    this.onfailure = onfailure;
    this.question = make('p', { id: about });
    const yes = button(labels.yes, () => this.#end(true), { class: 'main' });
    const no = button(labels.cancel, () => this.#end(false));
    const choice = make('div', { class: 'row' }, yes, no);
    this.element = make('dialog', { class: 'sure', 'aria-labelledby': about }, this.question, choice);
    this.element.addEventListener('close', () => this.from?.focus());
  }

  /** Ask; the action, which may be asynchronous, is done on a yes. */
  ask(question, action) {
    this.from = this.element.getRootNode().activeElement;
    this.#action = action;
    this.question.textContent = question;
    this.element.showModal();
  }

  async #end(meant) {
    this.element.close();
    if (meant) await this.#action().catch(this.onfailure);
  }
}
