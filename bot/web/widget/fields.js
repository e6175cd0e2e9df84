// The fields of the one-page form: one for each question, with the words we ask it in.

import { BodyMap } from './body-map.js';
import { freshId, make } from './dom.js';
import { fill } from './labels.js';
import { sentences, sorted } from './replies.js';

const ALONE = ['none of these', 'not sure', 'yes', 'no'];
const TYPED = { age: { inputmode: 'numeric', maxlength: 40, class: 'short' } };

/** One question: `value` is {text} or {choice} to send, or null; `answered` tells what stands. */
export class Field {
  constructor(context, question, onchange) {
    this.context = context;
    this.question = question;
    this.fact = question.id;
    this.onchange = onchange;
    const { labels, spoken } = context;
    [this.errorId, this.saidId] = [freshId('error'), freshId('said')];
    this.legend = make('legend', { lang: spoken });
    this.error = make('p', { class: 'error', id: this.errorId, lang: spoken });
    this.said = make('p', { class: 'said', id: this.saidId, hidden: true });
    this.controls = make('div', { class: 'controls', lang: spoken });
    this.element = make(
      'fieldset',
      { class: 'field', 'aria-describedby': `${this.errorId} ${this.saidId}`, tabindex: '-1' },
      this.legend,
      make(
        'details',
        { class: 'reason-why' },
        make('summary', {}, labels.why),
        make('p', { lang: spoken }, question.reason),
      ),
      this.said,
      this.error,
      this.controls,
    );
    this.ask(question.text, question.quick_replies);
  }

  /** Put the question in these words, with these answers to pick. */
  ask(text, offers) {
    const asked = JSON.stringify([text, offers]);
    if (asked === this.asked) return;
    this.asked = asked;
    const told = sentences({ text, quick_replies: offers });
    this.legend.textContent = text.split('\n- ')[0] || this.context.labels.facts[this.fact];
    const several = this.question.several && offers.length > 3;
    const picks = sorted(offers).map((offer) => this.#pick(offer, told.get(offer.value) ?? offer.title, several));
    const { labels } = this.context;
    const answer = offers.length
      ? make('div', { class: 'picks' }, ...picks)
      : text
        ? this.#box()
        : make('p', { class: 'said', lang: labels.language }, labels.signs_later);
    this.controls.replaceChildren(answer, ...this.#map());
  }

  /** Return what to send, or null where nothing is filled in. */
  get value() {
    const { words } = this.context;
    const places = this.map?.words() ?? '';
    if (this.fact === 'referred_pain' && places) return { text: fill(words.travels_to, { places }) };
    if (this.box) return this.box.value.trim() ? { text: this.box.value.trim() } : null;
    const picked = this.picked();
    return picked.length ? { choice: picked.join(';') } : null;
  }

  picked() {
    return [...this.controls.querySelectorAll('input:checked')].map((input) => input.value);
  }

  /** Show the answer that stands, or that there is none. */
  show(answer) {
    this.answered = Boolean(answer);
    const said = answer?.said ?? '';
    const inputs = [...this.controls.querySelectorAll('.picks input')];
    const told = inputs.filter((input) => `, ${said}, `.includes(`, ${input.value}, `));
    if (told.length) for (const input of inputs) input.checked = told.includes(input);
    else if (answer && this.fact !== 'red_flags') for (const input of inputs) input.checked = false;
    if (this.box && answer && !this.box.value) this.box.value = this.fact === 'age' ? answer.value : said;
    this.said.textContent = fill(this.context.labels.you_said, { words: said });
    this.said.hidden = !answer || told.length > 0 || this.box?.value === said || !said || this.fact === 'age';
    if (answer) this.fail('');
  }

  fail(text) {
    this.error.textContent = text;
    for (const input of this.controls.querySelectorAll('input, textarea')) {
      if (text) input.setAttribute('aria-invalid', 'true');
      else input.removeAttribute('aria-invalid');
    }
  }

  focus() {
    (this.controls.querySelector('input, textarea') ?? this.element).focus();
    this.element.scrollIntoView({ block: 'nearest' });
  }

  #box() {
    this.box = make(this.fact === 'age' ? 'input' : 'textarea', {
      'aria-label': this.context.labels.facts[this.fact],
      maxlength: 2000,
      autocomplete: 'off',
      ...TYPED[this.fact],
      'aria-describedby': this.errorId,
      onchange: () => this.onchange(this),
    });
    return this.box;
  }

  #pick(offer, title, several) {
    const id = freshId('pick');
    const input = make('input', {
      type: several ? 'checkbox' : 'radio',
      id,
      name: this.errorId,
      value: offer.value,
      'aria-describedby': this.errorId,
      onchange: () => this.#changed(input),
    });
    return make('div', { class: 'tick' }, input, make('label', { for: id }, title));
  }

  #changed(input) {
    for (const other of this.controls.querySelectorAll('.picks input:checked')) {
      const apart = ALONE.includes(other.value) || ALONE.includes(input.value);
      if (other !== input && apart && input.checked) other.checked = false;
    }
    this.onchange(this);
  }

  #map() {
    const { context, fact } = this;
    if (!['pain_site', 'referred_pain'].includes(fact)) return [];
    this.map = new BodyMap(context, {
      onchange: () => {
        if (this.box) this.box.value = this.map.words();
        else this.controls.querySelector('input[value^="yes"]').checked = true;
      },
    });
    const title = context.labels[fact === 'pain_site' ? 'show_where' : 'show_travels'];
    const details = make(
      'details',
      { class: 'places', ontoggle: () => details.open || this.#settle() },
      make('summary', { lang: context.labels.language }, title),
      this.map.element,
    );
    details.addEventListener(
      'focusout',
      ({ relatedTarget }) => relatedTarget && !details.contains(relatedTarget) && this.#settle(),
    );
    return [details];
  }

  /** Take the places that were picked, once the picking is over. */
  #settle() {
    if (this.map.words()) this.onchange(this);
  }
}
