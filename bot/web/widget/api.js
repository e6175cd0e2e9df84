// The HTTP API: calls, refusals, and trying again where a refusal may pass by itself.

const PATIENCE = 30_000; // ms
const PASSING = [0, 429, 500, 502, 503, 504];
const PAUSES = [1, 2, 4, 8, 15]; // seconds before the next try
const TRIES_OF_A_FAULT = 3; // that is answered with an error of the server, not by silence

/** A call that was not answered as wanted; status 0 where no answer came. */
export class Refusal extends Error {
  constructor(status, detail, wait) {
    super(detail);
    this.status = status;
    this.wait = wait; // seconds that the server asks for
    this.passing = PASSING.includes(status);
  }
}

export class Api {
  constructor(server) {
    this.server = server; // a URL that ends with a slash
  }

  /** Return the answer as JSON; throws a Refusal. */
  async call(method, path, { token, body, key, signal } = {}) {
    const headers = { Accept: 'application/json' };
    if (body) headers['Content-Type'] = 'application/json';
    if (token) headers.Authorization = `Bearer ${token}`;
    if (key) headers['Idempotency-Key'] = key;
    const patience = AbortSignal.timeout(PATIENCE);
    const response = await fetch(new URL(path, this.server), {
      method,
      headers,
      body: body && JSON.stringify(body),
      cache: 'no-store',
      credentials: 'omit',
      signal: signal ?? patience,
    }).catch(() => {
      throw new Refusal(0, '');
    });
    if (response.status === 204) return {};
    const answer = await response.json().catch(() => null);
    if (response.ok && answer) return answer;
    throw new Refusal(
      response.ok ? 0 : response.status,
      answer?.detail ?? '',
      Number(response.headers.get('Retry-After')) || null,
    );
  }

  /** Open a stream of events; returns the response whatever its status, or null where no answer came. */
  async stream(path, token, signal) {
    const headers = { Accept: 'text/event-stream', Authorization: `Bearer ${token}` };
    return fetch(new URL(path, this.server), { headers, signal, cache: 'no-store', credentials: 'omit' }).catch(
      () => null,
    );
  }
}

/** Return a key that no other message has; crypto.randomUUID is missing on pages without TLS. */
export function freshKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Return what the action returns, once it does. `waits` is told why: offline (no answer), waiting (the server
 * asks for time), and the refusal. Throws the Refusal that does not pass by itself.
 */
export async function patiently(action, { waits, goesOn }) {
  for (let tries = 0, faults = 0; ; tries += 1) {
    try {
      const answer = await action();
      goesOn();
      return answer;
    } catch (refusal) {
      if (refusal.status && !refusal.wait) faults += 1;
      if (!refusal.passing || faults >= TRIES_OF_A_FAULT) throw refusal;
      waits(refusal.status ? 'waiting' : 'offline', refusal);
      await pause(1_000 * (refusal.wait ?? PAUSES[Math.min(tries, PAUSES.length - 1)]));
    }
  }
}

/** Wait some milliseconds, less where the signal ends it or the network comes back. */
export function pause(milliseconds, signal) {
  return new Promise((done) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener('online', end);
      done();
    };
    const timer = setTimeout(end, milliseconds);
    addEventListener('online', end);
    signal?.addEventListener('abort', end, { once: true });
  });
}

/** Pass over a refusal because there is no such thing; every other one is thrown on. */
export function unlessGone(refusal) {
  if (refusal.status !== 404) throw refusal;
  return null;
}

/** Pass over a refusal for good; one that may pass by itself is thrown on. */
export function unlessRefused(refusal) {
  if (refusal.passing) throw refusal;
  return null;
}
