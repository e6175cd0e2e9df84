// What the browser keeps: ids and tokens of conversations, and a message that has not arrived. Never the talk itself.

const LONGEST = 24 * 60 * 60 * 1000; // ms after which a conversation is not taken up again

class Nowhere {
  #kept = new Map();
  getItem(name) {
    return this.#kept.get(name) ?? null;
  }
  setItem(name, value) {
    this.#kept.set(name, value);
  }
  removeItem(name) {
    this.#kept.delete(name);
  }
}

function usable(kind) {
  try {
    const store = window[kind];
    store.setItem('needlepoint', '');
    store.removeItem('needlepoint');
    return store;
  } catch {
    // blocked by the browser's settings
    return new Nowhere();
  }
}

export class Memory {
  constructor(server, ofTabOnly) {
    this.name = `needlepoint ${server}`;
    this.tab = usable('sessionStorage');
    this.shared = ofTabOnly ? this.tab : usable('localStorage');
  }

  /** All conversations begun here, newest last: "Delete my data" means those before "Start over" too. */
  get conversations() {
    const kept = this.#read(this.shared, 'conversations') ?? [];
    return kept.filter((each) => Date.now() - each.at < LONGEST);
  }

  set conversations(list) {
    this.#write(this.shared, 'conversations', list);
  }

  /** The message on its way, with its key; it outlives a reload, and is then sent again under the same key. */
  get pending() {
    return this.#read(this.tab, 'pending');
  }
  set pending(message) {
    this.#write(this.tab, 'pending', message);
  }

  /** Whether the panel is open, and which view it shows. */
  get panel() {
    return this.#read(this.tab, 'panel') ?? {};
  }
  set panel(state) {
    this.#write(this.tab, 'panel', state);
  }

  /** Whether a change of storage concerns our conversations. */
  concerns(event) {
    return event.key === `${this.name} conversations`;
  }

  #read(store, what) {
    try {
      return JSON.parse(store.getItem(`${this.name} ${what}`));
    } catch {
      return null;
    }
  }

  #write(store, what, value) {
    try {
      if (value === null) store.removeItem(`${this.name} ${what}`);
      else store.setItem(`${this.name} ${what}`, JSON.stringify(value));
    } catch {
      /* full: the conversation then lasts as long as the page */
    }
  }
}
