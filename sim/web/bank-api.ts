/** What a bank does wrong, or slowly, with a request. */
export const FAULT_KINDS = [
  'silent',
  'deaf',
  'late',
  'stuck',
  'wrong-mac',
  'decline',
  'disconnect',
  'garbage',
  'duplicate',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/** An entry of the bank's book. */
export interface BookEntry {
  readonly sequence: number;
  readonly at: string;
  readonly kind: 'sale' | 'void' | 'refund';
  readonly terminalId: string;
  readonly stan: string;
  readonly rrn: string;
  readonly cardId: string | null;
  readonly maskedPan: string;
  readonly amountMinor: number;
  readonly responseCode: string;
  readonly state: 'approved' | 'declined' | 'reversed' | 'voided';
  readonly refundedMinor: number;
}

/** Everything that the page shows. */
export interface BankView {
  readonly book: {
    readonly authorizations: readonly BookEntry[];
    readonly accounts: readonly {
      readonly cardId: string;
      readonly maskedPan: string;
      readonly balanceMinor: number;
    }[];
  };
  readonly status: {
    readonly up: boolean;
    readonly port: number;
    readonly connections: number;
    readonly terminals: readonly { tillId: string; terminalId: string; batchNumber: string; signedOn: boolean }[];
    readonly faults: {
      readonly next: readonly { fault: { kind: FaultKind }; remaining: number | null }[];
      readonly cards: Readonly<Record<string, { kind: FaultKind }>>;
    };
  };
}

const LATE_SECONDS = 40;

/** @throws Error when the simulator does not answer. */
export async function fetchBank(): Promise<BankView> {
  const [book, status] = await Promise.all([ask('GET', 'book?limit=100'), ask('GET', 'status')]);
  return { book, status } as BankView;
}

/** Plans a fault: for a card, or for the next message of any card; null lifts a card's. */
export function planFault(kind: FaultKind | null, cardId?: string): Promise<unknown> {
  const extra =
    kind === 'decline' ? { code: '05' } : kind === 'late' || kind === 'stuck' ? { seconds: LATE_SECONDS } : {};
  const fault = kind === null ? null : { kind, ...extra };
  return ask('POST', 'faults', cardId === undefined ? { fault } : { fault, cardId });
}

export function resetFaults(): Promise<unknown> {
  return ask('DELETE', 'faults');
}

export function setLine(up: boolean): Promise<unknown> {
  return ask('POST', 'line', { up });
}

export function forgetKeys(): Promise<unknown> {
  return ask('POST', 'forget-keys', {});
}

async function ask(method: string, path: string, body?: object): Promise<unknown> {
  const json =
    body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(`/sim/bank/${path}`, { method, ...json });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}
