import { Fault, fromHex, utf8Decode, utf8Encode } from '@zhanggui/base';
import type { SealedCard } from './api.ts';
import type { CardDetails } from './dialect.ts';

/**
 * The record that a reader seals, as UTF-8 JSON: `pan` (digits), and where the card has them `expiry` (YYMM), `sequence`
 * (three digits), `track2` (with `D`), `chip` (BER-TLV in hexadecimal).
 */
interface CardRecord {
  readonly pan: string;
  readonly expiry?: string;
  readonly sequence?: string;
  readonly track2?: string;
  readonly chip?: string;
}

/** The part of a card that may be kept after authorization: no track, no PIN (PCI DSS 3.3). */
interface VaultedCard {
  readonly pan: string;
  readonly expiry: string | null;
  readonly sequence: string | null;
  readonly entryMode: CardDetails['entryMode'];
  readonly pinEntered: boolean;
}

const SHAPES: Readonly<Record<keyof CardRecord, RegExp>> = {
  pan: /^\d{12,19}$/,
  expiry: /^\d{2}(0[1-9]|1[0-2])$/,
  sequence: /^\d{3}$/,
  track2: /^\d{12,19}D\d{7,24}$/,
  chip: /^([0-9A-F]{2}){2,255}$/,
};

/** Bytes that the reader's CMAC covers: everything of a sealed card but the MAC, one part a line. */
export function sealedCardMacInput(card: SealedCard): Uint8Array {
  return utf8Encode([card.readerId, card.ksn, card.entryMode, card.sealed, card.pinBlock ?? ''].join('\n'));
}

/**
 * The card in an opened record.
 * @throws Fault `credential-refused` when the record is not one of a card.
 */
export function readCardRecord(record: Uint8Array, sealed: SealedCard): CardDetails {
  const fields = parseRecord(record);
  return {
    pan: fields.pan,
    expiry: fields.expiry ?? null,
    sequence: fields.sequence ?? null,
    track2: fields.track2 ?? null,
    chip: fields.chip === undefined ? null : fromHex(fields.chip),
    entryMode: sealed.entryMode,
    pinEntered: sealed.pinBlock !== undefined,
  };
}

/** What of a card is kept for a reversal, void or refund, ready to be sealed. */
export function writeVaultedCard(card: CardDetails): Uint8Array {
  const { pan, expiry, sequence, entryMode, pinEntered } = card;
  return utf8Encode(JSON.stringify({ pan, expiry, sequence, entryMode, pinEntered } satisfies VaultedCard));
}

/** The card that `writeVaultedCard` wrote. */
export function readVaultedCard(bytes: Uint8Array): CardDetails {
  return { ...(JSON.parse(utf8Decode(bytes)) as VaultedCard), track2: null, chip: null };
}

/** `•••• 4821`. */
export function maskPan(pan: string): string {
  return `•••• ${pan.slice(-4)}`;
}

/** Card organisation by the first digits (ISO/IEC 7812). */
export function schemeOf(pan: string): string {
  if (/^(62|81)/.test(pan)) return 'unionpay';
  if (/^4/.test(pan)) return 'visa';
  if (/^(5[1-5]|2[2-7])/.test(pan)) return 'mastercard';
  if (/^3[47]/.test(pan)) return 'amex';
  if (/^35/.test(pan)) return 'jcb';
  return 'unknown';
}

function parseRecord(record: Uint8Array): CardRecord {
  let parsed: unknown;
  try {
    parsed = JSON.parse(utf8Decode(record));
  } catch {
    throw refusedRecord();
  }
  if (typeof parsed !== 'object' || parsed === null || !('pan' in parsed)) throw refusedRecord();
  for (const [name, value] of Object.entries(parsed)) {
    const shape = SHAPES[name as keyof CardRecord] as RegExp | undefined;
    if (shape === undefined || typeof value !== 'string' || !shape.test(value)) throw refusedRecord();
  }
  return parsed as CardRecord;
}

/** Names no cause: an error of the parser would quote the card. */
function refusedRecord(): Fault {
  const message = { zh: '读卡器送来的卡数据无法识别', en: 'The card data from the reader cannot be read' };
  return new Fault('credential-refused', { fields: [{ path: 'credential.sealed', message }] });
}
