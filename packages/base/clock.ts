/** The port for time: code that decides by time takes one, so that tests and the simulation can turn it. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
  /** Resolves after `durationMs`; rejects with the signal's reason when it is aborted first. */
  sleep(durationMs: number, signal?: { readonly aborted: boolean }): Promise<void>;
}
