import { type Static, type TSchema, Type } from 'typebox';

/** A value that JSON can carry. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
/** An object that JSON can carry. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

const text = Type.String();
const nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);
const instant = Type.String({ format: 'date-time', description: 'ISO 8601, UTC' });
const bilingual = Type.Object({ zh: text, en: text });

/**
 * created: the intent is written, the outside may or may not have been asked.
 * pending: the outside says that somebody must act. unknown: asked, no definite answer.
 * cancelling: being undone until the answer is definite. The other three are final.
 */
export const PaymentState = Type.Union([
  Type.Literal('created'),
  Type.Literal('pending'),
  Type.Literal('unknown'),
  Type.Literal('cancelling'),
  Type.Literal('succeeded'),
  Type.Literal('failed'),
  Type.Literal('cancelled'),
]);
export type PaymentState = Static<typeof PaymentState>;

/** What people are told: large, in words and sound. */
export type PaymentResult = 'succeeded' | 'failed' | 'pending';

/** What people are told about a payment in `state`. */
export function resultOf(state: PaymentState): PaymentResult {
  if (state === 'succeeded') return 'succeeded';
  return state === 'failed' || state === 'cancelled' ? 'failed' : 'pending';
}

/**
 * sale: takes money. pre-authorization: reserves it on the card until it is completed or voided; nothing is posted.
 */
export const PaymentPurpose = Type.Union([Type.Literal('sale'), Type.Literal('pre-authorization')]);
export type PaymentPurpose = Static<typeof PaymentPurpose>;

/** Whom a pending payment waits for; `card` is the chip's last word after the issuer's answer. */
export const WaitingFor = Type.Union([
  Type.Literal('customer-password'),
  Type.Literal('customer-scan'),
  Type.Literal('card'),
  Type.Literal('channel'),
]);
export type WaitingFor = Static<typeof WaitingFor>;

/**
 * What must be done with a pending payment: show a code to the customer, give the issuer's answer to the card, or open the
 * wallet on the page that the customer has before them.
 */
export const Handover = Type.Union([
  Type.Object({
    kind: Type.Literal('code'),
    content: Type.String({ description: 'text of the QR code' }),
    expiresAt: instant,
  }),
  Type.Object({
    kind: Type.Literal('issuer-answer'),
    decision: Type.Union([Type.Literal('approve'), Type.Literal('decline'), Type.Literal('unable-to-go-online')]),
    responseCode: Type.String({ description: 'tag 8A in two characters; empty without an answer' }),
    data: Type.String({ description: 'field 55 of the answer, hexadecimal; may be empty' }),
  }),
  Type.Object({
    kind: Type.Literal('wallet-call'),
    parameters: Type.Record(text, text, { description: 'what the customer’s page hands to the wallet’s own app' }),
    expiresAt: instant,
  }),
]);
export type Handover = Static<typeof Handover>;

/** A payment as the API shows it. */
export const PaymentView = Type.Object({
  id: text,
  saleId: text,
  saleNumber: text,
  label: nullable(
    Type.String({
      description: "its sale's label: `link:…` and `code:…` are orders and printed codes that customers pay alone",
    }),
  ),
  tillId: text,
  method: text,
  purpose: PaymentPurpose,
  completes: nullable(Type.String({ description: 'the pre-authorization that this payment completes' })),
  amountMinor: Type.Integer(),
  currency: text,
  state: PaymentState,
  result: Type.Union([Type.Literal('succeeded'), Type.Literal('failed'), Type.Literal('pending')]),
  waitingFor: nullable(WaitingFor),
  handover: nullable(Handover),
  decline: nullable(
    Type.Object({
      code: text,
      message: bilingual,
      advice: Type.Union([
        Type.Literal('new-code'),
        Type.Literal('show-code'),
        Type.Literal('other-method'),
        Type.Literal('retry'),
        Type.Literal('enter-pin-again'),
        Type.Literal('call-support'),
        Type.Literal('keep-card'),
        Type.Literal('none'),
      ]),
    }),
  ),
  maskedInstrument: nullable(text),
  channelReference: nullable(text),
  changeMinor: nullable(Type.Integer()),
  refundedMinor: Type.Integer(),
  lostMinor: Type.Integer({ description: 'what the issuer refused after it was approved without him' }),
  tipMinor: Type.Integer({ description: 'what the customer added to the amount when signing' }),
  provisional: Type.Boolean({ description: "approved without the issuer, at the merchant's risk until he accepts it" }),
  signature: nullable(Type.Union([Type.Literal('wanted'), Type.Literal('given')])),
  batchNumber: nullable(Type.String({ description: "the terminal's batch that it belongs to" })),
  expiresAt: nullable(Type.String({ description: 'until when a pre-authorization reserves the money' })),
  feeMinor: nullable(Type.Integer()),
  createdAt: instant,
  updatedAt: instant,
  cancellableAt: nullable(Type.String({ description: 'from when the channel accepts a cancellation' })),
  nextAttemptAt: nullable(Type.String({ description: 'when the server asks next by itself' })),
  givesUpAt: nullable(Type.String({ description: 'when the server stops waiting and cancels' })),
  version: Type.Integer(),
});
export type PaymentView = Static<typeof PaymentView>;

