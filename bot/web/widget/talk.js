// The conversation as messages: what was said, what can be answered by a tap, and a field for words.

import { button, freshId, make, unseen } from './dom.js';
import { fill } from './labels.js';
import { repliesTo } from './replies.js';
import { bubbleOf, titleOf } from './messages.js';
import { VerdictCard } from './verdict.js';

const FIELDS = { contact_name: ['name', 'text'], contact_phone: ['tel', 'tel'] }; // autocomplete, inputmode

export class TalkView {
  #card = null; // the newest verdict, while its explanation follows
  #last = null; // the message before
  #offered = [];

  constructor(context) {
    this.context = context;
    const { labels, settings, conversation, spoken } = context;
    const field = freshId('text');
    this.log = make('div', { role: 'log', class: 'log', 'aria-label': labels.messages, lang: spoken });
    this.typing = make(
      'p',
      { class: 'typing', hidden: true },
      unseen(labels.typing),
      make('i'),
      make('i'),
      make('i'),
    );
    this.replies = make('div', {
      class: 'replies',
      role: 'group',
      'aria-label': labels.answers_to_pick,
      tabindex: '-1',
    });
    this.progress = make('progress', { 'aria-label': labels.progress, max: 1, value: 0, hidden: true });
    this.counted = make('span', { class: 'counted' });
    this.why = button(labels.why, () => this.#ask(), { class: 'why', hidden: true });
    this.box = make('textarea', {
      id: field,
      rows: 1,
      placeholder: labels.your_message,
      maxlength: 2000,
      enterkeyhint: 'send',
      onkeydown: (event) => this.#key(event),
      oninput: () => this.#grow(),
    });
    this.scroller = make(
      'div',
      { class: 'scroller', tabindex: '0', role: 'region', 'aria-label': labels.conversation },
      make('p', { class: 'greeting' }, settings.greeting),
      this.log,
      this.typing,
      this.replies,
    );
    this.element = make(
      'div',
      { class: 'talk' },
      this.scroller,
      make(
        'form',
        { class: 'composer', onsubmit: (event) => this.#submit(event) },
        this.progress,
        make('div', { class: 'where', hidden: true }, this.counted, this.why),
        make('label', { for: field, class: 'unseen' }, labels.your_message),
        this.box,
        make('button', { class: 'main' }, labels.send),
      ),
    );
    this.where = this.element.querySelector('.where');
    conversation.addEventListener('messages', ({ detail }) => this.#tell(detail));
    conversation.addEventListener('pending', ({ detail }) => this.#pending(detail));
    conversation.addEventListener('state', ({ detail }) => this.#state(detail));
    conversation.addEventListener('problem', ({ detail }) => this.#giveBack(detail.unsent));
  }

  focus() {
    this.box.focus({ preventScroll: true });
  }

  shown() {
    this.#toNewest();
  }

  #tell({ fresh, redraw }) {
    const { conversation } = this.context;
    if (redraw) {
      this.log.setAttribute('aria-busy', 'true'); // a history is not read out
      this.log.replaceChildren();
      [this.#card, this.#last, this.#offered] = [null, null, []];
    }
    this.log.querySelector('.pending')?.remove();
    for (const message of fresh) this.#add(message);
    const verdicts = [...this.log.querySelectorAll('.verdict')];
    verdicts.slice(0, -1).forEach((card) => card.classList.add('earlier'));
    if (redraw) setTimeout(() => this.log.removeAttribute('aria-busy'), 500);
    this.replies.replaceChildren(...repliesTo(this.context, conversation.question));
    this.#count();
    const field = FIELDS[conversation.asking] ?? ['off', 'text'];
    this.box.setAttribute('autocomplete', field[0]);
    this.box.setAttribute('inputmode', field[1]);
    this.#toNewest();
  }

  #add(message) {
    const { context } = this;
    if (message.from === 'patient') {
      this.log.append(
        bubbleOf(context, { ...message, text: titleOf(message.text, this.#offered) }, this.#last?.asking),
      );
      [this.#offered, this.#card] = [[], null];
    } else if (message.triage) {
      this.#card = new VerdictCard(context, message.triage, message.text);
      this.log.append(this.#card.element);
    } else if (this.#card?.explains && message.from === 'assistant' && !message.asking) {
      this.#card.add(message.text);
    } else {
      this.log.append(bubbleOf(context, message));
    }
    if (message.from !== 'patient') this.#offered.push(...(message.quick_replies ?? []));
    if (message.from === 'patient' || message.asking || message.triage) this.#last = message;
  }

  #pending({ shown }) {
    const bubble = bubbleOf(this.context, { from: 'patient', text: shown });
    bubble.classList.add('pending');
    this.log.append(bubble);
    const root = this.element.getRootNode();
    // The button that was pressed is about to go.
    if (this.replies.contains(root.activeElement)) this.replies.focus({ preventScroll: true });
    this.replies.replaceChildren();
    this.typing.scrollIntoView({ block: 'nearest' });
  }

  #state(state) {
    this.typing.hidden = state !== 'sending';
    this.element.classList.toggle('away', state === 'offline' || state === 'waiting');
    if (!this.typing.hidden) this.typing.scrollIntoView({ block: 'nearest' });
  }

  /** Put what did not arrive back into the field. */
  #giveBack(message) {
    this.log.querySelector('.pending')?.remove();
    if (message?.body.text && !this.box.value) this.box.value = message.body.text;
    this.replies.replaceChildren(...repliesTo(this.context, this.context.conversation.question));
    this.#grow();
  }

  #count() {
    const {
      conversation: { asking, progress },
      labels,
      words,
    } = this.context;
    const { answered, of } = progress ?? {};
    const counting = Boolean(asking) && answered < of;
    this.where.hidden = !asking;
    this.counted.textContent = counting ? fill(labels.question_of, { number: answered + 1, of }) : '';
    this.progress.hidden = !counting;
    if (counting) [this.progress.max, this.progress.value] = [of, answered];
    this.why.hidden = !asking || !words.why;
  }

  /** Scroll to where the newest answer begins; the page itself only where the patient is in the talk. */
  #toNewest() {
    const newest = [...this.log.querySelectorAll('.patient + :not(.patient)')].at(-1);
    const inside = this.scroller.scrollHeight > this.scroller.clientHeight + 1;
    const room = inside ? this.scroller.clientHeight : innerHeight - this.element.lastChild.offsetHeight;
    const end = this.replies.getBoundingClientRect().bottom;
    const long = newest && end - newest.getBoundingClientRect().top > room;
    if (inside) this.scroller.scrollTop = long ? newest.offsetTop - 12 : this.scroller.scrollHeight;
    else if (!this.element.contains(this.element.getRootNode().activeElement)) return;
    else if (long) newest.scrollIntoView({ block: 'start' });
    else this.replies.scrollIntoView({ block: 'end' });
  }

  #ask() {
    const { words, say } = this.context;
    say({ text: words.why });
  }

  #submit(event) {
    event.preventDefault();
    const text = this.box.value.trim();
    if (!text || this.context.conversation.busy) return;
    this.box.value = '';
    this.#grow();
    this.box.focus();
    this.context.say({ text });
  }

  #key(event) {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.box.form.requestSubmit();
  }

  #grow() {
    this.box.rows = Math.min(5, this.box.value.split('\n').length + Math.floor(this.box.value.length / 60));
  }
}
