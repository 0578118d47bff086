import { EmvRefusal } from './refusal.ts';
import { tagForm, tagLength, tagText } from './tag.ts';
import { tagFormat } from './tags.ts';

/** One entry of a data object list: what the card asks for, and in how many bytes. */
export interface DolEntry {
  readonly tag: string;
  /** In bytes. */
  readonly length: number;
}

/** Values by upper-case tag. */
export type TagValues = ReadonlyMap<string, Uint8Array>;

/** Most bytes a list can ask for: what fits into one command with the header `83 81 FC` of the longest template. */
export const MAX_DOL_DATA_BYTES = 252;

/**
 * Entries of a data object list (PDOL, CDOL1, CDOL2, TDOL, DDOL). EMV Book 3 clause 5.4: tag and one length byte each.
 * @throws EmvRefusal `dol-malformed` when a tag or a length is missing or malformed, `dol-too-long` when the list asks for
 * more than `MAX_DOL_DATA_BYTES`.
 */
export function parseDol(dol: Uint8Array): readonly DolEntry[] {
  const entries: DolEntry[] = [];
  let total = 0;
  for (let offset = 0; offset < dol.length; ) {
    const size = dol[offset] === 0 ? 0 : tagLength(dol, offset, dol.length);
    const tag = tagText(dol, offset, Math.max(size, 1));
    const length = size === 0 ? undefined : dol[offset + size];
    if (length === undefined) {
      const what = size === 0 ? 'tag is malformed or not whole' : 'length is missing';
      throw new EmvRefusal('dol-malformed', `a ${what} in the data object list`, { path: tag, offset: offset + size });
    }
    total += length;
    if (total > MAX_DOL_DATA_BYTES)
      throw new EmvRefusal('dol-too-long', `the list asks for more than ${MAX_DOL_DATA_BYTES} bytes`, {
        path: tag,
        offset,
      });
    entries.push({ tag, length });
    offset += size + 1;
  }
  return entries;
}

/**
 * The concatenated values a data object list asks for. EMV Book 3 clause 5.4: each source is searched in order; what is
 * absent, and every constructed tag, is zero-filled; too long a value loses its left end when numeric, else its right end;
 * too short a value is padded with zeros on the left when numeric, FF on the right when compressed numeric, else zeros on the right.
 * @throws EmvRefusal as `parseDol`.
 */
export function buildDol(dol: Uint8Array, ...sources: readonly TagValues[]): Uint8Array {
  const entries = parseDol(dol);
  const data = new Uint8Array(entries.reduce((sum, entry) => sum + entry.length, 0));
  let offset = 0;
  for (const { tag, length } of entries) {
    const value = tagForm(tag)?.constructed ? undefined : lookUp(tag, sources);
    if (value !== undefined) data.set(fit(value, length, tagFormat(tag)), offset);
    offset += length;
  }
  return data;
}

function lookUp(tag: string, sources: readonly TagValues[]): Uint8Array | undefined {
  for (const source of sources) {
    const value = source.get(tag);
    if (value !== undefined) return value;
  }
  return undefined;
}

function fit(value: Uint8Array, length: number, format: 'n' | 'cn' | 'other'): Uint8Array {
  if (value.length >= length) return format === 'n' ? value.subarray(value.length - length) : value.subarray(0, length);
  const fitted = new Uint8Array(length).fill(format === 'cn' ? 0xff : 0);
  fitted.set(value, format === 'n' ? length - value.length : 0);
  return fitted;
}
