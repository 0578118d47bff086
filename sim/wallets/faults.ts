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
  /** How many requests it still hits. */
  readonly count: number;
  /** Undefined: any operation for which the kind makes sense. */
  readonly operation: WalletOperation | undefined;
  readonly delayMs: number;
}

const PAY_ONLY: readonly FaultKind[] = ['late-success-after-cancel', 'userpaying-forever'];
const NOTIFY_ONLY: readonly FaultKind[] = ['duplicate', 'replay', 'reordered'];

/** The faults that are set, in the order in which they were set; each request meets at most one. */
export class FaultBox {
  #faults: Fault[] = [];

  add(fault: Fault): void {
    if (fault.count > 0) this.#faults.push(fault);
  }

  clear(): void {
    this.#faults = [];
  }

  get waiting(): readonly Fault[] {
    return this.#faults;
  }

  /** The fault that hits this request, counted down. */
  take(operation: WalletOperation): Fault | undefined {
    const index = this.#faults.findIndex((fault) => aims(fault, operation));
    const fault = this.#faults[index];
    if (fault === undefined) return undefined;
    if (fault.count > 1) this.#faults[index] = { ...fault, count: fault.count - 1 };
    else this.#faults.splice(index, 1);
    return fault;
  }
}

function aims(fault: Fault, operation: WalletOperation): boolean {
  if (PAY_ONLY.includes(fault.kind)) return operation === 'pay' || operation === 'order';
  if (fault.kind === 'notified-first') return operation === 'order';
  if (NOTIFY_ONLY.includes(fault.kind)) return operation === 'notify';
  // What goes wrong with any request goes wrong with requests, unless notifications are named.
  return fault.operation === undefined ? operation !== 'notify' : fault.operation === operation;
}
