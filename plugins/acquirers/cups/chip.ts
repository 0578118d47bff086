import { buildField55, parseField55, REQUEST_TAGS, REVERSAL_TAGS } from '@zhanggui/emv';

/** What field 55 tells in each message (CUPS.md 7). */
const TAGS = {
  /** Sale, pre-authorization, balance inquiry, and chip data sent later. */
  request: REQUEST_TAGS,
  reversal: REVERSAL_TAGS,
  /** What the card did with the issuer's script: DF31 and what proves the card that did it. */
  'script-result': ['9F33', '95', '9F37', '9F1E', '9F10', '9F26', '9F36', '82', 'DF31', '9F1A', '9A'],
} as const;

/**
 * Field 55 from the chip's data: what the message is to tell and no more, so that a number or track that a reader leaves
 * among it does not go out in clear. Null where nothing of it is there.
 * @throws Refusal when the data is no BER-TLV, holds a tag twice or is longer than 255 bytes.
 */
export function chipField(chip: Uint8Array | null, use: keyof typeof TAGS): Uint8Array | null {
  if (chip === null) return null;
  const field = buildField55(parseField55(chip).values, TAGS[use]);
  return field.length === 0 ? null : field;
}
