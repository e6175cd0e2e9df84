// The frame of the chat: the button that opens it, its head, its notices, and the view that is shown.

import { AnswersDialog } from './answers.js';
import { ConfirmDialog } from './confirm.js';
import { button, freshId, make } from './dom.js';
import { FormView } from './form.js';
import { Head } from './head.js';
import { Notices } from './notices.js';
import { TalkView } from './talk.js';

const SMALL = '(max-width: 30rem), (max-height: 30rem)';

export class Panel {
  #begun = false;

  constructor(context) {
    this.context = context;
    const { settings, conversation, inline, memory } = context;
    this.notices = new Notices(context);
    Object.assign(context, {
      say: (body, shown) => this.#say(body, shown),
      erase: () => this.#erase(),
      show: (view) => this.show(view),
      announce: (text) => this.notices.tell(text),
    });
    this.talk = new TalkView(context);
    this.form = new FormView(context);
    this.answers = new AnswersDialog(context);
    this.sure = new ConfirmDialog(context, (refusal) => this.notices.fail(refusal));
    const title = freshId('title');
    this.head = this.#head(title);
    this.panel = make(inline ? 'section' : 'dialog', { class: 'panel', 'aria-labelledby': title }, ...this.#parts());
    this.launch = button(settings.title, () => this.open(), { class: 'launch', 'aria-expanded': 'false' });
    this.element = this.#root();
    this.panel.addEventListener('close', ({ target }) => target === this.panel && this.#closed());
    this.panel.addEventListener('keydown', (event) => this.#escape(event));
    conversation.addEventListener('messages', ({ detail }) => this.#report(detail));
    conversation.addEventListener('started', () => context.tell('start'));
    this.storing = (event) => memory.concerns(event) && conversation.look();
    this.waking = () => document.visibilityState === 'visible' && conversation.look();
    this.show(memory.panel.view ?? 'talk');
  }

  /** Open the panel; where it opens by itself, the focus stays where it is. */
  open({ byItself } = {}) {
    if (!this.context.inline) {
      if (this.panel.open) return;
      if (byItself) this.panel.setAttribute('open', '');
      else if (matchMedia(SMALL).matches) this.panel.showModal();
      else this.panel.show();
      this.launch.hidden = true;
      this.launch.setAttribute('aria-expanded', 'true');
    }
    this.#remember({ open: true });
    addEventListener('storage', this.storing);
    document.addEventListener('visibilitychange', this.waking);
    if (this.#begun) this.context.conversation.reopen();
    else this.#begin();
    if (!byItself) this.view.focus();
    this.context.tell('open');
  }

  close() {
    if (!this.context.inline) this.panel.close();
  }

  /** Stop listening, when the element is taken out of the page. */
  leave() {
    removeEventListener('storage', this.storing);
    document.removeEventListener('visibilitychange', this.waking);
    this.context.conversation.close();
  }

  /** Show the talk or the form. */
  show(name) {
    this.view = this[name];
    for (const view of [this.talk, this.form]) view.element.hidden = view !== this.view;
    this.head.offer(name === 'talk' ? 'form' : 'talk');
    this.#remember({ view: name });
    this.view.shown();
  }

  #root() {
    const { labels, settings, inline } = this.context;
    const look = `root ${inline ? 'inline' : 'popup'} ${settings.position}`;
    // A popover is above the page, whatever the page transforms or hides.
    const popover = inline ? null : 'manual';
    const attributes = { class: look, lang: labels.language, dir: labels.direction, popover };
    return make('div', attributes, inline ? null : this.launch, this.panel);
  }

  #head(title) {
    const { context } = this;
    const { labels, conversation } = context;
    return new Head(context, title, {
      swap: () => {
        this.show(this.view === this.talk ? 'form' : 'talk');
        this.view.focus();
      },
      answers: (from) => this.answers.open(from),
      startOver: () => this.sure.ask(labels.sure_start_over, () => conversation.begin()),
      erase: () => this.#erase(),
      close: () => this.close(),
    });
  }

  #parts() {
    const views = [this.talk, this.form, this.answers, this.sure].map((part) => part.element);
    return [this.head.element, this.head.menu, ...this.notices.elements, ...views];
  }

  async #begin() {
    this.#begun = true;
    try {
      await this.context.conversation.open();
    } catch (refusal) {
      this.notices.fail(refusal, () => this.#begin());
    }
  }

  async #say(body, shown) {
    this.notices.clear();
    return this.context.conversation.say(body, shown ?? body.text ?? body.choice);
  }

  #erase() {
    const { labels, conversation, tell } = this.context;
    this.sure.ask(labels.sure_erase, async () => {
      await conversation.erase();
      tell('erased');
      await conversation.begin();
      this.notices.tell(labels.erased);
    });
  }

  /** Tell the page of what is new; not of a history. */
  #report({ fresh, redraw }) {
    if (redraw) return;
    for (const { from, triage } of fresh) {
      this.context.tell('message', { from });
      if (!triage) continue;
      const { outcome, rule, reference } = triage;
      this.context.tell('verdict', { outcome, rule, reference });
    }
  }

  #escape(event) {
    if (event.key !== 'Escape' || this.sure.element.open || this.answers.element.open) return;
    if (!this.head.menu.hidden) this.head.toggle(false);
    else if (!this.context.inline) this.close();
    event.preventDefault();
  }

  #closed() {
    this.launch.hidden = false;
    this.launch.setAttribute('aria-expanded', 'false');
    this.launch.focus();
    this.#remember({ open: false });
    this.leave();
    this.context.tell('close');
  }

  #remember(change) {
    const { memory } = this.context;
    memory.panel = { ...memory.panel, ...change };
  }
}
