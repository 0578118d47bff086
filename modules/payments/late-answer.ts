import type { JsonObject } from './api.ts';
import { methodOf, type Payments } from './context.ts';
import type { Evidence } from './outcome.ts';
import { recordCancel, recordOutcome } from './record.ts';
import { recordLateVoid } from './refund.ts';
import { refundById } from './refund-store.ts';
import { paymentById } from './store.ts';

/** An approval that came after its request had been given up, by the id of the payment or refund that asked. */
export interface LateApproval {
  readonly reference: string;
  readonly rrn: string | null;
  readonly authorizationCode: string | null;
  /** Whether the acquirer has already undone it on our reversal. */
  readonly reversed: boolean;
  /** Whether it is the void of a completion, after which the pre-authorization stands again. */
  readonly restoresHold: boolean;
  readonly evidence: readonly Evidence[];
}

/**
 * Writes down an approval that came late, once its fate is certain. One that the reversal has undone is history. Money
 * that moved for a payment goes back; a void that took effect after all gives the refund that asked for it.
 */
export async function recordLateAnswer(payments: Payments, answer: LateApproval): Promise<void> {
  if (answer.reversed) return;
  const { rrn, authorizationCode, evidence } = answer;
  const channelData: JsonObject = {
    ...(rrn === null ? {} : { rrn }),
    ...(authorizationCode === null ? {} : { authorizationCode }),
  };
  const outcome = { kind: 'approved', channelReference: rrn ?? '', channelData, evidence } as const;
  const payment = await paymentById(payments.db, answer.reference);
  if (payment !== undefined) {
    const running = methodOf(payments, payment.method);
    // The reversal was answered, and has not been written yet: it had nothing to undo.
    const given =
      payment.state === 'cancelling'
        ? await recordCancel(payments, running, payment, { kind: 'cancelled', moneyHadMoved: false })
        : payment;
    await recordOutcome(payments, running, given, outcome);
    return;
  }
  const refund = await refundById(payments.db, answer.reference);
  if (refund === undefined) return;
  await recordLateVoid(payments, refund, { ...outcome, ...(answer.restoresHold ? { restoresHold: true } : {}) });
}
