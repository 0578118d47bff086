import { type Bilingual, toHex } from '@zhanggui/base';
import { type TagBook, type TagInfo, tagInfo } from './tags.ts';
import type { TlvNode } from './tlv.ts';
import { type BitWord, bitFieldLength, bitFieldOfTag, bitWords } from './words.ts';

/** A data object made readable. */
export interface DescribedNode {
  readonly tag: string;
  /** In bytes. */
  readonly length: number;
  readonly name: Bilingual;
  /** What the dictionary says, when the tag is known. */
  readonly info: TagInfo | undefined;
  /** Hexadecimal text; for a sensitive value `•` for each digit. Empty for a template. */
  readonly value: string;
  /** Set bits in words, for bit fields of the right length. */
  readonly bits: readonly BitWord[];
  readonly children: readonly DescribedNode[];
}

const UNKNOWN: Bilingual = { zh: '未知数据对象', en: 'Unknown data object' };

/**
 * Data objects with names and words in both languages. Values that name a card or its holder are masked, and so are values
 * of unknown tags, since nobody can tell what they hold; `reveal` shows all. EMV Book 3 Annex A.
 */
export function describeTlv(
  nodes: readonly TlvNode[],
  options: { readonly book?: TagBook; readonly reveal?: boolean } = {},
): readonly DescribedNode[] {
  return nodes.map((node) => {
    const info = tagInfo(node.tag, options.book);
    const field = bitFieldOfTag(node.tag);
    const hidden = options.reveal !== true && (info === undefined || info.sensitive);
    const hex = node.children === undefined ? toHex(node.value) : '';
    return {
      tag: node.tag,
      length: node.length,
      name: info?.name ?? UNKNOWN,
      info,
      value: hidden ? '•'.repeat(hex.length) : hex,
      bits: field !== undefined && node.length === bitFieldLength(field) ? bitWords(field, node.value) : [],
      children: node.children === undefined ? [] : describeTlv(node.children, options),
    };
  });
}
