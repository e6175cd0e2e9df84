// What is told beside the talk: the state of the connection, an emergency, and what went wrong.

import { button, call, make } from './dom.js';
import { fill } from './labels.js';
import { stands } from './verdict.js';

const AWAY = ['offline', 'waiting'];
const WHILE = 8_000; // ms

/** Live regions; they are in the page before anything is told in them. */
export class Notices {
  #state = 'idle';

  constructor(context) {
    this.context = context;
    this.status = make('p', { role: 'status', class: 'network' });
    this.alarm = make('div', { role: 'alert', class: 'alarm', lang: context.spoken });
    this.problem = make('div', { role: 'alert', class: 'problem' });
    this.elements = [this.status, this.alarm, this.problem];
    const { conversation } = context;
    conversation.addEventListener('messages', ({ detail }) => this.#sound(detail));
    conversation.addEventListener('state', ({ detail }) => this.#connection(detail));
    conversation.addEventListener('waits', ({ detail }) => this.tell(`${detail} ${context.labels.waiting}`));
    conversation.addEventListener('problem', ({ detail }) => this.fail(detail));
  }

  tell(text) {
    this.status.textContent = text;
  }

  /** Say what went wrong, and how to reach a person; `again` is tried where there is something to try. */
  fail(refusal, again = null) {
    const { labels, settings, tell } = this.context;
    const text = refusal.status === 404 ? labels.gone : refusal.message || labels.trouble;
    const phone = call(settings.phone, fill(labels.phone_us, settings));
    const close = button(again ? labels.try_again : labels.close, () => {
      this.clear();
      again?.();
    });
    this.problem.replaceChildren(make('p', {}, text, ' ', phone), close);
    tell('problem', { status: refusal.status });
  }

  clear() {
    this.problem.replaceChildren();
  }

  #sound({ fresh, redraw }) {
    const { conversation, labels } = this.context;
    const outcome = stands(conversation.messages) ? conversation.verdict.outcome : '';
    if (this.alarm.dataset.outcome !== outcome) {
      this.alarm.dataset.outcome = outcome;
      this.alarm.replaceChildren(...(outcome ? this.#calls(outcome) : []));
    }
    if (!redraw && fresh.some(({ from }) => from === 'staff')) this.tell(labels.staff_wrote);
  }

  #connection(state) {
    const { labels } = this.context;
    if (AWAY.includes(state)) this.tell(labels[state]);
    else if (AWAY.includes(this.#state)) this.#tellForAWhile(labels.connected);
    else if (state === 'sending') this.tell('');
    this.#state = state;
  }

  #tellForAWhile(text) {
    this.tell(text);
    setTimeout(() => this.status.textContent === text && this.tell(''), WHILE);
  }

  /** Return the outcome in words, and the numbers to call as buttons. */
  #calls(outcome) {
    const { labels, settings } = this.context;
    const { emergency_number: number, crisis_number, crisis_name: name } = settings;
    const emergency = call(number, fill(labels.call_now, { number }), { class: 'call' });
    const crisis = call(crisis_number, fill(labels.call_crisis, { number: crisis_number, name }), { class: 'call' });
    const calls = outcome === 'crisis' ? [crisis, emergency] : [emergency];
    return [make('strong', {}, labels.outcomes[outcome]), ...calls];
  }
}
