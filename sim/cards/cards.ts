import type { Bilingual } from '@zhanggui/base';
import { luhnCheckDigit } from '@zhanggui/identifiers';

/** A test card: what stands on its face, what its bank knows, and how it is read. All of it is invented. */
export interface TestCard {
  readonly id: string;
  readonly title: Bilingual;
  readonly issuer: Bilingual;
  readonly scheme: 'unionpay';
  readonly kind: 'debit' | 'credit';
  readonly pan: string;
  /** `YYMM`. */
  readonly expiry: string;
  readonly entryMode: 'swipe' | 'chip' | 'contactless';
  /** The PIN that the bank knows. */
  readonly pin: string;
  /** The PIN that the pad offers; another one on the card that shows a wrong PIN. */
  readonly offeredPin: string;
  /** The reader asks for a PIN above this amount; 0 asks always. */
  readonly pinAboveMinor: number;
  readonly balanceMinor: number;
  /** What the bank does with this card from the start. */
  readonly fault: BankFault | null;
  /** What trying it shows. */
  readonly note: Bilingual;
  /** Which of the drawn faces it wears. */
  readonly face: 'indigo' | 'copper' | 'jade' | 'ink' | 'plum' | 'slate' | 'ash' | 'rust';
}

/** What a bank does wrong, or slowly, with one financial request. */
export type BankFault =
  /** It books the request and its answer is lost. */
  | { readonly kind: 'silent' }
  /** It never sees the request. */
  | { readonly kind: 'deaf' }
  /** It books at once and answers after so many seconds. */
  | { readonly kind: 'late'; readonly seconds: number }
  /** It looks at the request only after so many seconds, whatever has happened meanwhile. */
  | { readonly kind: 'stuck'; readonly seconds: number }
  | { readonly kind: 'wrong-mac' }
  | { readonly kind: 'decline'; readonly code: string }
  /** It books the request and cuts the line instead of answering. */
  | { readonly kind: 'disconnect' }
  | { readonly kind: 'garbage' }
  /** It answers twice. */
  | { readonly kind: 'duplicate' };

const RICH_MINOR = 8_888_888_800;
const SMALL_AMOUNT_MINOR = 100_000;
const TEST_PIN = '123456';

const usual = {
  scheme: 'unionpay',
  expiry: '3112',
  pin: TEST_PIN,
  offeredPin: TEST_PIN,
  pinAboveMinor: 0,
  balanceMinor: RICH_MINOR,
  fault: null,
} as const;
const TOWN_BANK = { zh: '小镇银行', en: 'Town Bank' };
const RIVER_BANK = { zh: '临江银行', en: 'Riverside Bank' };

/** The test cards. Their numbers begin with 620000, belong to no bank, and have a valid check digit. */
export const testCards: readonly TestCard[] = [
  {
    ...usual,
    id: 'debit-approves',
    title: { zh: '借记卡 · 插卡', en: 'Debit · chip' },
    issuer: TOWN_BANK,
    kind: 'debit',
    pan: pan('620000000000000001'),
    entryMode: 'chip',
    note: { zh: '批准。密码 123456', en: 'Approved. PIN 123456' },
    face: 'indigo',
  },
  {
    ...usual,
    id: 'credit-contactless',
    title: { zh: '信用卡 · 闪付', en: 'Credit · contactless' },
    issuer: RIVER_BANK,
    kind: 'credit',
    pan: pan('620000123450002'),
    entryMode: 'contactless',
    pinAboveMinor: SMALL_AMOUNT_MINOR,
    note: { zh: '批准。¥1,000 以下免密', en: 'Approved. No PIN up to ¥1,000' },
    face: 'copper',
  },
  {
    ...usual,
    id: 'debit-swipe',
    title: { zh: '借记卡 · 刷卡', en: 'Debit · stripe' },
    issuer: TOWN_BANK,
    kind: 'debit',
    pan: pan('620000000000000009'),
    entryMode: 'swipe',
    note: { zh: '批准。密码 123456', en: 'Approved. PIN 123456' },
    face: 'jade',
  },
  {
    ...usual,
    id: 'insufficient-funds',
    title: { zh: '余额不足', en: 'Insufficient funds' },
    issuer: TOWN_BANK,
    kind: 'debit',
    pan: pan('620000000000000003'),
    entryMode: 'chip',
    balanceMinor: 100,
    note: { zh: '拒绝 51。卡里只有 ¥1.00', en: 'Declined 51. It holds ¥1.00' },
    face: 'ash',
  },
  {
    ...usual,
    id: 'wrong-pin',
    title: { zh: '密码错误', en: 'Wrong PIN' },
    issuer: RIVER_BANK,
    kind: 'debit',
    pan: pan('620000000000000004'),
    entryMode: 'chip',
    pin: '888888',
    note: { zh: '预填 123456 是错的，正确密码 888888', en: 'The offered 123456 is wrong; its PIN is 888888' },
    face: 'plum',
  },
  {
    ...usual,
    id: 'bank-silent',
    title: { zh: '银行不应答', en: 'Bank stays silent' },
    issuer: RIVER_BANK,
    kind: 'debit',
    pan: pan('620000000000000005'),
    entryMode: 'contactless',
    pinAboveMinor: SMALL_AMOUNT_MINOR,
    fault: { kind: 'silent' },
    note: { zh: '银行记了账但不应答，自动冲正', en: 'Booked but never answered; reversed by itself' },
    face: 'ink',
  },
  {
    ...usual,
    id: 'bank-late',
    title: { zh: '银行应答迟到', en: 'Bank answers late' },
    issuer: TOWN_BANK,
    kind: 'debit',
    pan: pan('620000000000000006'),
    entryMode: 'contactless',
    pinAboveMinor: SMALL_AMOUNT_MINOR,
    fault: { kind: 'late', seconds: 40 },
    note: { zh: '40 秒后才应答，那时已冲正', en: 'Answers after 40 s, when it has been reversed' },
    face: 'slate',
  },
  {
    ...usual,
    id: 'expired',
    title: { zh: '过期卡', en: 'Expired card' },
    issuer: RIVER_BANK,
    kind: 'credit',
    pan: pan('620000123450007'),
    expiry: '2401',
    entryMode: 'chip',
    note: { zh: '拒绝 54。有效期 01/24', en: 'Declined 54. Valid thru 01/24' },
    face: 'rust',
  },
];

/** The test card with this number, as a bank finds it. */
export function cardByPan(number: string): TestCard | undefined {
  return testCards.find((card) => card.pan === number);
}

export function cardById(id: string): TestCard | undefined {
  return testCards.find((card) => card.id === id);
}

/** `•••• 4821`. */
export function maskedPan(card: TestCard): string {
  return `•••• ${card.pan.slice(-4)}`;
}

/** Track 2 of the stripe or its equivalent in the chip: PAN, separator, expiry, service code, discretionary data. */
export function track2(card: TestCard): string {
  const serviceCode = card.entryMode === 'swipe' ? '120' : '220';
  return `${card.pan}D${card.expiry}${serviceCode}000000`;
}

function pan(payload: string): string {
  return payload + luhnCheckDigit(payload);
}
