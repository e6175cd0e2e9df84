// The labels of the widget in the clinic's language, and the words it says for the patient in the assistant's.

const HERE = new URL('.', import.meta.url);
const FALLBACK = 'en';
export const SPOKEN = 'en'; // what the assistant speaks

async function read(path) {
  const response = await fetch(new URL(path, HERE));
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

/** Return the labels of a language; where it has no file, those of its main language, then English. */
async function labelsOf(language) {
  const tried = [language, language.split('-')[0], FALLBACK];
  for (const name of tried) {
    if (!/^[A-Za-z-]+$/.test(name)) continue;
    const found = await read(`labels/${name}.json`).catch(() => null);
    if (found) return { ...found, language: name };
  }
  throw new Error('no labels');
}

export async function loadTexts(language) {
  const [labels, words, body, style] = await Promise.all([
    labelsOf(language),
    read(`words/${SPOKEN}.json`),
    read('body.json'),
    fetch(new URL('widget.css', HERE)).then((response) => response.text()),
  ]);
  return { labels, words, body, style };
}

/** Put values in the place of {names}. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Return a text with an element in the place of its {number}. */
export function around(text, element) {
  const [before, after] = text.split('{number}');
  return [before, element, after];
}
