import { beijingDate, Fault, type Queryable } from '@zhanggui/base';
import { type Static, Type } from 'typebox';
import type { StaffIdentity } from '../access/api.ts';
import { type Route, route } from '../http.ts';
import { transfersOfPayment } from '../ledger/store.ts';
import { PaymentEventView, type PaymentState, PaymentView, RefundView, resultOf, SignatureView } from './api.ts';
import type { Payments } from './context.ts';
import { type Payment, policyOf, viewOf } from './payment.ts';
import { refund } from './refund.ts';
import { refundById, refundsOfPayments, refundView } from './refund-store.ts';
import { advance, cancelNow, inquireNow } from './resolve.ts';
import { sign, viewOfSignature } from './sign.ts';
import { signatureOf } from './signature-store.ts';
import { eventsOf, listPayments, type PaymentFilter, paymentById, recentOfTill, unresolvedOfTill } from './store.ts';
import { addTip } from './tip.ts';

const byId = Type.Object({ paymentId: Type.String({ maxLength: 60 }) });
const PaymentDetail = Type.Interface([PaymentView], {
  events: Type.Array(PaymentEventView),
  refunds: Type.Array(RefundView),
});
const ListQuery = Type.Object({
  on: Type.Optional(Type.String({ format: 'date' })),
  method: Type.Optional(Type.String({ maxLength: 40 })),
  result: Type.Optional(Type.Union([Type.Literal('succeeded'), Type.Literal('failed'), Type.Literal('pending')])),
  cursor: Type.Optional(Type.String({ pattern: '^\\d{1,15} \\w{1,60}$' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
});

/** Looking at payments, asking about them, undoing them, giving money back. */
export function paymentRoutes(payments: Payments): readonly Route[] {
  const view = (payment: Payment): PaymentView => {
    const plugin = payments.methods.find((running) => running.plugin.id === payment.method)?.plugin;
    return viewOf(payment, plugin === undefined ? undefined : policyOf(plugin, payment));
  };
  return [
    ...consoleRoutes(view),
    ...tillRoutes(payments, view),
    recentRoute(view),
    ...signatureRoutes(payments, view),
    tipRoute(payments, view),
    refundRoute(payments),
    refundStandingRoute(),
  ];
}

type View = (payment: Payment) => PaymentView;

function consoleRoutes(view: View): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/payments',
      summary: 'Payments, newest first',
      tag: 'payments',
      permission: 'console',
      query: ListQuery,
      response: Type.Object({
        payments: Type.Array(PaymentView),
        nextCursor: Type.Union([Type.String(), Type.Null()]),
      }),
      handle: async ({ db, staff, query }) => {
        const filter = filterOf(query);
        const found = await listPayments(db, staff.merchantId, filter);
        const last = found.length === filter.limit ? found.at(-1) : undefined;
        return { payments: found.map(view), nextCursor: last === undefined ? null : `${last.createdAt} ${last.id}` };
      },
    }),
    route({
      method: 'GET',
      path: '/payments/:paymentId',
      summary: 'A payment with its timeline: intent, requests, answers, states, postings',
      tag: 'payments',
      permission: 'console',
      params: byId,
      response: PaymentDetail,
      handle: async ({ db, staff, params }) => {
        const payment = await ownPayment(db, staff, params.paymentId);
        const refunds = await refundsOfPayments(db, [payment.id]);
        return { ...view(payment), events: await timeline(db, payment), refunds: refunds.map(refundView) };
      },
    }),
  ];
}

