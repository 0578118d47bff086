import type { Bilingual } from '@zhanggui/base';

/** What a pasted text can be. */
export type Format =
  | 'tlv'
  | 'iso8583'
  | 'qr-merchant'
  | 'qr-consumer'
  | 'payment-code'
  | 'atr'
  | 'apdu-command'
  | 'apdu-response';

/** One element of what was read; `start` and `end` are its place in the reading's units. */
export interface ReadingNode {
  /** As the standard writes it: `9F02`, `F4`, `54`, `TA1`. */
  readonly label: string;
  readonly name: Bilingual;
  /** Empty for a template; masked where it is hidden. */
  readonly value: string;
  /** The value in words. */
  readonly notes: readonly Bilingual[];
  readonly start: number;
  readonly end: number;
  /** Where the value begins that must not be shown; undefined when all may be. */
  readonly hiddenFrom?: number;
  readonly children: readonly ReadingNode[];
}

/** Where reading stopped, and why. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly path: string;
  readonly offset: number | undefined;
}

/** A pasted text, read. */
export interface Reading {
  readonly format: Format;
  /** What exactly it is: the dialect, the wallet, the convention. */
  readonly title: Bilingual;
  /** The units that places count: two hexadecimal digits each for bytes, one character each for text. */
  readonly units: readonly string[];
  readonly unitName: 'byte' | 'character';
  readonly nodes: readonly ReadingNode[];
  readonly problem?: Problem;
}

/** What a reader gets: the text without white space around it, and its bytes when it is hexadecimal. */
export interface Pasted {
  readonly text: string;
  readonly bytes: Uint8Array | undefined;
  /** Whether card data is shown. */
  readonly reveal: boolean;
}

/** Reads one format; undefined or a refusal when the text is something else. */
export type Reader = (pasted: Pasted) => Reading | undefined;

/** Bytes as units of two digits. */
export function byteUnits(bytes: Uint8Array): readonly string[] {
  return Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, '0'));
}

/** A name that is the same in both languages. */
export function plainName(text: string): Bilingual {
  return { zh: text, en: text };
}

/** Which units must not be shown: the hidden values of all nodes. */
export function hiddenUnits(reading: Reading): readonly boolean[] {
  const hidden = new Array<boolean>(reading.units.length).fill(false);
  const visit = (node: ReadingNode): void => {
    if (node.hiddenFrom !== undefined) hidden.fill(true, node.hiddenFrom, node.end);
    node.children.forEach(visit);
  };
  reading.nodes.forEach(visit);
  return hidden;
}
