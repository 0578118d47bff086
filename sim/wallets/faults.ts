import type { WalletId } from './code-issuer.ts';

/** What a simulated wallet can be told to do wrong. */
export const FAULT_KINDS = [
  /** The request is read and forgotten; no answer ever. */
  'silence',
  /** Processed at once, answered after `delayMs`. */
  'delay',
  /** Not processed; HTTP 500 with a page that nobody signed. */
  '500',
  /** Processed and answered, but the signature does not fit. */
  'wrong-signature',
  /** Processed; the answer breaks off in the middle. */
  'truncated',
  /** Processed; the connection closes without an answer. */
  'lost-answer',
  /** A payment waits for the customer; its cancellation is confirmed, and after `delayMs` it succeeds all the same. */
  'late-success-after-cancel',
  /** A payment waits for the customer for ever, and no phone is asked. */
  'userpaying-forever',
  /** An order is paid by the first customer, and its notification delivered, before the order itself is answered. */
  'notified-first',
  /** The wallet's certificate is followed by another between the request and its answer. */
  'rotation',
  /** The message carries a time that is `delayMs` ahead of the wallet's clock. */
  'clock-skew',
  /** A notification is delivered twice, each time signed anew. */
  'duplicate',
  /** A notification is delivered a second time byte for byte, as somebody who listened in would. */
  'replay',
  /** A notification waits until the next one was delivered, but at most `delayMs`. */
  'reordered',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/** The requests that a fault can be aimed at. */
export const WALLET_OPERATIONS = [
  'pay',
  'order',
  'query',
  'cancel',
  'refund',
  'refund-query',
  'bill',
  'notify',
  'other',
] as const;

export type WalletOperation = (typeof WALLET_OPERATIONS)[number];

/** A fault that waits for its request. */
export interface Fault {
  readonly kind: FaultKind;
  /** How many requests it still hits; null until it is lifted. */
  readonly count: number | null;
  /** Undefined: any operation for which the kind makes sense. */
  readonly operation: WalletOperation | undefined;
  readonly delayMs: number;
}

const REQUESTS = WALLET_OPERATIONS.filter((operation) => operation !== 'notify');
/** What of a wallet carries the time at which it was signed. */
const TIMED: Readonly<Record<WalletId, readonly WalletOperation[]>> = {
  wechat: WALLET_OPERATIONS,
  alipay: ['notify'],
  'unionpay-qr': [],
  ecny: WALLET_OPERATIONS,
};

/** What of a wallet a fault of this kind can befall; nothing where the wallet has no such thing. */
export function befalls(wallet: WalletId, kind: FaultKind): readonly WalletOperation[] {
  switch (kind) {
    case 'late-success-after-cancel':
    case 'userpaying-forever':
      return ['pay', 'order'];
    case 'notified-first':
      return ['order'];
    case 'duplicate':
    case 'replay':
    case 'reordered':
      return ['notify'];
    case '500':
      return REQUESTS;
    case 'rotation':
      // An operator of e-CNY is known by a key that stays.
      return wallet === 'ecny' ? [] : REQUESTS;
    case 'clock-skew':
      return TIMED[wallet];
    default:
      return WALLET_OPERATIONS;
  }
}

/** The faults that are set for a wallet, in the order in which they were set; each request meets at most one. */
export class FaultBox {
  readonly #wallet: WalletId;
  #faults: readonly Fault[] = [];

  constructor(wallet: WalletId) {
    this.#wallet = wallet;
  }

  add(fault: Fault): void {
    this.#faults = [...this.#faults, fault];
  }

  clear(): void {
    this.#faults = [];
  }

  get waiting(): readonly Fault[] {
    return this.#faults;
  }

  /** The fault that hits this request, counted down. */
  take(operation: WalletOperation): Fault | undefined {
    const met = this.#faults.find((fault) => this.#aims(fault, operation));
    if (met === undefined || met.count === null) return met;
    const left = met.count > 1 ? [{ ...met, count: met.count - 1 }] : [];
    this.#faults = this.#faults.flatMap((fault) => (fault === met ? left : [fault]));
    return met;
  }

  #aims(fault: Fault, operation: WalletOperation): boolean {
    const possible = befalls(this.#wallet, fault.kind);
    if (!possible.includes(operation)) return false;
    if (fault.operation !== undefined) return fault.operation === operation;
    // What can befall requests befalls requests, unless notifications are named.
    return operation !== 'notify' || possible.length === 1;
  }
}
