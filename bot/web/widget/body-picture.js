// A picture of where it hurts and where it travels, from what the patient said.

import { MIRROR, named, placesOf } from './body-map.js';
import { draw, make } from './dom.js';
import { fill } from './labels.js';

/** Return the keys of the places that a text names. */
export function placesIn(text, { body, words }) {
  const said = ` ${text.toLowerCase().replace(/[^\p{L}\d]+/gu, ' ')} `;
  const has = (phrase) => said.includes(` ${phrase.toLowerCase().replace(/ +/g, ' ').trim()} `);
  const ofSide = (place, side) => named({ ...place, side }, words.parts, words.sides);
  const held = (place) => {
    if (has(ofSide(place, place.side))) return true;
    const otherSide = place.side && has(ofSide(place, place.side === 'left' ? 'right' : 'left'));
    return !otherSide && has(fill(words.parts[place.part], { side: '' })); // no side was said
  };
  return new Set(
    placesOf(body)
      .filter(held)
      .map((place) => place.key),
  );
}

/** Return a picture of where it hurts and where it travels, with the same in words; null where no place is known. */
export function bodyPicture(context, hurts, travels) {
  const { labels, body } = context;
  const [sore, along] = [placesIn(hurts, context), placesIn(travels, context)];
  const places = placesOf(body);
  const marked = places.filter(({ key }) => sore.has(key) || along.has(key));
  if (!marked.length) return null;
  const views = Object.keys(body.views).filter((view) => marked.some((place) => place.view === view));
  const title = [hurts && `${labels.hurts}: ${hurts}`, travels && `${labels.travels}: ${travels}`]
    .filter(Boolean)
    .join('. ');
  const figure = (view) =>
    draw(
      'svg',
      { viewBox: body.viewBox, class: 'body', 'aria-hidden': 'true' },
      ...places
        .filter((place) => place.view === view)
        .map((place) =>
          draw('path', {
            d: place.shape,
            transform: place.mirrored ? MIRROR : undefined,
            class: sore.has(place.key) ? 'sore' : along.has(place.key) ? 'along' : 'plain',
          }),
        ),
    );
  return make(
    'figure',
    { class: 'body-picture' },
    make(
      'div',
      { role: 'img', 'aria-label': title },
      ...views.map((view) => make('div', {}, figure(view), make('span', {}, labels.views[view]))),
    ),
    make(
      'figcaption',
      {},
      make('p', { class: 'key sore' }, `${labels.hurts}: ${hurts}`),
      along.size ? make('p', { class: 'key along' }, `${labels.travels}: ${travels}`) : null,
    ),
  );
}
