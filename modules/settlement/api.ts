import { type Static, type TSchema, Type } from 'typebox';

const text = Type.String();
const instant = Type.String({ format: 'date-time', description: 'ISO 8601, UTC' });
const nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);

/** What a batch took (debit: sales, completions, offline sales) and gave back (credit: refunds, voids) with one group of cards. */
const Part = Type.Object({
  debitMinor: Type.Integer(),
  debitCount: Type.Integer(),
  creditMinor: Type.Integer(),
  creditCount: Type.Integer(),
});
const Verdict = nullable(
  Type.Union([Type.Literal('balanced'), Type.Literal('unbalanced'), Type.Literal('error')], {
    description: "what the acquirer's host says of this part",
  }),
);

/**
 * How a batch stands. given-up: closing was not possible, and the terminal trades on in it. left: the acquirer has begun
 * another one by itself, and nothing was compared.
 */
export const BatchState = Type.Union([
  Type.Literal('open'),
  Type.Literal('closing'),
  Type.Literal('closed'),
  Type.Literal('given-up'),
  Type.Literal('left'),
]);
export type BatchState = Static<typeof BatchState>;

/** One kind of transaction of a batch, for its slip. */
export const KindTotal = Type.Object({
  kind: Type.String({
    description: 'sale, completion, completion-advice, offline-sale, refund, void, completion-void',
  }),
  domestic: Type.Boolean(),
  count: Type.Integer(),
  amountMinor: Type.Integer(),
});
export type KindTotal = Static<typeof KindTotal>;

/** A batch of a terminal as the API shows it; everything that its slip prints. */
export const BatchView = Type.Object({
  id: nullable(Type.String({ description: 'null for the open batch, which nobody has begun to close' })),
  tillId: text,
  acquirerId: text,
  terminalId: text,
  acceptorId: nullable(Type.String({ description: "the merchant's number at the acquirer" })),
  batchNumber: text,
  currency: text,
  state: BatchState,
  totals: nullable(Type.Object({ domestic: Part, foreign: Part })),
  byKind: Type.Array(KindTotal),
  verdict: Type.Object({ domestic: Verdict, foreign: Verdict }),
  uploaded: nullable(Type.Integer({ description: 'records that went up because the totals differed' })),
  refused: nullable(
    Type.Integer({ description: 'of these, what the acquirer did not take: people must look at them' }),
  ),
  settlementOn: nullable(Type.String({ format: 'date' })),
  nextBatchNumber: nullable(text),
  step: nullable(
    Type.String({ description: 'where closing stands: payments, reversals, advices, settlement, upload, end' }),
  ),
  cause: nullable(text),
  bySchedule: Type.Boolean(),
  beganAt: nullable(instant),
  endedAt: nullable(instant),
});
export type BatchView = Static<typeof BatchView>;
