import type { Rng } from '@zhanggui/base';
import { engine } from '#engine';
import { cipherOf, requireKey, type SecretKey } from './key.ts';
import { CryptoRefusal, requireThat } from './refusal.ts';

/** PIN block formats of ISO 9564-1:2017 clause 9. */
export type PinBlockFormat = 0 | 1 | 2 | 3 | 4;

/**
 * How a PIN becomes a block. `pan` is the whole account number with its check digit; formats 0, 3 and 4 need it. `rng` fills
 * formats 1, 3 and 4: the platform's generator unless a test or a simulation gives its own.
 */
export interface PinBlockOptions {
  readonly format: PinBlockFormat;
  readonly pan?: string;
  readonly rng?: Rng;
}

const FORMAT_4_FILL = 0xa;
const PLAIN_FILL = 0xf;

/**
 * The clear 8-byte PIN block of format 0, 1, 2 or 3 (ISO 9564-1:2017, 9.3.2 to 9.3.5).
 * @throws CryptoRefusal `pin-length`, `pin-digits`, `pan` or `pin-block-format`.
 */
export function encodePinBlock(pin: string, options: PinBlockOptions): Uint8Array {
  const { format, pan, rng } = options;
  const block = pinField(pin, format);
  switch (format) {
    case 0:
      return xorPan(block, pan);
    case 1:
      return fillFrom(block, 2 + pin.length, nibblesOf(random(rng, 8)));
    case 2:
      return block;
    case 3:
      return xorPan(fillFrom(block, 2 + pin.length, randomLetters(rng)), pan);
    default:
      return refuseFormat();
  }
}

/**
 * The PIN in a clear 8-byte block of format 0, 1, 2 or 3.
 * @throws CryptoRefusal `pin-block-length`, `pin-block-control`, `pin-length`, `pin-digits`, `pin-block-fill`, `pan` or
 * `pin-block-format`.
 */
export function decodePinBlock(block: Uint8Array, options: PinBlockOptions): string {
  const { format, pan } = options;
  requireThat(block.length === 8, 'pin-block-length', 'a PIN block of formats 0 to 3 has 8 bytes');
  switch (format) {
    case 0:
      return readPinField(xorPan(block.slice(), pan), 0, (fill) => fill === PLAIN_FILL);
    case 1:
      return readPinField(block, 1, () => true);
    case 2:
      return readPinField(block, 2, (fill) => fill === PLAIN_FILL);
    case 3:
      return readPinField(xorPan(block.slice(), pan), 3, (fill) => fill >= 0xa);
    default:
      return refuseFormat();
  }
}

/**
 * The PIN field of format 0 without the account number: what China UnionPay terminals send when field 53 begins with 1 (ANSI
 * X9.8 without PAN).
 */
export function encodePinFieldWithoutPan(pin: string): Uint8Array {
  return pinField(pin, 0);
}

/** Inverse of `encodePinFieldWithoutPan`. */
export function decodePinFieldWithoutPan(block: Uint8Array): string {
  requireThat(block.length === 8, 'pin-block-length', 'a PIN block of formats 0 to 3 has 8 bytes');
  return readPinField(block, 0, (fill) => fill === PLAIN_FILL);
}

/** The 16-byte plain text PIN field of format 4 (ISO 9564-1:2017, 9.4.2): its last 8 bytes are random. */
export function encodePinField4(pin: string, rng?: Rng): Uint8Array {
  const field = new Uint8Array(16);
  field.set(pinField(pin, 4));
  field.set(random(rng, 8), 8);
  return field;
}

/** The PIN in a plain text PIN field of format 4. */
export function decodePinField4(field: Uint8Array): string {
  requireThat(field.length === 16, 'pin-block-length', 'a PIN field of format 4 has 16 bytes');
  return readPinField(field.subarray(0, 8), 4, (fill) => fill === FORMAT_4_FILL);
}

