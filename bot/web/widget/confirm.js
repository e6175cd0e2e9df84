// "Are you sure?": asks before something cannot be undone, and gives the focus back.

import { button, freshId, make } from './dom.js';

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
