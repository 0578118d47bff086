import { Fault, type Queryable, sql } from '@zhanggui/base';
import type { NewTransfer } from '../ledger/api.ts';
import { post } from '../ledger/store.ts';
import type { JsonObject, PaymentState } from './api.ts';
import { enterBatches } from './batch-gate.ts';
import { claimHolds, freeHolds } from './hold-claims.ts';
import type { Payment, PaymentChange } from './payment.ts';
import { iso, queryPayments, rowOf } from './payment-rows.ts';
import { insertRefunds, type Refund } from './refund-store.ts';

/** An entry for the timeline; its sequence follows from the payment's version, so that none is written twice. */
export interface NewEvent {
  readonly at: number;
  readonly kind: 'request' | 'answer' | 'state' | 'alert' | 'refund';
  readonly title: string;
  readonly detail: JsonObject;
}

/** The intent of a new payment, with what the sale still allows. */
export interface Intent {
  readonly payment: Payment;
  /** What the whole sale comes to; claims of its payments never exceed it. */
  readonly dueMinor: number;
}

/** A step of a payment from the version that was read; nothing of it happens when another step came first. */
export interface Step {
  readonly paymentId: string;
  readonly fromVersion: number;
  readonly change: PaymentChange;
  readonly feeMinor: number | null;
  /** Frees the payment's claim on its sale, and on the pre-authorization that it completes: it will never be paid by this. */
  readonly releases: boolean;
  /** Added to what the merchant lost; nothing of that can be refunded any more. */
  readonly lostMinor?: number;
  /** Added to the payment's tip; negative to take it off. */
  readonly tipMinor?: number;
  readonly at: number;
}

/** What one request asks the database to make durable, all or nothing. */
export interface PaymentWrite {
  readonly intent?: Intent;
  readonly step?: Step;
  readonly events: readonly NewEvent[];
  readonly transfers: readonly NewTransfer[];
  /** The return of money that was taken for a payment already given up. */
  readonly lateRefund?: Refund;
}

/** Whether the write took effect: a used command key or a stale version leaves everything as it was. */
export type WriteResult = 'written' | 'superseded';

/**
 * Commits the writes of many requests together. Runs inside the caller's database transaction; throws the database's
 * error when a constraint refuses one of them.
 */
export async function writePayments(tx: Queryable, writes: readonly PaymentWrite[]): Promise<readonly WriteResult[]> {
  const inserted = await insertIntents(tx, writes);
  const stepped = await applySteps(tx, writes);
  const effective = writes.map(
    ({ intent, step }) =>
      (intent === undefined || inserted.has(intent.payment.id)) && (step === undefined || stepped.has(step)),
  );
  const written = writes.filter((_, index) => effective[index]);
  await insertEvents(tx, written);
  await insertRefunds(
    tx,
    written.flatMap(({ lateRefund }) => (lateRefund === undefined ? [] : [lateRefund])),
  );
  await post(
    tx,
    written.flatMap(({ transfers }) => transfers),
  );
  return effective.map((took) => (took ? 'written' : 'superseded'));
}

const insertSql = sql(
  'payments-insert',
  `with input as (
     select * from jsonb_populate_recordset(null::payments.payment, $1::jsonb)
   ), inserted as (
     insert into payments.payment select * from input
     on conflict (merchant_id, command_key) do nothing returning id, sale_id, amount_minor
   ), due as (
     select * from jsonb_to_recordset($2::jsonb) as d (id text, due_minor bigint)
   ), claimed as (
     insert into payments.payable as p (sale_id, due_minor, claimed_minor)
     select i.sale_id, max(d.due_minor), sum(i.amount_minor) from inserted i join due d using (id)
     group by i.sale_id order by i.sale_id
     on conflict (sale_id) do update set claimed_minor = p.claimed_minor + excluded.claimed_minor
     returning sale_id, due_minor
   )
   select i.id, c.due_minor from inserted i join claimed c using (sale_id)`,
);

