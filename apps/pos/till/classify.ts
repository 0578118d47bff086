import {
  type MeasuredValue,
  parseVariableMeasure,
  quantityFromPrice,
  type VariableMeasure,
  type VariableMeasureRule,
} from '@zhanggui/identifiers';
import {
  classifyPaymentCode,
  maskPaymentCode,
  OPTIONAL_PAYMENT_CODE_RULES,
  PAYMENT_CODE_RULES,
  walletOfConsumerCode,
} from '@zhanggui/qr';
import type { Measure } from './cart.ts';
import type { CatalogIndex } from './catalog-index.ts';
import type { Item } from './contract.ts';
import { parseElementString } from './gs1.ts';

/** What a scanned text is to the till. */
export type Scanned =
  | { readonly kind: 'payment-code'; readonly method: string; readonly code: string }
  /** A wallet's code that this shop cannot take. The code itself stays out: it is money until it expires. */
  | { readonly kind: 'payment-code-unsupported' }
  /** A wallet's code before anything is on the ticket. */
  | { readonly kind: 'payment-code-early' }
  | { readonly kind: 'receipt'; readonly token: string }
  /** `measure` is null where the item must be weighed now. */
  | { readonly kind: 'item'; readonly item: Item; readonly measure: Measure | null }
  | { readonly kind: 'not-found'; readonly raw: string };

/** What the classifier knows of the shop. */
export interface ScanKnowledge {
  readonly index: CatalogIndex;
  /** Something is to be paid, so a payment code can be meant. */
  readonly somethingDue: boolean;
  readonly measureRules: readonly VariableMeasureRule[];
  /** The method that takes a wallet's codes, of those that the server offers. */
  readonly methodOfWallet: (wallet: string) => string | undefined;
}

/** Labels of the usual Chinese label scales: 21 + item + grams, 22 and 23 + item + price, 18 digits with both. */
export const USUAL_MEASURE_RULES: readonly VariableMeasureRule[] = [
  {
    prefix: '21',
    length: 13,
    item: { start: 2, length: 5 },
    values: [{ measure: 'weight', start: 7, length: 5, decimals: 3 }],
  },
  ...['22', '23'].map(
    (prefix): VariableMeasureRule => ({
      prefix,
      length: 13,
      item: { start: 2, length: 5 },
      values: [{ measure: 'price', start: 7, length: 5, decimals: 2 }],
    }),
  ),
  {
    prefix: '22',
    length: 18,
    item: { start: 2, length: 5 },
    values: [
      { measure: 'weight', start: 7, length: 5, decimals: 3 },
      { measure: 'price', start: 12, length: 5, decimals: 2 },
    ],
  },
];

const ALL_PAYMENT_CODE_RULES = [...PAYMENT_CODE_RULES, ...OPTIONAL_PAYMENT_CODE_RULES];

/**
 * Decides what was scanned, in a fixed order: payment code (only when something is due, no label of the shop's scale fits,
 * and never with 13 digits) · our own codes · GS1 element string · label of a scale · barcode or short code, exactly and
 * never a part of one · nothing known.
 */
export function classifyScan(scanned: string, knowledge: ScanKnowledge): Scanned {
  const text = scanned.trim();
  const label = parseVariableMeasure(text, knowledge.measureRules);
  return (
    paymentCode(text, label, knowledge) ??
    ownCode(text) ??
    elementString(text, knowledge.index) ??
    labelledItem(label, knowledge.index) ??
    exactItem(text, knowledge.index) ??
    earlyPaymentCode(text, label, knowledge) ?? { kind: 'not-found', raw: withoutPaymentCode(text) }
  );
}

