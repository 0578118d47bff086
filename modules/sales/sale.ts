import {
  type Bilingual,
  beijingDate,
  Fault,
  type FieldFault,
  makeId,
  type Queryable,
  sumMinor,
  toBase64Url,
} from '@zhanggui/base';
import type { StaffIdentity } from '../access/api.ts';
import { once } from '../access/once.ts';
import type { Item } from '../catalog/api.ts';
import { itemsById } from '../catalog/store.ts';
import type { RequestContext } from '../http.ts';
import { post } from '../ledger/store.ts';
import { accountId } from '../payments/postings.ts';
import type { SaleLine } from './api.ts';
import type { LineKind, ScenarioPack } from './scenario.ts';
import { insertSale, nextNumber, type Sale } from './store.ts';
import { holdOpenShifts, type Till, tillById } from './till-store.ts';

/** One line as a client asks for it. */
export interface LineRequest {
  readonly itemId: string;
  readonly kind: Item['kind'];
  readonly quantity?: number;
  readonly grams?: number;
  readonly unitPriceMinor?: number;
  readonly priceReason?: string;
}

/** A sale as a client asks for it. */
export interface SaleRequest {
  readonly tillId: string;
  readonly scenario: string;
  readonly lines: readonly LineRequest[];
  readonly totalMinor?: number;
  readonly soldAt?: string;
  readonly label?: string;
  readonly reason?: string;
}

type CommandContext = Pick<
  RequestContext<never, never, never>,
  'db' | 'clock' | 'rng' | 'staff' | 'commandKey' | 'contentHash'
>;

/**
 * Opens a sale: prices every line from the catalogue, numbers it, and writes it once however often it is asked.
 * @throws Fault `line-refused` naming the field, `no-open-shift`, `total-differs`.
 */
export function createSale(
  context: CommandContext,
  scenarios: readonly ScenarioPack[],
  request: SaleRequest,
): Promise<Sale> {
  return once(context, async (tx) => {
    const sale = await draftSale(context, tx, scenarios, request, 'sale');
    await insertSale(tx, sale);
    return sale;
  });
}

/**
 * Takes goods back without a receipt and pays them out of the drawer in cash; sale and posting are one commit.
 * @throws Fault `line-refused`, `no-open-shift`.
 */
export function createReturn(
  context: CommandContext,
  scenarios: readonly ScenarioPack[],
  request: SaleRequest & { readonly reason: string },
): Promise<Sale> {
  return once(context, async (tx) => {
    const sale = await draftSale(context, tx, scenarios, request, 'return');
    await insertSale(tx, sale);
    if (sale.totalMinor > 0) await post(tx, [payoutOf(sale)]);
    return sale;
  });
}

async function draftSale(
  context: CommandContext,
  tx: Queryable,
  scenarios: readonly ScenarioPack[],
  request: SaleRequest,
  kind: Sale['kind'],
): Promise<Sale> {
  const { clock, rng, staff } = context;
  const till = await ownTill(tx, staff, request.tillId);
  const [shift] = await holdOpenShifts(tx, [till.id]);
  if (shift === undefined) throw new Fault('no-open-shift');
  const scenario = scenarios.find(({ id }) => id === request.scenario);
  if (scenario === undefined) throw refusedField('scenario', UNKNOWN_SCENARIO);
  const items = await itemsById(
    tx,
    staff.merchantId,
    request.lines.map(({ itemId }) => itemId),
  );
  const lines = request.lines.map((line, index) => priceLine(scenario.lineKinds, items, line, index));
  const subtotalMinor = sumMinor(lines.map(({ amountMinor }) => amountMinor));
  if (request.totalMinor !== undefined && request.totalMinor !== subtotalMinor)
    throw new Fault('total-differs', { params: { totalMinor: subtotalMinor } });
  const now = clock.now();
  const createdAt = soldAt(request.soldAt, now);
  const businessOn = beijingDate(createdAt);
  return {
    id: makeId('sale', now, rng.bytes(8)),
    merchantId: staff.merchantId,
    storeId: till.storeId,
    tillId: till.id,
    shiftId: shift.id,
    staffId: staff.id,
    staffName: staff.name,
    number: await nextNumber(tx, till.storeId, businessOn),
    scenario: scenario.id,
    kind,
    abandoned: false,
    lines,
    subtotalMinor,
    roundingMinor: 0,
    totalMinor: subtotalMinor,
    currency: 'CNY',
    receiptToken: toBase64Url(rng.bytes(18)),
    label: request.label ?? null,
    reason: request.reason ?? null,
    businessOn,
    createdAt,
    enteredAt: now,
  };
}