async function insertIntents(tx: Queryable, writes: readonly PaymentWrite[]): Promise<ReadonlySet<string>> {
  const intents = writes.flatMap(({ intent }) => (intent === undefined ? [] : [intent]));
  if (intents.length === 0) return new Set();
  await enterBatches(
    tx,
    intents.flatMap(({ payment }) => payment.batchTerminal ?? []),
  );
  const rows = await tx.query<{ id: string; due_minor: number }>(insertSql, [
    JSON.stringify(intents.map(({ payment }) => rowOf(payment))),
    JSON.stringify(intents.map(({ payment, dueMinor }) => ({ id: payment.id, due_minor: dueMinor }))),
  ]);
  const dueOf = new Map(rows.map(({ id, due_minor }) => [id, due_minor]));
  // A rounding that was changed since the tender read the sale is not carried into the book.
  const isStale = ({ payment: { id, roundingMinor }, dueMinor }: Intent): boolean =>
    roundingMinor > 0 && dueOf.has(id) && dueOf.get(id) !== dueMinor;
  if (intents.some(isStale)) throw new Fault('changed-meanwhile', { retryable: true });
  const inserted = new Set(dueOf.keys());
  await claimHolds(
    tx,
    intents.flatMap(({ payment }) => (inserted.has(payment.id) ? (payment.completes ?? []) : [])),
  );
  return inserted;
}

const stepSql = sql(
  'payments-step',
  `with input as (
     select * from jsonb_to_recordset($1::jsonb) as r (
       id text, from_version integer, state text, waiting_for text, handover jsonb, decline jsonb, channel_reference text,
       channel_data jsonb, provisional boolean, signature text, lost_minor bigint, tip_minor bigint, fee_minor bigint, next_attempt_at timestamptz,
       at timestamptz, releases boolean)
   ), stepped as (
     update payments.payment p
     set state = r.state, waiting_for = r.waiting_for, handover = r.handover, decline = r.decline, channel_reference = r.channel_reference,
         channel_data = r.channel_data, provisional = r.provisional, signature = r.signature,
         lost_minor = p.lost_minor + r.lost_minor, refund_claimed_minor = p.refund_claimed_minor + r.lost_minor,
         tip_minor = p.tip_minor + r.tip_minor, fee_minor = coalesce(r.fee_minor, p.fee_minor),
         next_attempt_at = r.next_attempt_at, updated_at = r.at, version = p.version + 1
     from input r where p.id = r.id and p.version = r.from_version
     returning p.id, r.from_version, p.sale_id, r.releases, p.completes, case when r.releases then p.amount_minor else 0 end as released
   ), released as (
     update payments.payable p set claimed_minor = p.claimed_minor - s.released
     from (select sale_id, sum(released)::bigint as released from stepped group by sale_id having sum(released) > 0 order by sale_id) s
     where p.sale_id = s.sale_id
   )
   select id, from_version, case when releases then completes end as freed_hold from stepped`,
);

interface SteppedRow {
  id: string;
  from_version: number;
  freed_hold: string | null;
}

/** Of several steps from one version of a payment only the first takes effect; a later one is told that it came second. */
async function applySteps(tx: Queryable, writes: readonly PaymentWrite[]): Promise<ReadonlySet<Step>> {
  const steps = new Map<string, Step>();
  for (const { step } of writes) {
    const version = step === undefined ? '' : `${step.paymentId} ${step.fromVersion}`;
    if (step !== undefined && !steps.has(version)) steps.set(version, step);
  }
  if (steps.size === 0) return new Set();
  const input = [...steps.values()].map(
    ({ paymentId, fromVersion, change, feeMinor, lostMinor, tipMinor, releases, at }) => ({
      id: paymentId,
      from_version: fromVersion,
      state: change.state,
      waiting_for: change.waitingFor,
      handover: change.handover,
      decline: change.decline,
      channel_reference: change.channelReference,
      channel_data: change.channelData,
      provisional: change.provisional,
      signature: change.signature,
      lost_minor: lostMinor ?? 0,
      tip_minor: tipMinor ?? 0,
      fee_minor: feeMinor,
      next_attempt_at: iso(change.nextAttemptAt),
      at: iso(at),
      releases,
    }),
  );
  const rows = await tx.query<SteppedRow>(stepSql, [JSON.stringify(input)]);
  await freeHolds(
    tx,
    rows.flatMap(({ freed_hold }) => freed_hold ?? []),
  );
  return new Set(rows.flatMap(({ id, from_version }) => steps.get(`${id} ${from_version}`) ?? []));
}

