import { Fault, type Queryable } from '@zhanggui/base';
import { type Static, Type } from 'typebox';
import { staffNameEn } from '../access/store.ts';
import { type Route, route } from '../http.ts';
import { merchantById } from '../merchants/store.ts';
import { Handover, resultOf } from '../payments/api.ts';
import type { MethodPlugin } from '../payments/method.ts';
import type { Payment } from '../payments/payment.ts';
import { cancelNow } from '../payments/resolve.ts';
import { paymentById, paymentsOfSales } from '../payments/store.ts';
import { createOrder, payLink, SHOP_CODE_LIMIT_MINOR, shopCode, standingOf } from './link.ts';
import { type Link, linkById, linkByToken, recentLinks } from './link-store.ts';
import type { SalesServices } from './routes.ts';
import { saleById } from './store.ts';
import { abandon } from './tender.ts';

const text = Type.String();
const nullable = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);
const standing = Type.Union([
  Type.Literal('open'),
  Type.Literal('paying'),
  Type.Literal('paid'),
  Type.Literal('over'),
  Type.Literal('cancelled'),
]);

/** A link as staff see it. */
export const LinkView = Type.Object({
  id: text,
  kind: Type.Union([Type.Literal('order'), Type.Literal('shop-code')]),
  path: Type.String({
    description: 'path of the page; it belongs behind the address at which customers reach the server',
  }),
  title: text,
  amountMinor: nullable(Type.Integer()),
  currency: text,
  standing,
  tillId: text,
  staffName: text,
  staffNameEn: text,
  createdAt: text,
  expiresAt: nullable(text),
});
export type LinkView = Static<typeof LinkView>;

/** A link as the customer's page sees it. */
export const PayPageView = Type.Object({
  kind: Type.Union([Type.Literal('order'), Type.Literal('shop-code')]),
  merchantName: text,
  merchantNameEn: text,
  title: text,
  amountMinor: nullable(Type.Integer()),
  largestMinor: nullable(Type.Integer({ description: 'the most that a printed code takes' })),
  currency: text,
  standing,
  expiresAt: nullable(text),
  methods: Type.Array(Type.Object({ id: text, title: Type.Object({ zh: text, en: text }) })),
});
export type PayPageView = Static<typeof PayPageView>;

/** A customer's own payment; it tells nothing that the customer does not know. */
export const LinkPaymentView = Type.Object({
  id: text,
  method: text,
  amountMinor: Type.Integer(),
  result: Type.Union([Type.Literal('succeeded'), Type.Literal('failed'), Type.Literal('pending')]),
  handover: nullable(Handover),
  decline: nullable(Type.Object({ code: text, message: Type.Object({ zh: text, en: text }) })),
  receiptToken: nullable(text),
});
export type LinkPaymentView = Static<typeof LinkPaymentView>;

const tokenParams = Type.Object({ token: Type.String({ pattern: '^[0-9A-Za-z_-]{24}$' }) });
const paymentParams = Type.Object({ ...tokenParams.properties, paymentId: Type.String({ maxLength: 60 }) });
const ORDERS_SHOWN = 100;

/** Orders that are paid by a link, printed codes of tills, and the pages on which customers pay them. */
export function linkRoutes(services: SalesServices): readonly Route[] {
  return [...staffRoutes(services), ...customerRoutes(services)];
}

function staffRoutes({ payments }: SalesServices): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/links',
      summary: 'Make an order that the customer pays by a link',
      tag: 'links',
      permission: 'sell',
      command: true,
      status: 201,
      body: Type.Object(
        {
          tillId: Type.String({ maxLength: 60 }),
          title: Type.String({ minLength: 1, maxLength: 60 }),
          amountMinor: Type.Integer({ minimum: 1, maximum: 10_000_000_000 }),
          validMinutes: Type.Integer({ minimum: 1, maximum: 43_200 }),
        },
        { additionalProperties: false },
      ),
      response: LinkView,
      handle: async (context) => viewOf(context.db, await createOrder(context, context.body), context.clock.now()),
    }),
    route({
      method: 'GET',
      path: '/links',
      summary: 'Orders that are paid by a link, newest first',
      tag: 'links',
      permission: 'sell',
      response: Type.Object({ links: Type.Array(LinkView) }),
      handle: async ({ db, clock, staff }) => {
        const links = await recentLinks(db, staff.merchantId, ORDERS_SHOWN);
        return { links: await Promise.all(links.map((link) => viewOf(db, link, clock.now()))) };
      },
    }),
    route({
      method: 'POST',
      path: '/links/:linkId/cancel',
      summary: 'Give up an order of which nothing is paid or being paid',
      tag: 'links',
      permission: 'sell',
      params: Type.Object({ linkId: Type.String({ maxLength: 60 }) }),
      response: LinkView,
      handle: async ({ db, clock, staff, params }) => {
        const link = await linkById(db, params.linkId);
        if (link === undefined || link.merchantId !== staff.merchantId || link.saleId === null)
          throw new Fault('link-not-found');
        await abandon(payments.db, staff, link.saleId);
        return viewOf(db, link, clock.now());
      },
    }),
    route({
      method: 'POST',
      path: '/tills/:tillId/shop-code',
      summary: "The till's printed code, made when it is asked for first",
      tag: 'links',
      permission: 'sell',
      params: Type.Object({ tillId: Type.String({ maxLength: 60 }) }),
      response: LinkView,
      handle: async (context) =>
        viewOf(context.db, await shopCode(context, context.params.tillId), context.clock.now()),
    }),
  ];
}

