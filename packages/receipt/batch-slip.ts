import { beijingTimestamp, type Currency } from '@zhanggui/base';
import type { Block, ReceiptDocument } from './document.ts';
import { printedMoney } from './money.ts';
import { type ReceiptLanguage, type ReceiptWord, word } from './words.ts';

/** How many, and how much in whole minor units. */
export interface BatchTotal {
  readonly count: number;
  readonly amountMinor: number;
}

/** A terminal's batch as it was closed with the acquirer. */
export interface BatchSlip {
  readonly merchantName: string;
  /** Not printed when empty. */
  readonly merchantNumber: string;
  readonly terminalNumber: string;
  readonly operator: string;
  readonly acquirer: string | null;
  readonly batch: string;
  /** ISO 8601. */
  readonly closedAt: string;
  readonly currency: Currency;
  /** Whether the acquirer had the same totals. */
  readonly balanced: boolean;
  readonly debits: BatchTotal;
  readonly credits: BatchTotal;
  /** Totals by scheme or kind of card. */
  readonly parts: readonly (BatchTotal & { readonly title: { readonly zh: string; readonly en: string } })[];
}

/** The slip of a batch that was closed, ended by a cut. */
export function batchSlip(batch: BatchSlip, language: ReceiptLanguage): ReceiptDocument {
  const t = (name: ReceiptWord, count?: number): string => word(language, name, count);
  const { currency } = batch;
  const pair = (left: string, right: string): Block => ({ kind: 'pair', left, right });
  const total = (title: string, { count, amountMinor }: BatchTotal): Block[] => [
    pair(title, t('count', count)),
    { kind: 'text', text: printedMoney(amountMinor, currency), align: 'right' },
  ];
  return [
    { kind: 'text', text: t('batchSlip'), align: 'center', style: { double: true, bold: true } },
    { kind: 'rule' },
    pair(t('merchantName'), batch.merchantName),
    ...(batch.merchantNumber === '' ? [] : [pair(t('merchantNumber'), batch.merchantNumber)]),
    pair(t('terminal'), batch.terminalNumber),
    pair(t('operator'), batch.operator),
    ...(batch.acquirer === null ? [] : [pair(t('acquirer'), batch.acquirer)]),
    pair(t('batch'), batch.batch),
    pair(t('dateTime'), beijingTimestamp(Date.parse(batch.closedAt)).replaceAll('-', '/')),
    {
      kind: 'text',
      text: t(batch.balanced ? 'balanced' : 'unbalanced'),
      align: 'center',
      style: { bold: true, double: true },
    },
    { kind: 'rule' },
    ...batch.parts.flatMap((part) => total(part.title[language], part)),
    { kind: 'rule' },
    ...total(t('debits'), batch.debits),
    ...total(t('credits'), batch.credits),
    {
      kind: 'pair',
      left: t('net'),
      right: printedMoney(batch.debits.amountMinor - batch.credits.amountMinor, currency),
      style: { bold: true },
    },
    { kind: 'space', lines: 1 },
    { kind: 'cut' },
  ];
}
