import { beijingDate, type Db, Fault } from '@zhanggui/base';
import { Type } from 'typebox';
import type { StaffIdentity } from '../access/api.ts';
import { type Route, route } from '../http.ts';
import { merchantById } from '../merchants/store.ts';
import { PaymentView } from '../payments/api.ts';
import { authorizeOnce } from '../payments/authorize.ts';
import { methodOf, type Payments } from '../payments/context.ts';
import { PreAuthorizationView, viewOfHold } from '../payments/hold.ts';
import { completionsOf, holdsOf } from '../payments/hold-store.ts';
import { type Payment, policyOf, viewOf } from '../payments/payment.ts';
import { refundsOfPayments } from '../payments/refund-store.ts';
import type { SalesServices } from './routes.ts';
import { ownTill } from './sale.ts';
import { nextNumber } from './store.ts';
import { refuseOverLimit } from './tender.ts';
import { currentShift } from './till-store.ts';

/** What a pre-authorization command asks. */
interface HoldRequest {
  readonly tillId: string;
  readonly method: string;
  readonly amountMinor: number;
  readonly credential: unknown;
  readonly commandKey: string;
  readonly contentHash: string;
}

/** Reserving money on a card: for a room, a rental, a table. It is taken by a tender with `{ completes }`, let go by a refund of the whole. */
export function preAuthorizationRoutes(services: SalesServices): readonly Route[] {
  const { payments } = services;
  const credentials = payments.methods
    .filter(({ plugin }) => plugin.preAuthorizes === true)
    .map(({ plugin }) => plugin.credential);
  return [
    route({
      method: 'POST',
      path: '/pre-authorizations',
      summary: "Reserve money on the customer's card; answers with the method's first word",
      tag: 'payments',
      permission: 'sell',
      command: true,
      status: 201,
      body: Type.Object(
        {
          tillId: Type.String({ maxLength: 60 }),
          method: Type.String({ maxLength: 40 }),
          amountMinor: Type.Integer({ minimum: 1, maximum: 10_000_000_000 }),
          credential: Type.Union(credentials, { description: "what the method needs of the customer's instrument" }),
        },
        { additionalProperties: false },
      ),
      response: PaymentView,
      handle: async ({ staff, body, commandKey, contentHash }) =>
        shown(payments, await preAuthorize(services, staff, { ...body, commandKey, contentHash })),
    }),
    route({
      method: 'GET',
      path: '/pre-authorizations',
      summary: 'Pre-authorizations, newest first, with what became of them',
      tag: 'payments',
      permission: 'sell',
      query: Type.Object({
        open: Type.Optional(Type.Literal('1', { description: 'only those that can still be completed or voided' })),
      }),
      response: Type.Object({ preAuthorizations: Type.Array(PreAuthorizationView) }),
      handle: async ({ db, clock, staff, query }) => {
        const holds = await holdsOf(db, staff.merchantId, query.open === '1');
        return { preAuthorizations: await viewsOf(db, payments, holds, clock.now()) };
      },
    }),
  ];
}

/**
 * Reserves money on a card. It belongs to no sale, is no takings, and posts nothing.
 * @throws Fault `till-not-found`, `no-open-shift`, `method-not-agreed`, `amount-over-limit`, and those of `authorize`.
 */
async function preAuthorize(
  { payments, contracts }: SalesServices,
  staff: StaffIdentity,
  request: HoldRequest,
): Promise<Payment> {
  const { db } = payments;
  const { commandKey, contentHash, method, amountMinor, credential } = request;
  const till = await ownTill(db, staff, request.tillId);
  await refuseOverLimit(contracts, staff.merchantId, methodOf(payments, method).plugin.id, amountMinor);
  const earlier = await payments.earlier({ merchantId: staff.merchantId, commandKey });
  const shift = await currentShift(db, till.id);
  if (shift === undefined && earlier === undefined) throw new Fault('no-open-shift');
  const merchant = await merchantById(db, staff.merchantId);
  const store = await contracts.store(till.storeId);
  const businessOn = earlier?.businessOn ?? beijingDate(payments.clock.now());
  return authorizeOnce(payments, {
    purpose: 'pre-authorization',
    commandKey,
    contentHash,
    method,
    credential,
    amountMinor,
    merchantId: staff.merchantId,
    storeId: till.storeId,
    tillId: till.id,
    saleId: null,
    saleNumber: earlier?.saleNumber ?? (await nextNumber(db, till.storeId, businessOn)),
    saleDueMinor: amountMinor,
    shiftId: shift?.id ?? null,
    staffId: staff.id,
    currency: merchant?.currency ?? 'CNY',
    subject: store?.name ?? till.storeId,
    roundingMinor: 0,
    label: null,
    businessOn,
    occurredAt: null,
  });
}

async function viewsOf(
  db: Db,
  payments: Payments,
  holds: readonly Payment[],
  now: number,
): Promise<PreAuthorizationView[]> {
  const ids = holds.map(({ id }) => id);
  const completions = Map.groupBy(await completionsOf(db, ids), ({ completes }) => completes);
  const voids = Map.groupBy(await refundsOfPayments(db, ids), ({ paymentId }) => paymentId);
  return holds.map((hold) =>
    viewOfHold(hold, shown(payments, hold), completions.get(hold.id) ?? [], voids.get(hold.id) ?? [], now),
  );
}

function shown(payments: Payments, payment: Payment): PaymentView {
  return viewOf(payment, policyOf(methodOf(payments, payment.method).plugin, payment));
}
