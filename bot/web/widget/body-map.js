// The body, front and back: parts to pick on a drawing or in a list, and the same drawing to show what was said.

import { button, draw, freshId, make } from './dom.js';
import { fill } from './labels.js';

export const MIRROR = 'translate(220 0) scale(-1 1)';

/** Return each place as {key, part, side, view, shape, mirrored}; in front the person's right is on our left. */
export function placesOf(body) {
  return Object.entries(body.views).flatMap(([view, parts]) =>
    parts.flatMap(({ part, sided, shape }) => {
      if (!sided) return [{ key: part, part, side: null, view, shape, mirrored: false }];
      return ['left', 'right'].map((side) => ({
        key: `${side} ${part}`,
        part,
        side,
        view,
        shape,
        mirrored: (side === 'left') === (view === 'front'),
      }));
    }),
  );
}

/** Return the name of a place in these words. */
export function named(place, parts, sides) {
  return fill(parts[place.part], { side: sides[place.side] ?? '' });
}

export class BodyMap {
  #picked = new Set();
  #marks = new Map(); // key -> the elements that show whether it is picked

  constructor(context, { onchange }) {
    this.context = context;
    this.onchange = onchange;
    this.places = placesOf(context.body);
    const { labels } = context;
    const view = (name) =>
      make('div', { class: 'figure', role: 'group', 'aria-label': labels.views[name] }, ...this.#figure(name));
    this.front = view('front');
    this.back = view('back');
    this.turns = {
      front: button(labels.views.front, () => this.#turn('front')),
      back: button(labels.views.back, () => this.#turn('back')),
    };
    this.list = this.#list();
    this.asList = button(labels.as_list, () => this.#swap(), { 'aria-pressed': 'false', class: 'as-list' });
    this.said = make('p', { class: 'picked', 'aria-live': 'polite' });
    this.turning = make(
      'div',
      { class: 'turns', role: 'group', 'aria-label': labels.side_of_body },
      ...Object.values(this.turns),
    );
    this.element = make(
      'div',
      { class: 'body-map' },
      make('div', { class: 'row' }, this.turning, this.asList),
      this.front,
      this.back,
      this.list,
      this.said,
    );
    this.#turn('front');
    this.list.hidden = true;
  }

  /** Return the picked places in the patient's words, "" where there are none. */
  words() {
    const { words } = this.context;
    const texts = [...new Set(this.#chosen().map((place) => named(place, words.parts, words.sides)))];
    return texts.length > 1 ? `${texts.slice(0, -1).join(', ')} ${words.and} ${texts.at(-1)}` : texts.join('');
  }

  #chosen() {
    const once = new Map(this.places.map((place) => [place.key, place]));
    return [...this.#picked].map((key) => once.get(key));
  }

  #figure(view) {
    const { labels, body } = this.context;
    const shapes = this.places
      .filter((place) => place.view === view)
      .map((place) => {
        const press = () => this.#toggle(place.key);
        const key = (event) => {
          if (event.key !== 'Enter' && event.key !== ' ') return;
          event.preventDefault();
          press();
        };
        const region = draw(
          'g',
          {
            role: 'button',
            tabindex: '0',
            class: 'region',
            'aria-pressed': 'false',
            onclick: press,
            onkeydown: key,
            'aria-label': named(place, labels.parts, labels.sides),
          },
          draw('path', { d: place.shape, transform: place.mirrored ? MIRROR : undefined }),
        );
        this.#mark(place.key, (on) => region.setAttribute('aria-pressed', String(on)));
        return region;
      });
    const sides = view === 'front' ? ['right', 'left'] : ['left', 'right'];
    return [
      make('span', { class: 'side' }, labels.your_side[sides[0]]),
      draw('svg', { viewBox: body.viewBox, class: 'body', focusable: 'false' }, ...shapes),
      make('span', { class: 'side' }, labels.your_side[sides[1]]),
    ];
  }

  #list() {
    const { labels } = this.context;
    const once = [...new Map(this.places.map((place) => [place.key, place])).values()];
    return make(
      'fieldset',
      { class: 'list' },
      make('legend', {}, labels.places),
      ...once.map((place) => {
        const id = freshId('place');
        const box = make('input', { type: 'checkbox', id, onchange: () => this.#toggle(place.key) });
        this.#mark(place.key, (on) => {
          box.checked = on;
        });
        return make(
          'div',
          { class: 'tick' },
          box,
          make('label', { for: id }, named(place, labels.parts, labels.sides)),
        );
      }),
    );
  }

  #mark(key, show) {
    this.#marks.set(key, [...(this.#marks.get(key) ?? []), show]);
  }

  #toggle(key) {
    if (!this.#picked.delete(key)) this.#picked.add(key);
    for (const show of this.#marks.get(key)) show(this.#picked.has(key));
    const { labels } = this.context;
    const names = this.#chosen().map((place) => named(place, labels.parts, labels.sides));
    this.said.textContent = names.length ? fill(labels.picked, { places: names.join(', ') }) : '';
    this.onchange(names);
  }

  #turn(view) {
    for (const name of ['front', 'back']) {
      this[name].hidden = name !== view;
      this.turns[name].setAttribute('aria-pressed', String(name === view));
    }
    this.view = view;
  }

  #swap() {
    const listed = this.list.hidden;
    this.list.hidden = !listed;
    this.turning.hidden = listed;
    this.asList.setAttribute('aria-pressed', String(listed));
    for (const name of ['front', 'back']) this[name].hidden = listed || name !== this.view;
  }
}
