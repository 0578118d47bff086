import { randomInt } from 'node:crypto';

/** A code that a phone shows for an account. */
export interface PaymentCode {
  /** Nineteen digits beginning with 62, as UnionPay's codes do. */
  readonly code: string;
  readonly expiresAt: string;
}

const LIVES_MS = 60_000;
const PREFIX = '6228';

/** Payment codes of the bank's own app: each is good for a minute and for one payment. */
export class PaymentCodes {
  readonly #codes = new Map<string, { cardId: string; expiresMs: number }>();

  issue(cardId: string, now: Date): PaymentCode {
    for (const [code, { expiresMs }] of this.#codes) if (expiresMs < now.getTime()) this.#codes.delete(code);
    const digits = Array.from({ length: 15 }, () => randomInt(10)).join('');
    const expiresMs = now.getTime() + LIVES_MS;
    this.#codes.set(PREFIX + digits, { cardId, expiresMs });
    return { code: PREFIX + digits, expiresAt: new Date(expiresMs).toISOString() };
  }

  /** The card behind a code, used up by this; null when there is none or it is too old. */
  redeem(code: string, now: Date): string | null {
    const found = this.#codes.get(code);
    this.#codes.delete(code);
    return found === undefined || found.expiresMs < now.getTime() ? null : found.cardId;
  }
}
