import type { HostFault } from '../../sim/hosts/bank-faults.ts';
import type { WalletId } from '../../sim/wallets/code-issuer.ts';
import type { Fault, WalletOperation } from '../../sim/wallets/faults.ts';
import { until } from '../support/until.ts';
import type { Town } from './shop.ts';
import {
  allOf,
  type Outside,
  type Trap,
  trapAtBank,
  trapAtWallet,
  trapOfBooking,
  trapOfLateSuccess,
  trapOfNews,
} from './traps.ts';

/** What a cashier and a customer do; it may be done again after it was left without an answer, with the same keys. */
export type Act = () => Promise<unknown>;

/** Something that goes wrong while a payment is under way. */
export interface FaultCase {
  /** Words of the field; the same words for the same thing everywhere. */
  readonly id: string;
  /**
   * Lets it go wrong with the act, and makes all well again.
   * @returns sentences about what did not go wrong as it should have: a fault that never happened has shown nothing.
   */
  befall(town: Town, act: Act): Promise<readonly string[]>;
}

/** A fault of the outside, which is set before the act. */
export interface OutsideFault extends FaultCase {
  set(town: Outside): Trap | Promise<Trap>;
}

/** Long enough for a payment to be given up, undone and asked about once more. */
const SPRINGS_WITHIN_MS = 15_000;

/** Waits until it has gone wrong. @returns what to say where it never did. */
export async function sprung(trap: Trap, withinMs = SPRINGS_WITHIN_MS): Promise<readonly string[]> {
  const isSprung = await until(async () => trap.isSprung(), Boolean, withinMs);
  return isSprung ? [] : ['the fault met nothing'];
}

/** What can go wrong at the bank with messages of these types or kinds. */
export function bankFaults(messages: readonly string[]): readonly OutsideFault[] {
  const bank = (id: string, fault: HostFault): OutsideFault => outside(id, (town) => trapAtBank(town, fault, messages));
  return [
    bank('no answer', { kind: 'deaf' }),
    bank('answer lost', { kind: 'silent' }),
    bank('late answer', { kind: 'late', seconds: 40 }),
    ...(messages.some((message) => UNDECIDED.includes(message)) ? [] : [bookedLate(messages)]),
    bank('duplicate', { kind: 'duplicate' }),
    bank('wrong MAC', { kind: 'wrong-mac' }),
    bank('garbage', { kind: 'garbage' }),
    bank('line cut after send', { kind: 'disconnect' }),
    bank('line cut in the answer', { kind: 'cut' }),
    bank('day change', { kind: 'day-change', seconds: 20 }),
    outside('line down', lineDown),
    outside('host restart', (town) => restartInHand(town, messages)),
  ];
}

/** What the bank keeps no decision of. */
const UNDECIDED: readonly string[] = ['0400', '0500', '0320', 'script-result', 'signature-upload'];

/** The bank decides when the request is long given up and undone, and its answer is the only word of it. */
function bookedLate(messages: readonly string[]): OutsideFault {
  return outside('booked late', (town) =>
    allOf(trapAtBank(town, { kind: 'stuck', seconds: 40 }, messages), trapOfBooking(town)),
  );
}

/** What can go wrong with one request to a wallet. */
export function requestFaults(wallet: WalletId, operation: WalletOperation): readonly OutsideFault[] {
  const one = (id: string, fault: Pick<Fault, 'kind'> & Partial<Fault>): OutsideFault =>
    outside(id, (town) => trapAtWallet(town, wallet, { operation, ...fault }));
  return [
    one('no answer', { kind: 'silence' }),
    one('answer lost', { kind: 'lost-answer' }),
    one('late answer', { kind: 'delay', delayMs: 600 }),
    one('error 500', { kind: '500' }),
    one('wrong signature', { kind: 'wrong-signature' }),
    one('truncated', { kind: 'truncated' }),
  ];
}