function paymentCode(text: string, label: VariableMeasure | undefined, knowledge: ScanKnowledge): Scanned | undefined {
  if (!knowledge.somethingDue || label !== undefined || text.length === 13) return undefined;
  const recognised = classifyPaymentCode(text, ALL_PAYMENT_CODE_RULES);
  if (recognised.outcome !== 'recognized') return undefined;
  const wallet = recognised.wallet ?? walletOfConsumerCode(recognised.code);
  const method = wallet && knowledge.methodOfWallet(wallet);
  if (method === undefined) return { kind: 'payment-code-unsupported' };
  return { kind: 'payment-code', method, code: recognised.code };
}

/** Nothing is due: a code of a wallet must not be shown as "not found" in full, since it is still worth money. */
function earlyPaymentCode(
  text: string,
  label: VariableMeasure | undefined,
  knowledge: ScanKnowledge,
): Scanned | undefined {
  const found = paymentCode(text, label, { ...knowledge, somethingDue: true });
  return found && { kind: 'payment-code-early' };
}

/** A receipt's QR code opens its page at `/r/` and the receipt's token. */
function ownCode(text: string): Scanned | undefined {
  const token = /^https?:\/\/[^/?#]+\/r\/([\w-]{16,128})$/.exec(text)?.[1];
  return token === undefined ? undefined : { kind: 'receipt', token };
}

function elementString(text: string, index: CatalogIndex): Scanned | undefined {
  const elements = parseElementString(text);
  const item = elements && index.byGtin14.get(elements.gtin14);
  if (elements === undefined || item === undefined) return undefined;
  if (item.kind === 'weighed')
    return { kind: 'item', item, measure: elements.grams ? { quantity: 1, grams: elements.grams } : null };
  return { kind: 'item', item, measure: { quantity: elements.count || 1, grams: null } };
}

function labelledItem(label: VariableMeasure | undefined, index: CatalogIndex): Scanned | undefined {
  if (label === undefined) return undefined;
  const item = index.byCode.get(label.itemCode) ?? index.byCode.get(label.itemCode.replace(/^0+/, ''));
  if (item === undefined) return undefined;
  if (item.kind === 'piece') return { kind: 'item', item, measure: { quantity: countOf(label), grams: null } };
  const grams = gramsOf(label, item);
  return { kind: 'item', item, measure: grams > 0 ? { quantity: 1, grams } : null };
}

function countOf(label: VariableMeasure): number {
  return label.values.find(({ measure }) => measure === 'count')?.value || 1;
}

/** The label's weight, or its price divided by the price per kilogram. */
function gramsOf(label: VariableMeasure, item: Item): number {
  const weight = label.values.find(({ measure }) => measure === 'weight');
  if (weight) return toDecimals(weight, 3);
  const price = label.values.find(({ measure }) => measure === 'price');
  return price && item.unitPriceMinor > 0 ? quantityFromPrice(toDecimals(price, 2), item.unitPriceMinor) : 0;
}

function toDecimals({ value, decimals }: MeasuredValue, wanted: number): number {
  return decimals <= wanted ? value * 10 ** (wanted - decimals) : Math.round(value / 10 ** (decimals - wanted));
}

function exactItem(text: string, index: CatalogIndex): Scanned | undefined {
  const item =
    index.byBarcode.get(text) ??
    (/^\d{12,14}$/.test(text) ? index.byGtin14.get(text.padStart(14, '0')) : undefined) ??
    index.byCode.get(text);
  return item && { kind: 'item', item, measure: item.kind === 'weighed' ? null : { quantity: 1, grams: null } };
}

/**
 * The text as a screen may show it. Keys typed just before a scan run into it, and what follows them may be a payment code,
 * which is money until it expires.
 */
function withoutPaymentCode(text: string): string {
  for (let start = 1; start <= text.length - SHORTEST_PAYMENT_CODE; start += 1) {
    const rest = text.slice(start);
    const found = classifyPaymentCode(rest, ALL_PAYMENT_CODE_RULES);
    if (found.outcome === 'recognized') return text.slice(0, start) + maskPaymentCode(rest);
  }
  return text;
}

const SHORTEST_PAYMENT_CODE = 16;
