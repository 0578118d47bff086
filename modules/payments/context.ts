import { assert, type Clock, type Db, Fault, GroupCommit, type Rng } from '@zhanggui/base';
import type { ChannelConfig, FeeRate } from '../merchants/api.ts';
import type { PaymentView } from './api.ts';
import type { ChannelTest, MethodPlugin, PaymentMethod } from './method.ts';
import { type Payment, policyOf, viewOf } from './payment.ts';
import { type PaymentWrite, type WriteResult, writePayments } from './store.ts';

/** Places of a payment's way at which a crash is interesting; tests stop the process at each. */
export type Milestone =
  | 'intent-written'
  | 'answer-arrived'
  | 'outcome-written'
  | 'advance-received'
  | 'advance-answered'
  | 'cancellation-decided'
  | 'cancellation-answered'
  | 'refund-intent-written'
  | 'refund-answered'
  | 'signature-kept';

/** A way to pay, ready to run. */
export interface RunningMethod {
  readonly plugin: MethodPlugin;
  readonly method: PaymentMethod;
  /** Tries an account with the channel; absent where there is no channel. */
  readonly testChannel?: (config: ChannelConfig) => Promise<ChannelTest>;
}

/** What the payments module needs of the world. */
export interface PaymentsEnvironment {
  readonly db: Db;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly methods: readonly RunningMethod[];
  /** The merchant's price for a method; undefined where the contract names none. */
  rateOf(merchantId: string, methodId: string): Promise<FeeRate | undefined>;
  /** The shift that is open at a till now: cash that goes back comes out of its drawer. */
  openShiftOf(tillId: string): Promise<string | null>;
  /** Told after each commit that changed a payment: screens are pushed from here. */
  announce(view: PaymentView): void;
  /** Told of faults that have no caller to go to. */
  report(error: unknown, paymentId: string): void;
  milestone?(name: Milestone, paymentId: string): void;
}

/** The payments module at work. */
export interface Payments extends PaymentsEnvironment {
  /** Durable once resolved; concurrent writes share database transactions. */
  commit(write: PaymentWrite): Promise<WriteResult>;
  /** Requests under way in this process by command key, so that a copy waits for the first one's answer. */
  readonly inFlight: Map<string, Promise<Payment>>;
}

/** Puts the module to work on its ports. */
export function openPayments(environment: PaymentsEnvironment): Payments {
  const group = new GroupCommit<PaymentWrite, WriteResult>((writes) =>
    environment.db.transaction((tx) => writePayments(tx, writes)),
  );
  return { ...environment, commit: (write) => group.commit(write), inFlight: new Map() };
}

/**
 * The running method with this id.
 * @throws Fault `method-unknown` when the registry does not hold it.
 */
export function methodOf(payments: Payments, methodId: string): RunningMethod {
  const found = payments.methods.find(({ plugin }) => plugin.id === methodId);
  if (found === undefined) throw new Fault('method-unknown', { params: { method: methodId } });
  return found;
}

/** Tells the screens how the payment stands now. */
export function announcePayment(payments: Payments, payment: Payment): void {
  const plugin = payments.methods.find((running) => running.plugin.id === payment.method)?.plugin;
  payments.announce(viewOf(payment, plugin === undefined ? undefined : policyOf(plugin, payment)));
}

/** A database error of the constraint with this name. */
export function brokeConstraint(error: unknown, constraint: string): boolean {
  return error instanceof Error && (error as { constraint?: unknown }).constraint === constraint;
}

/** The row that a write has just changed must be there. */
export function existing<Row>(row: Row | undefined, id: string): Row {
  assert(row !== undefined, `${id} is stored`);
  return row;
}
