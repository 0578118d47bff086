import { beijingDate, Fault, makeId, type Queryable, toBase64Url } from '@zhanggui/base';
import { once } from '../access/once.ts';
import type { RequestContext } from '../http.ts';
import { resultOf } from '../payments/api.ts';
import type { Payments } from '../payments/context.ts';
import type { Payment } from '../payments/payment.ts';
import { paymentsOfSales } from '../payments/store.ts';
import type { SaleLine } from './api.ts';
import { insertLink, type Link, linkByToken, lockLink, salesOfShopCode, shopCodeOf } from './link-store.ts';
import { ownTill } from './sale.ts';
import { insertSale, nextNumber, type Sale, saleById } from './store.ts';
import { type TenderServices, tender } from './tender.ts';
import type { Till } from './till-store.ts';

/** Payers may give at most this much a day by a printed code (PBoC Yinfa [2017] 296, static codes); their institutions enforce it, we say it before. */
export const SHOP_CODE_LIMIT_MINOR = 50_000;
/** A printed code is open to the world: more sales a minute than this nobody makes by hand. */
const SALES_A_MINUTE = 30;
/** Of one order, which customers may begin and give up as they like. */
const ATTEMPTS_A_MINUTE = 10;
const MINUTE_MS = 60_000;
const SCENARIO = 'link';

type StaffContext = Pick<
  RequestContext<never, never, never>,
  'db' | 'clock' | 'rng' | 'staff' | 'commandKey' | 'contentHash'
>;

/** An order that is to be paid by a link. */
export interface OrderRequest {
  readonly tillId: string;
  readonly title: string;
  readonly amountMinor: number;
  readonly validMinutes: number;
}

/**
 * Makes an order with its link; the sale that the money will belong to is made with it.
 * @throws Fault `till-not-found`, `idempotency-conflict`.
 */
export function createOrder(context: StaffContext, request: OrderRequest): Promise<Link> {
  return once(context, async (tx) => {
    const { clock, rng, staff } = context;
    const till = await ownTill(tx, staff, request.tillId);
    const now = clock.now();
    const id = makeId('lnk', now, rng.bytes(8));
    const made = { till, staffId: staff.id, staffName: staff.name, now, random: rng.bytes(26) };
    const sale = await saleOf(tx, made, {
      title: request.title,
      amountMinor: request.amountMinor,
      label: `link:${id}`,
    });
    await insertSale(tx, sale);
    const link: Link = {
      id,
      token: toBase64Url(rng.bytes(18)),
      kind: 'order',
      merchantId: staff.merchantId,
      tillId: till.id,
      staffId: staff.id,
      staffName: staff.name,
      title: request.title,
      currency: sale.currency,
      saleId: sale.id,
      amountMinor: request.amountMinor,
      expiresAt: now + request.validMinutes * MINUTE_MS,
      createdAt: now,
    };
    await insertLink(tx, link);
    return link;
  });
}

/**
 * The till's printed code, made when it is asked for first.
 * @throws Fault `till-not-found`.
 */
export async function shopCode({ db, clock, rng, staff }: StaffContext, tillId: string): Promise<Link> {
  const till = await ownTill(db, staff, tillId);
  const now = clock.now();
  await insertLink(db, {
    id: makeId('lnk', now, rng.bytes(8)),
    token: toBase64Url(rng.bytes(18)),
    kind: 'shop-code',
    merchantId: staff.merchantId,
    tillId: till.id,
    staffId: staff.id,
    staffName: staff.name,
    title: till.name,
    currency: 'CNY',
    saleId: null,
    amountMinor: null,
    expiresAt: null,
    createdAt: now,
  });
  const link = await shopCodeOf(db, till.id);
  if (link === undefined) throw new Fault('link-not-found');
  return link;
}

/** What a customer asks on the page of a link. */
export interface LinkPaymentRequest {
  readonly method: string;
  /** For a printed code: what the customer typed. */
  readonly amountMinor: number | undefined;
  /** Who the customer is to the wallet, where its own browser shows the page. */
  readonly payer: string | undefined;
}

type CustomerContext = Pick<RequestContext<never, never, never>, 'db' | 'clock' | 'rng' | 'commandKey' | 'contentHash'>;

/**
 * Takes a customer's payment: for the order of the link, or for a new sale of what the customer typed.
 * @throws Fault `link-not-found`, `link-over`, `amount-missing`, `amount-over-limit`, `too-many-attempts` and those of `tender`.
 */
export async function payLink(
  services: TenderServices,
  context: CustomerContext,
  token: string,
  request: LinkPaymentRequest,
): Promise<Payment> {
  const link = await linkByToken(context.db, token);
  if (link === undefined) throw new Fault('link-not-found');
  const sale =
    link.kind === 'order'
      ? await openOrder(services.payments, context, link)
      : await saleOfShopCode(context, link, request);
  const credential =
    request.payer === undefined ? { show: true } : { payer: request.payer, staticCode: link.kind === 'shop-code' };
  return tender(
    services,
    { id: link.staffId, merchantId: link.merchantId },
    {
      saleId: sale.id,
      method: request.method,
      amountMinor: sale.totalMinor,
      credential,
      commandKey: paymentKey(context.commandKey),
      contentHash: context.contentHash,
    },
  );
}

