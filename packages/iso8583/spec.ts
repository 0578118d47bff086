/**
 * Data types (ISO 8583-1:2003 clause 4.1, representation abbreviations): digits, letters, special characters, track data,
 * a signed amount (`x` is `C` or `D`), bytes, and BER-TLV data objects (ISO/IEC 8825-1, as in field 55).
 */
export type FieldType = 'n' | 'a' | 'an' | 'as' | 'ns' | 'ans' | 'z' | 'x+n' | 'b' | 'ber-tlv';

/** How the characters or bytes of a value stand on the wire. `bcd` is for `n`, `z` and the digits of `x+n`. */
export type Encoding = 'ascii' | 'bcd' | 'ebcdic' | 'binary' | 'hex' | 'hex-ebcdic';

/** How the digits of a length prefix stand on the wire; `binary` is an unsigned big-endian number. */
export type PrefixEncoding = 'ascii' | 'bcd' | 'ebcdic' | 'binary';

/** Number of digits of a length prefix; a field without one has a fixed length. */
export type Prefix = 'L' | 'LL' | 'LLL' | 'LLLL' | 'LLLLL' | 'LLLLLL';

/** EBCDIC code page: 500 (international), 1047 (open systems), 37 (USA). */
export type CodePage = 37 | 500 | 1047;

/** What must not be printed: `pan` shows the first 6 and last 4, every other kind shows only the length. */
export type Sensitivity = 'pan' | 'track' | 'pin' | 'chip' | 'key' | 'private';

/** Filling of a short fixed-length value; it is taken off again when the field is read. */
export interface Padding {
  readonly side: 'left' | 'right';
  readonly character: string;
}

/** One part of a positional sub-field layout; `length` counts characters (or bytes in a binary field). */
export interface PartSpec {
  readonly name: string;
  readonly length: number;
  readonly sensitivity?: Sensitivity;
}

/**
 * What a field holds inside.
 * - `positional`: parts one after the other by their ids; a value may stop after any part. With `rest`, what follows
 *   the last part is given under that id; without it, more is refused. With `whole`, the layout is one of several that
 *   the field may have, and stands only for values of exactly its length.
 * - `ber-tlv`: data objects by their tag in hexadecimal.
 * - `tag-length-value`: text elements of a tag of `tagLength` and a decimal length of `lengthDigits` characters.
 * - `bitmap`: sub-elements announced by a binary bit map of `bitmapBytes` bytes.
 */
export type SubFieldSpec =
  | {
      readonly layout: 'positional';
      readonly parts: Readonly<Record<string, PartSpec>>;
      readonly rest?: string;
      readonly whole?: boolean;
    }
  | { readonly layout: 'ber-tlv'; readonly names?: Readonly<Record<string, string>> }
  | { readonly layout: 'tag-length-value'; readonly tagLength: number; readonly lengthDigits: number }
  | {
      readonly layout: 'bitmap';
      readonly bitmapBytes: number;
      readonly fields: Readonly<Record<number, FieldSpec>>;
      readonly coding: Coding;
    };

/** One field of a dialect. What it leaves out comes from the dialect's `coding`. */
export interface FieldSpec {
  readonly name: string;
  readonly type: FieldType;
  /** Fixed length, or the maximum when there is a prefix: digits or characters; bytes for `b`, `ber-tlv` and charsets. */
  readonly length: number;
  readonly prefix?: Prefix;
  readonly encoding?: Encoding;
  readonly prefixEncoding?: PrefixEncoding;
  /** Bytes of a `binary` prefix; otherwise 1 for L and LL, 2 for LLL and LLLL, 3 beyond. */
  readonly prefixBytes?: number;
  /** What the prefix counts: `units` as in `length`, packed `bytes`, or `nibbles` of a binary value. */
  readonly lengthCounts?: 'units' | 'bytes' | 'nibbles';
  /** Where the zero nibble of an odd number of BCD digits stands. */
  readonly oddPad?: 'left' | 'right';
  /** How the field separator of a BCD track is shown when read; both are accepted when written. */
  readonly separator?: '=' | 'D';
  /** Character set of a text with more than 7 bits; `length` then counts bytes. */
  readonly charset?: 'gbk' | 'utf-8';
  readonly padding?: Padding;
  readonly sensitivity?: Sensitivity;
  readonly sub?: SubFieldSpec;
}

/** What the fields of a dialect have in common. */
export interface Coding {
  readonly digits: 'ascii' | 'bcd' | 'ebcdic';
  readonly text: 'ascii' | 'ebcdic';
  readonly binary: 'binary' | 'hex' | 'hex-ebcdic';
  readonly prefix: PrefixEncoding;
  /** Where the zero nibble of an odd number of digits stands; `left` when it is not said. */
  readonly oddPad?: 'left' | 'right';
  /** The same for fields with a length prefix, where they differ. */
  readonly oddPadVariable?: 'left' | 'right';
  readonly codePage?: CodePage;
  /** `any` accepts every 7-bit character in text and `ascii` digits; `checked` (the default) holds a field to its type. */
  readonly characters?: 'checked' | 'any';
}

/**
 * A dialect as data. Written `as const satisfies Spec`, it also types the messages: see `Message`.
 */
export interface Spec {
  readonly name: string;
  readonly mti: 'ascii' | 'bcd' | 'ebcdic';
  readonly bitmap: 'binary' | 'hex' | 'hex-ebcdic';
  /** How many bit maps of 64 the dialect knows: 1, 2 (bit 1) or 3 (bits 1 and 65). */
  readonly bitmaps: 1 | 2 | 3;
  readonly coding: Coding;
  readonly fields: Readonly<Record<number, FieldSpec>>;
}

/** The type of a field's value: bytes for `b` and `ber-tlv`, text for everything else. */
export type ValueOf<Field extends FieldSpec> = Field['type'] extends 'b' | 'ber-tlv'
  ? Uint8Array
  : Field['type'] extends Exclude<FieldType, 'b' | 'ber-tlv'>
    ? string
    : string | Uint8Array;

/** The fields that a message of the dialect may hold, by number; one that is absent or undefined is not sent. */
export type Fields<Dialect extends Spec> = {
  -readonly [Number in keyof Dialect['fields']]?: Dialect['fields'][Number] extends FieldSpec
    ? ValueOf<Dialect['fields'][Number]> | undefined
    : never;
};

/** A message: its type indicator (four digits) and its fields. */
export interface Message<Dialect extends Spec = Spec> {
  mti: string;
  fields: Fields<Dialect>;
}
