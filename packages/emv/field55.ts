import type { TagValues } from './dol.ts';
import { EmvRefusal } from './refusal.ts';
import { encodeTlv, parseTlv, type TlvNode, type TlvOptions } from './tlv.ts';

/** What UnionPay POS sends in field 55 of a sale, an inquiry and a pre-authorization, in the order it is sent. */
export const REQUEST_TAGS: readonly string[] = [
  '9F26',
  '9F27',
  '9F10',
  '9F37',
  '9F36',
  '95',
  '9A',
  '9C',
  '9F02',
  '5F2A',
  '82',
  '9F1A',
  '9F03',
  '9F33',
  '9F34',
  '9F35',
  '9F1E',
  '84',
  '9F09',
  '9F41',
  '9F63',
];

/** What the host answers in field 55. */
export const RESPONSE_TAGS: readonly string[] = ['91', '71', '72', '9F36', '8A'];

/** What a reversal carries in field 55. */
export const REVERSAL_TAGS: readonly string[] = ['95', '9F1E', '9F10', '9F36', 'DF31'];

/** Longest field 55 of ISO 8583 as UnionPay POS uses it, in bytes. */
export const MAX_FIELD_55_BYTES = 255;

/** The data objects of an ISO 8583 field 55, with the values by tag of those that may stand there once. */
export interface Field55 {
  readonly nodes: readonly TlvNode[];
  readonly values: TagValues;
}

/**
 * Reads ISO 8583 field 55: a string of BER-TLV data objects, zero padding allowed. EMV Book 3 Annex B.
 * @throws TlvError as `parseTlv`; EmvRefusal `duplicate-tag` when a tag other than an issuer script (71, 72) stands twice.
 */
export function parseField55(bytes: Uint8Array, options: TlvOptions = {}): Field55 {
  const nodes = parseTlv(bytes, options);
  const values = new Map<string, Uint8Array>();
  for (const { tag, value, offset } of nodes) {
    if (tag === '71' || tag === '72') continue;
    if (values.has(tag))
      throw new EmvRefusal('duplicate-tag', 'the tag stands twice in field 55', { path: tag, offset });
    values.set(tag, value);
  }
  return { nodes, values };
}

/**
 * Builds ISO 8583 field 55 from the values at hand: those of `order` that are present, in that order.
 * @param order defaults to what UnionPay POS sends in a request.
 * @throws EmvRefusal `field-55-too-long` beyond `maxLength` bytes; TlvError for a malformed tag.
 */
export function buildField55(
  values: TagValues,
  order: readonly string[] = REQUEST_TAGS,
  maxLength: number = MAX_FIELD_55_BYTES,
): Uint8Array {
  const items = order.flatMap((tag) => {
    const value = values.get(tag);
    return value === undefined ? [] : [{ tag, value }];
  });
  const bytes = encodeTlv(items);
  if (bytes.length > maxLength)
    throw new EmvRefusal('field-55-too-long', `field 55 would take ${bytes.length} bytes of ${maxLength}`, {
      path: '55',
    });
  return bytes;
}
