import { type Currency, type Queryable, type SqlValue, type Statement, sql } from '@zhanggui/base';
import type { JsonObject, RefundView } from './api.ts';
import type { Decline, RefundFacts } from './method.ts';
import type { Payment } from './payment.ts';

/** States of a refund; `created` and `unknown` are asked again until they are definite. */
export type RefundState = 'created' | 'unknown' | 'succeeded' | 'failed';

/** A refund as it is stored. Instants are milliseconds since the epoch. */
export interface Refund extends RefundFacts {
  readonly commandKey: string;
  readonly contentHash: string;
  readonly merchantId: string;
  readonly tillId: string;
  readonly shiftId: string | null;
  readonly staffId: string | null;
  /** A customer's return, or money taken for a payment that was already given up. */
  readonly cause: 'return' | 'late-approval';
  readonly label: string | null;
  readonly businessOn: string;
  readonly state: RefundState;
  readonly decline: Decline | null;
  readonly channelReference: string | null;
  readonly batchTerminal: string | null;
  readonly batchNumber: string | null;
  readonly updatedAt: number;
  readonly nextAttemptAt: number | null;
  readonly version: number;
}

/** The refund that returns the whole of a late approval. */
export function lateRefundOf(payment: Payment, id: string, now: number): Refund {
  return {
    id,
    commandKey: `late:${payment.id}`,
    contentHash: payment.id,
    paymentId: payment.id,
    merchantId: payment.merchantId,
    tillId: payment.tillId,
    shiftId: null,
    staffId: null,
    amountMinor: payment.amountMinor,
    currency: payment.currency,
    reason: 'late-approval',
    cause: 'late-approval',
    label: payment.label,
    businessOn: payment.businessOn,
    state: 'created',
    decline: null,
    channelReference: null,
    batchTerminal: null,
    batchNumber: null,
    channelData: {},
    createdAt: now,
    updatedAt: now,
    nextAttemptAt: now,
    version: 1,
  };
}

const insertSql = sql(
  'refunds-insert',
  `insert into payments.refund select * from jsonb_populate_recordset(null::payments.refund, $1::jsonb)
   on conflict (merchant_id, command_key) do nothing returning id`,
);

/** Writes refunds that are not there yet; returns the ids of those that were written. */
export async function insertRefunds(tx: Queryable, refunds: readonly Refund[]): Promise<readonly string[]> {
  if (refunds.length === 0) return [];
  const rows = await tx.query<{ id: string }>(insertSql, [JSON.stringify(refunds.map(rowOf))]);
  return rows.map(({ id }) => id);
}

const claimSql = sql(
  'refunds-claim',
  `update payments.payment set refund_claimed_minor = refund_claimed_minor + $2, refunded_minor = refunded_minor + $3
   where id = $1 and state = 'succeeded' and not provisional returning id`,
);

/**
 * Changes how much of a payment is spoken for by refunds and how much went back.
 * @returns false when the payment has not succeeded. Fails with constraint `refund_exceeds_payment`.
 */
export async function claimForRefund(
  tx: Queryable,
  paymentId: string,
  claimMinor: number,
  refundedMinor: number,
): Promise<boolean> {
  return (await tx.query(claimSql, [paymentId, claimMinor, refundedMinor])).length === 1;
}

const stepSql = sql(
  'refunds-step',
  `update payments.refund set state = $3, decline = $4::jsonb, channel_reference = $5, channel_data = $6::jsonb,
     next_attempt_at = $7, updated_at = $8, batch_terminal = $9, batch_number = $10, version = version + 1
   where id = $1 and version = $2 returning id`,
);

/** Changes a refund from the version that was read; false when another step came first. */
export async function stepRefund(tx: Queryable, fromVersion: number, refund: Refund): Promise<boolean> {
  const rows = await tx.query(stepSql, [
    refund.id,
    fromVersion,
    refund.state,
    refund.decline === null ? null : JSON.stringify(refund.decline),
    refund.channelReference,
    JSON.stringify(refund.channelData),
    refund.nextAttemptAt === null ? null : new Date(refund.nextAttemptAt),
    new Date(refund.updatedAt),
    refund.batchTerminal,
    refund.batchNumber,
  ]);
  return rows.length === 1;
}

const eventSql = sql(
  'refunds-event',
  `insert into payments.event (payment_id, sequence, at, kind, title, detail)
   select $1, coalesce(max(sequence), 0) + 1, $2, $5, $3, $4::jsonb from payments.event where payment_id = $1`,
);

/** Adds a refund's step to the timeline of its payment, which the caller's database transaction has locked. */
export async function addRefundEvent(tx: Queryable, refund: Refund, evidence: JsonObject): Promise<void> {
  // Money that should have gone back and did not needs a person.
  const failedLate = refund.cause === 'late-approval' && refund.state === 'failed';
  const detail = { refundId: refund.id, amountMinor: refund.amountMinor, reason: refund.reason, ...evidence };
  const [kind, title] = failedLate ? ['alert', 'late-refund-failed'] : ['refund', refund.state];
  await tx.query(eventSql, [refund.paymentId, new Date(refund.updatedAt), title, JSON.stringify(detail), kind]);
}

/** Tells the owner that a refund needs a person's attention. */
export async function addRefundAlert(
  tx: Queryable,
  refund: Refund,
  title: 'refund-unanswered' | 'late-void',
): Promise<void> {
  const detail = JSON.stringify({ refundId: refund.id, amountMinor: refund.amountMinor });
  await tx.query(eventSql, [refund.paymentId, new Date(refund.updatedAt), title, detail, 'alert']);
}

