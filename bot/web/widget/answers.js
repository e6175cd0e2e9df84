// "Your answers": what is held, in the patient's words, each with the button that changes it.

import { button, freshId, make } from './dom.js';
import { changer } from './messages.js';

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
    const { labels, conversation, words } = context;
    const held = await conversation.answers().catch(() => null);
    const rows = (held ?? []).map(({ fact, value, said }) =>
      make(
        'div',
        { class: 'reason' },
        make('dt', { lang: labels.language }, labels.facts[fact]),
        make(
          'dd',
          {},
          make('q', {}, said || [value].flat().join(', ')),
          words.change[fact] ? changer(context, fact) : null,
        ),
      ),
    );
    const empty = make('p', { lang: labels.language }, held ? labels.nothing_yet : labels.trouble);
    this.list.replaceChildren(rows.length ? make('dl', {}, ...rows) : empty);
    this.element.showModal();
  }
}
