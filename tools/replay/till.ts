import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Catalog, Item } from '@zhanggui/modules/catalog/api.ts';
import type { PaymentView, RefundView } from '@zhanggui/modules/payments/api.ts';
import type { SaleView } from '@zhanggui/modules/sales/api.ts';
import { type ReplayApi, ReplayProblem } from './api.ts';
import { cashMeans, type Means } from './outside.ts';
import type { Basket, TillLine } from './read-lines.ts';

/** What became of one basket's money. */
export interface Taken {
  readonly method: string;
  /** Negative for what went back. */
  readonly amountMinor: number;
}

/** What a replay's till works with. */
export interface ReplayTill {
  readonly api: ReplayApi;
  readonly tillId: string;
  /** Stands on everything that this file makes: the same file again makes nothing twice. */
  readonly label: string;
  readonly items: Map<string, Item>;
  /** Sold lines that may come back, by item code. */
  readonly sold: Map<string, { readonly paymentId: string; readonly unitPriceMinor: number; grams: number }[]>;
  /** What goes back to its payment and may still be on its way. */
  readonly returning: { readonly line: number; readonly refund: RefundView }[];
}

/** A till on a running server that knows its goods. */
export async function openReplayTill(api: ReplayApi, tillId: string, label: string): Promise<ReplayTill> {
  const { items } = await api.send<Catalog>('GET', '/catalog');
  return { api, tillId, label, items: new Map(items.map((item) => [item.code, item])), sold: new Map(), returning: [] };
}

/** Adds the goods of the file that the shop does not know yet. */
export async function addUnknownItems(till: ReplayTill, lines: readonly TillLine[]): Promise<number> {
  const unknown = lines.filter(({ itemCode }) => !till.items.has(itemCode));
  const first = new Map(unknown.toReversed().map((line) => [line.itemCode, line] as const));
  for (const { itemCode, unitPriceMinor } of first.values()) {
    const item = {
      code: itemCode,
      name: `商品 ${itemCode}`,
      nameEn: `Item ${itemCode}`,
      kind: 'weighed',
      unitPriceMinor,
    };
    till.items.set(
      itemCode,
      await till.api.send<Item>('POST', '/catalog/items', item, keyOf(till, `item ${itemCode}`)),
    );
  }
  return first.size;
}

/** Sells a basket and takes its money; a method that is declined leaves the rest to cash. */
export async function sell(till: ReplayTill, basket: Basket, means: Means): Promise<readonly Taken[]> {
  const [first] = basket.lines;
  if (first === undefined) return [];
  const sale = await till.api.send<SaleView>(
    'POST',
    '/sales',
    {
      tillId: till.tillId,
      scenario: 'retail',
      lines: basket.lines.map((line) => saleLine(till, line)),
      ...stamp(till, first),
    },
    keyOf(till, `sale ${first.number}`),
  );
  const paid = [...sale.payments];
  if (sale.dueMinor > 0) {
    const asked = await means.use(sale.dueMinor, (credential) =>
      pay(till, sale, means.method, credential, `pay ${first.number}`),
    );
    const payment = await definite(till.api, `/payments/${asked.id}/status`, asked);
    paid.push(payment);
    if (payment.result !== 'succeeded') {
      const rest = await settleInCash(till, sale.id, first.number);
      paid.splice(0, paid.length, ...rest);
    }
  }
  const succeeded = paid.filter(({ result }) => result === 'succeeded');
  rememberSold(till, basket, succeeded[0]?.id);
  return succeeded.map(({ method, amountMinor }) => ({ method, amountMinor }));
}