/** The 16-byte plain text PAN field of format 4 (ISO 9564-1:2017, 9.4.2); 1 to 19 digits, short ones with zeros in front. */
export function encodePanField4(pan: string): Uint8Array {
  requirePan(pan, 1);
  const digits = pan.padStart(12, '0');
  const field = new Uint8Array(16);
  setNibble(field, 0, digits.length - 12);
  for (let index = 0; index < digits.length; index += 1) setNibble(field, index + 1, digits.charCodeAt(index) - 48);
  return field;
}

/**
 * The encrypted PIN block: 8 bytes under a DES or TDES key for formats 0, 1 and 3 (and 2, for chip cards), 16 bytes under an
 * AES key for format 4 (ISO 9564-1:2017, 9.4.2). The key's usage is `pin`.
 */
export function encipherPinBlock(key: SecretKey, pin: string, options: PinBlockOptions): Uint8Array {
  requirePinKey(key, options.format);
  const cipher = cipherOf(key);
  if (options.format !== 4) return cipher.encryptEcb(encodePinBlock(pin, options));
  const panField = encodePanField4(panOf(options));
  return cipher.encryptEcb(xorInto(cipher.encryptEcb(encodePinField4(pin, options.rng)), panField));
}

/** The PIN in an encrypted PIN block; whatever is not a block of that format, key and account is refused. */
export function decipherPinBlock(key: SecretKey, block: Uint8Array, options: PinBlockOptions): string {
  return options.format === 4
    ? decodePinField4(decipherPinField(key, block, options))
    : decodePinBlock(decipherPinField(key, block, options), options);
}

/**
 * The clear block inside an encrypted one, unread: 8 bytes (still combined with the account number in formats 0 and 3), or the
 * 16-byte PIN field of format 4. For tools that explain a block; it holds the PIN.
 */
export function decipherPinField(key: SecretKey, block: Uint8Array, options: PinBlockOptions): Uint8Array {
  requirePinKey(key, options.format);
  const cipher = cipherOf(key);
  requireThat(block.length === cipher.blockSize, 'pin-block-length', 'the encrypted PIN block is not one cipher block');
  if (options.format !== 4) return cipher.decryptEcb(block);
  const panField = encodePanField4(panOf(options));
  return cipher.decryptEcb(xorInto(cipher.decryptEcb(block), panField));
}

/** One side of a translation. */
export interface PinBlockSide {
  readonly key: SecretKey;
  readonly format: PinBlockFormat;
}

/**
 * Re-encrypts a PIN block under another key and, where ISO 9564-1:2017 clause 9 allows it, in another format; the account
 * number stays the same. Format 2 belongs to chip cards and is never a source; a block bound to an account never becomes format
 * 1.
 * @throws CryptoRefusal `pin-translation` for a forbidden pair, and whatever decoding refuses.
 */
export function translatePinBlock(
  block: Uint8Array,
  from: PinBlockSide,
  to: PinBlockSide,
  options: { readonly pan?: string; readonly rng?: Rng } = {},
): Uint8Array {
  const forbidden = from.format === 2 || (from.format !== 1 && to.format === 1);
  requireThat(!forbidden, 'pin-translation', `format ${from.format} may not be translated to format ${to.format}`);
  const pin = decipherPinBlock(from.key, block, { ...options, format: from.format });
  return encipherPinBlock(to.key, pin, { ...options, format: to.format });
}

function requirePinKey(key: SecretKey, format: PinBlockFormat): void {
  requireKey(key, format === 4 ? ['AES'] : ['TDES', 'DES'], ['pin']);
}

function panOf(options: PinBlockOptions): string {
  if (options.pan === undefined) throw new CryptoRefusal('pan', 'this PIN block format needs the account number');
  return options.pan;
}

function requirePan(pan: string, minimum: number): void {
  if (pan.length < minimum || pan.length > 19 || !isDecimal(pan))
    throw new CryptoRefusal('pan', `the account number is not ${minimum} to 19 digits`);
}

