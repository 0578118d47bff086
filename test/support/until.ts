import { setTimeout as delay } from 'node:timers/promises';

/** States of a payment that the platform still has to resolve. */
export const UNFINISHED: readonly string[] = ['created', 'pending', 'unknown', 'cancelling'];

const LONGEST_MS = 20_000;

/** Asks until the answer is as wanted, and returns the last answer either way, so that the caller's assertion shows it. */
export async function until<Answer>(
  ask: () => Promise<Answer>,
  wanted: (answer: Answer) => boolean,
  longestMs = LONGEST_MS,
): Promise<Answer> {
  const deadline = Date.now() + longestMs;
  for (;;) {
    const answer = await ask();
    if (wanted(answer) || Date.now() > deadline) return answer;
    await delay(50);
  }
}