/** @throws Fault `till-not-found` for a till of another merchant too. */
export async function ownTill(db: Queryable, staff: Pick<StaffIdentity, 'merchantId'>, tillId: string): Promise<Till> {
  const till = await tillById(db, tillId);
  if (till === undefined || till.merchantId !== staff.merchantId) throw new Fault('till-not-found');
  return till;
}

function priceLine(
  kinds: readonly LineKind[],
  items: ReadonlyMap<string, Item>,
  line: LineRequest,
  index: number,
): SaleLine {
  const at = (field: string): string => `lines.${index}.${field}`;
  const item = items.get(line.itemId);
  if (item === undefined) throw refusedField(at('itemId'), UNKNOWN_ITEM);
  const kind = kinds.find(({ id }) => id === line.kind);
  if (kind === undefined || item.kind !== line.kind) throw refusedField(at('kind'), WRONG_KIND);
  const measure = line[kind.field];
  if (measure === undefined || measure < 1 || measure > kind.largest) throw refusedField(at(kind.field), WRONG_MEASURE);
  const unitPriceMinor = line.unitPriceMinor ?? item.unitPriceMinor;
  const repriced = unitPriceMinor !== item.unitPriceMinor;
  if (repriced && !line.priceReason) throw refusedField(at('priceReason'), REASON_NEEDED);
  return {
    lineId: index + 1,
    itemId: item.id,
    code: item.code,
    name: item.name,
    nameEn: item.nameEn,
    kind: item.kind,
    quantity: kind.field === 'quantity' ? measure : null,
    grams: kind.field === 'grams' ? measure : null,
    unitPriceMinor,
    amountMinor: kind.amountMinor(unitPriceMinor, measure),
    priceReason: repriced ? (line.priceReason ?? null) : null,
  };
}

/** A sale made while the server was out of reach is entered later with the time at which it was made. */
function soldAt(text: string | undefined, now: number): number {
  if (text === undefined) return now;
  const at = Date.parse(text);
  if (Number.isNaN(at) || at > now + 60_000) throw refusedField('soldAt', WRONG_TIME);
  return at;
}

function payoutOf(sale: Sale): Parameters<typeof post>[1][number] {
  return {
    id: `${sale.id}:return`,
    debitAccount: accountId.cashTakings(sale.merchantId),
    creditAccount: accountId.drawer(sale.merchantId, sale.tillId),
    currency: sale.currency,
    amountMinor: sale.totalMinor,
    reason: 'return',
    paymentId: null,
    label: sale.label,
    businessOn: sale.businessOn,
    postedAt: sale.createdAt,
  };
}

function refusedField(path: string, message: Bilingual): Fault {
  const field: FieldFault = { path, message };
  return new Fault('line-refused', { fields: [field] });
}

const UNKNOWN_SCENARIO = { zh: '没有这种业态', en: 'there is no such kind of shop' };
const UNKNOWN_ITEM = { zh: '没有这种商品', en: 'there is no such item' };
const WRONG_KIND = { zh: '计件商品不能称重出售，称重商品不能计件出售', en: 'the item is not sold in this way' };
const WRONG_MEASURE = { zh: '数量或重量超出范围', en: 'the quantity or weight is out of range' };
const REASON_NEEDED = { zh: '改价必须写明原因', en: 'a changed price needs a reason' };
const WRONG_TIME = { zh: '销售时间不正确', en: 'the time of sale is not right' };