const eventSql = sql(
  'payments-event',
  `insert into payments.event (payment_id, sequence, at, kind, title, detail)
   select * from jsonb_to_recordset($1::jsonb) as r (payment_id text, sequence integer, at timestamptz, kind text, title text, detail jsonb)`,
);

/** Events of one version are numbered from a hundred times that version. */
const EVENTS_PER_VERSION = 100;

async function insertEvents(tx: Queryable, writes: readonly PaymentWrite[]): Promise<void> {
  const rows = writes.flatMap(({ intent, step, events }) => {
    const paymentId = step?.paymentId ?? intent?.payment.id;
    const version = step === undefined ? (intent?.payment.version ?? 1) : step.fromVersion + 1;
    return events.map((event, index) => ({
      payment_id: paymentId,
      sequence: version * EVENTS_PER_VERSION + index,
      at: iso(event.at),
      kind: event.kind,
      title: event.title,
      detail: event.detail,
    }));
  });
  if (rows.length > 0) await tx.query(eventSql, [JSON.stringify(rows)]);
}

const byIdSql = sql('payments-by-id', 'select * from payments.payment where id = $1');
const byKeysSql = sql(
  'payments-by-keys',
  `select * from payments.payment
   where (merchant_id, command_key) in (select * from unnest($1::text[], $2::text[]))`,
);
const ofSalesSql = sql(
  'payments-of-sales',
  'select * from payments.payment where sale_id = any($1) order by created_at, id',
);
const unresolvedSql = sql(
  'payments-unresolved',
  `select * from payments.payment where till_id = $1 and next_attempt_at is not null
   and state in ('created', 'pending', 'unknown', 'cancelling') order by created_at`,
);

/** The payment with this id, or undefined. */
export async function paymentById(db: Queryable, id: string): Promise<Payment | undefined> {
  return (await queryPayments(db, byIdSql, [id]))[0];
}

/** For each command the payment that it made before, or undefined. */
export async function paymentsByKeys(
  db: Queryable,
  commands: readonly Pick<Payment, 'merchantId' | 'commandKey'>[],
): Promise<readonly (Payment | undefined)[]> {
  const nameOf = ({ merchantId, commandKey }: Pick<Payment, 'merchantId' | 'commandKey'>) =>
    `${merchantId} ${commandKey}`;
  const values = [commands.map(({ merchantId }) => merchantId), commands.map(({ commandKey }) => commandKey)];
  const found = new Map((await queryPayments(db, byKeysSql, values)).map((payment) => [nameOf(payment), payment]));
  return commands.map((command) => found.get(nameOf(command)));
}

/** All payments of the sales, oldest first. */
export function paymentsOfSales(db: Queryable, saleIds: readonly string[]): Promise<readonly Payment[]> {
  return queryPayments(db, ofSalesSql, [saleIds]);
}

/** Payments of a till whose outcome is not certain, oldest first. */
export function unresolvedOfTill(db: Queryable, tillId: string): Promise<readonly Payment[]> {
  return queryPayments(db, unresolvedSql, [tillId]);
}

const recentSql = sql(
  'payments-recent-of-till',
  `select * from payments.payment
   where merchant_id = $1 and till_id = $2 and purpose = 'sale' and state = 'succeeded'
   order by created_at desc, id desc limit $3`,
);