/** Control nibble, length nibble, PIN and fill: 8 bytes. */
function pinField(pin: string, format: PinBlockFormat): Uint8Array {
  requireThat(pin.length >= 4 && pin.length <= 12, 'pin-length', 'a PIN has 4 to 12 digits');
  requireThat(isDecimal(pin), 'pin-digits', 'a PIN holds decimal digits only');
  const field = new Uint8Array(8).fill(format === 4 ? 0xaa : 0xff);
  field[0] = (format << 4) | pin.length;
  for (let index = 0; index < pin.length; index += 1) setNibble(field, index + 2, pin.charCodeAt(index) - 48);
  return field;
}

function readPinField(field: Uint8Array, control: number, isFill: (nibble: number) => boolean): string {
  requireThat(nibbleAt(field, 0) === control, 'pin-block-control', `the control field is not ${control}`);
  const length = nibbleAt(field, 1);
  requireThat(length >= 4 && length <= 12, 'pin-length', 'the block does not hold a PIN of 4 to 12 digits');
  let pin = '';
  for (let index = 2; index < 2 + length; index += 1) {
    const digit = nibbleAt(field, index);
    requireThat(digit <= 9, 'pin-digits', 'the block holds something other than a decimal digit as a digit of the PIN');
    pin += digit;
  }
  for (let index = 2 + length; index < 16; index += 1)
    requireThat(isFill(nibbleAt(field, index)), 'pin-block-fill', `the fill is not that of format ${control}`);
  return pin;
}

/** Exclusive or with `0000` and the 12 digits left of the check digit, in place (ISO 9564-1:2017, 9.3.2). */
function xorPan(block: Uint8Array, pan: string | undefined): Uint8Array {
  const digits = pan ?? '';
  requirePan(digits, 13);
  const first = digits.length - 13;
  for (let index = 0; index < 12; index += 1) {
    const nibble = digits.charCodeAt(first + index) - 48;
    const at = 2 + (index >> 1);
    block[at] = (block[at] ?? 0) ^ (index % 2 === 0 ? nibble << 4 : nibble);
  }
  return block;
}

function fillFrom(block: Uint8Array, from: number, nibbles: ArrayLike<number>): Uint8Array {
  for (let index = from; index < 16; index += 1) setNibble(block, index, nibbles[index] ?? 0);
  return block;
}

function nibblesOf(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: bytes.length * 2 }, (_, index) => nibbleAt(bytes, index));
}

/** Nibbles A to F; 32 random bits each keep the bias of the remainder below 2^-29. */
function randomLetters(rng: Rng | undefined): Uint8Array {
  const bytes = random(rng, 64);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return Uint8Array.from({ length: 16 }, (_, index) => 0xa + (view.getUint32(index * 4) % 6));
}

function random(rng: Rng | undefined, count: number): Uint8Array {
  return rng === undefined ? engine.randomBytes(count) : rng.bytes(count);
}

function nibbleAt(bytes: Uint8Array, index: number): number {
  const byte = bytes[index >> 1] ?? 0;
  return index % 2 === 0 ? byte >> 4 : byte & 0xf;
}

function setNibble(bytes: Uint8Array, index: number, nibble: number): void {
  const byte = bytes[index >> 1] ?? 0;
  bytes[index >> 1] = index % 2 === 0 ? (nibble << 4) | (byte & 0xf) : (byte & 0xf0) | nibble;
}

function xorInto(target: Uint8Array, mask: Uint8Array): Uint8Array {
  for (let index = 0; index < target.length; index += 1) target[index] = (target[index] ?? 0) ^ (mask[index] ?? 0);
  return target;
}

function isDecimal(text: string): boolean {
  return /^\d+$/.test(text);
}

function refuseFormat(): never {
  throw new CryptoRefusal('pin-block-format', 'the 8-byte PIN blocks have the formats 0, 1, 2 and 3');
}
