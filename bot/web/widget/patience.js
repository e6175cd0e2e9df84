// Trying again: silence is waited out, an error of the server is tried again some times.

import { pause } from './stream.js';

const PAUSES = [1, 2, 4, 8, 15]; // seconds before the next try
const TRIES_OF_A_FAULT = 3; // that is answered with an error of the server, not by silence

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
