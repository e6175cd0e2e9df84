// The frame of the chat: the button that opens it, its head with the menu, and the view that is shown.

import { AnswersDialog } from './answers.js';
import { button, call, freshId, make, unseen } from './dom.js';
import { FormView } from './form.js';
import { around, fill } from './labels.js';
import { TalkView } from './talk.js';
import { isGrave, stands } from './verdict.js';

const SMALL = '(max-width: 30rem), (max-height: 30rem)';

export class Panel {
  #begun = null;

  constructor(context) {
    this.context = context;
    const { labels, settings, conversation, inline } = context;
    Object.assign(context, {
      say: (body, shown) => this.#say(body, shown), confirm: (text, yes) => this.#confirm(text, yes),
      erase: () => this.#erase(), show: (view) => this.show(view), announce: (text) => { this.status.textContent = text; },
    });
    const title = freshId('title');
    this.status = make('p', { role: 'status', class: 'network' });
    this.alarm = make('div', { role: 'alert', class: 'alarm', lang: context.spoken });
    this.problem = make('div', { role: 'alert', class: 'problem' });
    this.talk = new TalkView(context);
    this.form = new FormView(context);
    this.answers = new AnswersDialog(context);
    this.sure = make('dialog', { class: 'sure' });
    this.panel = make(inline ? 'section' : 'dialog', { class: 'panel', 'aria-labelledby': title, id: freshId('panel') },
      this.#head(title), this.menu, this.status, this.alarm, this.problem, this.talk.element, this.form.element,
      this.answers.element, this.sure);
    this.launch = make('button', { type: 'button', class: 'launch', 'aria-expanded': 'false', onclick: () => this.open() }, settings.title);
    this.element = make('div', {
      class: `root ${inline ? 'inline' : 'popup'} ${settings.position}`, lang: labels.language, dir: labels.direction,
    }, inline ? null : this.launch, this.panel);
    this.panel.addEventListener('close', (event) => event.target === this.panel && this.#closed());
    this.panel.addEventListener('keydown', (event) => this.#escape(event));
    for (const name of ['messages', 'state', 'problem', 'started']) {
      conversation.addEventListener(name, (event) => this[`on_${name}`](event.detail));
    }
    this.storing = (event) => context.memory.concerns(event) && conversation.look();
    this.waking = () => document.visibilityState === 'visible' && conversation.look();
    this.show(context.memory.panel.view ?? 'talk');
  }

  open({ byItself } = {}) {
    if (!this.context.inline) {
      if (this.panel.open) return;
      if (byItself) this.panel.open = true; // show() would take the focus away from the page
      else if (matchMedia(SMALL).matches) this.panel.showModal();
      else this.panel.show();
      this.launch.hidden = true;
      this.launch.setAttribute('aria-expanded', 'true');
    }
    this.#remember({ open: true });
    addEventListener('storage', this.storing);
    document.addEventListener('visibilitychange', this.waking);
    if (!this.#begun) this.#begin();
    else this.context.conversation.reopen();
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

  show(name) {
    this.view = this[name];
    for (const view of [this.talk, this.form]) view.element.hidden = view !== this.view;
    const { labels } = this.context;
    this.swap.replaceChildren(unseen(`${labels.switch_to} `), labels[name === 'talk' ? 'to_form' : 'to_talk']);
    this.#remember({ view: name });
    this.view.shown();
  }

  on_messages({ fresh, redraw }) {
    const { conversation, labels, tell } = this.context;
    const grave = stands(conversation.messages) ? conversation.verdict : null;
    if (this.alarm.dataset.outcome !== (grave?.outcome ?? '')) {
      this.alarm.dataset.outcome = grave?.outcome ?? '';
      this.alarm.replaceChildren(...(grave ? this.#calls(grave) : []));
    }
    if (redraw) return;
    for (const { from, triage } of fresh) {
      tell('message', { from });
      if (triage) tell('verdict', { outcome: triage.outcome, rule: triage.rule, reference: triage.reference });
    }
    if (!isGrave(conversation.verdict) && fresh.some(({ from }) => from === 'staff')) this.status.textContent = labels.staff_wrote;
  }

  on_state(state) {
    const { labels } = this.context;
    const before = this.status.dataset.state ?? 'idle';
    this.status.dataset.state = state;
    const away = ['offline', 'waiting'];
    if (away.includes(state)) this.status.textContent = labels[state];
    else if (away.includes(before)) this.status.textContent = labels.connected;
    else if (state === 'sending') this.status.textContent = '';
  }

  on_problem(refusal) {
    const { labels, settings, tell } = this.context;
    const text = refusal.status === 404 ? labels.gone : refusal.message || labels.trouble;
    const dismiss = button(labels.close, () => this.problem.replaceChildren());
    this.problem.replaceChildren(make('p', {}, text, ' ', call(settings.phone, fill(labels.phone_us, settings))), dismiss);
    tell('problem', { status: refusal.status });
  }

  on_started() {
    this.context.tell('start');
  }

  async #begin() {
    this.#begun = true;
    try {
      await this.context.conversation.open();
    } catch (refusal) {
      this.#begun = null;
      this.on_problem(refusal);
      this.problem.append(button(this.context.labels.try_again, () => {
        this.problem.replaceChildren();
        this.#begin();
      }));
    }
  }

  async #say(body, shown) {
    this.problem.replaceChildren();
    return this.context.conversation.say(body, shown ?? body.text ?? body.choice);
  }

  #calls({ outcome }) {
    const { labels, settings } = this.context;
    const emergency = call(settings.emergency_number, fill(labels.call_now, { number: settings.emergency_number }), { class: 'call' });
    const crisis = call(settings.crisis_number, fill(labels.call_crisis, { number: settings.crisis_number, name: settings.crisis_name }), { class: 'call' });
    return [make('strong', {}, labels.outcomes[outcome]), ...(outcome === 'crisis' ? [crisis, emergency] : [emergency])];
  }

  #head(title) {
    const { labels, settings, inline } = this.context;
    const menu = freshId('menu');
    const more = button(labels.menu, () => this.#toggleMenu(more), { 'aria-expanded': 'false', 'aria-controls': menu, class: 'more' });
    this.more = more;
    this.swap = button('', () => { this.show(this.view === this.talk ? 'form' : 'talk'); this.view.focus(); }, { class: 'swap' });
    const item = (label, action, attributes) => button(label, () => { this.#toggleMenu(more, false); action(); }, attributes);
    this.menu = make('div', { id: menu, class: 'menu', role: 'group', 'aria-label': labels.menu, hidden: true },
      item(labels.your_answers, () => this.answers.open(this.more)),
      item(labels.start_over, () => this.#confirm(labels.sure_start_over, () => this.context.conversation.begin())),
      item(labels.erase, () => this.#erase()),
      call(settings.phone, fill(labels.phone_person, settings), { class: 'item' }));
    return make('header', {},
      make('div', { class: 'names' }, make('h2', { id: title }, settings.title), make('p', {}, settings.name)),
      make('div', { class: 'tools' }, this.swap, more,
        inline ? null : make('button', { type: 'button', class: 'close', 'aria-label': labels.close_chat, onclick: () => this.close() }, '×')),
      make('p', { class: 'safety' }, make('strong', {}, labels.not_emergencies), ' ', ...around(labels.help_fast, call(settings.emergency_number))));
  }

  #toggleMenu(more, open = this.menu.hidden) {
    this.menu.hidden = !open;
    more.setAttribute('aria-expanded', String(open));
    if (!open) more.focus();
  }

  #erase() {
    const { labels, conversation, tell } = this.context;
    this.#confirm(labels.sure_erase, async () => {
      await conversation.erase();
      tell('erased');
      await conversation.begin();
      this.status.textContent = labels.erased;
    });
  }

  /** Ask whether it is meant; the focus goes back to where it was. */
  #confirm(question, action) {
    const { labels } = this.context;
    const about = freshId('question');
    const from = this.panel.getRootNode().activeElement;
    const end = async (meant) => {
      this.sure.close();
      from?.focus();
      if (!meant) return;
      await action()?.catch?.((refusal) => this.on_problem(refusal));
      this.view.focus();
    };
    this.sure.setAttribute('aria-labelledby', about);
    this.sure.replaceChildren(make('p', { id: about }, question),
      make('div', { class: 'row' }, button(labels.yes, () => end(true), { class: 'main' }), button(labels.cancel, () => end(false))));
    this.sure.showModal();
  }

  #escape(event) {
    if (event.key !== 'Escape' || this.sure.open || this.answers.element.open) return;
    if (!this.menu.hidden) this.#toggleMenu(this.more, false);
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
