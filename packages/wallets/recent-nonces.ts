const REMEMBERED = 100_000;

/** The nonces that one process has accepted within the window in which a signed message is believed. */
export class RecentNonces {
  readonly #windowMs: number;
  readonly #seenAt = new Map<string, number>();

  /** @param windowMs how long a message stays credible, from the earliest to the latest time that it may carry. */
  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** Whether the nonce was not seen in the window that ends now; it counts as seen from now on. */
  isNew(nonce: string, nowMs: number): boolean {
    for (const [old, seenAt] of this.#seenAt) {
      if (nowMs - seenAt <= this.#windowMs && this.#seenAt.size < REMEMBERED) break;
      this.#seenAt.delete(old);
    }
    if (this.#seenAt.has(nonce)) return false;
    this.#seenAt.set(nonce, nowMs);
    return true;
  }
}