function tillRoutes(payments: Payments, view: View): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/payments/:paymentId/status',
      summary: 'How a payment stands',
      tag: 'payments',
      permission: 'sell',
      params: byId,
      response: PaymentView,
      handle: async ({ db, staff, params }) => view(await ownPayment(db, staff, params.paymentId)),
    }),
    route({
      method: 'GET',
      path: '/tills/:tillId/unresolved',
      summary: 'Payments of a till whose outcome is not certain',
      tag: 'payments',
      permission: 'sell',
      params: Type.Object({ tillId: Type.String({ maxLength: 60 }) }),
      response: Type.Object({ payments: Type.Array(PaymentView) }),
      handle: async ({ db, staff, params }) => {
        const found = await unresolvedOfTill(db, params.tillId);
        return { payments: found.filter(({ merchantId }) => merchantId === staff.merchantId).map(view) };
      },
    }),
    route({
      method: 'POST',
      path: '/payments/:paymentId/inquire',
      summary: 'Ask the channel now',
      tag: 'payments',
      permission: 'sell',
      params: byId,
      response: PaymentView,
      handle: async ({ db, staff, params }) =>
        view(await inquireNow(payments, await ownPayment(db, staff, params.paymentId))),
    }),
    route({
      method: 'POST',
      path: '/payments/:paymentId/advance',
      summary: "Bring a pending payment what it waits for, such as the chip's last word",
      tag: 'payments',
      permission: 'sell',
      params: byId,
      body: Type.Object({ input: Type.Unknown() }, { additionalProperties: false }),
      response: PaymentView,
      handle: async ({ db, staff, params, body }) =>
        view(await advance(payments, await ownPayment(db, staff, params.paymentId), body.input)),
    }),
    route({
      method: 'POST',
      path: '/payments/:paymentId/cancel',
      summary: 'Undo a payment whose outcome is not certain',
      tag: 'payments',
      permission: 'sell',
      params: byId,
      response: PaymentView,
      handle: async ({ db, staff, params }) =>
        view(await cancelNow(payments, await ownPayment(db, staff, params.paymentId))),
    }),
  ];
}

function tipRoute(payments: Payments, view: View): Route {
  return route({
    method: 'POST',
    path: '/payments/:paymentId/tip',
    summary: 'Add the tip that the customer wrote when signing; the same tip again changes nothing',
    tag: 'payments',
    permission: 'sell',
    params: byId,
    body: Type.Object({ tipMinor: Type.Integer({ minimum: 1 }) }, { additionalProperties: false }),
    response: PaymentView,
    handle: async ({ db, staff, params, body }) =>
      view(await addTip(payments, await ownPayment(db, staff, params.paymentId), body.tipMinor)),
  });
}

function recentRoute(view: View): Route {
  return route({
    method: 'GET',
    path: '/tills/:tillId/payments',
    summary: 'The newest payments that a till has taken for sales',
    tag: 'payments',
    permission: 'sell',
    params: Type.Object({ tillId: Type.String({ maxLength: 60 }) }),
    query: Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })) }),
    response: Type.Object({ payments: Type.Array(PaymentView) }),
    handle: async ({ db, staff, params, query }) => ({
      payments: (await recentOfTill(db, staff.merchantId, params.tillId, query.limit ?? 50)).map(view),
    }),
  });
}

function signatureRoutes(payments: Payments, view: View): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/payments/:paymentId/signature',
      summary:
        "Keep the customer's drawn signature, where the card asked for one; the same drawing again changes nothing",
      tag: 'payments',
      permission: 'sell',
      params: byId,
      body: Type.Object(
        {
          strokes: Type.String({
            pattern: '^[0-9A-Za-z+/]*={0,2}$',
            minLength: 4,
            maxLength: 10_924,
            description: 'Base64 of the packed drawing, at most 8 KB: see docs/flows/card.md',
          }),
        },
        { additionalProperties: false },
      ),
      response: PaymentView,
      handle: async ({ db, staff, params, body }) =>
        view(await sign(payments, await ownPayment(db, staff, params.paymentId), body.strokes)),
    }),
    route({
      method: 'GET',
      path: '/payments/:paymentId/signature',
      summary: "The customer's drawn signature",
      tag: 'payments',
      permission: 'console',
      params: byId,
      response: SignatureView,
      handle: async ({ db, staff, params }) => {
        const kept = await signatureOf(db, (await ownPayment(db, staff, params.paymentId)).id);
        if (kept === undefined) throw new Fault('not-found');
        return viewOfSignature(kept);
      },
    }),
  ];
}

