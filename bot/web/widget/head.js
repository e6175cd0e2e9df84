// The head of the panel: title, the switch between chat and form, the menu, and the number for emergencies.

import { button, call, freshId, make, unseen } from './dom.js';
import { around, fill } from './labels.js';

export class Head {
  /** `actions` are swap, answers, startOver, erase, close. */
  constructor({ labels, settings, inline }, title, actions) {
    this.labels = labels;
    const menu = freshId('menu');
    const controls = { 'aria-expanded': 'false', 'aria-controls': menu };
    this.more = button(labels.menu, () => this.toggle(this.menu.hidden), controls);
    this.swap = button('', actions.swap);
    const item = (label, action) =>
      button(label, () => {
        this.toggle(false);
        action();
      });
    this.menu = make(
      'div',
      { id: menu, class: 'menu', role: 'group', 'aria-label': labels.menu, hidden: true },
      item(labels.your_answers, () => actions.answers(this.more)),
      item(labels.start_over, actions.startOver),
      item(labels.erase, actions.erase),
      call(settings.phone, fill(labels.phone_person, settings), { class: 'item' }),
    );
    const close = button('×', actions.close, { class: 'close', 'aria-label': labels.close_chat });
    const emergency = around(labels.help_fast, call(settings.emergency_number));
    this.element = make(
      'header',
      {},
      make('div', { class: 'names' }, make('h2', { id: title }, settings.title), make('p', {}, settings.name)),
      make('div', { class: 'tools' }, this.swap, this.more, inline ? null : close),
      make('p', { class: 'safety' }, make('strong', {}, labels.not_emergencies), ' ', ...emergency),
    );
  }

  /** Open or close the menu. */
  toggle(open) {
    this.menu.hidden = !open;
    this.more.setAttribute('aria-expanded', String(open));
    if (!open) this.more.focus();
  }

  /** Say which view the switch leads to: form or talk. */
  offer(view) {
    this.swap.replaceChildren(unseen(`${this.labels.switch_to} `), this.labels[`to_${view}`]);
  }
}