/** How a link stands for whoever looks at it. */
export type LinkStanding = 'open' | 'paying' | 'paid' | 'over' | 'cancelled';

/** How an order stands; a printed code is always open. */
export async function standingOf(db: Queryable, link: Link, now: number): Promise<LinkStanding> {
  if (link.saleId === null) return 'open';
  const [sale, payments] = [await saleById(db, link.saleId), await paymentsOfSales(db, [link.saleId])];
  if (payments.some(({ state }) => resultOf(state) === 'succeeded')) return 'paid';
  if (sale?.abandoned === true) return 'cancelled';
  if (payments.some(({ state }) => resultOf(state) === 'pending')) return 'paying';
  return link.expiresAt !== null && link.expiresAt <= now ? 'over' : 'open';
}

async function openOrder(payments: Payments, { db, clock, commandKey }: CustomerContext, link: Link): Promise<Sale> {
  const sale = link.saleId === null ? undefined : await saleById(db, link.saleId);
  if (sale === undefined) throw new Fault('link-not-found');
  // One more of the same command finds the payment that it made, whatever became of the link since.
  const command = { merchantId: link.merchantId, commandKey: paymentKey(commandKey) };
  if ((await payments.earlier(command)) !== undefined) return sale;
  // A payment under way is not stopped by the clock.
  const now = clock.now();
  const standing = await standingOf(db, link, now);
  if (standing === 'over' || standing === 'cancelled') throw new Fault('link-over');
  const attempts = await paymentsOfSales(db, [sale.id]);
  refuseFlood(attempts.filter(({ createdAt }) => createdAt > now - MINUTE_MS).length, ATTEMPTS_A_MINUTE);
  return sale;
}

/** @throws Fault `too-many-attempts`. */
function refuseFlood(made: number, most: number): void {
  if (made >= most) throw new Fault('too-many-attempts', { params: { retryAfterS: MINUTE_MS / 1_000 } });
}

/** Staff and customers choose their keys apart. */
function paymentKey(commandKey: string): string {
  return `link:${commandKey}`;
}

function saleOfShopCode(context: CustomerContext, link: Link, { amountMinor }: LinkPaymentRequest): Promise<Sale> {
  if (amountMinor === undefined)
    throw new Fault('field-refused', { fields: [{ path: 'amountMinor', message: AMOUNT_MISSING }] });
  if (amountMinor > SHOP_CODE_LIMIT_MINOR)
    throw new Fault('amount-over-limit', { params: { limitMinor: SHOP_CODE_LIMIT_MINOR } });
  const label = `code:${link.id}`;
  return once({ ...context, staff: link }, async (tx) => {
    const now = context.clock.now();
    await lockLink(tx, link.id);
    refuseFlood(await salesOfShopCode(tx, label, now - MINUTE_MS), SALES_A_MINUTE);
    const { staffId, staffName, title, merchantId, tillId } = link;
    const till = await ownTill(tx, { merchantId }, tillId);
    const sale = await saleOf(
      tx,
      { till, staffId, staffName, now, random: context.rng.bytes(26) },
      { title, amountMinor, label },
    );
    await insertSale(tx, sale);
    return sale;
  });
}

const AMOUNT_MISSING = { zh: '请输入金额', en: 'is required' };

interface Maker {
  readonly till: Till;
  readonly staffId: string;
  readonly staffName: string;
  readonly now: number;
  /** 26 bytes. */
  readonly random: Uint8Array;
}

interface Goods {
  readonly title: string;
  readonly amountMinor: number;
  readonly label: string;
}

/** A sale of one line that belongs to no shift. */
async function saleOf(tx: Queryable, { till, staffId, staffName, now, random }: Maker, goods: Goods): Promise<Sale> {
  const businessOn = beijingDate(now);
  return {
    id: makeId('sale', now, random.subarray(0, 8)),
    merchantId: till.merchantId,
    storeId: till.storeId,
    tillId: till.id,
    shiftId: null,
    staffId,
    staffName,
    number: await nextNumber(tx, till.storeId, businessOn),
    scenario: SCENARIO,
    kind: 'sale',
    abandoned: false,
    lines: [lineOf(goods)],
    subtotalMinor: goods.amountMinor,
    roundingMinor: 0,
    totalMinor: goods.amountMinor,
    currency: 'CNY',
    receiptToken: toBase64Url(random.subarray(8, 26)),
    label: goods.label,
    reason: null,
    businessOn,
    createdAt: now,
    enteredAt: now,
  };
}

function lineOf({ title, amountMinor }: Goods): SaleLine {
  return {
    lineId: 1,
    itemId: '',
    code: '',
    name: title,
    nameEn: title,
    kind: 'piece',
    quantity: 1,
    grams: null,
    unitPriceMinor: amountMinor,
    amountMinor,
    priceReason: null,
  };
}