/** Gives back what one line brought back: to the payment that bought it, else out of the drawer. */
export async function takeBack(till: ReplayTill, line: TillLine): Promise<Taken> {
  const amountMinor = -line.amountMinor;
  const original = till.sold
    .get(line.itemCode)
    ?.find(({ unitPriceMinor, grams }) => unitPriceMinor === line.unitPriceMinor && grams >= -line.grams);
  if (original === undefined || amountMinor === 0) {
    const body = {
      tillId: till.tillId,
      scenario: 'retail',
      lines: [saleLine(till, line)],
      reason: '退货',
      ...stamp(till, line),
    };
    await till.api.send('POST', '/sales/returns', body, keyOf(till, `return ${line.number}`));
    return { method: 'cash', amountMinor: line.amountMinor };
  }
  original.grams += line.grams;
  const payment = await till.api.send<PaymentView>('GET', `/payments/${original.paymentId}/status`);
  const body = { amountMinor, reason: '退货', ...stamp(till, line) };
  const path = `/payments/${original.paymentId}/refunds`;
  const refund = await till.api.send<RefundView>('POST', path, body, keyOf(till, `refund ${line.number}`));
  till.returning.push({ line: line.number, refund });
  return { method: payment.method, amountMinor: line.amountMinor };
}

/**
 * Waits until all that goes back has gone back; the ledger says so only then.
 * @throws ReplayProblem when a channel refuses, or says nothing definite.
 */
export async function allReturned({ api, returning }: ReplayTill): Promise<void> {
  for (const { line, refund } of returning) {
    const { result } = await definite(api, `/payments/${refund.paymentId}/refunds/${refund.id}`, refund);
    if (result !== 'succeeded') throw new ReplayProblem(`line ${line}: the refund ${refund.id} was refused`);
  }
}

const LONGEST_WAIT_MS = 120_000;

/** Asks again while the outside has not said what became of it. */
async function definite<Answer extends { readonly result: string }>(
  api: ReplayApi,
  path: string,
  answer: Answer,
): Promise<Answer> {
  const until = Date.now() + LONGEST_WAIT_MS;
  let last = answer;
  while (last.result === 'pending') {
    if (Date.now() > until) throw new ReplayProblem(`GET ${path}: pending for two minutes`);
    await delay(200);
    last = await api.send<Answer>('GET', path);
  }
  return last;
}

function pay(
  till: ReplayTill,
  sale: SaleView,
  method: string,
  credential: unknown,
  what: string,
): Promise<PaymentView> {
  const body = { method, amountMinor: sale.dueMinor, credential };
  return till.api.send('POST', `/sales/${sale.id}/payments`, body, keyOf(till, `${what} ${sale.payments.length}`));
}

async function settleInCash(till: ReplayTill, saleId: string, line: number): Promise<readonly PaymentView[]> {
  const sale = await till.api.send<SaleView>('GET', `/sales/${saleId}`);
  if (sale.dueMinor > 0)
    await cashMeans.use(sale.dueMinor, (credential) => pay(till, sale, 'cash', credential, `rest ${line}`));
  return (await till.api.send<SaleView>('GET', `/sales/${saleId}`)).payments;
}

function saleLine(till: ReplayTill, line: TillLine): Record<string, unknown> {
  const item = till.items.get(line.itemCode);
  if (item === undefined) throw new Error(`line ${line.number}: the item was not added`);
  const grams = Math.abs(line.grams);
  const measure = item.kind === 'weighed' ? { grams } : { quantity: grams / 1000 };
  const repriced = item.unitPriceMinor !== line.unitPriceMinor;
  const reason = line.isDiscounted ? '折扣' : '当日价';
  return {
    itemId: item.id,
    kind: item.kind,
    ...measure,
    ...(repriced ? { unitPriceMinor: line.unitPriceMinor, priceReason: reason } : {}),
  };
}

function stamp(till: ReplayTill, line: TillLine): { soldAt: string; label: string } {
  return { soldAt: new Date(line.at).toISOString(), label: till.label };
}

function rememberSold(till: ReplayTill, basket: Basket, paymentId: string | undefined): void {
  if (paymentId === undefined) return;
  for (const { itemCode, unitPriceMinor, grams } of basket.lines) {
    const sold = till.sold.get(itemCode) ?? [];
    sold.push({ paymentId, unitPriceMinor, grams });
    till.sold.set(itemCode, sold);
  }
}

function keyOf(till: ReplayTill, what: string): string {
  return createHash('sha256').update(`${till.label} ${till.tillId} ${what}`).digest('hex').slice(0, 40);
}