const lockSql = sql('refunds-lock-payment', 'select id from payments.payment where id = $1 for update');

/** Holds the payment until the end of the database transaction. */
export async function lockPayment(tx: Queryable, paymentId: string): Promise<void> {
  await tx.query(lockSql, [paymentId]);
}

const byKeySql = sql('refunds-by-key', 'select * from payments.refund where merchant_id = $1 and command_key = $2');
const byIdSql = sql('refunds-by-id', 'select * from payments.refund where id = $1');
const ofPaymentsSql = sql(
  'refunds-of-payments',
  'select * from payments.refund where payment_id = any($1) order by created_at, id',
);
const claimDueSql = sql(
  'refunds-claim-due',
  `update payments.refund r set next_attempt_at = $2, attempts = r.attempts + 1
   from (select id from payments.refund where next_attempt_at <= $1 order by next_attempt_at limit $3 for update skip locked) due
   where r.id = due.id returning r.*`,
);

/** The refund that this command made before, or undefined. */
export async function refundByKey(db: Queryable, merchantId: string, commandKey: string): Promise<Refund | undefined> {
  return (await queryRefunds(db, byKeySql, [merchantId, commandKey]))[0];
}

/** The refund with this id, or undefined. */
export async function refundById(db: Queryable, id: string): Promise<Refund | undefined> {
  return (await queryRefunds(db, byIdSql, [id]))[0];
}

/** All refunds of the payments, oldest first. */
export function refundsOfPayments(db: Queryable, paymentIds: readonly string[]): Promise<readonly Refund[]> {
  return queryRefunds(db, ofPaymentsSql, [paymentIds]);
}

/** Takes up to `limit` refunds whose next attempt is due; nobody else gets them before `leaseUntil`. */
export function claimDueRefunds(
  db: Queryable,
  now: number,
  leaseUntil: number,
  limit: number,
): Promise<readonly Refund[]> {
  return queryRefunds(db, claimDueSql, [new Date(now), new Date(leaseUntil), limit]);
}

/** The refund as the API shows it. */
export function refundView(refund: Refund): RefundView {
  return {
    id: refund.id,
    paymentId: refund.paymentId,
    amountMinor: refund.amountMinor,
    currency: refund.currency,
    reason: refund.reason,
    cause: refund.cause,
    state: refund.state,
    result: refund.state === 'succeeded' || refund.state === 'failed' ? refund.state : 'pending',
    decline: refund.decline === null ? null : { code: refund.decline.code, message: refund.decline.message },
    createdAt: new Date(refund.createdAt).toISOString(),
    updatedAt: new Date(refund.updatedAt).toISOString(),
  };
}

interface RefundRow {
  id: string;
  command_key: string;
  content_hash: string;
  payment_id: string;
  merchant_id: string;
  till_id: string;
  shift_id: string | null;
  staff_id: string | null;
  amount_minor: number;
  currency: string;
  reason: string;
  cause: Refund['cause'];
  label: string | null;
  business_on: string;
  state: RefundState;
  decline: Decline | null;
  channel_reference: string | null;
  batch_terminal: string | null;
  batch_number: string | null;
  channel_data: JsonObject;
  created_at: Date;
  updated_at: Date;
  next_attempt_at: Date | null;
  attempts: number;
  version: number;
}

/** The refunds that a statement over their table finds. */
export async function queryRefunds(
  db: Queryable,
  statement: Statement,
  values: readonly SqlValue[],
): Promise<readonly Refund[]> {
  return (await db.query<RefundRow>(statement, values)).map(fromRow);
}

function rowOf(refund: Refund): Record<keyof RefundRow, unknown> {
  return {
    id: refund.id,
    command_key: refund.commandKey,
    content_hash: refund.contentHash,
    payment_id: refund.paymentId,
    merchant_id: refund.merchantId,
    till_id: refund.tillId,
    shift_id: refund.shiftId,
    staff_id: refund.staffId,
    amount_minor: refund.amountMinor,
    currency: refund.currency,
    reason: refund.reason,
    cause: refund.cause,
    label: refund.label,
    business_on: refund.businessOn,
    state: refund.state,
    decline: refund.decline,
    channel_reference: refund.channelReference,
    batch_terminal: refund.batchTerminal,
    batch_number: refund.batchNumber,
    channel_data: refund.channelData,
    created_at: new Date(refund.createdAt).toISOString(),
    updated_at: new Date(refund.updatedAt).toISOString(),
    next_attempt_at: refund.nextAttemptAt === null ? null : new Date(refund.nextAttemptAt).toISOString(),
    attempts: 0,
    version: refund.version,
  };
}

function fromRow(row: RefundRow): Refund {
  return {
    id: row.id,
    commandKey: row.command_key,
    contentHash: row.content_hash,
    paymentId: row.payment_id,
    merchantId: row.merchant_id,
    tillId: row.till_id,
    shiftId: row.shift_id,
    staffId: row.staff_id,
    amountMinor: row.amount_minor,
    currency: row.currency as Currency,
    reason: row.reason,
    cause: row.cause,
    label: row.label,
    businessOn: row.business_on,
    state: row.state,
    decline: row.decline,
    channelReference: row.channel_reference,
    batchTerminal: row.batch_terminal,
    batchNumber: row.batch_number,
    channelData: row.channel_data,
    createdAt: row.created_at.getTime(),
    updatedAt: row.updated_at.getTime(),
    nextAttemptAt: row.next_attempt_at?.getTime() ?? null,
    version: row.version,
  };
}
