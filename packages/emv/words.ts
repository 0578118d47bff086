import type { Bilingual } from '@zhanggui/base';
import { EmvRefusal } from './refusal.ts';
import { CARD_WORDS } from './words/card.ts';
import { TERMINAL_WORDS } from './words/terminal.ts';

/** Data objects made of bits that this package puts into words. */
export type BitField = keyof typeof TERMINAL_WORDS | keyof typeof CARD_WORDS;

/** One bit that is set: byte counted from 1, bit from 8 (left) down to 1, as the standards do. */
export interface BitWord {
  readonly byte: number;
  readonly bit: number;
  readonly text: Bilingual;
}

const TABLES = { ...TERMINAL_WORDS, ...CARD_WORDS };

const BITS_RESERVED: Bilingual = { zh: '保留', en: 'RFU' };

const tables = new Map<BitField, { readonly length: number; readonly words: ReadonlyMap<string, Bilingual> }>();

/**
 * The set bits of a bit field in words, from the first byte's bit 8 on. Bits no standard names are told as reserved.
 * TVR Book 3 Annex C5; TSI C6; AIP C1; AUC C2; terminal capabilities Book 4 Annex A2; additional capabilities A3; TTQ and CTQ
 * Book C-3 Annex A and C-7; CVR Book 3 Annex C7 (CCD) and JR/T 0025.
 * @throws EmvRefusal `wrong-length` when the value has not the field's length.
 */
export function bitWords(field: BitField, value: Uint8Array): readonly BitWord[] {
  const table = tableOf(field);
  if (value.length !== table.length)
    throw new EmvRefusal('wrong-length', `${field} has ${table.length} bytes, not ${value.length}`, { path: field });
  const words: BitWord[] = [];
  for (const [index, byte] of value.entries()) {
    for (let bit = 8; bit >= 1; bit -= 1) {
      if ((byte & (1 << (bit - 1))) === 0) continue;
      words.push({ byte: index + 1, bit, text: table.words.get(`${index + 1}.${bit}`) ?? BITS_RESERVED });
    }
  }
  return words;
}

/** Length of a bit field in bytes. */
export function bitFieldLength(field: BitField): number {
  return tableOf(field).length;
}

/** Every named bit of a field with its words, for a legend. */
export function bitLegend(field: BitField): readonly BitWord[] {
  return [...tableOf(field).words].map(([place, text]) => {
    const [byte = 0, bit = 0] = place.split('.').map(Number);
    return { byte, bit, text };
  });
}

/** The bit field a tag carries, where its meaning does not depend on the kernel. */
export function bitFieldOfTag(tag: string): BitField | undefined {
  return FIELD_OF_TAG.get(tag);
}

const FIELD_OF_TAG: ReadonlyMap<string, BitField> = new Map<string, BitField>([
  ['95', 'TVR'],
  ['9B', 'TSI'],
  ['82', 'AIP'],
  ['9F07', 'AUC'],
  ['9F33', 'terminal-capabilities'],
  ['9F40', 'additional-terminal-capabilities'],
  ['9F6C', 'CTQ'],
  ['9F66', 'TTQ'],
]);

function tableOf(field: BitField): { readonly length: number; readonly words: ReadonlyMap<string, Bilingual> } {
  let table = tables.get(field);
  if (table === undefined) {
    const [length = '', ...lines] = TABLES[field].trim().split('\n');
    const words = lines.map((line): readonly [string, Bilingual] => {
      const [place = '', en = '', zh = ''] = line.split('|');
      return [place, { zh, en }];
    });
    table = { length: Number(length), words: new Map(words) };
    tables.set(field, table);
  }
  return table;
}
