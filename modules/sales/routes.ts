import { Fault } from '@zhanggui/base';
import { Type } from 'typebox';
import { type Route, route } from '../http.ts';
import type { Push } from '../notify/push.ts';
import { PaymentView } from '../payments/api.ts';
import { policyOf, viewOf } from '../payments/payment.ts';
import { SaleView } from './api.ts';
import { openReceipt, receiptToken } from './receipts.ts';
import { createReturn, createSale } from './sale.ts';
import type { ScenarioPack } from './scenario.ts';
import { salesByNumber } from './store.ts';
import { abandon, ownSale, round, type TenderServices, tender } from './tender.ts';
import { viewOfSale } from './view.ts';

/** What the routes of selling stand on. */
export interface SalesServices extends TenderServices {
  readonly scenarios: readonly ScenarioPack[];
  readonly push: Push;
}

const byId = Type.Object({ saleId: Type.String({ maxLength: 60 }) });
const Line = Type.Object(
  {
    itemId: Type.String({ maxLength: 60 }),
    kind: Type.Union([Type.Literal('piece'), Type.Literal('weighed')]),
    quantity: Type.Optional(Type.Integer({ minimum: 1, description: 'pieces' })),
    grams: Type.Optional(Type.Integer({ minimum: 1 })),
    unitPriceMinor: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000 })),
    priceReason: Type.Optional(Type.String({ minLength: 1, maxLength: 80 })),
  },
  { additionalProperties: false },
);
const commonFields = {
  tillId: Type.String({ maxLength: 60 }),
  scenario: Type.String({ maxLength: 40 }),
  lines: Type.Array(Line, { minItems: 1, maxItems: 500 }),
  soldAt: Type.Optional(
    Type.String({ format: 'date-time', description: 'when a sale that is entered later was made' }),
  ),
  label: Type.Optional(
    Type.String({ pattern: '^[0-9A-Za-z:._-]{1,60}$', description: "a client's word for a group of sales" }),
  ),
};
const NewSale = Type.Object(
  { ...commonFields, totalMinor: Type.Optional(Type.Integer()) },
  { additionalProperties: false },
);
const NewReturn = Type.Object(
  { ...commonFields, reason: Type.String({ minLength: 1, maxLength: 80 }) },
  { additionalProperties: false },
);

/** Selling: open a sale, round it, take payments for it, give it up; take goods back. */
export function saleRoutes(services: SalesServices): readonly Route[] {
  return [...openingRoutes(services), ...changingRoutes(services), tenderRoute(services)];
}

function openingRoutes({ payments, scenarios }: SalesServices): readonly Route[] {
  const plugins = payments.methods.map(({ plugin }) => plugin);
  return [
    route({
      method: 'POST',
      path: '/sales',
      summary: 'Open a sale; the server prices its lines',
      tag: 'sales',
      permission: 'sell',
      command: true,
      status: 201,
      body: NewSale,
      response: SaleView,
      handle: async (context) => viewOfSale(context.db, await createSale(context, scenarios, context.body), plugins),
    }),
    route({
      method: 'POST',
      path: '/sales/returns',
      summary: 'Take goods back without a receipt, paid out in cash',
      tag: 'sales',
      permission: 'return',
      command: true,
      status: 201,
      body: NewReturn,
      response: SaleView,
      handle: async (context) => viewOfSale(context.db, await createReturn(context, scenarios, context.body), plugins),
    }),
    route({
      method: 'GET',
      path: '/sales/:saleId',
      summary: 'A sale with its payments',
      tag: 'sales',
      permission: 'sell',
      params: byId,
      response: SaleView,
      handle: async ({ db, staff, params }) => viewOfSale(db, await ownSale(db, staff, params.saleId), plugins),
    }),
    route({
      method: 'GET',
      path: '/sales/by-receipt/:token',
      summary: 'The sale of a receipt that was scanned, with the payments that money can go back to',
      tag: 'sales',
      permission: 'refund',
      params: Type.Object({ token: receiptToken }),
      response: SaleView,
      handle: async ({ db, clock, staff, params }) => {
        const sale = await openReceipt(db, clock, params.token);
        if (sale.merchantId !== staff.merchantId) throw new Fault('receipt-not-found');
        return viewOfSale(db, sale, plugins);
      },
    }),
    route({
      method: 'GET',
      path: '/sales',
      summary: 'The newest sales with a number',
      tag: 'sales',
      permission: 'sell',
      query: Type.Object({ number: Type.String({ maxLength: 20 }) }),
      response: Type.Object({ sales: Type.Array(SaleView) }),
      handle: async ({ db, staff, query }) => {
        const found = await salesByNumber(db, staff.merchantId, query.number);
        return { sales: await Promise.all(found.map((sale) => viewOfSale(db, sale, plugins))) };
      },
    }),
  ];
}

function changingRoutes({ payments }: SalesServices): readonly Route[] {
  const plugins = payments.methods.map(({ plugin }) => plugin);
  return [
    route({
      method: 'PUT',
      path: '/sales/:saleId/rounding',
      summary: 'Round a sale down before anything of it is paid',
      tag: 'sales',
      permission: 'sell',
      params: byId,
      body: Type.Object({ roundingMinor: Type.Integer({ minimum: 0, maximum: 99 }) }, { additionalProperties: false }),
      response: SaleView,
      handle: async ({ db, staff, params, body }) =>
        viewOfSale(db, await round(db, staff, params.saleId, body.roundingMinor), plugins),
    }),
    route({
      method: 'POST',
      path: '/sales/:saleId/abandon',
      summary: 'Give up a sale of which nothing is paid',
      tag: 'sales',
      permission: 'sell',
      params: byId,
      response: SaleView,
      handle: async ({ db, staff, params }) => viewOfSale(db, await abandon(db, staff, params.saleId), plugins),
    }),
  ];
}

function tenderRoute(services: SalesServices): Route {
  const { payments } = services;
  const credentials = payments.methods.map(({ plugin }) => plugin.credential);
  return route({
    method: 'POST',
    path: '/sales/:saleId/payments',
    summary: "Take a payment for a sale; answers with the method's first word",
    tag: 'sales',
    permission: 'sell',
    command: true,
    status: 201,
    params: byId,
    body: Type.Object(
      {
        method: Type.String({ maxLength: 40 }),
        amountMinor: Type.Integer({ minimum: 1, maximum: 10_000_000_000 }),
        credential: Type.Union(credentials, { description: "what the method needs of the customer's instrument" }),
      },
      { additionalProperties: false },
    ),
    response: PaymentView,
    handle: async ({ staff, params, body, commandKey, contentHash }) => {
      const payment = await tender(services, staff, {
        ...body,
        saleId: params.saleId,
        commandKey,
        contentHash,
      });
      const running = payments.methods.find(({ plugin }) => plugin.id === payment.method);
      if (running === undefined) throw new Fault('method-unknown', { params: { method: payment.method } });
      return viewOf(payment, policyOf(running.plugin, payment));
    },
  });
}
