import { concatBytes, utf8Encode } from '@zhanggui/base';
import { gbk } from '../charset.ts';
import { copyBytes } from '../copy.ts';
import { refuse } from '../error.ts';

/** One amount of field 54. */
export interface BalanceAmount {
  /** Two digits, ISO 8583 processing code positions 3 and 4: 00 default, 10 savings, 20 cheque, 30 credit. */
  readonly accountType: string;
  /** Two digits: 01 ledger balance, 02 available balance, 40 part that was approved. */
  readonly amountType: string;
  /** Three digits. */
  readonly currencyCode: string;
  /** Minor units, negative where the account is in debit. */
  readonly amountMinor: number;
}

/** Field 44 of an answer: who issued the card and who acquired the transaction, without their filling. */
export interface Institutions {
  readonly issuer: string;
  readonly acquirer: string;
}

/** Field 63 of an answer: the card organisation and what issuer, network and acquirer want to tell. */
export interface OrganisationTexts {
  /** Three characters: `CUP`, `VIS`, `MCC`, `MAE`, `JCB`, `DCC`, `AMX`. */
  readonly organisation: string;
  readonly issuer: string;
  readonly network: string;
  readonly acquirer: string;
  /** What the terminal is to print or show. */
  readonly terminal: string;
}

const BALANCE_LENGTH = 20;
const INSTITUTION_LENGTH = 11;
const TEXT_LENGTHS = [20, 20, 20, 60] as const;
const PAYMENT_CODE_TAG = 'A3';
const SERIAL_TAG = 'Sequence No';

/**
 * The amounts in field 54, twenty characters each: account type, amount type, currency, C or D, twelve digits.
 * @throws Iso8583Error `bad-length` or `bad-amount`.
 */
export function parseBalances(field54: string): BalanceAmount[] {
  if (field54.length % BALANCE_LENGTH !== 0) refuse('bad-length', 'an amount takes 20 characters', '54');
  return Array.from({ length: field54.length / BALANCE_LENGTH }, (_, index) => {
    const at = index * BALANCE_LENGTH;
    const parts = /^(\d\d)(\d\d)(\d{3})([CD])(\d{12})$/.exec(field54.slice(at, at + BALANCE_LENGTH));
    const [, accountType = '', amountType = '', currencyCode = '', sign = '', amount = ''] =
      parts ?? refuse('bad-amount', 'these characters are no amount', '54', at);
    const amountMinor = Number(amount);
    return {
      accountType,
      amountType,
      currencyCode,
      amountMinor: sign === 'D' && amountMinor !== 0 ? -amountMinor : amountMinor,
    };
  });
}

/**
 * Field 54 from its amounts.
 * @throws Iso8583Error `bad-amount`.
 */
export function formatBalances(balances: readonly BalanceAmount[]): string {
  return balances
    .map(({ accountType, amountType, currencyCode, amountMinor }) => {
      const kind = accountType + amountType + currencyCode;
      if (!/^\d{7}$/.test(kind) || !Number.isSafeInteger(amountMinor) || Math.abs(amountMinor) > 999_999_999_999)
        refuse('bad-amount', 'the amount does not fit', '54');
      return kind + (amountMinor < 0 ? 'D' : 'C') + String(Math.abs(amountMinor)).padStart(12, '0');
    })
    .join('');
}

/** The institutions of field 44: eleven characters for the issuer, eleven for the acquirer. */
export function parseInstitutions(field44: string): Institutions {
  return {
    issuer: field44.slice(0, INSTITUTION_LENGTH).trim(),
    acquirer: field44.slice(INSTITUTION_LENGTH, 2 * INSTITUTION_LENGTH).trim(),
  };
}

/**
 * Field 44 from the codes of the institutions.
 * @throws Iso8583Error `bad-length` when a code has more than eleven characters.
 */
export function formatInstitutions({ issuer, acquirer }: Institutions): string {
  if (issuer.length > INSTITUTION_LENGTH || acquirer.length > INSTITUTION_LENGTH)
    refuse('bad-length', 'the code of an institution has up to 11 characters', '44');
  return issuer.padEnd(INSTITUTION_LENGTH) + acquirer.padEnd(INSTITUTION_LENGTH);
}

/**
 * Field 63 of an answer: the card organisation, then texts of the issuer (20 bytes of GBK), the network (20), the acquirer
 * (20) and for the terminal (60), each of which may be missing from the end.
 * @throws Iso8583Error `bad-length` or `not-gbk`.
 */
