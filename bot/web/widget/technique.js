// The two techniques as drawn steps: skin, fat and muscle from the side, with the needle at its depth.

import { draw, make } from './dom.js';

const KNOT = { x: 60, y: 62 };
// What each picture shows: depth of the needle's tip (0 to 90 from the top), and what else.
const STEPS = {
  deep: [
    { fingers: true },
    { needle: 24, tube: true },
    { needle: 60, twitch: true },
    { needle: 34, up: true },
    { needle: 60, aside: true },
    { press: true },
  ],
  superficial: [
    { needle: 44, beside: true },
    { needle: 44, beside: true, clock: '30 s' },
    { needle: 44, beside: true, clock: '2 min' },
    { fingers: true, again: true },
  ],
};

function needle({ needle: tip, beside, aside }) {
  const x = KNOT.x + (beside ? 26 : 0);
  const lean = aside ? 'rotate(18 60 24)' : undefined;
  return [
    draw(
      'g',
      { transform: lean, class: 'needle' },
      draw('path', { d: `M${x} ${tip - 44}V${tip}` }),
      draw('path', { class: 'grip', d: `M${x} ${tip - 46}v14` }),
    ),
  ];
}

function extras({ fingers, tube, twitch, up, press, clock, again, aside }) {
  return [
    fingers &&
      draw('path', {
        class: 'hand',
        d: 'M38-16c-5 16-4 30 4 36 6 4 10-1 8-8l-4-28zM82-16c5 16 4 30-4 36-6 4-10-1-8-8l4-28z',
      }),
    tube && draw('path', { class: 'tube', d: 'M54-10h12v35h-12z' }),
    twitch &&
      draw('path', {
        class: 'sign',
        d: 'M34 52l-7-5 4-1-6-6M86 52l7-5-4-1 6-6M34 74l-7 5 4 1-6 6M86 74l7 5-4 1 6 6',
      }),
    up && draw('path', { class: 'sign', d: 'M78 56V30m-6 7l6-7 6 7' }),
    aside && draw('circle', { class: 'knot', cx: 40, cy: 64, r: 5 }),
    press && draw('path', { class: 'hand', d: 'M42-16h36v28c0 9-8 14-18 14s-18-5-18-14z' }),
    clock &&
      draw(
        'g',
        { class: 'clock' },
        draw('circle', { cx: 16, cy: 4, r: 10 }),
        draw('path', { d: 'M16-2v6l4 3' }),
        draw('text', { x: 31, y: 10 }, clock),
      ),
    again && draw('path', { class: 'sign', d: 'M98 70a12 12 0 1 1-4-9m1-7v8h-8' }),
  ].filter(Boolean);
}

function picture(step) {
  return draw(
    'svg',
    { viewBox: '0 -16 120 104', class: 'step', 'aria-hidden': 'true' },
    draw('path', { class: 'skin', d: 'M0 26q60-5 120 0v7H0z' }),
    draw('path', { class: 'fat', d: 'M0 33h120v12H0z' }),
    draw('path', { class: 'muscle', d: 'M0 45h120v45H0z' }),
    draw('path', { class: 'band', d: 'M0 59q30-1 60-4t60 4v6q-30 1-60 4T0 65z' }),
    draw('ellipse', { class: 'knot', cx: KNOT.x, cy: KNOT.y, rx: 9, ry: 7 }),
    ...(step.needle ? needle(step) : []),
    ...extras(step),
  );
}

function technique({ labels }, name, fits) {
  const { title, note, steps } = labels.techniques[name];
  return make(
    'section',
    { class: `technique${fits ? ' fits' : ''}` },
    make('h5', {}, title),
    fits ? make('p', { class: 'fitting' }, labels.fits) : null,
    make('p', {}, note),
    make(
      'ol',
      { role: 'list' },
      ...STEPS[name].map((step, i) => make('li', {}, picture(step), make('p', {}, `${i + 1}. ${steps[i]}`))),
    ),
  );
}

/** Return both techniques side by side; where the shallow one fits, it comes first. */
export function techniquePictures(context, triage) {
  const { labels } = context;
  const shallow = triage.technique === 'superficial';
  const order = shallow ? ['superficial', 'deep'] : ['deep', 'superficial'];
  return make(
    'section',
    { class: 'part', lang: labels.language },
    make('h4', {}, labels.how_done),
    make(
      'div',
      { class: 'techniques' },
      ...order.map((name) => technique(context, name, shallow && name === 'superficial')),
    ),
  );
}
