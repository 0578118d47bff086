import type { CardSlip, PaymentFacts, RefundFacts } from '@zhanggui/modules/payments/method.ts';
import type { AcquirerTrace, BatchRecord } from '@zhanggui/modules/switch/api.ts';
import { cardDataOf, kindOf, originalOf } from './data.ts';
import type { TakingBack } from './take-back.ts';

/** The payment as its batch counts it, or one of its refunds; null for what a batch does not count: what only reserves money. */
export function batchRecordOf(payment: PaymentFacts, refund: RefundFacts | null): BatchRecord | null {
  if (payment.purpose !== 'sale') return null;
  const { vaulted, domestic } = cardDataOf(payment);
  const { currency } = payment;
  return { vaulted, domestic, currency, ...(refund === null ? taken(payment) : givenBack(refund, payment)) };
}

function taken(payment: PaymentFacts): Omit<BatchRecord, 'vaulted' | 'domestic' | 'currency'> {
  const data = cardDataOf(payment);
  return {
    kind: kindOf(payment, data),
    trace: data.trace,
    amountMinor: payment.amountMinor + (data.tip?.minor ?? 0),
    createdAt: payment.createdAt,
    sealedChip: data.sealedChip,
    rrn: data.rrn ?? null,
    authorizationCode: data.authorizationCode ?? null,
    ...(data.hold === undefined ? {} : { original: data.hold }),
    // What the issuer has declined he knows himself, whatever the chip said to it.
    ...(data.chipResult === undefined || data.phase === 'issuer-declined' ? {} : { chipResult: data.chipResult }),
  };
}

function givenBack(refund: RefundFacts, payment: PaymentFacts): Omit<BatchRecord, 'vaulted' | 'domestic' | 'currency'> {
  const { kind, trace, rrn, authorizationCode } = refund.channelData as unknown as {
    kind: TakingBack;
    trace: AcquirerTrace;
    rrn: string | null;
    authorizationCode: string | null;
  };
  const { amountMinor, createdAt } = refund;
  return {
    kind,
    trace,
    amountMinor,
    createdAt,
    sealedChip: null,
    rrn,
    authorizationCode,
    original: originalOf(payment),
  };
}

/** What a card slip prints of the payment. */
export function slipOf(payment: PaymentFacts): CardSlip {
  const data = cardDataOf(payment);
  const { acquirerId, terminalId, acceptorId, batchNumber, stan } = data.trace;
  return {
    acquirerId,
    terminalId,
    acceptorId,
    merchantName: data.merchantName ?? null,
    batchNumber,
    traceNumber: stan,
    reference: data.rrn ?? null,
    authorizationCode: data.authorizationCode ?? null,
    scheme: data.scheme,
    applicationLabel: data.label,
    applicationId: data.aid,
    tipMinor: data.tip?.minor ?? 0,
    issuer: data.issuer ?? null,
    certificate: data.proof?.certificate ?? null,
    verificationResults: data.proof?.verificationResults ?? null,
    entryMode: data.scanned === true ? 'code' : (data.presented?.entryMode ?? null),
    verification: data.verification,
    device: data.device,
  };
}