/** What a card slip says of a payment beside amount and time; the card's number is masked elsewhere. */
export const CardSlip = Type.Object({
  acquirerId: text,
  terminalId: text,
  acceptorId: text,
  merchantName: nullable(Type.String({ description: 'as the acquirer has registered it' })),
  batchNumber: text,
  traceNumber: text,
  reference: nullable(Type.String({ description: 'retrieval reference number' })),
  authorizationCode: nullable(text),
  scheme: text,
  applicationLabel: nullable(text),
  applicationId: nullable(Type.String({ description: 'AID, hexadecimal' })),
  tipMinor: Type.Integer({ description: 'added to the amount when signing' }),
  issuer: nullable(Type.String({ description: 'code of the issuer, as the acquirer tells it' })),
  certificate: nullable(Type.String({ description: "tag 9F26, the chip's certificate (TC), hexadecimal" })),
  verificationResults: nullable(Type.String({ description: 'tag 95 (TVR), hexadecimal' })),
  entryMode: nullable(
    Type.Union([
      Type.Literal('swipe'),
      Type.Literal('chip'),
      Type.Literal('contactless'),
      Type.Literal('fallback'),
      Type.Literal('code'),
    ]),
  ),
  verification: nullable(
    Type.Union([
      Type.Literal('none'),
      Type.Literal('online-pin'),
      Type.Literal('offline-pin'),
      Type.Literal('signature'),
      Type.Literal('device'),
    ]),
  ),
  device: nullable(Type.Union([Type.Literal('card'), Type.Literal('phone')])),
});
export type CardSlip = Static<typeof CardSlip>;

/** A drawn signature for people to see. */
export const SignatureView = Type.Object({
  width: Type.Integer(),
  height: Type.Integer(),
  path: Type.String({ description: 'data of an SVG path' }),
  digest: Type.String({ description: 'SHA-256 over payment, amount, reference and strokes' }),
  drawnAt: instant,
});
export type SignatureView = Static<typeof SignatureView>;

/** One entry of a payment's timeline; `detail` is masked. */
export const PaymentEventView = Type.Object({
  sequence: Type.Integer(),
  at: instant,
  kind: Type.Union([
    Type.Literal('intent'),
    Type.Literal('request'),
    Type.Literal('answer'),
    Type.Literal('state'),
    Type.Literal('posting'),
    Type.Literal('alert'),
    Type.Literal('refund'),
  ]),
  title: text,
  detail: Type.Record(text, Type.Unknown()),
});
export type PaymentEventView = Static<typeof PaymentEventView>;

/** A refund as the API shows it. */
export const RefundView = Type.Object({
  id: text,
  paymentId: text,
  amountMinor: Type.Integer(),
  currency: text,
  reason: text,
  cause: Type.Union([Type.Literal('return'), Type.Literal('late-approval')]),
  state: Type.Union([
    Type.Literal('created'),
    Type.Literal('unknown'),
    Type.Literal('succeeded'),
    Type.Literal('failed'),
  ]),
  result: Type.Union([Type.Literal('succeeded'), Type.Literal('failed'), Type.Literal('pending')]),
  decline: nullable(Type.Object({ code: text, message: bilingual })),
  createdAt: instant,
  updatedAt: instant,
});
export type RefundView = Static<typeof RefundView>;
