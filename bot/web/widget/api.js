// The HTTP API: calls, refusals, and which of them may pass by themselves.

const PATIENCE = 30_000; // ms
const PASSING = [0, 429, 500, 502, 503, 504];

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
