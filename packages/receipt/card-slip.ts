import { beijingTimestamp, type Currency } from '@zhanggui/base';
import type { Bitmap, Block, ReceiptDocument } from './document.ts';
import { printedMoney } from './money.ts';
import { type ReceiptLanguage, type ReceiptWord, word } from './words.ts';

/** What a card slip says of one payment, void or refund: fields of the network's slip. What is not known is null. */
export interface CardSlip {
  readonly merchantName: string;
  /** Field 42, fifteen characters. */
  readonly merchantNumber: string;
  /** Field 41, eight characters. */
  readonly terminalNumber: string;
  readonly operator: string;
  readonly acquirer: string | null;
  readonly issuer: string | null;
  /** First six and last four digits at most: `622202******0018`. */
  readonly maskedPan: string;
  readonly entryMode: 'swipe' | 'chip' | 'contactless' | 'fallback' | 'code';
  readonly type: { readonly zh: string; readonly en: string };
  readonly batch: string;
  readonly trace: string;
  readonly originalTrace: string | null;
  readonly reference: string | null;
  readonly authorizationCode: string | null;
  /** ISO 8601. */
  readonly at: string;
  /** Whole minor units, positive. */
  readonly amountMinor: number;
  /** Added to the amount when signing; 0 unless given. */
  readonly tipMinor?: number;
  readonly currency: Currency;
  /** Hexadecimal values of the chip, and the application's label. */
  readonly chip: { readonly aid: string; readonly label: string; readonly tc: string; readonly tvr: string } | null;
  readonly cvm: 'none' | 'online-pin' | 'offline-pin' | 'signature' | 'device';
  /** Where the cardholder signed on the screen. */
  readonly signature: Bitmap | null;
}

export interface CardSlipOptions {
  readonly language: ReceiptLanguage;
  readonly copy: 'merchant' | 'cardholder';
  readonly reprint?: boolean;
}

/** At most six digits, what is hidden, and four: what a slip may show of a card's number. */
const MASKED_PAN = /^\d{0,6}[*•\s]*[*•][*•\s]*\d{4}$/;

/**
 * One copy of a card slip, ended by a cut. Both copies hide the middle of the card's number.
 * @throws RangeError when the number is not masked.
 */
export function cardSlip(slip: CardSlip, { language, copy, reprint = false }: CardSlipOptions): ReceiptDocument {
  const t = (name: ReceiptWord): string => word(language, name);
  return [
    { kind: 'text', text: t('slip'), align: 'center', style: { double: true, bold: true } },
    { kind: 'text', text: t(copy === 'merchant' ? 'merchantCopy' : 'cardholderCopy'), align: 'center' },
    ...(reprint ? ([{ kind: 'text', text: `** ${t('reprint')} **`, align: 'center' }] as const) : []),
    { kind: 'rule' },
    ...cardSlipFields(slip, language),
    ...verification(slip, copy, t),
    { kind: 'space', lines: 1 },
    { kind: 'cut' },
  ];
}

/**
 * The fields of a slip, for a slip of its own or as part of a sale's receipt.
 * @throws RangeError when the number is not masked.
 */
export function cardSlipFields(slip: CardSlip, language: ReceiptLanguage): Block[] {
  if (!MASKED_PAN.test(slip.maskedPan)) throw new RangeError('a slip shows masked card numbers only');
  const t = (name: ReceiptWord): string => word(language, name);
  const field = (name: ReceiptWord, value: string | null): Block[] =>
    value === null || value === '' ? [] : [{ kind: 'pair', left: t(name), right: value }];
  return [
    ...field('merchantName', slip.merchantName),
    ...field('merchantNumber', slip.merchantNumber),
    ...field('terminal', slip.terminalNumber),
    ...field('operator', slip.operator),
    ...field('acquirer', slip.acquirer),
    ...field('issuer', slip.issuer),
    { kind: 'text', text: t('card') },
    {
      kind: 'text',
      text: `${slip.maskedPan.replaceAll('•', '*').replace(/\s/g, '')} ${t(slip.entryMode)}`,
      align: 'right',
      style: { bold: true },
    },
    { kind: 'pair', left: t('type'), right: slip.type[language], style: { bold: true } },
    ...field('batch', slip.batch),
    ...field('trace', slip.trace),
    ...field('originalTrace', slip.originalTrace),
    ...field('authorization', slip.authorizationCode),
    ...field('referenceNumber', slip.reference),
    ...field('dateTime', beijingTimestamp(Date.parse(slip.at)).replaceAll('-', '/')),
    {
      kind: 'pair',
      left: t('amount'),
      right: printedMoney(slip.amountMinor, slip.currency),
      style: { bold: true, double: true },
    },
    ...tipFields(slip, t),
    ...chipFields(slip, t),
  ];
}

function tipFields({ amountMinor, tipMinor = 0, currency }: CardSlip, t: (name: ReceiptWord) => string): Block[] {
  if (tipMinor === 0) return [];
  return [
    { kind: 'pair', left: t('tip'), right: printedMoney(tipMinor, currency) },
    { kind: 'pair', left: t('total'), right: printedMoney(amountMinor + tipMinor, currency), style: { bold: true } },
  ];
}

function chipFields({ chip }: CardSlip, t: (name: ReceiptWord) => string): Block[] {
  if (chip === null) return [];
  const fields = [
    [t('application'), chip.label],
    ['AID', chip.aid],
    ['TC', chip.tc],
    ['TVR', chip.tvr],
  ] as const;
  return fields.flatMap(([left, right]) => (right === '' ? [] : [{ kind: 'pair', left, right } as const]));
}

/** How the cardholder was verified; only the merchant's copy has room for a signature by hand. */
function verification(
  { cvm, signature }: CardSlip,
  copy: CardSlipOptions['copy'],
  t: (name: ReceiptWord) => string,
): Block[] {
  const agreement: Block = { kind: 'text', text: t('agreement') };
  if (cvm === 'signature') {
    if (signature !== null)
      return [
        { kind: 'rule' },
        { kind: 'text', text: t('signature') },
        { kind: 'image', bitmap: signature },
        agreement,
      ];
    if (copy === 'cardholder') return [];
    return [
      { kind: 'rule' },
      { kind: 'text', text: t('signature') },
      { kind: 'space', lines: 4 },
      { kind: 'rule' },
      agreement,
    ];
  }
  const words = {
    none: 'noSignature',
    'online-pin': 'pinVerified',
    'offline-pin': 'pinVerified',
    device: 'deviceVerified',
  } as const;
  return [{ kind: 'rule' }, { kind: 'text', text: t(words[cvm]), align: 'center' }];
}
