// A conversation: what was said, what is asked now, and one message at a time on its way to the server.

import { freshKey, patiently, Refusal, unlessGone, unlessRefused } from './api.js';
import { follow } from './stream.js';

const PATH = 'api/v1/conversations';

/** Tells `messages` {fresh, redraw}, `state`, `problem` (a Refusal), `waits` (a text), `started`, `erased`. */
export class Conversation extends EventTarget {
  messages = [];
  pending = null; // {body, shown, key}
  state = 'idle'; // idle, sending, offline (no answer), waiting (the server asks for time)
  #now = null; // {id, token}
  #following = null;
  #looking = null;

  constructor(api, memory) {
    super();
    this.api = api;
    this.memory = memory;
    this.channel = 'BroadcastChannel' in window ? new BroadcastChannel(memory.name) : null;
    this.channel?.addEventListener('message', () => this.look());
  }

  /** Take up the talk that was begun here, or begin one. */
  async open() {
    this.#now = this.memory.conversations.at(-1) ?? null;
    this.#setState('sending');
    if (this.#now) await this.#patiently(() => this.#resend());
    if (this.#now) await this.#patiently(() => this.#read());
    if (!this.#now) await this.begin();
    else this.#follow();
    this.#setState('idle');
  }

  /** Begin a talk; the one before is kept for "Delete my data". */
  async begin() {
    this.#setPending(null);
    const begun = await this.#patiently(() => this.api.call('POST', PATH, { body: {} }));
    this.#now = { id: begun.conversation_id, token: begun.token };
    this.memory.conversations = [...this.memory.conversations, { ...this.#now, at: Date.now() }];
    this.#take([], begun.messages, true);
    this.#follow();
    this.#tell('started');
  }

  /** Say something; `body` is {text} or {choice}. Returns whether it arrived. */
  async say(body, shown) {
    if (this.busy) return false;
    return this.#deliver({ body, shown, key: freshKey() });
  }

  /** Erase all conversations begun here, on the server and in the browser. */
  async erase() {
    this.#following?.abort();
    for (const { id, token } of this.memory.conversations) {
      await this.#patiently(() => this.api.call('DELETE', `${PATH}/${id}`, { token }).catch(unlessGone));
    }
    this.memory.conversations = [];
    this.#setPending(null);
    this.#now = null;
    this.#take([], [], true);
    this.#tell('erased');
    this.channel?.postMessage('erased');
  }

  /** Whether nothing can be said now: the talk has not begun, or a message is on its way. */
  get busy() {
    return !this.#now || Boolean(this.pending);
  }

  async answers() {
    const { answers } = await this.api.call('GET', `${PATH}/${this.#now.id}/answers`, { token: this.#now.token });
    return answers;
  }

  /** See whether something was said elsewhere. */
  look() {
    this.#looking ??= this.#lookOnce().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  close() {
    this.#following?.abort();
    this.#following = null;
  }

  reopen() {
    if (this.#now && !this.#following) this.#follow();
  }

  /** The message that asks what is open now, or undefined. */
  get question() {
    return this.#newest().findLast((message) => message.asking);
  }

  get asking() {
    return this.question?.asking ?? null;
  }

  /** The quick replies that the server would take now; two safety questions at once offer some twice. */
  get offers() {
    const all = this.#newest().flatMap((message) => message.quick_replies ?? []);
    return [...new Map(all.map((reply) => [reply.value, reply])).values()];
  }

  get progress() {
    return this.messages.findLast((message) => message.progress)?.progress ?? null;
  }

  get verdict() {
    return this.messages.findLast((message) => message.triage)?.triage ?? null;
  }

  #newest() {
    return this.messages.slice(this.messages.findLastIndex((message) => message.from === 'patient') + 1);
  }

  async #deliver(message) {
    this.#setPending(message);
    this.#setState('sending');
    try {
      const { messages } = await this.#patiently(() => this.#post(message), 'sending');
      const said = { from: 'patient', text: message.body.text ?? message.body.choice.split(';').join(', ') };
      this.#setPending(null);
      this.#take(this.messages, [said, ...messages], false);
      this.channel?.postMessage('said');
      return true;
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      this.#setPending(null);
      if (refusal.status === 404) await this.#lost();
      else await this.look();
      this.#tell('problem', Object.assign(refusal, { unsent: message }));
      return false;
    } finally {
      this.#setState('idle');
    }
  }

  #post({ body, key }) {
    const { id, token } = this.#now;
    return this.api.call('POST', `${PATH}/${id}/messages`, { token, body, key });
  }

  /** Send what was on its way before a reload; whether it had arrived or not, the history then tells. */
  async #resend() {
    if (this.memory.pending) await this.#post(this.memory.pending).catch(unlessRefused);
    this.memory.pending = null;
  }

  #patiently(action, state = this.state) {
    const waits = (why, { status, message }) => {
      this.#setState(why);
      if (status >= 500 && message) this.#tell('waits', message); // it may begin with advice that cannot wait
    };
    return patiently(action, { waits, goesOn: () => this.#setState(state) });
  }

  async #read() {
    const { id, token } = this.#now;
    const told = await this.api.call('GET', `${PATH}/${id}/messages`, { token }).catch(unlessGone);
    if (told) this.#adopt(told.messages);
    else await this.#forget();
  }

  async #lookOnce() {
    const newest = this.memory.conversations.at(-1);
    if (this.pending || !this.#now) return;
    if (newest && newest.id !== this.#now.id) {
      // begun anew in another tab
      this.#now = newest;
      this.#follow();
    }
    if (!newest) return void (await this.#lost());
    try {
      await this.#read();
      if (this.state === 'offline') this.#setState('idle');
      if (!this.#now) await this.begin();
    } catch (refusal) {
      if (!refusal.status && !this.pending) this.#setState('offline');
    }
  }

  async #lost() {
    await this.#forget();
    await this.begin();
  }

  async #forget() {
    this.#following?.abort();
    this.memory.conversations = this.memory.conversations.filter((each) => each.id !== this.#now?.id);
    this.#now = null;
  }

  /** Take the history as the truth: add what is new, or show all anew where it is another talk. */
  #adopt(history) {
    const known = this.messages;
    const shared = Math.min(history.length, known.length);
    const same = known
      .slice(0, shared)
      .every(({ from, text }, i) => history[i].from === from && history[i].text === text);
    if (this.pending || (same && history.length <= known.length && shared)) return; // nothing new, or read too early
    this.#take(same ? known : [], same ? history.slice(known.length) : history, !same || !known.length);
  }

  #take(before, fresh, redraw) {
    this.messages = [...before, ...fresh];
    this.#tell('messages', { fresh, redraw });
  }

  #follow() {
    this.#following?.abort();
    this.#following = new AbortController();
    const { id, token } = this.#now;
    follow({
      api: this.api,
      path: `${PATH}/${id}/events`,
      token,
      signal: this.#following.signal,
      look: () => this.look(),
    });
  }

  #setPending(message) {
    this.pending = message;
    this.memory.pending = message;
    if (message) this.#tell('pending', message);
  }

  #setState(state) {
    if (state === this.state) return;
    this.state = state;
    this.#tell('state', state);
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
