import type { ApiClient } from './api-client.ts';
import type { CustomerWithCards } from './customer.ts';
import type { operationsOf } from './open-api.ts';

/** What the neighbour tries with an id of ours, and the problem that it must be refused with. */
export type Try = readonly [method: string, path: string, body: unknown, code: string];

export function triesOfSales(saleId: string, receipt: string): readonly Try[] {
  const cash = { method: 'cash', amountMinor: 100, credential: { tenderedMinor: 100 } };
  return [
    ['GET', `/sales/${saleId}`, undefined, '404 sale-not-found'],
    ['PUT', `/sales/${saleId}/rounding`, { roundingMinor: 1 }, '404 sale-not-found'],
    ['POST', `/sales/${saleId}/abandon`, undefined, '404 sale-not-found'],
    ['POST', `/sales/${saleId}/payments`, cash, '404 sale-not-found'],
    ['GET', `/sales/by-receipt/${receipt}`, undefined, '404 receipt-not-found'],
  ];
}

export function triesOfPayments(paymentId: string): readonly Try[] {
  const ours = (method: string, path: string, body?: unknown): Try => [
    method,
    `/payments/${paymentId}${path}`,
    body,
    '404 payment-not-found',
  ];
  return [
    ours('GET', ''),
    ours('GET', '/status'),
    ours('POST', '/inquire'),
    ours('POST', '/cancel'),
    ours('POST', '/advance', { input: {} }),
    ours('POST', '/tip', { tipMinor: 1 }),
    ours('POST', '/signature', { strokes: 'AAAA' }),
    ours('GET', '/signature'),
    ours('POST', '/refunds', { amountMinor: 1, reason: 'x' }),
    ours('GET', '/refunds/x'),
  ];
}

export async function triesOfTills(
  manager: ApiClient,
  customer: CustomerWithCards,
  shiftId: string,
): Promise<readonly Try[]> {
  const item = await manager.item('1001');
  const lines = [{ itemId: item.id, kind: 'piece', quantity: 1 }];
  const goods = { tillId: 'till_1', scenario: 'retail', lines };
  const order = { tillId: 'till_1', title: 'x', amountMinor: 1, validMinutes: 1 };
  const link = await manager.send<{ id: string }>('POST', '/links', order);
  const batch = await manager.send<{ id: string }>('POST', '/tills/till_2/batch-close');
  const credential = await customer.presentCard('debit-approves', 100, 'till_1', '123456');
  const hold = { tillId: 'till_1', method: 'card', amountMinor: 100, credential };
  const display = { mode: 'idle', lines: [], subtotalMinor: 0, savingsMinor: 0, roundingMinor: 0, totalMinor: 0 };
  const limits = { perPaymentMinor: 1, totalMinor: 1 };
  const noTill = (method: string, path: string, body?: unknown): Try => [method, path, body, '404 till-not-found'];
  return [
    noTill('GET', '/tills/till_1/display'),
    noTill('PUT', '/tills/till_1/display', display),
    noTill('GET', '/tills/till_1/events'),
    noTill('GET', '/shifts/current?tillId=till_1'),
    noTill('POST', '/shifts', { tillId: 'till_2', floatMinor: 0 }),
    ['POST', `/shifts/${shiftId}/close`, { countedMinor: 0 }, '404 shift-not-found'],
    noTill('POST', '/sales', goods),
    ['POST', '/sales', { ...goods, tillId: 'till_next' }, '422 line-refused'],
    noTill('POST', '/sales/returns', { ...goods, reason: 'x' }),
    noTill('POST', '/pre-authorizations', hold),
    noTill('POST', '/tills/till_1/card-balance', { credential }),
    noTill('POST', '/tills/till_1/batch-close'),
    ['GET', `/batches/${batch.id}`, undefined, '404 batch-not-found'],
    noTill('GET', '/tills/till_1/terminal/downloads/bin-list'),
    noTill('GET', '/tills/till_1/terminal/offline-limits'),
    noTill('PUT', '/tills/till_1/terminal/offline-limits', limits),
    ['POST', '/catalog/items', { ...ITEM, categoryId: 'cat_none' }, '400 field-refused'],
    ['POST', '/catalog/items', { ...ITEM, categoryId: item.categoryId }, '400 field-refused'],
    noTill('POST', '/links', order),
    ['POST', `/links/${link.id}/cancel`, undefined, '404 link-not-found'],
    noTill('POST', '/tills/till_1/shop-code'),
    ['GET', '/ledger/accounts/merchant:mer_demo:payable/transfers', undefined, '404 not-found'],
    ['PUT', '/channels/wechat', { values: {} }, '422 method-not-agreed'],
    ['POST', '/channels/wechat/test', undefined, '422 method-not-agreed'],
    ['POST', '/bills/wechat/2026-11-22', undefined, '422 method-not-agreed'],
    ['GET', '/bills/wechat/2026-11-22', undefined, '404 not-found'],
  ];
}

const ITEM = { code: 'on-a-shelf', name: 'x', kind: 'piece', unitPriceMinor: 1 };

/** Routes of a shop that take an id, and whose answer to somebody else is a list with nothing in it. */
const LISTS = ['GET /tills/{tillId}/unresolved', 'GET /tills/{tillId}/payments', 'GET /bills/{methodId}/{date}/rows'];

/** The shop's routes with an id in their path that none of the tries has asked. */
export function untried(operations: ReturnType<typeof operationsOf>, tries: readonly Try[]): readonly string[] {
  const shops = operations.filter(({ permission }) => !['public', 'operate', 'keys'].includes(permission));
  return shops
    .map(({ method, path }) => ({ method, path: path.replace('/api/v1', '') }))
    .filter(({ method, path }) => path.includes('{') && !LISTS.includes(`${method} ${path}`))
    .filter(({ method, path }) => {
      const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
      return !tries.some(([tried, asked]) => tried === method && pattern.test(asked));
    })
    .map(({ method, path }) => `${method} ${path}`);
}
