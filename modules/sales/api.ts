import { type Static, Type } from 'typebox';
import { CardSlip, PaymentView, RefundView } from '../payments/api.ts';

const text = Type.String();
const instant = Type.String({ format: 'date-time' });

/** One line of a sale, priced by the server. */
export const SaleLine = Type.Object({
  lineId: Type.Integer({ description: '1, 2, 3 … within the sale' }),
  itemId: text,
  code: text,
  name: text,
  nameEn: text,
  kind: Type.Union([Type.Literal('piece'), Type.Literal('weighed')]),
  quantity: Type.Union([Type.Integer(), Type.Null()]),
  grams: Type.Union([Type.Integer(), Type.Null()]),
  unitPriceMinor: Type.Integer(),
  amountMinor: Type.Integer(),
  priceReason: Type.Union([text, Type.Null()]),
});
export type SaleLine = Static<typeof SaleLine>;

/** A sale as the API shows it. A return is a sale whose money went out of the drawer. */
export const SaleView = Type.Object({
  id: text,
  number: text,
  tillId: text,
  kind: Type.Union([Type.Literal('sale'), Type.Literal('return')]),
  state: Type.Union([Type.Literal('open'), Type.Literal('paid'), Type.Literal('abandoned')]),
  lines: Type.Array(SaleLine),
  subtotalMinor: Type.Integer(),
  roundingMinor: Type.Integer(),
  totalMinor: Type.Integer(),
  paidMinor: Type.Integer(),
  pendingMinor: Type.Integer(),
  dueMinor: Type.Integer({ description: 'what is neither paid nor being paid' }),
  currency: text,
  payments: Type.Array(PaymentView),
  receiptToken: Type.Union([text, Type.Null()]),
  createdAt: instant,
  businessOn: Type.String({ format: 'date' }),
  staffName: text,
});
export type SaleView = Static<typeof SaleView>;

/** A cashier's shift at a till. Cash is what the drawer should hold; differences appear when it is counted. */
export const ShiftView = Type.Object({
  id: text,
  tillId: text,
  staffId: text,
  staffName: text,
  openedAt: instant,
  closedAt: Type.Union([instant, Type.Null()]),
  floatMinor: Type.Integer(),
  salesCount: Type.Integer(),
  takingsMinor: Type.Integer(),
  expectedCashMinor: Type.Integer(),
  countedMinor: Type.Union([Type.Integer(), Type.Null()]),
  differenceMinor: Type.Union([Type.Integer(), Type.Null()]),
  byMethod: Type.Array(Type.Object({ method: text, count: Type.Integer(), amountMinor: Type.Integer() })),
});
export type ShiftView = Static<typeof ShiftView>;

/** A place of sale with a cashier. */
export const TillView = Type.Object({
  id: text,
  name: text,
  nameEn: text,
  number: text,
  openShift: Type.Union([ShiftView, Type.Null()]),
});
export type TillView = Static<typeof TillView>;

/** What the customer's screen shows. */
export const DisplayState = Type.Object({
  mode: Type.Union([Type.Literal('idle'), Type.Literal('selling'), Type.Literal('paying'), Type.Literal('done')]),
  lines: Type.Array(Type.Object({ name: text, nameEn: text, detail: text, amountMinor: Type.Integer() }), {
    maxItems: 500,
  }),
  subtotalMinor: Type.Integer(),
  savingsMinor: Type.Integer(),
  roundingMinor: Type.Integer(),
  totalMinor: Type.Integer(),
  method: Type.Optional(text),
  paying: Type.Optional(Type.Object({ amountMinor: Type.Integer(), waitingFor: Type.Union([text, Type.Null()]) })),
  code: Type.Optional(
    Type.Object(
      { content: Type.String({ maxLength: 1_000 }), expiresAt: instant },
      { description: 'the QR code to scan' },
    ),
  ),
  result: Type.Optional(Type.Union([Type.Literal('succeeded'), Type.Literal('failed'), Type.Literal('pending')])),
  changeMinor: Type.Optional(Type.Integer()),
  receiptUrl: Type.Optional(text),
});
export type DisplayState = Static<typeof DisplayState>;

/** What a customer's receipt says. */
export const ReceiptView = Type.Object({
  token: text,
  merchantName: text,
  merchantNameEn: text,
  storeName: text,
  storeNameEn: text,
  saleNumber: text,
  tillNumber: text,
  staffName: text,
  staffNameEn: text,
  createdAt: instant,
  kind: Type.Union([Type.Literal('sale'), Type.Literal('return')]),
  lines: Type.Array(SaleLine),
  subtotalMinor: Type.Integer(),
  roundingMinor: Type.Integer(),
  totalMinor: Type.Integer(),
  currency: text,
  payments: Type.Array(
    Type.Object({
      method: text,
      title: Type.Object({ zh: text, en: text }),
      amountMinor: Type.Integer(),
      maskedInstrument: Type.Union([text, Type.Null()]),
      channelReference: Type.Union([text, Type.Null()]),
      result: text,
      changeMinor: Type.Union([Type.Integer(), Type.Null()]),
      at: instant,
      provisional: Type.Boolean(),
      slip: Type.Union([CardSlip, Type.Null()]),
      signatureUrl: Type.Union([text, Type.Null()], {
        description: "path below the API of the customer's drawn signature; good as long as the receipt's own link",
      }),
    }),
  ),
  refunds: Type.Array(RefundView),
});
export type ReceiptView = Static<typeof ReceiptView>;

/** A running method as tills see it. */
export const MethodView = Type.Object({
  id: text,
  title: Type.Object({ zh: text, en: text }),
  holds: Type.Union([Type.Literal('drawer'), Type.Literal('channel')]),
  policy: Type.Object({
    authorizeTimeoutMs: Type.Integer(),
    firstInquiryMs: Type.Integer(),
    intervalMs: Type.Integer(),
    giveUpAfterMs: Type.Integer(),
    minimumBeforeCancelMs: Type.Integer(),
  }),
});
export type MethodView = Static<typeof MethodView>;
