import { CryptoRefusal, requireThat } from './refusal.ts';

/** Versions of ANSI X9.143 (TR-31): A and C bind by key variants, B and D by derivation with CBC, E by derivation with CTR. */
export type KeyBlockVersion = 'A' | 'B' | 'C' | 'D' | 'E';

/** An optional block: two characters of identifier and its text (ANSI X9.143:2021, optional blocks). */
export interface OptionalBlock {
  readonly id: string;
  readonly data: string;
}

/** The clear header of a key block (ANSI X9.143:2021, key block header); every field as its characters. */
export interface KeyBlockHeader {
  readonly version: KeyBlockVersion;
  /** Two characters: `P0` PIN encryption, `B0` BDK, `K0` key encryption, `M3` MAC algorithm 3 … */
  readonly keyUsage: string;
  /** `T` TDES, `A` AES, `D` DES, `H` HMAC, `R` RSA, `E` elliptic curve, `S` DSA. */
  readonly algorithm: string;
  /** `E` encrypt, `D` decrypt, `B` both, `C` MAC both, `G` MAC generate, `V` MAC verify, `X` derive, `N` no restriction … */
  readonly modeOfUse: string;
  /** `00` without version; `c` and a digit for a component. */
  readonly keyVersion: string;
  /** `E` exportable under a key of this format, `N` not, `S` sensitive. */
  readonly exportability: string;
  /** `00`, or `01` and `02` for storage and exchange; two digits. */
  readonly context: string;
  readonly optionalBlocks: readonly OptionalBlock[];
}

/** A header as it was read. */
export interface ReadHeader {
  readonly header: KeyBlockHeader;
  /** The four digits of the length field. */
  readonly lengthField: string;
  /** The two digits that count the optional blocks. */
  readonly countField: string;
  /** Characters of the header with its optional blocks. */
  readonly consumed: number;
}

const FIXED_LENGTH = 16;
const PADDING_ID = 'PB';
const ALPHANUMERIC = /^[0-9A-Za-z]+$/;
const VERSIONS = /^[A-E]$/;

/**
 * Reads the header at the beginning of `text`; what follows is not looked at, nor is the length field compared with anything.
 * @throws CryptoRefusal `key-block-header` or `key-block-optional`, with the offset.
 */
export function readKeyBlockHeader(text: string): ReadHeader {
  if (text.length < FIXED_LENGTH) throw new CryptoRefusal('key-block-header', 'a key block header has 16 characters');
  const lengthField = digits(text, 1, 4, 'length');
  const version = field(text, 0, 1, 'version');
  if (!isVersion(version))
    throw new CryptoRefusal('key-block-header', 'the version is not A to E', { path: 'version', offset: 0 });
  const countField = digits(text, 12, 2, 'number of optional blocks');
  const { blocks, end } = readOptionalBlocks(text, Number(countField));
  const header: KeyBlockHeader = {
    version,
    keyUsage: field(text, 5, 2, 'key usage'),
    algorithm: field(text, 7, 1, 'algorithm'),
    modeOfUse: field(text, 8, 1, 'mode of use'),
    keyVersion: field(text, 9, 2, 'key version'),
    exportability: field(text, 11, 1, 'exportability'),
    context: field(text, 14, 2, 'key context'),
    optionalBlocks: blocks,
  };
  return { header, lengthField, countField, consumed: end };
}

/**
 * The header as text for a key block of `totalLength` characters, by default of the header alone. Padding blocks (`PB`) are
 * made anew, so that the optional blocks fill whole cipher blocks of the version (8 bytes for A, B and C, 16 for D and E).
 * @throws CryptoRefusal `key-block-header`, `key-block-optional` or `key-block-length`.
 */
