import { Fault, fromHex, toHex, utf8Decode, utf8Encode } from '@zhanggui/base';
import type { OpenedCompletion, SealedCard, SealedCompletion } from './api.ts';
import type { CardDetails } from './dialect.ts';

/**
 * The record that a reader seals for a card, as UTF-8 JSON: `pan` (digits), and where the card has them `expiry` (YYMM),
 * `sequence` (three digits), `track2` (with `D`), `chip` (BER-TLV in hexadecimal), `cvm` (how the cardholder was
 * verified), `offline` (`Y1`: the chip approved by itself), `par` (payment account reference), `aid`, `label`, `device`.
 */
interface CardRecord {
  readonly pan: string;
  readonly expiry?: string;
  readonly sequence?: string;
  readonly track2?: string;
  readonly chip?: string;
  readonly cvm?: NonNullable<CardDetails['verification']>;
  readonly offline?: 'Y1';
  readonly par?: string;
  readonly aid?: string;
  readonly label?: string;
  readonly device?: 'card' | 'phone';
}

/** What a reader tells of a card beside what goes to the acquirer. */
export interface ReadCard {
  readonly details: CardDetails;
  readonly offline: 'Y1' | null;
  readonly par: string | null;
  readonly aid: string | null;
  readonly label: string | null;
  readonly device: 'card' | 'phone' | null;
}

/** The chip's last word as the reader tells it. */
export type ReadCompletion = Omit<OpenedCompletion, 'sealedChip' | 'proof'>;

/** The part of a card that may be kept after authorization: no track, no PIN (PCI DSS 3.3). */
interface VaultedCard extends Omit<CardDetails, 'track2' | 'trackEncrypted' | 'chip'> {
  /** Field 55 of the request, of which a reversal repeats a part; hexadecimal. */
  readonly chip: string | null;
  /** Under which the reader sealed the card; absent where this copy is of no reader's. */
  readonly ksn?: string;
}

const SHAPES: Readonly<Record<keyof CardRecord, RegExp>> = {
  pan: /^\d{12,19}$/,
  expiry: /^\d{2}(0[1-9]|1[0-2])$/,
  sequence: /^\d{3}$/,
  track2: /^\d{12,19}D\d{7,24}$/,
  chip: /^([0-9A-F]{2}){2,255}$/,
  cvm: /^(none|online-pin|offline-pin|signature|device)$/,
  offline: /^Y1$/,
  par: /^[0-9A-Z]{29}$/,
  aid: /^([0-9A-F]{2}){5,16}$/,
  label: /^[\x20-\x7e]{1,16}$/,
  device: /^(card|phone)$/,
};
const COMPLETION_SHAPES: Readonly<Record<string, RegExp>> = {
  result: /^(approved|declined|removed)$/,
  arc: /^[YZ]3$/,
  chip: /^([0-9A-F]{2}){2,255}$/,
  scriptResults: /^([0-9A-F]{2}){1,255}$/,
};

/** Bytes that the reader's CMAC covers: everything that it sends but the MAC, one part a line. */
export function sealedCardMacInput(sealed: SealedCard | SealedCompletion): Uint8Array {
  const pinBlock = 'pinBlock' in sealed ? (sealed.pinBlock ?? '') : '';
  return utf8Encode([sealed.readerId, sealed.ksn, sealed.entryMode, sealed.sealed, pinBlock].join('\n'));
}

/**
 * The card in an opened record.
 * @throws Fault `credential-refused` when the record is not one of a card.
 */
export function readCardRecord(record: Uint8Array, sealed: SealedCard): ReadCard {
  const fields = parseRecord(record);
  if (!isCardRecord(fields)) throw refusedRecord();
  return {
    details: {
      pan: fields.pan,
      expiry: fields.expiry ?? null,
      sequence: fields.sequence ?? null,
      track2: fields.track2 ?? null,
      trackEncrypted: false,
      chip: fields.chip === undefined ? null : fromHex(fields.chip),
      entryMode: sealed.entryMode,
      pinEntered: sealed.pinBlock !== undefined,
      verification: fields.cvm ?? null,
    },
    offline: fields.offline ?? null,
    par: fields.par ?? null,
    aid: fields.aid ?? null,
    label: fields.label ?? null,
    device: fields.device ?? null,
  };
}