export function parseOrganisationTexts(field63: Uint8Array): OrganisationTexts {
  const whole = 3 + TEXT_LENGTHS.reduce((sum: number, length) => sum + length, 0);
  if (field63.length < 3 || field63.length > whole) refuse('bad-length', `3 to ${whole} bytes are needed`, '63');
  let at = 3;
  const [issuer = '', network = '', acquirer = '', terminal = ''] = TEXT_LENGTHS.map((length) => {
    const part = copyBytes(field63, Math.min(at, field63.length), Math.min(at + length, field63.length));
    const text = gbk.decode(part, '63', at).trim();
    at += length;
    return text;
  });
  return { organisation: gbk.decode(copyBytes(field63, 0, 3), '63', 0), issuer, network, acquirer, terminal };
}

/**
 * Field 63 of an answer; it stops behind the last text that is not empty.
 * @throws Iso8583Error `bad-length` or `not-gbk`.
 */
export function formatOrganisationTexts(texts: OrganisationTexts): Uint8Array {
  const organisation = gbk.encode(texts.organisation, '63');
  if (organisation.length !== 3) refuse('bad-length', 'a card organisation has three characters', '63');
  const values = [texts.issuer, texts.network, texts.acquirer, texts.terminal];
  const used = values.findLastIndex((value) => value !== '') + 1;
  const parts = values.slice(0, used).map((value, index) => {
    const bytes = gbk.encode(value, '63');
    const filled = new Uint8Array(TEXT_LENGTHS[index] ?? 0).fill(0x20);
    if (bytes.length > filled.length) refuse('bad-length', `a text has up to ${filled.length} bytes`, '63');
    filled.set(bytes);
    return filled;
  });
  return concatBytes(organisation, ...parts);
}

/**
 * The payment code in field 59 of a QR sale: the element A3 with a length of three digits; other elements may stand
 * beside it.
 * @throws Iso8583Error `bad-code` when there is none.
 */
export function parsePaymentCode(field59: Uint8Array): string {
  const text = String.fromCharCode(...field59);
  for (let at = 0; at + 5 <= text.length; ) {
    const digits = text.slice(at + 2, at + 5);
    const end = at + 5 + Number(digits);
    if (!/^\d{3}$/.test(digits) || end > text.length) break;
    const code = text.slice(at + 5, end);
    if (text.startsWith(PAYMENT_CODE_TAG, at) && /^[\x21-\x7e]+$/.test(code)) return code;
    at = end;
  }
  return refuse('bad-code', 'the field holds no payment code', '59');
}

/**
 * Field 59 of a QR sale.
 * @throws Iso8583Error `bad-code` for a code that is empty, longer than 512 characters or not printable ASCII.
 */
export function formatPaymentCode(code: string): Uint8Array {
  if (!/^[\x21-\x7e]{1,512}$/.test(code)) refuse('bad-code', 'a payment code is printable ASCII', '59');
  return utf8Encode(PAYMENT_CODE_TAG + String(code.length).padStart(3, '0') + code);
}

/**
 * Field 62 of a sign-in request: the words `Sequence No`, a length of two digits, and the terminal's certificate number
 * and serial number in one.
 * @throws Iso8583Error `bad-length` beyond 99 characters or for characters that are not printable ASCII.
 */
export function formatTerminalSerial(serial: string): Uint8Array {
  if (!/^[\x21-\x7e]{1,99}$/.test(serial)) refuse('bad-length', 'a serial number has 1 to 99 characters', '62');
  return utf8Encode(SERIAL_TAG + String(serial.length).padStart(2, '0') + serial);
}

/**
 * The terminal's certificate and serial number in field 62 of a sign-in request.
 * @throws Iso8583Error `bad-length` when the field is built otherwise.
 */
export function parseTerminalSerial(field62: Uint8Array): string {
  const text = String.fromCharCode(...field62);
  const serial = text.slice(SERIAL_TAG.length + 2);
  const length = text.slice(SERIAL_TAG.length, SERIAL_TAG.length + 2);
  const sound = text.startsWith(SERIAL_TAG) && /^\d\d$/.test(length) && Number(length) === serial.length;
  return sound ? serial : refuse('bad-length', 'the field holds no serial number', '62', 0);
}
