// Print the verdict alone (the browser can save that as PDF), or save it as text; nothing leaves the browser.

import { make } from './dom.js';

const LEFT_OUT = 'button, .actions, summary, .unseen';
const STYLE = `
  body { font: 12pt/1.5 sans-serif; color: #000; margin: 0; }
  h1 { font-size: 15pt; }
  h3 { font-size: 14pt; }
  h4 { margin: 1em 0 .2em; font-size: 12pt; }
  h5 { margin: .6em 0 .2em; font-size: 11pt; }
  p, ul, ol, dl { margin: .3em 0; }
  dt { font-weight: bold; }
  dd { margin: 0 0 .4em; }
  q { margin-left: .5em; font-style: italic; }
  svg { width: 5.5em; height: auto; }
  .body-picture svg { width: 7em; }
  .techniques ol, .body-picture > div { display: flex; flex-wrap: wrap; gap: 1em; padding: 0; list-style: none; }
  .techniques li { width: 10em; font-size: 10pt; }
  section, li, figure { break-inside: avoid; }
  path { fill: none; stroke: #333; }
  .sore { fill: #777; }
  .along { fill: #ccc; }
  .skin, .muscle, .fat { fill: #eee; }
  .band, .knot { fill: #999; }
  a { color: #000; }`;

function copyOf(card) {
  const copy = card.cloneNode(true);
  for (const part of copy.querySelectorAll(LEFT_OUT)) part.remove();
  for (const folded of copy.querySelectorAll('details')) folded.replaceWith(...folded.childNodes);
  return copy;
}

export function printCard({ settings, labels }, card) {
  const frame = make('iframe', { 'aria-hidden': 'true', tabindex: '-1', title: labels.print });
  Object.assign(frame.style, { position: 'fixed', width: '0', height: '0', border: '0' });
  card.getRootNode().append(frame);
  const page = frame.contentWindow;
  const sheet = new page.CSSStyleSheet();
  sheet.replaceSync(STYLE);
  page.document.adoptedStyleSheets = [sheet];
  page.document.title = settings.title;
  page.document.documentElement.lang = labels.language;
  page.document.body.append(
    make('h1', {}, settings.name),
    make('p', {}, `${settings.phone} · ${new Date().toLocaleDateString(labels.language)}`),
    copyOf(card),
  );
  page.addEventListener('afterprint', () => frame.remove());
  page.print();
}

export function saveText(card, name) {
  const blocks = [...copyOf(card).querySelectorAll('h3, h4, h5, p, li, dt, dd')].filter(
    (block) => !block.querySelector('p, li'),
  );
  const lines = blocks.map((block) => {
    const text = [...block.childNodes]
      .map((node) => node.textContent.trim())
      .filter(Boolean)
      .join(' ');
    const before = block.matches('h3, h4') ? '\n' : block.matches('li') ? '- ' : block.matches('dd') ? '  ' : '';
    return before + text;
  });
  const address = URL.createObjectURL(new Blob([`${lines.join('\n').trim()}\n`], { type: 'text/plain' }));
  make('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
