import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '@zhanggui/base';
import type { PairedTill } from '../store/agent-store.ts';

/** How far a request's time may be from ours: both clocks are the same machine's. */
const MOST_SKEW_MS = 60_000;

/** A request as it came. */
export interface SignedRequest {
  readonly method: string;
  /** Path with its query, as it was sent. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly origin: string;
}

export type SignatureVerdict = 'ok' | 'not-paired' | 'signature-wrong' | 'too-old' | 'replayed';

/** Verifies that requests come from paired tills, now, whole, and once each. */
export class SignatureGate {
  readonly #tillOf: (deviceId: string) => PairedTill | undefined;
  readonly #clock: Pick<Clock, 'now'>;
  /** Nonces seen, with the time until which they could be sent again. */
  readonly #seen = new Map<string, number>();

  constructor(tillOf: (deviceId: string) => PairedTill | undefined, clock: Pick<Clock, 'now'>) {
    this.#tillOf = tillOf;
    this.#clock = clock;
  }

  verdict({ method, target, headers, body, origin }: SignedRequest): SignatureVerdict {
    const deviceId = textOf(headers['x-zhanggui-device']);
    const till = this.#tillOf(deviceId);
    if (till === undefined || till.origin !== origin) return 'not-paired';
    const time = textOf(headers['x-zhanggui-time']);
    const nonce = textOf(headers['x-zhanggui-nonce']);
    const digest = createHash('sha256').update(body).digest('hex').toUpperCase();
    const content = [method, target, time, nonce, digest].join('\n');
    const expected = createHmac('sha256', Buffer.from(till.key, 'hex')).update(content).digest();
    const given = Buffer.from(textOf(headers['x-zhanggui-signature']), 'hex');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'signature-wrong';
    const now = this.#clock.now();
    if (!/^\d{13}$/.test(time) || Math.abs(now - Number(time)) > MOST_SKEW_MS) return 'too-old';
    return this.#isFirst(`${deviceId} ${nonce}`, now) ? 'ok' : 'replayed';
  }

  #isFirst(nonce: string, now: number): boolean {
    for (const [old, until] of this.#seen) {
      if (until > now) break;
      this.#seen.delete(old);
    }
    if (this.#seen.has(nonce)) return false;
    this.#seen.set(nonce, now + 2 * MOST_SKEW_MS);
    return true;
  }
}

function textOf(header: string | string[] | undefined): string {
  return typeof header === 'string' ? header : '';
}
