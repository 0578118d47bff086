import type { Queryable, SqlValue, Statement } from '@zhanggui/base';
import type { Handover, JsonObject, PaymentPurpose, PaymentState, WaitingFor } from './api.ts';
import type { Decline } from './method.ts';
import type { Payment } from './payment.ts';

/** A payment as its table holds it. */
interface PaymentRow {
  id: string;
  command_key: string;
  content_hash: string;
  merchant_id: string;
  store_id: string;
  till_id: string;
  shift_id: string | null;
  staff_id: string;
  sale_id: string;
  purpose: PaymentPurpose;
  completes: string | null;
  sale_number: string;
  method: string;
  amount_minor: number;
  rounding_minor: number;
  currency: string;
  subject: string;
  label: string | null;
  business_on: string;
  occurred_at: Date;
  state: PaymentState;
  waiting_for: WaitingFor | null;
  handover: Handover | null;
  decline: Decline | null;
  masked_instrument: string | null;
  channel_reference: string | null;
  channel_data: JsonObject;
  change_minor: number | null;
  fee_minor: number | null;
  refunded_minor: number;
  refund_claimed_minor: number;
  lost_minor: number;
  tip_minor: number;
  provisional: boolean;
  signature: Payment['signature'];
  batch_terminal: string | null;
  batch_number: string | null;
  expires_at: Date | null;
  created_at: Date;
  updated_at: Date;
  next_attempt_at: Date | null;
  attempts: number;
  version: number;
}

/** The payments that a statement over their table finds. */
export async function queryPayments(
  db: Queryable,
  statement: Statement,
  values: readonly SqlValue[],
): Promise<readonly Payment[]> {
  return (await db.query<PaymentRow>(statement, values)).map(fromRow);
}

/** The payment as its table holds it. */
export function rowOf(payment: Payment): Record<keyof PaymentRow, unknown> {
  return {
    id: payment.id,
    command_key: payment.commandKey,
    content_hash: payment.contentHash,
    merchant_id: payment.merchantId,
    store_id: payment.storeId,
    till_id: payment.tillId,
    shift_id: payment.shiftId,
    staff_id: payment.staffId,
    sale_id: payment.saleId,
    purpose: payment.purpose,
    completes: payment.completes,
    sale_number: payment.saleNumber,
    method: payment.method,
    amount_minor: payment.amountMinor,
    rounding_minor: payment.roundingMinor,
    currency: payment.currency,
    subject: payment.subject,
    label: payment.label,
    business_on: payment.businessOn,
    occurred_at: iso(payment.occurredAt),
    state: payment.state,
    waiting_for: payment.waitingFor,
    handover: payment.handover,
    decline: payment.decline,
    masked_instrument: payment.maskedInstrument,
    channel_reference: payment.channelReference,
    channel_data: payment.channelData,
    change_minor: payment.changeMinor,
    fee_minor: payment.feeMinor,
    refunded_minor: payment.refundedMinor,
    refund_claimed_minor: payment.refundClaimedMinor,
    lost_minor: payment.lostMinor,
    tip_minor: payment.tipMinor,
    provisional: payment.provisional,
    signature: payment.signature,
    batch_terminal: payment.batchTerminal,
    batch_number: payment.batchNumber,
    expires_at: iso(payment.expiresAt),
    created_at: iso(payment.createdAt),
    updated_at: iso(payment.updatedAt),
    next_attempt_at: iso(payment.nextAttemptAt),
    attempts: 0,
    version: payment.version,
  };
}

function fromRow(row: PaymentRow): Payment {
  return {
    id: row.id,
    commandKey: row.command_key,
    contentHash: row.content_hash,
    merchantId: row.merchant_id,
    storeId: row.store_id,
    tillId: row.till_id,
    shiftId: row.shift_id,
    staffId: row.staff_id,
    saleId: row.sale_id,
    purpose: row.purpose,
    completes: row.completes,
    saleNumber: row.sale_number,
    method: row.method,
    amountMinor: row.amount_minor,
    roundingMinor: row.rounding_minor,
    currency: row.currency as Payment['currency'],
    subject: row.subject,
    label: row.label,
    businessOn: row.business_on,
    occurredAt: row.occurred_at.getTime(),
    state: row.state,
    waitingFor: row.waiting_for,
    handover: row.handover,
    decline: row.decline,
    maskedInstrument: row.masked_instrument,
    channelReference: row.channel_reference,
    channelData: row.channel_data,
    changeMinor: row.change_minor,
    feeMinor: row.fee_minor,
    refundedMinor: row.refunded_minor,
    refundClaimedMinor: row.refund_claimed_minor,
    lostMinor: row.lost_minor,
    tipMinor: row.tip_minor,
    provisional: row.provisional,
    signature: row.signature,
    batchTerminal: row.batch_terminal,
    batchNumber: row.batch_number,
    expiresAt: row.expires_at?.getTime() ?? null,
    createdAt: row.created_at.getTime(),
    updatedAt: row.updated_at.getTime(),
    nextAttemptAt: row.next_attempt_at?.getTime() ?? null,
    version: row.version,
  };
}

/** The instant as the database reads it from JSON. */
export function iso(instant: number | null): string | null {
  return instant === null ? null : new Date(instant).toISOString();
}
