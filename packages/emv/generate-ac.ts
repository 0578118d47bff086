import type { TagValues } from './dol.ts';
import { EmvRefusal } from './refusal.ts';
import { parseTlv, primitives } from './tlv.ts';

/** What GENERATE AC gave. */
export interface CryptogramAnswer {
  /** Values by tag: 9F27, 9F36, 9F26 or 9F4B, 9F10 and what else format 2 carries. */
  readonly values: TagValues;
  /** The cryptogram information data's two high bits. EMV Book 3 table 15. */
  readonly cryptogram: 'AAC' | 'TC' | 'ARQC' | 'RFU';
}

/**
 * Answer data of GENERATE AC, in format 1 (80: CID, ATC, AC, IAD in a row) or 2 (77). EMV Book 3 clause 6.5.5.4.
 * @throws TlvError when it is not TLV; EmvRefusal `generate-ac-malformed` when a mandatory part is missing or has another length.
 */
export function parseGenerateAc(data: Uint8Array): CryptogramAnswer {
  const [template] = parseTlv(data);
  const values = new Map<string, Uint8Array>();
  if (template?.tag === '80' && template.length >= 11) {
    const { value } = template;
    values.set('9F27', value.subarray(0, 1)).set('9F36', value.subarray(1, 3)).set('9F26', value.subarray(3, 11));
    if (value.length > 11) values.set('9F10', value.subarray(11));
  } else if (template?.tag === '77') {
    for (const { tag, value } of primitives(template.children ?? [])) values.set(tag, value);
  }
  const [information, counter, cryptogram] = ['9F27', '9F36', '9F26'].map((tag) => values.get(tag));
  const proof = cryptogram === undefined ? values.has('9F4B') : cryptogram.length === 8;
  const [cid] = information ?? [];
  if (cid === undefined || information?.length !== 1 || counter?.length !== 2 || !proof)
    throw new EmvRefusal(
      'generate-ac-malformed',
      'a mandatory data object of GENERATE AC is missing or has another length',
      {
        offset: 0,
      },
    );
  return { values, cryptogram: (['AAC', 'TC', 'ARQC', 'RFU'] as const)[cid >> 6] ?? 'RFU' };
}
