import { QrError } from './qr-error.ts';

/** Whose app shows a payment code. */
export type Wallet = 'wechat' | 'alipay' | 'unionpay' | 'ecny' | 'jd' | 'qq' | 'bestpay';

/** How the code was made: a bar code of digits, a face token, or an EMVCo consumer-presented code. */
export type PaymentCodeForm = 'bar-code' | 'face-token' | 'emv-consumer';

/** One line of the table by which a scanned text is recognised; lines are tried in order and must not overlap. */
export interface PaymentCodeRule {
  /** Undefined where the code itself must be opened to learn the issuer (EMVCo consumer-presented codes). */
  readonly wallet: Wallet | undefined;
  readonly form: PaymentCodeForm;
  readonly pattern: RegExp;
}

/** What a scanned text is. `unsupported` is an answer of its own: no wallet is ever assumed. */
export type PaymentCodeClass =
  | {
      readonly outcome: 'recognized';
      readonly wallet: Wallet | undefined;
      readonly form: PaymentCodeForm;
      readonly code: string;
    }
  | { readonly outcome: 'unsupported' };

/** The codes that the wallets publish; each lives about a minute and is used once. */
export const PAYMENT_CODE_RULES: readonly PaymentCodeRule[] = [
  { wallet: 'wechat', form: 'bar-code', pattern: /^1[0-5]\d{16}$/ },
  { wallet: 'alipay', form: 'bar-code', pattern: /^(?:2[5-9]|30)\d{14,22}$/ },
  { wallet: 'alipay', form: 'face-token', pattern: /^fp[0-9A-Za-z]{1,126}$/ },
  { wallet: 'unionpay', form: 'bar-code', pattern: /^62\d{17}$/ },
  { wallet: 'ecny', form: 'bar-code', pattern: /^01\d{17}$/ },
  // Base64 of 85 05 "CPV01"; the tenth character holds the last two bits of the "1".
  { wallet: undefined, form: 'emv-consumer', pattern: /^hQVDUFYwM[Q-Za-f][0-9A-Za-z+/]*={0,2}$/ },
];

/** Codes of wallets that a merchant may switch on; their prefixes are known from practice, not from a published rule. */
export const OPTIONAL_PAYMENT_CODE_RULES: readonly PaymentCodeRule[] = [
  { wallet: 'jd', form: 'bar-code', pattern: /^18\d{16}$/ },
  { wallet: 'qq', form: 'bar-code', pattern: /^91\d{16}$/ },
  { wallet: 'bestpay', form: 'bar-code', pattern: /^51\d{16}$/ },
];

const LONGEST_CODE = 2048;

/**
 * Recognises a customer's payment code by its digits. Spaces around it are dropped, nothing else is repaired.
 * @param scanned text as the scanner gave it; always text, because 18 digits do not fit a number.
 * @param rules the table to use; append OPTIONAL_PAYMENT_CODE_RULES where the merchant accepts those wallets.
 * @throws QrError `not-text` when a caller without types passes anything but text.
 */
export function classifyPaymentCode(
  scanned: string,
  rules: readonly PaymentCodeRule[] = PAYMENT_CODE_RULES,
): PaymentCodeClass {
  if (typeof scanned !== 'string')
    throw new QrError('not-text', 'a payment code is text; as a number it would lose its last digits');
  const code = scanned.trim();
  if (code.length > LONGEST_CODE) return { outcome: 'unsupported' };
  const rule = rules.find(({ pattern }) => pattern.test(code));
  if (rule === undefined) return { outcome: 'unsupported' };
  return { outcome: 'recognized', wallet: rule.wallet, form: rule.form, code };
}

/** A payment code for logs and screens: the first and last four characters; a short one shows nothing. */
export function maskPaymentCode(code: string): string {
  if (code.length < 12) return '*'.repeat(code.length);
  return `${code.slice(0, 4)}${'*'.repeat(code.length - 8)}${code.slice(-4)}`;
}