/** The newest payments that a till has taken for sales. */
export function recentOfTill(
  db: Queryable,
  merchantId: string,
  tillId: string,
  limit: number,
): Promise<readonly Payment[]> {
  return queryPayments(db, recentSql, [merchantId, tillId, limit]);
}

const claimDueSql = sql(
  'payments-claim-due',
  `update payments.payment p set next_attempt_at = $2::timestamptz, attempts = p.attempts + 1
   from (select id from payments.payment where next_attempt_at <= $1::timestamptz
         order by next_attempt_at limit $3 for update skip locked) due
   where p.id = due.id returning p.*`,
);

/** Takes up to `limit` payments whose next attempt is due; nobody else gets them before `leaseUntil`. */
export function claimDue(db: Queryable, now: number, leaseUntil: number, limit: number): Promise<readonly Payment[]> {
  return queryPayments(db, claimDueSql, [new Date(now), new Date(leaseUntil), limit]);
}

const claimReversalsSql = sql(
  'payments-claim-reversals',
  `update payments.payment p set next_attempt_at = $2::timestamptz, attempts = p.attempts + 1
   from (select id from payments.payment where till_id = any($1) and state = 'cancelling' and next_attempt_at < $2
         for update skip locked) owed
   where p.id = owed.id returning p.*`,
);

/** Takes the payments of tills that are being undone and wait for another try; those under way are left alone. */
export function claimReversals(
  db: Queryable,
  tillIds: readonly string[],
  leaseUntil: number,
): Promise<readonly Payment[]> {
  return queryPayments(db, claimReversalsSql, [tillIds, new Date(leaseUntil)]);
}

const eventsSql = sql('payments-events', 'select * from payments.event where payment_id = $1 order by sequence');

/** A timeline entry as it is stored. */
export interface EventRow {
  sequence: number;
  at: Date;
  kind: NewEvent['kind'];
  title: string;
  detail: JsonObject;
}

/** The timeline of a payment, in order. */
export function eventsOf(db: Queryable, paymentId: string): Promise<readonly EventRow[]> {
  return db.query<EventRow>(eventsSql, [paymentId]);
}

const setDueSql = sql(
  'payments-set-due',
  `insert into payments.payable as p (sale_id, due_minor, claimed_minor) values ($1, $2, 0)
   on conflict (sale_id) do update set due_minor = excluded.due_minor where p.claimed_minor = 0 returning sale_id`,
);

/**
 * Changes what a sale comes to, while nothing of it is paid or being paid. A tender that read the sale before claims
 * against the changed amount, whichever of the two comes first.
 * @returns false when a payment has a claim on the sale.
 */
export async function setDue(tx: Queryable, saleId: string, dueMinor: number): Promise<boolean> {
  return (await tx.query(setDueSql, [saleId, dueMinor])).length === 1;
}

/** Which payments a list shows. */
export interface PaymentFilter {
  readonly businessOn: string | null;
  readonly method: string | null;
  readonly states: readonly PaymentState[] | null;
  /** `createdAt id` of the last payment of the page before. */
  readonly before: { readonly createdAt: number; readonly id: string } | null;
  readonly limit: number;
}

const listSql = sql(
  'payments-list',
  `select * from payments.payment
   where merchant_id = $1 and ($2::date is null or business_on = $2) and ($3::text is null or method = $3)
     and ($4::text[] is null or state = any($4)) and ($5::timestamptz is null or (created_at, id) < ($5, $6))
   order by created_at desc, id desc limit $7`,
);

/** Payments of a merchant, newest first. */
export function listPayments(db: Queryable, merchantId: string, filter: PaymentFilter): Promise<readonly Payment[]> {
  return queryPayments(db, listSql, [
    merchantId,
    filter.businessOn,
    filter.method,
    filter.states,
    filter.before === null ? null : new Date(filter.before.createdAt),
    filter.before?.id ?? '',
    filter.limit,
  ]);
}
