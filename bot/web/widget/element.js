// <needlepoint-chat>: reads its attributes, loads what it needs when it is first opened, and holds the parts together.

import { Api } from './api.js';
import { Conversation } from './conversation.js';
import { make } from './dom.js';
import { loadTexts, SPOKEN } from './labels.js';
import { Memory } from './memory.js';
import { Panel } from './panel.js';

const SERVER = new URL('..', import.meta.url); // this file is served under widget/
const COLOURS = { accent: '--own-accent', accent_dark: '--own-accent-dark' };

export class NeedlepointChat extends HTMLElement {
  static attributes = ['server', 'mode', 'open', 'position', 'heading', 'greeting', 'lang', 'storage'];
  static observedAttributes = ['open'];
  #panel = null;
  #ready = null;

  constructor() {
    super();
    this.attachShadow({ mode: 'open' });
  }

  connectedCallback() {
    this.#ready ??= this.#build().catch((error) => this.#fail(error));
  }

  disconnectedCallback() {
    this.#panel?.leave();
  }

  attributeChangedCallback(_name, before, after) {
    if (!this.#panel || before === after) return;
    if (after === null) this.close();
    else this.open();
  }

  /** Open the panel, and take up or begin the conversation. */
  async open() {
    await this.#ready;
    this.#panel?.open();
  }

  close() {
    this.#panel?.close();
  }

  /** Tell the page; what a patient said is never in an event. */
  tell(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(`needlepoint:${name}`, { detail, bubbles: true, composed: true }));
  }

  async #build() {
    const given = this.getAttribute('server') || SERVER.href;
    const server = new URL(given.endsWith('/') ? given : `${given}/`, location.href);
    const api = new Api(server);
    const settings = await api.call('GET', 'widget/settings.json');
    for (const key of ['position', 'greeting']) settings[key] = this.getAttribute(key) || settings[key];
    settings.title = this.getAttribute('heading') || settings.title;
    const texts = await loadTexts(this.lang || settings.language);
    await this.#dress(texts.style, settings.colours);
    const memory = new Memory(server.href, this.getAttribute('storage') === 'tab');
    const conversation = new Conversation(api, memory);
    const inline = this.getAttribute('mode') === 'inline';
    const context = {
      ...texts,
      settings,
      api,
      memory,
      conversation,
      inline,
      spoken: SPOKEN,
      tell: (...event) => this.tell(...event),
    };
    this.#panel = new Panel(context);
    this.shadowRoot.append(this.#panel.element);
    if (!inline) this.#panel.element.showPopover?.();
    if (inline || this.hasAttribute('open') || memory.panel.open) this.#panel.open({ byItself: true });
    this.tell('ready');
  }

  /** Style the shadow root without a style element, which a strict Content-Security-Policy of the page would refuse. */
  async #dress(style, colours) {
    const sheet = new CSSStyleSheet();
    await sheet.replace(style);
    const own = new CSSStyleSheet();
    own.replaceSync(':host {}');
    for (const [name, property] of Object.entries(COLOURS)) {
      if (colours?.[name]) own.cssRules[0].style.setProperty(property, colours[name]);
    }
    this.shadowRoot.adoptedStyleSheets = [sheet, own];
  }

  /** Show what the page wrote inside the element, such as the clinic's phone number. */
  #fail(error) {
    this.shadowRoot.replaceChildren(make('slot'));
    this.#ready = null;
    this.tell('problem', { status: error.status ?? 0 });
  }
}
