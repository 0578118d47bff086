import type { Channel } from '../flows/auditor.ts';
import type { CustomerWithCards } from '../support/customer.ts';
import type { World } from '../support/world.ts';

/** Something that goes wrong while a payment is under way. */
export type FaultCase =
  | {
      readonly id: string;
      readonly kind: 'outside';
      arrange(town: FaultTarget, aims: readonly string[]): Promise<unknown>;
    }
  /** The server dies while the outside, so arranged, takes its time with the answer. */
  | {
      readonly id: string;
      readonly kind: 'kill-waiting';
      arrange(town: FaultTarget, aims: readonly string[]): Promise<unknown>;
    }
  /** The server dies at this milestone of a payment's way. */
  | { readonly id: string; readonly kind: 'kill'; readonly at: string };

/** What a fault is done to. */
export interface FaultTarget {
  readonly world: World;
  readonly customer: CustomerWithCards;
}

/** Milestones at which the server dies, by what is under way. */
export const KILLS = {
  payment: ['intent-written', 'answer-arrived', 'outcome-written', 'cancellation-decided', 'cancellation-answered'],
  chip: [
    'intent-written',
    'answer-arrived',
    'outcome-written',
    'advance-received',
    'advance-answered',
    'cancellation-decided',
  ],
  refund: ['refund-intent-written', 'refund-answered'],
  batch: ['batch-frozen', 'batch-begun', 'batch-counted', 'batch-answered', 'batch-ended'],
} as const;

const BANK: readonly FaultCase[] = [
  bank('no answer', { kind: 'deaf' }),
  bank('answer lost', { kind: 'silent' }),
  bank('late answer', { kind: 'late', seconds: 40 }),
  bank('stuck', { kind: 'stuck', seconds: 40 }),
  bank('duplicate', { kind: 'duplicate' }),
  bank('wrong MAC', { kind: 'wrong-mac' }),
  bank('garbage', { kind: 'garbage' }),
  bank('line cut after send', { kind: 'disconnect' }),
  { id: 'line down', kind: 'outside', arrange: ({ customer }) => customer.setBankLine(false) },
  { id: 'host restart', kind: 'outside', arrange: restartInHand },
  { ...bank('killed after send', { kind: 'late', seconds: 40 }), kind: 'kill-waiting' },
];

/** Faults of each channel, in an order that a seed may shuffle. */
export const FAULTS: Readonly<Record<Channel, readonly FaultCase[]>> = {
  card: BANK,
  wechat: walletFaults('wechat'),
  alipay: walletFaults('alipay'),
  'unionpay-qr': walletFaults('unionpay-qr'),
  ecny: walletFaults('ecny'),
};

/** What happens to codes that customers scan: news that comes early, alone, twice, late, or under another certificate. */
export function faultsOfShownCodes(wallet: Channel): readonly FaultCase[] {
  const news = (id: string, fault: object): FaultCase => ({
    id,
    kind: 'outside',
    arrange: ({ customer }) => customer.setWalletFault(wallet, { count: 1, ...fault }),
  });
  return [
    news('told before the answer', { kind: 'notified-first', operation: 'order' }),
    news('told only, no question answered', { kind: 'silence', operation: 'query', count: 40 }),
    news('asked only, never told', { kind: 'silence', operation: 'notify', count: 40 }),
    news('told twice', { kind: 'duplicate' }),
    news('told again by somebody who listened in', { kind: 'replay' }),
    news('told out of order', { kind: 'reordered', delayMs: 500 }),
    news('told under a wrong signature first', { kind: 'wrong-signature', operation: 'notify' }),
    news('another certificate in between', { kind: 'rotation', operation: 'order' }),
    news('a clock that is ahead', { kind: 'clock-skew', operation: 'notify', delayMs: 600_000 }),
  ];
}

/** The server dies at one of these. */
export function killsAt(milestones: readonly string[]): readonly FaultCase[] {
  return milestones.map((at) => ({ id: `killed at ${at}`, kind: 'kill', at }));
}

/** Everything as it was: no fault waits, the line stands. */
export async function lift({ customer }: FaultTarget): Promise<void> {
  await customer.clearFaults();
  await customer.setBankLine(true);
}

const RESTART_AFTER_MS = 200;

/** The host has the request in hand when it restarts. */
async function restartInHand({ world, customer }: FaultTarget, aims: readonly string[]): Promise<void> {
  await customer.setBankFault({ kind: 'slow', seconds: 20 }, aims);
  setTimeout(() => void world.simulator.bank.restart(0), RESTART_AFTER_MS);
}

function bank(id: string, fault: object): Extract<FaultCase, { kind: 'outside' }> {
  return { id, kind: 'outside', arrange: ({ customer }, aims) => customer.setBankFault(fault, aims) };
}

function walletFaults(wallet: Channel): readonly FaultCase[] {
  const one = (id: string, kind: string, more: object = {}): Extract<FaultCase, { kind: 'outside' }> => ({
    id,
    kind: 'outside',
    arrange: ({ customer }, [operation]) => customer.setWalletFault(wallet, { kind, count: 1, operation, ...more }),
  });
  const ofPayments = (id: string, kind: string, more: object = {}): FaultCase => ({
    id,
    kind: 'outside',
    arrange: ({ customer }) => customer.setWalletFault(wallet, { kind, count: 1, ...more }),
  });
  return [
    one('no answer', 'silence'),
    one('answer lost', 'lost-answer'),
    one('late answer', 'delay', { delayMs: 600 }),
    { ...one('killed after send', 'delay', { delayMs: 1_500 }), kind: 'kill-waiting' },
    one('error 500', '500'),
    one('wrong signature', 'wrong-signature'),
    one('truncated', 'truncated'),
    ofPayments('success after our cancel', 'late-success-after-cancel', { delayMs: 100 }),
    ofPayments('the customer never finishes', 'userpaying-forever'),
  ];
}