function refundRoute(payments: Payments): Route {
  return route({
    method: 'POST',
    path: '/payments/:paymentId/refunds',
    summary: 'Give money back by the original route, whole or in part',
    tag: 'payments',
    permission: 'refund',
    command: true,
    status: 201,
    params: byId,
    body: Type.Object(
      {
        amountMinor: Type.Integer({ minimum: 1 }),
        reason: Type.String({ minLength: 1, maxLength: 80 }),
        label: Type.Optional(Type.String({ pattern: '^[0-9A-Za-z:._-]{1,60}$' })),
        soldAt: Type.Optional(Type.String({ format: 'date-time' })),
      },
      { additionalProperties: false },
    ),
    response: RefundView,
    handle: async ({ db, clock, staff, params, body, commandKey, contentHash }) => {
      const payment = await ownPayment(db, staff, params.paymentId);
      const done = await refund(payments, {
        commandKey,
        contentHash,
        merchantId: staff.merchantId,
        paymentId: payment.id,
        tillId: payment.tillId,
        staffId: staff.id,
        amountMinor: body.amountMinor,
        reason: body.reason,
        label: body.label ?? null,
        businessOn: beijingDate(body.soldAt === undefined ? clock.now() : Date.parse(body.soldAt)),
      });
      return refundView(done);
    },
  });
}

function refundStandingRoute(): Route {
  return route({
    method: 'GET',
    path: '/payments/:paymentId/refunds/:refundId',
    summary: 'How a refund stands',
    tag: 'payments',
    permission: 'refund',
    params: Type.Object({ paymentId: Type.String({ maxLength: 60 }), refundId: Type.String({ maxLength: 60 }) }),
    response: RefundView,
    handle: async ({ db, staff, params }) => {
      const payment = await ownPayment(db, staff, params.paymentId);
      const found = await refundById(db, params.refundId);
      if (found === undefined || found.paymentId !== payment.id) throw new Fault('not-found');
      return refundView(found);
    },
  });
}

/** @throws Fault `payment-not-found` for a payment of another merchant too. */
async function ownPayment(db: Queryable, staff: StaffIdentity, paymentId: string): Promise<Payment> {
  const payment = await paymentById(db, paymentId);
  if (payment === undefined || payment.merchantId !== staff.merchantId) throw new Fault('payment-not-found');
  return payment;
}

const STATES: readonly PaymentState[] = [
  'created',
  'pending',
  'unknown',
  'cancelling',
  'succeeded',
  'failed',
  'cancelled',
];

function filterOf(query: Static<typeof ListQuery>): PaymentFilter {
  const cursor = /^(\d{1,15}) (\w+)$/.exec(query.cursor ?? '');
  return {
    businessOn: query.on ?? null,
    method: query.method ?? null,
    states: query.result === undefined ? null : STATES.filter((state) => resultOf(state) === query.result),
    before: cursor === null ? null : { createdAt: Number(cursor[1]), id: cursor[2] ?? '' },
    limit: query.limit ?? 50,
  };
}

/** The intent from the payment itself, what was said and decided from the events, the money from the book. */
async function timeline(db: Queryable, payment: Payment): Promise<PaymentEventView[]> {
  const events = await eventsOf(db, payment.id);
  const transfers = await transfersOfPayment(db, payment.id);
  const { method, amountMinor, currency, maskedInstrument } = payment;
  const intent: PaymentEventView = {
    sequence: 0,
    at: new Date(payment.createdAt).toISOString(),
    kind: 'intent',
    title: method,
    detail: { amountMinor, currency, maskedInstrument },
  };
  const said = events.map(({ sequence, at, kind, title, detail }) => ({
    sequence,
    at: at.toISOString(),
    kind,
    title,
    detail: { ...detail },
  }));
  const posted = transfers.map((transfer) => ({
    sequence: transfer.sequence,
    at: transfer.at,
    kind: 'posting' as const,
    title: transfer.reason,
    detail: {
      debitAccount: transfer.debitAccount,
      creditAccount: transfer.creditAccount,
      amountMinor: transfer.amountMinor,
      hash: transfer.hash,
    },
  }));
  return [intent, ...[...said, ...posted].sort((left, right) => left.at.localeCompare(right.at))];
}
