import { findField, type MerchantField } from './emvco-fields.ts';
import { encodeMerchantPresented, type MerchantCode, type MerchantItem } from './emvco-merchant.ts';
import { decimalsOf } from './emvco-merchant-rules.ts';
import { QrError } from './qr-error.ts';

/** Whether the same code serves many payments (ID 01 = 11) or this one only (12); some schemes do not say. */
export type Initiation = 'static' | 'dynamic' | 'unspecified';

/** The parties that EMVCo names for primitive merchant accounts (MPM 1.1 table 4.1); 26 to 51 carry their own identifier. */
export type AccountNetwork =
  | 'visa'
  | 'mastercard'
  | 'emvco'
  | 'discover'
  | 'amex'
  | 'jcb'
  | 'unionpay'
  | { readonly globallyUniqueIdentifier: string };

/** What a merchant-presented code says, in words. */
export interface MerchantSummary {
  readonly initiation: Initiation;
  readonly accounts: readonly { readonly id: string; readonly network: AccountNetwork; readonly value: string }[];
  readonly merchantCategoryCode: string | undefined;
  /** ISO 4217 numeric code. */
  readonly currency: string | undefined;
  /** Whole minor units of `currency`; undefined when the customer enters the amount. */
  readonly amountMinor: number | undefined;
  readonly country: string | undefined;
  readonly name: string | undefined;
  readonly city: string | undefined;
  readonly terminalLabel: string | undefined;
  readonly referenceLabel: string | undefined;
}

/** UnionPay's merchant account, ID 15: two institutions and the merchant. */
export interface UnionPayAccount {
  /** Eight digits. */
  readonly acquirerIin: string;
  /** Eight digits. */
  readonly forwardingIin: string;
  /** Fifteen characters. */
  readonly merchantId: string;
}

/** What is needed for a UnionPay code of a merchant in mainland China. */
export interface UnionPayCode {
  readonly account: UnionPayAccount;
  /** Four digits, ISO 18245. */
  readonly merchantCategoryCode: string;
  /** At most 25 characters of the EMV common character set. */
  readonly name: string;
  /** At most 15 characters. */
  readonly city: string;
  /** The merchant in Chinese, shown to customers whose phone is set so. */
  readonly chinese?: { readonly name: string; readonly city: string };
  /** Fen. With an amount the code is dynamic (one payment), without it is static. */
  readonly amountMinor?: number;
  readonly terminalLabel?: string;
  readonly referenceLabel?: string;
}

/**
 * The meaning of a decoded merchant-presented code.
 * @throws QrError `bad-amount` when ID 54 is not a decimal number.
 */
export function summarizeMerchantCode({ fields }: MerchantCode): MerchantSummary {
  const text = (id: string) => findField(fields, id)?.value;
  const additional = findField(fields, '62')?.children ?? [];
  const initiation = text('01');
  return {
    initiation: initiation === '11' ? 'static' : initiation === '12' ? 'dynamic' : 'unspecified',
    accounts: fields
      .filter(({ id }) => id >= '02' && id <= '51')
      .map((field) => ({ id: field.id, network: networkOf(field), value: field.value })),
    merchantCategoryCode: text('52'),
    currency: text('53'),
    amountMinor: minorOf(text('54'), decimalsOf(text('53'))),
    country: text('58'),
    name: text('59'),
    city: text('60'),
    terminalLabel: findField(additional, '07')?.value,
    referenceLabel: findField(additional, '05')?.value,
  };
}

/**
 * Builds a UnionPay code (ID 15, China, renminbi); static without an amount, dynamic with one.
 * @throws QrError when a part breaks its format.
 */
export function encodeUnionPayCode(code: UnionPayCode): string {
  const { amountMinor, chinese } = code;
  const labels: MerchantItem[] = [];
  if (code.referenceLabel !== undefined) labels.push(['05', code.referenceLabel]);
  if (code.terminalLabel !== undefined) labels.push(['07', code.terminalLabel]);
  const items: MerchantItem[] = [
    ['00', '01'],
    ['01', amountMinor === undefined ? '11' : '12'],
    ['15', formatUnionPayAccount(code.account)],
    ['52', code.merchantCategoryCode],
    ['53', '156'],
  ];
  if (amountMinor !== undefined) items.push(['54', yuan(amountMinor)]);
  items.push(['58', 'CN'], ['59', code.name], ['60', code.city]);
  if (labels.length > 0) items.push(['62', labels]);
  if (chinese !== undefined)
    items.push([
      '64',
      [
        ['00', 'ZH'],
        ['01', chinese.name],
        ['02', chinese.city],
      ],
    ]);
  return encodeMerchantPresented(items);
}

/**
 * Reads the value of ID 15.
 * @throws QrError `bad-value` when it is not 8 digits, 8 digits and 15 letters or digits.
 */
export function parseUnionPayAccount(value: string): UnionPayAccount {
  const match = /^(\d{8})(\d{8})([0-9A-Za-z]{15})$/.exec(value);
  if (match === null) throw new QrError('bad-value', 'ID 15 is not a UnionPay merchant account', { path: '15' });
  const [, acquirerIin = '', forwardingIin = '', merchantId = ''] = match;
  return { acquirerIin, forwardingIin, merchantId };
}

/**
 * The value of ID 15.
 * @throws QrError `bad-value` when a part breaks its format.
 */
export function formatUnionPayAccount(account: UnionPayAccount): string {
  const parts = [account.acquirerIin.length, account.forwardingIin.length, account.merchantId.length];
  if (parts.join() !== '8,8,15')
    throw new QrError('bad-value', 'a UnionPay merchant account has parts of 8, 8 and 15 characters', { path: '15' });
  const value = `${account.acquirerIin}${account.forwardingIin}${account.merchantId}`;
  parseUnionPayAccount(value);
  return value;
}

function networkOf({ id, children = [] }: MerchantField): AccountNetwork {
  if (id >= '26') return { globallyUniqueIdentifier: findField(children, '00')?.value ?? '' };
  if (id <= '03') return 'visa';
  if (id <= '05') return 'mastercard';
  if (id === '09' || id === '10') return 'discover';
  if (id === '11' || id === '12') return 'amex';
  if (id === '13' || id === '14') return 'jcb';
  return id === '15' || id === '16' ? 'unionpay' : 'emvco';
}

function minorOf(amount: string | undefined, decimals: number): number | undefined {
  if (amount === undefined) return undefined;
  const match = /^(\d{1,13})(?:\.(\d*))?$/.exec(amount);
  const [, whole = '', fraction = ''] = match ?? [];
  const minor = Number(whole + fraction.slice(0, decimals).padEnd(decimals, '0'));
  if (match === null || /[1-9]/.test(fraction.slice(decimals)) || !Number.isSafeInteger(minor))
    throw new QrError('bad-amount', 'ID 54 is not a whole number of minor units', { path: '54' });
  return minor;
}

function yuan(fen: number): string {
  if (!Number.isSafeInteger(fen) || fen <= 0)
    throw new QrError('bad-amount', 'an amount is a positive whole number of fen', { path: '54' });
  const digits = String(fen).padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
