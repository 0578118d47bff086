import { fromHex, Refusal } from '@zhanggui/base';
import { readAtr, readCommand, readResponse } from './read-card.ts';
import { readIso8583 } from './read-iso8583.ts';
import { readConsumerQr, readMerchantQr, readPaymentCode } from './read-qr.ts';
import { knownShare, readTlv } from './read-tlv.ts';
import type { Format, Pasted, Reader, Reading } from './reading.ts';

/** What became of a pasted text. */
export type Outcome =
  | { readonly kind: 'read'; readonly reading: Reading }
  | { readonly kind: 'empty' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly error: Refusal };

export const READERS: Readonly<Record<Format, Reader>> = {
  'qr-merchant': readMerchantQr,
  'qr-consumer': readConsumerQr,
  'payment-code': readPaymentCode,
  atr: readAtr,
  iso8583: readIso8583,
  'apdu-response': readResponse,
  tlv: readTlv,
  'apdu-command': readCommand,
};

const LONGEST_TEXT = 65_536;

/**
 * Reads a pasted text in the format that fits it best, or in the one that is asked for.
 * @param text hexadecimal with or without spaces and colons, or a code's own text.
 */
export function readAnything(
  text: string,
  options: { readonly format?: Format; readonly reveal?: boolean } = {},
): Outcome {
  const trimmed = text.trim();
  if (trimmed === '') return { kind: 'empty' };
  if (trimmed.length > LONGEST_TEXT) return { kind: 'unknown' };
  const pasted: Pasted = { text: trimmed, bytes: hexBytes(trimmed), reveal: options.reveal ?? false };
  return options.format === undefined ? detect(pasted) : readAs(options.format, pasted);
}

function readAs(format: Format, pasted: Pasted): Outcome {
  try {
    const reading = READERS[format](pasted);
    return reading === undefined ? { kind: 'unknown' } : { kind: 'read', reading };
  } catch (error) {
    if (error instanceof Refusal) return { kind: 'refused', error };
    throw error;
  }
}

/** The order goes from formats that prove themselves (a CRC, a check byte, a whole message) to those that fit by chance. */
function detect(pasted: Pasted): Outcome {
  const whole = (format: Format) => {
    const outcome = readAs(format, pasted);
    return outcome.kind === 'read' && outcome.reading.problem === undefined ? outcome : undefined;
  };
  const partly = (format: Format) => {
    const outcome = readAs(format, pasted);
    return outcome.kind === 'read' ? outcome : undefined;
  };
  const found =
    partly('qr-merchant') ??
    partly('qr-consumer') ??
    whole('payment-code') ??
    partly('atr') ??
    whole('iso8583') ??
    whole('apdu-response') ??
    whole('apdu-command') ??
    (isKnownTlv(pasted) ? whole('tlv') : undefined) ??
    whole('tlv') ??
    partly('iso8583') ??
    partly('tlv');
  if (found !== undefined) return found;
  // What says what it is and is damaged deserves its reason.
  const damaged = (['qr-merchant', 'qr-consumer', 'atr'] as const).map((format) => readAs(format, pasted));
  return damaged.find(({ kind }) => kind === 'refused') ?? { kind: 'unknown' };
}

function isKnownTlv({ bytes }: Pasted): boolean {
  if (bytes === undefined) return false;
  try {
    return knownShare(bytes) >= 0.5;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

function hexBytes(text: string): Uint8Array | undefined {
  const digits = text.replace(/[\s:]/g, '');
  return /^(?:[0-9A-Fa-f]{2})+$/.test(digits) ? fromHex(digits) : undefined;
}
