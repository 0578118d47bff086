import { type PaymentView, resultOf } from '@zhanggui/modules/payments/api.ts';
import type { Catalog, Item, Sale } from './contract.ts';

/** A small shop for tests. */
export function testItem(over: Partial<Item> & { readonly id: string }): Item {
  return {
    code: over.id,
    barcodes: [],
    name: over.id,
    nameEn: '',
    categoryId: null,
    kind: 'piece',
    unitPriceMinor: 100,
    unit: '件',
    pinyin: '',
    favourite: false,
    ...over,
  };
}

export const WATER = testItem({
  id: 'itm_water',
  code: '1001',
  barcodes: ['6921168509256'],
  name: '农夫山泉 550ml',
  nameEn: 'Nongfu Spring 550ml',
  pinyin: 'nfsq',
  unitPriceMinor: 200,
});
export const BROCCOLI = testItem({
  id: 'itm_broccoli',
  code: '00005',
  name: '西兰花',
  nameEn: 'Broccoli',
  pinyin: 'xlh',
  kind: 'weighed',
  unit: 'kg',
  unitPriceMinor: 980,
});
export const NOODLES = testItem({
  id: 'itm_noodles',
  code: '1003',
  barcodes: ['8431673020125'],
  name: '康师傅红烧牛肉面',
  pinyin: 'ksfhsnrm',
  unitPriceMinor: 550,
});

export const TEST_CATALOG: Catalog = { items: [WATER, BROCCOLI, NOODLES], categories: [], version: 1 };

/** A sale of the server over one water and 0.624 kg of broccoli: 8.12. */
export function testSale(over: Partial<Sale> = {}): Sale {
  return {
    currency: 'CNY',
    createdAt: '2026-11-22T06:00:00.000Z',
    businessOn: '2026-11-22',
    staffName: '小林',
    id: 'sale_1',
    number: '1122-0001',
    tillId: 'till_1',
    kind: 'sale',
    state: 'open',
    lines: [],
    subtotalMinor: 812,
    roundingMinor: 0,
    totalMinor: 812,
    paidMinor: 0,
    pendingMinor: 0,
    dueMinor: 812,
    payments: [],
    receiptToken: null,
    ...over,
  };
}

export function testPayment(over: Partial<PaymentView> = {}): PaymentView {
  const state = over.state ?? 'pending';
  return {
    id: 'pay_1',
    saleId: 'sale_1',
    saleNumber: '1122-0001',
    tillId: 'till_1',
    method: 'wechat',
    purpose: 'sale',
    completes: null,
    amountMinor: 812,
    currency: 'CNY',
    state,
    result: resultOf(state),
    waitingFor: state === 'pending' ? 'customer-password' : null,
    handover: null,
    decline: null,
    label: null,
    maskedInstrument: null,
    channelReference: null,
    changeMinor: null,
    refundedMinor: 0,
    lostMinor: 0,
    tipMinor: 0,
    provisional: false,
    signature: null,
    batchNumber: null,
    expiresAt: null,
    feeMinor: null,
    createdAt: '2026-11-22T06:00:00.000Z',
    updatedAt: '2026-11-22T06:00:00.000Z',
    cancellableAt: '2026-11-22T06:00:15.000Z',
    nextAttemptAt: null,
    givesUpAt: '2026-11-22T06:00:45.000Z',
    version: 1,
    ...over,
  };
}
