import { toHex } from '@zhanggui/base';
import { EmvRefusal, parseField55 } from '@zhanggui/emv';
import type { ChipProof } from './answer-parts.ts';

/** Bits 8 and 7 of the cryptogram information data, and what they are of an approval. EMV Book 3, 6.5.5.4. */
const KIND_OF_CRYPTOGRAM = 0xc0;
const CERTIFICATE = 0x40;

/** What a slip prints of a field 55; null where there is none, or none that can be read. */
export function chipProof(field55: Uint8Array | null): ChipProof | null {
  const values = field55 === null ? undefined : valuesOf(field55);
  if (values === undefined) return null;
  const isCertificate = ((values.get('9F27')?.[0] ?? 0) & KIND_OF_CRYPTOGRAM) === CERTIFICATE;
  return {
    certificate: isCertificate ? hexOrNull(values.get('9F26')) : null,
    verificationResults: hexOrNull(values.get('95')),
  };
}

function valuesOf(field55: Uint8Array): ReadonlyMap<string, Uint8Array> | undefined {
  try {
    return parseField55(field55).values;
  } catch (error) {
    // What a reader sent and cannot be read is the host's to refuse.
    if (error instanceof EmvRefusal) return undefined;
    throw error;
  }
}

function hexOrNull(value: Uint8Array | undefined): string | null {
  return value === undefined ? null : toHex(value);
}
