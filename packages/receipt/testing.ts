import type { CardSlip } from './card-slip.ts';
import type { SaleReceipt } from './sale-receipt.ts';

/** A card slip with every field, for tests and pictures. */
export const A_SLIP: CardSlip = {
  merchantName: '掌柜便利店（人民路店）',
  merchantNumber: '898210154110002',
  terminalNumber: 'W1489524',
  operator: '01',
  acquirer: '银联商务 48982900',
  issuer: '工商银行 01020000',
  maskedPan: '622202******0018',
  entryMode: 'chip',
  type: { zh: '消费 SALE', en: 'SALE' },
  batch: '000012',
  trace: '000345',
  originalTrace: null,
  reference: '112309300045',
  authorizationCode: 'A1B2C3',
  at: '2026-11-23T01:30:05.000Z',
  amountMinor: 128_850,
  currency: 'CNY',
  chip: { aid: 'A000000333010102', label: 'UnionPay Credit', tc: '0123456789ABCDEF', tvr: '0000008000' },
  cvm: 'signature',
  signature: null,
};

/** A sale of two lines, paid in cash. */
export const A_RECEIPT: SaleReceipt = {
  merchantName: '掌柜商贸有限公司',
  merchantNameEn: 'Zhanggui Trading',
  storeName: '人民路店',
  storeNameEn: 'Renmin Road',
  saleNumber: '20261123-0042',
  tillNumber: '1',
  staffName: '李雷',
  staffNameEn: 'Li Lei',
  createdAt: '2026-11-23T01:30:05.000Z',
  kind: 'sale',
  lines: [
    {
      name: '山泉水 550ml',
      nameEn: 'Spring water 550 ml',
      quantity: 2,
      grams: null,
      unitPriceMinor: 200,
      amountMinor: 400,
    },
    { name: '红富士苹果', nameEn: 'Fuji apples', quantity: null, grams: 1255, unitPriceMinor: 980, amountMinor: 1230 },
  ],
  subtotalMinor: 1630,
  roundingMinor: 30,
  totalMinor: 1600,
  currency: 'CNY',
  payments: [
    {
      title: { zh: '现金', en: 'Cash' },
      amountMinor: 1600,
      maskedInstrument: null,
      channelReference: null,
      result: 'succeeded',
      changeMinor: 400,
    },
  ],
  refunds: [],
};

/** A straight line from corner to corner, as a signature of 16×8 dots. */
export const A_SIGNATURE = {
  width: 16,
  height: 8,
  dots: Uint8Array.from([0xc0, 0, 0x30, 0, 0x0c, 0, 0x03, 0, 0, 0xc0, 0, 0x30, 0, 0x0c, 0, 0x03]),
};
