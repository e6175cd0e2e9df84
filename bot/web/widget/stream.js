// News from another tab or the front desk: the server's events, else its history at intervals.

const INTERVAL = 4_000; // ms between two looks at the history
const LONGEST_PAUSE = 30_000; // ms

/** Yield the events of a text/event-stream as {event, data}. */
export async function* eventsOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text = (text + value).replaceAll('\r\n', '\n');
    const blocks = text.split('\n\n');
    text = blocks.pop();
    for (const block of blocks) {
      const fields = block
        .split('\n')
        .map((line) => /^(event|data): ?(.*)$/.exec(line))
        .filter(Boolean);
      const event = fields.find(([, name]) => name === 'event')?.[2] ?? 'message';
      const data = fields
        .filter(([, name]) => name === 'data')
        .map(([, , value_]) => value_)
        .join('\n');
      if (data) yield { event, data };
    }
  }
}

/** Call `look` whenever there may be news, until the signal ends it. */
export async function follow({ api, path, token, signal, look }) {
  for (let failed = 0; !signal.aborted;) {
    const response = await api.stream(path, token, signal);
    if (response?.status === 404) return watch(look, signal);
    if (response?.ok && response.body) {
      failed = 0;
      await look(); // what came while nobody listened
      try {
        for await (const { event } of eventsOf(response.body)) if (event === 'message') look();
      } catch {
        /* the connection broke: open it again */
      }
    } else {
      await look();
    }
    failed += 1;
    await pause(Math.min(1_000 * 2 ** failed, LONGEST_PAUSE), signal);
  }
  return undefined;
}

async function watch(look, signal) {
  while (!signal.aborted) {
    await pause(INTERVAL, signal);
    if (!signal.aborted && document.visibilityState === 'visible') await look();
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