export function writeKeyBlockHeader(header: KeyBlockHeader, totalLength?: (headerLength: number) => number): string {
  const kept = header.optionalBlocks.filter(({ id }) => id !== PADDING_ID).map(writeOptionalBlock);
  const unpadded = kept.join('');
  const padding = paddingBlock(unpadded.length, cipherBlockSize(header.version));
  const blocks = unpadded + padding;
  const count = kept.length + (padding === '' ? 0 : 1);
  const length = totalLength?.(FIXED_LENGTH + blocks.length) ?? FIXED_LENGTH + blocks.length;
  requireThat(length <= 9999 && count <= 99, 'key-block-length', 'the key block is too long');
  const { version, keyUsage, algorithm, modeOfUse, keyVersion, exportability, context } = header;
  const fixed = [
    version,
    String(length).padStart(4, '0'),
    keyUsage,
    algorithm,
    modeOfUse,
    keyVersion,
    exportability,
    String(count).padStart(2, '0'),
    context,
  ].join('');
  const text = fixed + blocks;
  readKeyBlockHeader(text);
  return text;
}

/** Bytes in a cipher block of a version: what lengths are aligned to. */
export function cipherBlockSize(version: KeyBlockVersion): 8 | 16 {
  return version === 'D' || version === 'E' ? 16 : 8;
}

function isVersion(text: string): text is KeyBlockVersion {
  return VERSIONS.test(text);
}

function field(text: string, offset: number, length: number, name: string): string {
  const value = text.slice(offset, offset + length);
  if (!ALPHANUMERIC.test(value))
    throw new CryptoRefusal('key-block-header', `the ${name} is not alphanumeric`, { path: name, offset });
  return value;
}

function digits(text: string, offset: number, length: number, name: string): string {
  const value = text.slice(offset, offset + length);
  if (!/^\d+$/.test(value))
    throw new CryptoRefusal('key-block-header', `the ${name} is not a decimal number`, { path: name, offset });
  return value;
}

function readOptionalBlocks(text: string, count: number): { blocks: readonly OptionalBlock[]; end: number } {
  const blocks: OptionalBlock[] = [];
  let end = FIXED_LENGTH;
  for (let index = 0; index < count; index += 1) {
    const offset = end;
    const id = text.slice(offset, offset + 2);
    requireOptional(
      id.length === 2 && ALPHANUMERIC.test(id),
      'the identifier is not two alphanumeric characters',
      offset,
    );
    const { length, prefix } = optionalLength(text, offset);
    requireOptional(length >= prefix, 'the length does not even cover identifier and length', offset + 2);
    end = offset + length;
    requireOptional(end <= text.length, 'the block ends after the text', offset);
    const data = text.slice(offset + prefix, end);
    requireOptional(/^[\x20-\x7e]*$/.test(data), 'the data is not printable ASCII', offset + prefix);
    blocks.push({ id, data });
  }
  return { blocks, end };
}

/** Two hexadecimal digits; `00` says that a length of the length, in characters, and the length itself follow. */
function optionalLength(text: string, offset: number): { length: number; prefix: number } {
  const short = hexNumber(text, offset + 2, 2);
  if (short !== 0) return { length: short, prefix: 4 };
  const characters = hexNumber(text, offset + 4, 2);
  requireOptional(characters > 0, 'the length of the length is zero', offset + 4);
  return { length: hexNumber(text, offset + 6, characters), prefix: 6 + characters };
}

function hexNumber(text: string, offset: number, length: number): number {
  const value = text.slice(offset, offset + length);
  requireOptional(value.length === length && /^[0-9A-Fa-f]+$/.test(value), 'the length is not hexadecimal', offset);
  return Number.parseInt(value, 16);
}

function requireOptional(condition: boolean, rule: string, offset: number): void {
  if (!condition)
    throw new CryptoRefusal('key-block-optional', `optional block: ${rule}`, { path: 'optionalBlocks', offset });
}

function writeOptionalBlock({ id, data }: OptionalBlock): string {
  const short = 4 + data.length;
  if (short <= 0xff) return `${id}${hex(short, 2)}${data}`;
  requireThat(10 + data.length <= 0xffff, 'key-block-length', 'an optional block is too long');
  return `${id}0004${hex(10 + data.length, 4)}${data}`;
}

function paddingBlock(unpaddedLength: number, blockSize: number): string {
  const missing = (blockSize - (unpaddedLength % blockSize)) % blockSize;
  if (missing === 0) return '';
  const length = missing < 4 ? missing + blockSize : missing;
  return `${PADDING_ID}${hex(length, 2)}${'0'.repeat(length - 4)}`;
}

function hex(value: number, width: number): string {
  return value.toString(16).toUpperCase().padStart(width, '0');
}
