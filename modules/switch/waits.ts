/** How long the switch waits for hosts, in milliseconds. */
export interface Waits {
  /** For the answer to a sign-on. */
  readonly signOnMs: number;
  /** For the answer to a sign-off, a status or a part of a download. */
  readonly managementMs: number;
  /** For the answer to a message that closes a batch. */
  readonly settlementMs: number;
  /** For the answer to a stored message. */
  readonly adviceMs: number;
  /** How long a stored message belongs to one process: longer than a sign-on and an answer may take together. */
  readonly adviceLeaseMs: number;
  /** For reversals that a till owes, before its next request goes out all the same. */
  readonly reversalMs: number;
}

/** A busy machine takes this long to answer for itself, however fast the simulated outside runs. */
const SHORTEST_MS = 500;

/** The waits where the outside runs `timeScale` times as slow as life; 1 in life. */
export function scaledWaits(timeScale: number): Waits {
  const scaled = (lifeMs: number, shortestMs?: number): number => scaledWait(lifeMs, timeScale, shortestMs);
  const signOnMs = scaled(10_000, 4 * SHORTEST_MS);
  const adviceMs = scaled(20_000);
  return {
    signOnMs,
    managementMs: scaled(10_000, 4 * SHORTEST_MS),
    settlementMs: scaled(30_000),
    adviceMs,
    adviceLeaseMs: 3 * (signOnMs + adviceMs),
    reversalMs: scaled(3_000),
  };
}

/** One wait, of `lifeMs` in life. */
export function scaledWait(lifeMs: number, timeScale: number, shortestMs = SHORTEST_MS): number {
  return Math.ceil(Math.max(lifeMs * timeScale, Math.min(lifeMs, shortestMs)));
}
