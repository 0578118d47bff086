import { Fault } from '@zhanggui/base';
import { Type } from 'typebox';
import { type Route, route } from '../http.ts';
import { type Bill, billOf, billRows, recentBills } from './bill-store.ts';
import type { Payments } from './context.ts';
import { fetchBill } from './fetch-bill.ts';

const text = Type.String();
const nullable = Type.Union([text, Type.Null()]);
const ofBill = Type.Object({
  methodId: Type.String({ maxLength: 40 }),
  date: Type.String({ format: 'date', description: 'business day in Beijing' }),
});
const BillView = Type.Object({
  method: text,
  billOn: text,
  state: Type.Union([
    Type.Literal('fetching'),
    Type.Literal('fetched'),
    Type.Literal('empty'),
    Type.Literal('not-ready'),
    Type.Literal('failed'),
  ]),
  stage: nullable,
  rowCount: Type.Integer(),
  cause: nullable,
  startedAt: text,
  updatedAt: text,
});
const BillRowView = Type.Object({
  position: Type.Integer(),
  kind: Type.Union([Type.Literal('payment'), Type.Literal('refund')]),
  channelReference: text,
  ourReference: text,
  refundReference: nullable,
  amountMinor: Type.Integer(),
  feeMinor: Type.Integer({ description: 'negative where the channel gives a fee back' }),
  currency: text,
  at: text,
  status: text,
});
const PAGE = 200;
const LISTED = 60;

/** The channels' bills: fetched a day at a time, shown while they come, kept for reconciliation. */
export function billRoutes(payments: Payments): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/bills',
      summary: 'Bills that were fetched, the latest days first',
      tag: 'bills',
      permission: 'console',
      response: Type.Object({ bills: Type.Array(BillView) }),
      handle: async ({ db, staff }) => ({ bills: (await recentBills(db, staff.merchantId, LISTED)).map(billView) }),
    }),
    route({
      method: 'POST',
      path: '/bills/:methodId/:date',
      summary: "Fetch a channel's bill of one day, or again; it goes on in the background",
      tag: 'bills',
      permission: 'console',
      params: ofBill,
      response: BillView,
      handle: async ({ staff, params }) =>
        billView(
          await fetchBill(payments, { merchantId: staff.merchantId, method: params.methodId, billOn: params.date }),
        ),
    }),
    route({
      method: 'GET',
      path: '/bills/:methodId/:date',
      summary: 'How the fetching of a bill stands',
      tag: 'bills',
      permission: 'console',
      params: ofBill,
      response: BillView,
      handle: async ({ db, staff, params }) => {
        const bill = await billOf(db, { merchantId: staff.merchantId, method: params.methodId, billOn: params.date });
        if (bill === undefined) throw new Fault('not-found');
        return billView(bill);
      },
    }),
    route({
      method: 'GET',
      path: '/bills/:methodId/:date/rows',
      summary: "Rows of a bill in the channel's order",
      tag: 'bills',
      permission: 'console',
      params: ofBill,
      query: Type.Object({ after: Type.Optional(Type.Integer({ minimum: 0, maximum: 2_147_483_647 })) }),
      response: Type.Object({ rows: Type.Array(BillRowView), next: Type.Union([Type.Integer(), Type.Null()]) }),
      handle: async ({ db, staff, params, query }) => {
        const key = { merchantId: staff.merchantId, method: params.methodId, billOn: params.date };
        const rows = await billRows(db, key, query.after ?? 0, PAGE);
        const last = rows.length === PAGE ? rows.at(-1) : undefined;
        return {
          rows: rows.map(({ at, ...row }) => ({ ...row, at: new Date(at).toISOString() })),
          next: last?.position ?? null,
        };
      },
    }),
  ];
}

function billView({ method, billOn, state, stage, rowCount, cause, startedAt, updatedAt }: Bill) {
  return {
    method,
    billOn,
    state,
    stage,
    rowCount,
    cause,
    startedAt: new Date(startedAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
  };
}