/** A customer who does not pay in time, or pays when it is too late. */
export function slowCustomers(wallet: WalletId): readonly OutsideFault[] {
  return [
    outside('success after our cancel', (town) =>
      allOf(
        trapAtWallet(town, wallet, { kind: 'late-success-after-cancel', delayMs: 100 }),
        trapOfLateSuccess(town, wallet),
      ),
    ),
    outside('the customer never finishes', (town) => trapAtWallet(town, wallet, { kind: 'userpaying-forever' })),
  ];
}

/** What can go wrong with the news that a wallet sends by itself of what `asked` has begun and `question` asks after. */
export function newsFaults(
  wallet: WalletId,
  asked: WalletOperation,
  question: 'query' | 'refund-query',
): readonly OutsideFault[] {
  const news = (id: string, fault: Pick<Fault, 'kind'> & Partial<Fault>): OutsideFault =>
    outside(id, (town) => trapAtWallet(town, wallet, fault));
  const unanswered = { kind: 'silence', operation: question, count: 40 } as const;
  return [
    outside('told before the answer', (town) =>
      allOf(
        trapAtWallet(town, wallet, asked === 'order' ? { kind: 'notified-first' } : answeredAfter(asked)),
        trapOfNews(town, wallet),
      ),
    ),
    outside('told only', (town) => {
      // What shows a code has to be answered, or there is nothing to be told of.
      const unheard = asked === 'order' ? [] : [trapAtWallet(town, wallet, { kind: 'lost-answer', operation: asked })];
      trapAtWallet(town, wallet, unanswered);
      return allOf(...unheard, trapOfNews(town, wallet));
    }),
    news('asked only', { kind: 'silence', operation: 'notify', count: 40 }),
    news('told twice', { kind: 'duplicate' }),
    news('told again by somebody who listened in', { kind: 'replay' }),
    news('told out of order', { kind: 'reordered', delayMs: 500 }),
    news('told under a wrong signature first', { kind: 'wrong-signature', operation: 'notify' }),
    ...(SIGNS_THE_TIME.includes(wallet)
      ? [news('a clock that is ahead', { kind: 'clock-skew', operation: 'notify', delayMs: 600_000 })]
      : []),
    ...(CHANGES_CERTIFICATES.includes(wallet)
      ? [news('another certificate in between', { kind: 'rotation', operation: asked })]
      : []),
  ];
}

/** UnionPay's notifications carry no time at which they were signed. */
const SIGNS_THE_TIME: readonly WalletId[] = ['wechat', 'alipay', 'ecny'];
/** e-CNY signs with a key that stays. */
const CHANGES_CERTIFICATES: readonly WalletId[] = ['wechat', 'alipay', 'unionpay-qr'];

/** Done at once and answered within the time, but only after the news of it. */
function answeredAfter(operation: WalletOperation): Pick<Fault, 'kind'> & Partial<Fault> {
  return { kind: 'delay', operation, delayMs: 250 };
}

/** The till asks twice at once, as one that lost its patience does. */
export const ASKED_TWICE: FaultCase = {
  id: 'asked twice at once',
  befall: async (_town, act) => {
    await Promise.all([act(), act()]);
    return [];
  },
};

function outside(id: string, set: OutsideFault['set']): OutsideFault {
  return {
    id,
    set,
    befall: async (town, act) => {
      const trap = await set(town);
      await act();
      const unsprung = await sprung(trap);
      await town.heal();
      return unsprung;
    },
  };
}

async function lineDown({ world, customer }: Outside): Promise<Trap> {
  await customer.setBankLine(false);
  return { isSprung: () => !world.simulator.bank.line.isUp };
}

/** The host has the request in hand when it restarts. */
function restartInHand(town: Outside, messages: readonly string[]): Trap {
  const inHand = trapAtBank(town, { kind: 'slow', seconds: 20 }, messages);
  let isRestarted = false;
  void sprung(inHand).then(async (unsprung) => {
    if (unsprung.length > 0) return;
    await town.world.simulator.bank.restart(0);
    isRestarted = true;
  });
  return { isSprung: () => isRestarted };
}
