/**
 * Tells a keyboard-wedge scanner, which types a code much faster than a person, from a person at the keyboard. Pure: the
 * page feeds it keys with their times, from wherever the focus is.
 */
export interface ScanState {
  readonly text: string;
  readonly startedAtMs: number;
  readonly lastAtMs: number;
  /** Largest average gap between keys that still counts as a scanner; follows the scanner that is really there. */
  readonly gapLimitMs: number;
  /**
   * The scanner here ends its codes with a terminator, so silence may be a busy machine and is given more time. Most do from
   * the factory, so it is believed until one has not.
   */
  readonly terminates: boolean;
}

export type ScanInput =
  | { readonly kind: 'key'; readonly key: string; readonly atMs: number }
  /** Nothing was typed for the time that `quietAfterMs` asks for. */
  | { readonly kind: 'quiet'; readonly atMs: number };

export interface ScanStep {
  readonly state: ScanState;
  /** A whole code, when this input completed one. */
  readonly scanned: string | undefined;
}

const FIRST_GAP_LIMIT_MS = 35;
const SMALLEST_GAP_LIMIT_MS = 20;
const LARGEST_GAP_LIMIT_MS = 60;
const SHORTEST_CODE = 4;
/**
 * A code of this length with a terminator is a scanner's up to a larger gap: nobody types so many figures as money, and a
 * scanner behind a busy machine comes late.
 */
const SURELY_A_CODE = 8;
const TERMINATED_GAP_LIMIT_MS = 90;
/** A single pause longer than this many limits separates two things typed. */
const BREAK_FACTOR = 6;
/** The same pause, and the silence that ends a code, where the scanner sends terminators. */
const PATIENT_BREAK_MS = 390;
const PATIENT_QUIET_MS = 1_000;

export const NO_SCAN: ScanState = {
  text: '',
  startedAtMs: 0,
  lastAtMs: 0,
  gapLimitMs: FIRST_GAP_LIMIT_MS,
  terminates: true,
};

/** How long the page waits after a key before it reports `quiet`. */
export function quietAfterMs(state: ScanState): number {
  return state.terminates ? PATIENT_QUIET_MS : state.gapLimitMs * BREAK_FACTOR;
}

/**
 * Takes one key or one silence. Enter and Tab end a code at once; a scanner without a terminator ends by silence. There is no
 * limit to the length, and 18 digits over a slow radio in half a second still count.
 */
export function stepScan(state: ScanState, input: ScanInput): ScanStep {
  if (input.kind === 'quiet') return finish(state);
  if (input.key === 'Enter' || input.key === 'Tab') return finish(state, input.atMs);
  if (input.key.length !== 1) return { state, scanned: undefined };
  const gapMs = input.atMs - state.lastAtMs;
  const continues = state.text !== '' && gapMs <= breakMs(state);
  return {
    state: {
      ...state,
      text: continues ? state.text + input.key : input.key,
      startedAtMs: continues ? state.startedAtMs : input.atMs,
      lastAtMs: input.atMs,
    },
    scanned: undefined,
  };
}

function breakMs(state: ScanState): number {
  return state.terminates ? PATIENT_BREAK_MS : state.gapLimitMs * BREAK_FACTOR;
}

/** `terminatedAtMs` is when a terminator came; a person's Enter comes long after the last figure and is left to the screen. */
function finish(state: ScanState, terminatedAtMs?: number): ScanStep {
  const cleared = { ...state, text: '' };
  if (state.text.length < SHORTEST_CODE) return { state: cleared, scanned: undefined };
  const averageMs = (state.lastAtMs - state.startedAtMs) / (state.text.length - 1);
  const lenient = terminatedAtMs !== undefined && state.text.length >= SURELY_A_CODE;
  const limitMs = lenient ? Math.max(state.gapLimitMs, TERMINATED_GAP_LIMIT_MS) : state.gapLimitMs;
  const late = terminatedAtMs !== undefined && terminatedAtMs - state.lastAtMs > limitMs * BREAK_FACTOR;
  if (averageMs > limitMs || late) return { state: cleared, scanned: undefined };
  const terminates = terminatedAtMs !== undefined;
  return { state: { ...cleared, terminates, gapLimitMs: adapt(state.gapLimitMs, averageMs) }, scanned: state.text };
}

/** Moves a quarter of the way to three times the scanner's own gap, within bounds that keep a quick typist out. */
function adapt(gapLimitMs: number, averageMs: number): number {
  const wanted = gapLimitMs + (averageMs * 3 - gapLimitMs) / 4;
  return Math.max(SMALLEST_GAP_LIMIT_MS, Math.min(LARGEST_GAP_LIMIT_MS, wanted));
}
