import { assert, type Clock, type Db, Fault, GroupCommit, groupReads, type Queryable, type Rng } from '@zhanggui/base';
import type { ChannelConfig, FeeRate } from '../merchants/api.ts';
import type { PaymentView } from './api.ts';
import type { ChannelTest, MethodPlugin, PaymentMethod } from './method.ts';
import { type Payment, policyOf, viewOf } from './payment.ts';
import { claimReversals, type PaymentWrite, paymentsByKeys, type WriteResult, writePayments } from './store.ts';

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

/** A command as its client names it. */
export interface Command {
  readonly merchantId: string;
  readonly commandKey: string;
}

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
  /** The shifts that are open at tills now, by till; each stays open until the end of the database transaction. */
  holdOpenShifts(tx: Queryable, tillIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
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
  /** The payment that a command made before, or undefined; concurrent requests share the statement. */
  earlier(command: Command): Promise<Payment | undefined>;
  /** Takes what a till's terminal must still undo, as `claimReversals` does; concurrent requests share the statement. */
  owedReversals(tillId: string): Promise<readonly Payment[]>;
  /** Requests under way in this process by command key, so that a copy waits for the first one's answer. */
  readonly inFlight: Map<string, Promise<Payment>>;
}

/** Puts the module to work on its ports. */
export function openPayments(environment: PaymentsEnvironment): Payments {
  const group = new GroupCommit<PaymentWrite, WriteResult>((writes) =>
    environment.db.transaction(async (tx) => {
      await enterDrawers(environment, tx, writes);
      return writePayments(tx, writes);
    }),
  );
  const owed = new GroupCommit<string, readonly Payment[]>((tillIds) => claimOwed(environment, tillIds));
  return {
    ...environment,
    commit: (write) => group.commit(write),
    earlier: groupReads((commands) => paymentsByKeys(environment.db, commands)),
    owedReversals: (tillId) => owed.commit(tillId),
    inFlight: new Map(),
  };
}

/**
 * Cash goes into the drawer of an open shift alone: a closing counts what is in it, and nothing comes after.
 * @throws Fault `no-open-shift` when the shift of a payment has been closed since it was asked for.
 */
async function enterDrawers(
  { methods, holdOpenShifts }: PaymentsEnvironment,
  tx: Queryable,
  writes: readonly PaymentWrite[],
): Promise<void> {
  const inDrawer = methods.filter(({ plugin }) => plugin.holds === 'drawer').map(({ plugin }) => plugin.id);
  const entering = writes.flatMap(({ intent }) =>
    intent !== undefined && inDrawer.includes(intent.payment.method) ? [intent.payment] : [],
  );
  if (entering.length === 0) return;
  const open = await holdOpenShifts(tx, [...new Set(entering.map(({ tillId }) => tillId))]);
  if (entering.some(({ tillId, shiftId }) => open.get(tillId) !== shiftId)) throw new Fault('no-open-shift');
}

/** Each payment is claimed by one request: the first of its till. */
async function claimOwed(
  { db, clock, methods }: PaymentsEnvironment,
  tillIds: readonly string[],
): Promise<readonly (readonly Payment[])[]> {
  const claimed = await claimReversals(db, tillIds, clock.now() + leaseMs(methods));
  return tillIds.map((tillId, index) =>
    tillIds.indexOf(tillId) === index ? claimed.filter((payment) => payment.tillId === tillId) : [],
  );
}

const LEASE_MARGIN_MS = 1_000;

/** How long a claimed payment stays claimed: longer than its step, an inquiry and an undoing, so that a crash only delays it. */
export function leaseMs(methods: readonly RunningMethod[]): number {
  const policies = methods.flatMap(({ plugin }) => [plugin.policy, ...Object.values(plugin.flowPolicies ?? {})]);
  return 2 * Math.max(0, ...policies.map(({ authorizeTimeoutMs }) => authorizeTimeoutMs)) + LEASE_MARGIN_MS;
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