/**
 * The chip's last word in an opened record: `result`, and where there are any `arc`, `chip` (field 55 in hexadecimal),
 * `scriptResults` (tag DF31), `signature`.
 * @throws Fault `credential-refused` when the record is not one of a completion.
 */
export function readCompletionRecord(record: Uint8Array): ReadCompletion {
  const { signature = false, ...texts } = parseRecord(record);
  if (typeof signature !== 'boolean' || !fits(texts, COMPLETION_SHAPES) || texts.result === undefined)
    throw refusedRecord();
  return {
    result: texts.result as ReadCompletion['result'],
    arc: (texts.arc ?? null) as ReadCompletion['arc'],
    chip: texts.chip ?? null,
    scriptResults: texts.scriptResults ?? null,
    signature,
  };
}

/** What of a card or payment code is kept for a reversal, void or refund, ready to be sealed. */
export function writeVaulted(kept: CardDetails | { readonly code: string }, ksn?: string): Uint8Array {
  if ('code' in kept) return utf8Encode(JSON.stringify(kept));
  const { track2: _track, trackEncrypted: _encrypted, chip, ...card } = kept;
  const vaulted = { ...card, chip: chip === null ? null : toHex(chip), ksn };
  return utf8Encode(JSON.stringify(vaulted));
}

/** The card or payment code that `writeVaulted` wrote, and the KSN under which a reader had sealed it. */
export function readVaulted(bytes: Uint8Array): { kept: CardDetails | { readonly code: string }; ksn: string | null } {
  const vaulted = JSON.parse(utf8Decode(bytes)) as Partial<VaultedCard> & VaultedCard & { readonly code?: string };
  if (vaulted.code !== undefined) return { kept: { code: vaulted.code }, ksn: null };
  const { ksn, verification, chip, ...card } = vaulted;
  const field55 = chip === undefined || chip === null ? null : fromHex(chip);
  const kept = { ...card, verification: verification ?? null, chip: field55, track2: null, trackEncrypted: false };
  return { kept, ksn: ksn ?? null };
}

/** `6212 •••• 4821`: what may be shown of a payment code (its first and last four characters). */
export function maskCode(code: string): string {
  return `${code.slice(0, 4)} •••• ${code.slice(-4)}`;
}

/** `•••• 4821`. */
export function maskPan(pan: string): string {
  return `•••• ${pan.slice(-4)}`;
}

/** Card organisation by the first digits (ISO/IEC 7812). */
export function schemeOf(pan: string): string {
  if (/^(62|81)/.test(pan)) return 'unionpay';
  if (/^4/.test(pan)) return 'visa';
  if (/^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/.test(pan)) return 'mastercard';
  if (/^3[47]/.test(pan)) return 'amex';
  if (/^35/.test(pan)) return 'jcb';
  return 'unknown';
}

function isCardRecord(fields: Record<string, unknown>): fields is Record<string, unknown> & CardRecord {
  return fields.pan !== undefined && fits(fields, SHAPES);
}

function fits(
  fields: Record<string, unknown>,
  shapes: Readonly<Record<string, RegExp>>,
): fields is Record<string, string> {
  return Object.entries(fields).every(
    ([name, value]) => typeof value === 'string' && Object.hasOwn(shapes, name) && shapes[name]?.test(value),
  );
}

function parseRecord(record: Uint8Array): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(utf8Decode(record));
  } catch {
    throw refusedRecord();
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw refusedRecord();
  return parsed as Record<string, unknown>;
}

/** Names no cause: an error of the parser would quote the card. */
function refusedRecord(): Fault {
  const message = { zh: '读卡器送来的卡数据无法识别', en: 'The card data from the reader cannot be read' };
  return new Fault('credential-refused', { fields: [{ path: 'credential.sealed', message }] });
}
