import { beijingTimestamp, type Currency, formatDecimal } from '@zhanggui/base';
import { type CardSlip, cardSlipFields } from './card-slip.ts';
import type { Block, ReceiptDocument } from './document.ts';
import { printedMoney } from './money.ts';
import { type ReceiptLanguage, type ReceiptWord, word } from './words.ts';

/** One line of a sale; prices are minor units, for a kilogram where it was weighed. */
export interface SaleReceiptLine {
  readonly name: string;
  readonly nameEn: string;
  readonly quantity: number | null;
  readonly grams: number | null;
  readonly unitPriceMinor: number;
  readonly amountMinor: number;
}

/** How a sale was paid. */
export interface SaleReceiptPayment {
  readonly title: { readonly zh: string; readonly en: string };
  readonly amountMinor: number;
  readonly maskedInstrument: string | null;
  readonly channelReference: string | null;
  readonly result: string;
  readonly changeMinor: number | null;
  /** The card slip's fields where a card paid. */
  readonly card?: CardSlip | null;
}

/** What a sale's receipt says; the gateway's answer for a receipt has this shape. */
export interface SaleReceipt {
  readonly merchantName: string;
  readonly merchantNameEn: string;
  readonly storeName: string;
  readonly storeNameEn: string;
  readonly saleNumber: string;
  readonly tillNumber: string;
  readonly staffName: string;
  readonly staffNameEn: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly kind: 'sale' | 'return';
  readonly lines: readonly SaleReceiptLine[];
  readonly subtotalMinor: number;
  readonly roundingMinor: number;
  readonly totalMinor: number;
  readonly currency: string;
  readonly payments: readonly SaleReceiptPayment[];
  readonly refunds: readonly { readonly amountMinor: number; readonly createdAt: string }[];
}

export interface SaleReceiptOptions {
  readonly language: ReceiptLanguage;
  /** Where the electronic receipt opens; printed as a QR code. */
  readonly link?: string;
}

/** The customer's receipt of a sale or a return, ended by a cut. */
export function saleReceipt(receipt: SaleReceipt, { language, link }: SaleReceiptOptions): ReceiptDocument {
  const t = (name: ReceiptWord): string => word(language, name);
  const currency = receipt.currency as Currency;
  return [
    ...head(receipt, language, t),
    { kind: 'rule' },
    ...receipt.lines.flatMap((line) => lineBlocks(line, language, currency)),
    { kind: 'rule' },
    ...sums(receipt, currency, t),
    ...receipt.payments.flatMap((payment) => paymentBlocks(payment, language, currency)),
    ...receipt.refunds.flatMap((refund) => refundBlocks(refund, currency, t)),
    { kind: 'rule' },
    ...(link === undefined
      ? []
      : ([
          { kind: 'qr', content: link },
          { kind: 'text', text: t('electronic'), align: 'center' },
        ] as const)),
    { kind: 'text', text: t('thanks'), align: 'center' },
    { kind: 'space', lines: 1 },
    { kind: 'cut' },
  ];
}

function head(receipt: SaleReceipt, language: ReceiptLanguage, t: (name: ReceiptWord) => string): Block[] {
  const store = language === 'en' ? receipt.storeNameEn || receipt.storeName : receipt.storeName;
  const staff = language === 'en' ? receipt.staffNameEn || receipt.staffName : receipt.staffName;
  const merchant = language === 'en' ? receipt.merchantNameEn || receipt.merchantName : receipt.merchantName;
  return [
    { kind: 'text', text: store, align: 'center', style: { double: true, bold: true } },
    ...(merchant === store ? [] : ([{ kind: 'text', text: merchant, align: 'center' }] as const)),
    { kind: 'text', text: t(receipt.kind === 'return' ? 'returnReceipt' : 'receipt'), align: 'center' },
    { kind: 'rule' },
    { kind: 'pair', left: t('number'), right: receipt.saleNumber },
    { kind: 'pair', left: t('time'), right: beijingTimestamp(Date.parse(receipt.createdAt)) },
    { kind: 'pair', left: `${t('till')} ${receipt.tillNumber}`, right: `${t('cashier')} ${staff}` },
  ];
}

function lineBlocks(line: SaleReceiptLine, language: ReceiptLanguage, currency: Currency): Block[] {
  const name = language === 'en' ? line.nameEn || line.name : line.name;
  const price = formatDecimal(line.unitPriceMinor, currency);
  const measure = line.grams === null ? `${price} x ${line.quantity ?? 1}` : `${price}/kg x ${kilograms(line.grams)}kg`;
  return [
    { kind: 'text', text: name },
    { kind: 'pair', left: `  ${measure}`, right: formatDecimal(line.amountMinor, currency) },
  ];
}

function kilograms(grams: number): string {
  return `${Math.floor(grams / 1000)}.${String(grams % 1000).padStart(3, '0')}`;
}

function sums(receipt: SaleReceipt, currency: Currency, t: (name: ReceiptWord) => string): Block[] {
  const { subtotalMinor, roundingMinor, totalMinor, kind } = receipt;
  const rounding: Block[] =
    roundingMinor > 0
      ? [
          { kind: 'pair', left: t('subtotal'), right: printedMoney(subtotalMinor, currency) },
          { kind: 'pair', left: t('rounding'), right: printedMoney(-roundingMinor, currency) },
        ]
      : [];
  return [
    ...rounding,
    {
      kind: 'pair',
      left: t(kind === 'return' ? 'returnTotal' : 'total'),
      right: printedMoney(totalMinor, currency),
      style: { bold: true, double: true },
    },
  ];
}

function paymentBlocks(payment: SaleReceiptPayment, language: ReceiptLanguage, currency: Currency): Block[] {
  const t = (name: ReceiptWord): string => word(language, name);
  const change = payment.changeMinor ?? 0;
  const note = payment.result === 'succeeded' ? '' : ` (${t(payment.result === 'failed' ? 'failed' : 'pending')})`;
  const pair = (left: string, right: string): Block => ({ kind: 'pair', left, right });
  return [
    pair(`${payment.title[language]}${note}`, printedMoney(payment.amountMinor, currency)),
    ...(change > 0
      ? [
          pair(`  ${t('given')}`, printedMoney(payment.amountMinor + change, currency)),
          pair(`  ${t('change')}`, printedMoney(change, currency)),
        ]
      : []),
    ...(payment.card ? cardSlipFields(payment.card, language) : plainReference(payment, t)),
  ];
}

function plainReference(
  { maskedInstrument, channelReference }: SaleReceiptPayment,
  t: (name: ReceiptWord) => string,
): Block[] {
  const shown = [
    [t('account'), maskedInstrument],
    [t('reference'), channelReference],
  ] as const;
  return shown.flatMap(([left, right]) => (right ? [{ kind: 'pair', left: `  ${left}`, right } as const] : []));
}

function refundBlocks(
  refund: SaleReceipt['refunds'][number],
  currency: Currency,
  t: (name: ReceiptWord) => string,
): Block[] {
  return [
    { kind: 'pair', left: t('refunded'), right: printedMoney(-refund.amountMinor, currency) },
    { kind: 'text', text: beijingTimestamp(Date.parse(refund.createdAt)), align: 'right' },
  ];
}
