import { type Static, Type } from 'typebox';

const text = Type.String();
const amount = Type.Integer();

/** The owner's day: how much, what it costs, what is not yet certain, what needs attention. */
export const DayReport = Type.Object({
  on: Type.String({ format: 'date' }),
  currency: text,
  takingsMinor: amount,
  count: Type.Integer(),
  averageMinor: amount,
  feesMinor: amount,
  expectedPayoutMinor: amount,
  refundsMinor: amount,
  unresolved: Type.Object({ count: Type.Integer(), amountMinor: amount }),
  atRisk: Type.Object(
    { count: Type.Integer(), amountMinor: amount },
    { description: 'approved without the issuer, who has yet to accept them' },
  ),
  lostMinor: Type.Integer({ description: 'refused by issuers after it was approved without them' }),
  byMethod: Type.Array(
    Type.Object({
      method: text,
      title: Type.Object({ zh: text, en: text }),
      count: Type.Integer(),
      amountMinor: amount,
    }),
  ),
  byHour: Type.Array(Type.Object({ hour: Type.Integer(), amountMinor: amount, previousWeekMinor: amount })),
  previousWeekTakingsMinor: amount,
  alerts: Type.Array(
    Type.Object({
      at: Type.String({ format: 'date-time' }),
      kind: text,
      paymentId: text,
      amountMinor: amount,
      method: text,
    }),
  ),
});
export type DayReport = Static<typeof DayReport>;