function customerRoutes(services: SalesServices): readonly Route[] {
  const { payments, contracts } = services;
  const plugins = payments.methods.map(({ plugin }) => plugin).filter(payableAlone);
  return [
    route({
      method: 'GET',
      path: '/pay/:token',
      summary: 'What a link is for, for whoever holds it',
      tag: 'links',
      permission: 'public',
      params: tokenParams,
      response: PayPageView,
      handle: async ({ db, clock, params }) => {
        const link = await linkByToken(db, params.token);
        if (link === undefined) throw new Fault('link-not-found');
        const agreed = await Promise.all(plugins.map(({ id }) => contracts.contract(link.merchantId, id)));
        const methods = plugins.filter((_, index) => agreed[index] !== undefined);
        return pageOf(db, link, methods, clock.now());
      },
    }),
    route({
      method: 'POST',
      path: '/pay/:token/payments',
      summary: "Begin a customer's payment of a link",
      tag: 'links',
      permission: 'public',
      command: true,
      status: 201,
      params: tokenParams,
      body: Type.Object(
        {
          method: Type.String({ maxLength: 40 }),
          amountMinor: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000_000_000 })),
          payer: Type.Optional(Type.String({ pattern: '^[\\w-]{1,128}$' })),
        },
        { additionalProperties: false },
      ),
      response: LinkPaymentView,
      handle: async (context) => {
        const { method, amountMinor, payer } = context.body;
        if (!plugins.some(({ id }) => id === method)) throw new Fault('method-unknown', { params: { method } });
        const request = { method, amountMinor, payer };
        return paymentView(context.db, await payLink(services, context, context.params.token, request));
      },
    }),
    route({
      method: 'GET',
      path: '/pay/:token/payments/:paymentId',
      summary: "How a customer's payment of a link stands",
      tag: 'links',
      permission: 'public',
      params: paymentParams,
      response: LinkPaymentView,
      handle: async ({ db, params }) => paymentView(db, await paymentOfLink(db, params.token, params.paymentId)),
    }),
    route({
      method: 'POST',
      path: '/pay/:token/payments/:paymentId/cancel',
      summary: "Give up a customer's payment of a link, for another way or for nothing; a finished one stays as it is",
      tag: 'links',
      permission: 'public',
      params: paymentParams,
      response: LinkPaymentView,
      handle: async ({ db, params }) => {
        const payment = await paymentOfLink(db, params.token, params.paymentId);
        return paymentView(db, await cancelNow(payments, payment, 'customer'));
      },
    }),
  ];
}

/** Whether customers can pay with this alone, by scanning a code or on their own phone's page. */
function payableAlone({ flowPolicies }: MethodPlugin): boolean {
  return flowPolicies?.['shown-code'] !== undefined;
}

/** @throws Fault `payment-not-found` for a payment that was not made by this link. */
async function paymentOfLink(db: Queryable, token: string, paymentId: string): Promise<Payment> {
  const link = await linkByToken(db, token);
  if (link === undefined) throw new Fault('link-not-found');
  const payment = await paymentOfSales(db, link, paymentId);
  if (payment === undefined) throw new Fault('payment-not-found');
  return payment;
}

async function paymentOfSales(db: Queryable, link: Link, paymentId: string): Promise<Payment | undefined> {
  if (link.saleId !== null) return (await paymentsOfSales(db, [link.saleId])).find(({ id }) => id === paymentId);
  const payment = await paymentById(db, paymentId);
  return payment?.label === `code:${link.id}` ? payment : undefined;
}

async function viewOf(db: Queryable, link: Link, now: number): Promise<LinkView> {
  const { id, kind, token, title, amountMinor, currency, tillId, staffName } = link;
  return {
    id,
    kind,
    path: `/p/${token}`,
    title,
    amountMinor,
    currency,
    standing: await standingOf(db, link, now),
    tillId,
    staffName,
    staffNameEn: await staffNameEn(db, link.staffId),
    createdAt: new Date(link.createdAt).toISOString(),
    expiresAt: link.expiresAt === null ? null : new Date(link.expiresAt).toISOString(),
  };
}

async function pageOf(db: Queryable, link: Link, methods: readonly MethodPlugin[], now: number): Promise<PayPageView> {
  const merchant = await merchantById(db, link.merchantId);
  return {
    kind: link.kind,
    merchantName: merchant?.name ?? '',
    merchantNameEn: merchant?.nameEn ?? '',
    title: link.title,
    amountMinor: link.amountMinor,
    largestMinor: link.kind === 'shop-code' ? SHOP_CODE_LIMIT_MINOR : null,
    currency: link.currency,
    standing: await standingOf(db, link, now),
    expiresAt: link.expiresAt === null ? null : new Date(link.expiresAt).toISOString(),
    methods: methods.map(({ id, title }) => ({ id, title: { ...title } })),
  };
}

async function paymentView(db: Queryable, payment: Payment): Promise<LinkPaymentView> {
  const result = resultOf(payment.state);
  const sale = result === 'succeeded' ? await saleById(db, payment.saleId) : undefined;
  const { decline } = payment;
  return {
    id: payment.id,
    method: payment.method,
    amountMinor: payment.amountMinor,
    result,
    handover: payment.handover,
    decline: decline === null ? null : { code: decline.code, message: { ...decline.message } },
    receiptToken: sale?.receiptToken ?? null,
  };
}
