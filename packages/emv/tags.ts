import type { Bilingual } from '@zhanggui/base';
import { BOOK_TAGS } from './tags/book3.ts';
import { KERNEL_2_TAGS } from './tags/kernel2.ts';
import {
  ENTRY_POINT_TAGS,
  KERNEL_3_TAGS,
  KERNEL_4_TAGS,
  KERNEL_5_TAGS,
  KERNEL_6_TAGS,
  KERNEL_7_TAGS,
  KERNEL_8_TAGS,
  UNIONPAY_DOWNLOAD_TAGS,
} from './tags/kernels.ts';

/** Where a tag is defined: the EMV Books, the contactless Entry Point, a kernel's book, or UnionPay's terminal download. */
export type TagBook =
  | 'Books 1-4'
  | 'A/B'
  | 'C-2'
  | 'C-3'
  | 'C-4'
  | 'C-5'
  | 'C-6'
  | 'C-7/PBOC'
  | 'C-8'
  | 'UnionPay download';

/** What a dictionary says of one data object. */
export interface TagInfo {
  readonly tag: string;
  readonly name: Bilingual;
  /** EMV Book 3 clause 4.3: `a`, `an`, `ans`, `b`, `cn` or `n`, with the count of characters where it is fixed. */
  readonly format: string;
  /** In bytes: `6`, `5-16` or `var`. */
  readonly length: string;
  /** Who gives the value. */
  readonly source: 'card' | 'terminal' | 'issuer';
  /** The value names a card or its holder, and must be masked wherever it is shown. */
  readonly sensitive: boolean;
  readonly book: TagBook;
}

/**
 * Every definition of a tag, the EMV Books first and then the kernels in order. Kernels reuse tags for different data
 * objects (9F66 is a card's bit map in C-2 and the terminal's TTQ in C-3), so there may be several.
 * EMV Book 3 Annex A; EMV Contactless Books C-2 to C-8 Annex A; JR/T 0025.
 */
export function tagInfos(tag: string): readonly TagInfo[] {
  return dictionary().get(tag) ?? [];
}

/** One definition of a tag: that of `book` when given and known there, else the first of `tagInfos`. */
export function tagInfo(tag: string, book?: TagBook): TagInfo | undefined {
  const infos = tagInfos(tag);
  return infos.find((info) => info.book === book) ?? infos[0];
}

/** Every definition known, ordered by book and tag. */
export function allTags(): readonly TagInfo[] {
  return [...dictionary().values()].flat();
}

/** How EMV Book 3 clause 5.4 pads and cuts a value of this tag: numeric, compressed numeric, or anything else. */
export function tagFormat(tag: string): 'n' | 'cn' | 'other' {
  const format = tagInfo(tag)?.format.split(' ')[0];
  return format === 'n' || format === 'cn' ? format : 'other';
}

const BOOKS: readonly (readonly [TagBook, string])[] = [
  ['Books 1-4', BOOK_TAGS],
  ['A/B', ENTRY_POINT_TAGS],
  ['C-2', KERNEL_2_TAGS],
  ['C-3', KERNEL_3_TAGS],
  ['C-4', KERNEL_4_TAGS],
  ['C-5', KERNEL_5_TAGS],
  ['C-6', KERNEL_6_TAGS],
  ['C-7/PBOC', KERNEL_7_TAGS],
  ['C-8', KERNEL_8_TAGS],
  ['UnionPay download', UNIONPAY_DOWNLOAD_TAGS],
];

let infosByTag: ReadonlyMap<string, readonly TagInfo[]> | undefined;

function dictionary(): ReadonlyMap<string, readonly TagInfo[]> {
  if (infosByTag === undefined) {
    const made = new Map<string, TagInfo[]>();
    for (const [book, lines] of BOOKS) {
      for (const line of lines.trim().split('\n')) {
        const info = readLine(line, book);
        const infos = made.get(info.tag);
        if (infos === undefined) made.set(info.tag, [info]);
        else infos.push(info);
      }
    }
    infosByTag = made;
  }
  return infosByTag;
}

function readLine(line: string, book: TagBook): TagInfo {
  const [tag = '', format = '', length = '', source = '', en = '', zh = ''] = line.split('|');
  const owner = source.replace('*', '');
  return {
    tag,
    name: { zh, en },
    format,
    length,
    source: owner === 'terminal' || owner === 'issuer' ? owner : 'card',
    sensitive: source.endsWith('*'),
    book,
  };
}
