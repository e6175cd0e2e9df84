// Making elements.

const SVG = 'http://www.w3.org/2000/svg';

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== null && value !== false)
      element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Return an HTML element; attributes that begin with "on" are listeners. */
export function make(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** Return an SVG element. */
export function draw(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

export function button(title, onclick, attributes = {}) {
  return make('button', { type: 'button', onclick, ...attributes }, title);
}

/** Return text for a screen reader alone. */
export function unseen(text) {
  return make('span', { class: 'unseen' }, text);
}

/** Return a link that calls a phone number. */
export function call(number, title = number, attributes = {}) {
  return make('a', { href: `tel:${number.replace(/[^+\d]/g, '')}`, ...attributes }, title);
}

let count = 0;

/** Return an id that no other element of this page's chats has. */
export function freshId(name) {
  count += 1;
  return `np-${name}-${count}`;
}
