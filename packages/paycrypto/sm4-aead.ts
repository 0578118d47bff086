import { ghash } from '@noble/ciphers/_polyval.js';
import { concatBytes, equalBytes, xorBytes } from '@zhanggui/base';
import type { BlockCipher } from './engine.ts';
import { cipherOf, requireKey, type SecretKey } from './key.ts';
import { padIso9797 } from './mac.ts';
import { CryptoRefusal, requireThat } from './refusal.ts';

const BLOCK = 16;

/** Nonce, associated data and length of the tag in bytes of one sealed message. A nonce must never serve one key twice. */
export interface AeadOptions {
  readonly nonce: Uint8Array;
  readonly associatedData?: Uint8Array;
  /** 16 unless said; GCM takes 12 to 16, CCM the even numbers from 4 to 16. */
  readonly tagLength?: number;
}

/**
 * SM4-GCM (GB/T 36624 mechanism 5, NIST SP 800-38D, RFC 8998): the ciphertext followed by the tag.
 * @throws CryptoRefusal `key-algorithm`, `key-usage`, `nonce-length` (an empty nonce), `tag-length`.
 */
export function sm4GcmSeal(key: SecretKey, plaintext: Uint8Array, options: AeadOptions): Uint8Array {
  const gcm = gcmOf(key, options);
  const ciphertext = gctr(gcm.cipher, incremented(gcm.firstCounter), plaintext);
  return concatBytes(ciphertext, gcmTag(gcm, ciphertext, options));
}

/**
 * The plaintext of what `sm4GcmSeal` gave.
 * @throws CryptoRefusal as `sm4GcmSeal`; `authentication` when the tag is another one (compared in constant time) or is missing.
 */
export function sm4GcmOpen(key: SecretKey, sealed: Uint8Array, options: AeadOptions): Uint8Array {
  const gcm = gcmOf(key, options);
  const [ciphertext, tag] = splitTag(sealed, gcm.tagLength);
  requireTag(tag, gcmTag(gcm, ciphertext, options));
  return gctr(gcm.cipher, incremented(gcm.firstCounter), ciphertext);
}

/**
 * SM4-CCM (GB/T 36624 mechanism 3, NIST SP 800-38C, RFC 8998): the ciphertext followed by the tag. The nonce has 7 to 13 bytes.
 * @throws CryptoRefusal `key-algorithm`, `key-usage`, `nonce-length`, `tag-length`, `message-length`.
 */
export function sm4CcmSeal(key: SecretKey, plaintext: Uint8Array, options: AeadOptions): Uint8Array {
  const ccm = ccmOf(key, options);
  const tag = ccmTag(ccm, plaintext, options);
  return concatBytes(ccm.cipher.ctr(plaintext, ccmCounter(options.nonce, 1)), tag);
}

/**
 * The plaintext of what `sm4CcmSeal` gave.
 * @throws CryptoRefusal as `sm4CcmSeal`; `authentication` when the tag is another one (compared in constant time) or is missing.
 */
export function sm4CcmOpen(key: SecretKey, sealed: Uint8Array, options: AeadOptions): Uint8Array {
  const ccm = ccmOf(key, options);
  const [ciphertext, tag] = splitTag(sealed, ccm.tagLength);
  const plaintext = ccm.cipher.ctr(ciphertext, ccmCounter(options.nonce, 1));
  requireTag(tag, ccmTag(ccm, plaintext, options));
  return plaintext;
}

interface Gcm {
  readonly cipher: BlockCipher;
  readonly hashKey: Uint8Array;
  readonly firstCounter: Uint8Array;
  readonly tagLength: number;
}

function gcmOf(key: SecretKey, { nonce, tagLength = BLOCK }: AeadOptions): Gcm {
  requireKey(key, ['SM4'], ['data']);
  requireThat(nonce.length > 0, 'nonce-length', 'GCM needs a nonce of at least one byte');
  requireThat(
    Number.isInteger(tagLength) && tagLength >= 12 && tagLength <= BLOCK,
    'tag-length',
    'a GCM tag has 12 to 16 bytes',
  );
  const cipher = cipherOf(key);
  const hashKey = cipher.encryptEcb(new Uint8Array(BLOCK));
  return { cipher, hashKey, firstCounter: firstGcmCounter(hashKey, nonce), tagLength };
}

/** The counter block J0: a nonce of 12 bytes followed by 1, any other nonce through GHASH (SP 800-38D, 7.1 step 2). */
function firstGcmCounter(hashKey: Uint8Array, nonce: Uint8Array): Uint8Array {
  if (nonce.length === 12) return concatBytes(nonce, Uint8Array.of(0, 0, 0, 1));
  return ghash(concatBytes(zeroFilled(nonce), bitLengths(0, nonce.length)), hashKey);
}

function gcmTag(gcm: Gcm, ciphertext: Uint8Array, { associatedData = new Uint8Array(0) }: AeadOptions): Uint8Array {
  const lengths = bitLengths(associatedData.length, ciphertext.length);
  const hashed = ghash(concatBytes(zeroFilled(associatedData), zeroFilled(ciphertext), lengths), gcm.hashKey);
  return xorBytes(hashed, gcm.cipher.encryptEcb(gcm.firstCounter)).slice(0, gcm.tagLength);
}

/** Counter mode whose counter is only the last four bytes: where they wrap, the engine's 16-byte counter is set anew. */
function gctr(cipher: BlockCipher, counterBlock: Uint8Array, data: Uint8Array): Uint8Array {
  const counter = new DataView(counterBlock.buffer, counterBlock.byteOffset).getUint32(12);
  const bytesBeforeWrap = (0x100000000 - counter) * BLOCK;
  if (data.length <= bytesBeforeWrap) return cipher.ctr(data, counterBlock);
  const wrapped = concatBytes(counterBlock.subarray(0, 12), new Uint8Array(4));
  return concatBytes(
    cipher.ctr(data.subarray(0, bytesBeforeWrap), counterBlock),
    cipher.ctr(data.subarray(bytesBeforeWrap), wrapped),
  );
}

function incremented(counterBlock: Uint8Array): Uint8Array {
  const next = counterBlock.slice();
  const view = new DataView(next.buffer);
  view.setUint32(12, view.getUint32(12) + 1);
  return next;
}

function bitLengths(first: number, second: number): Uint8Array {
  const lengths = new Uint8Array(BLOCK);
  const view = new DataView(lengths.buffer);
  view.setBigUint64(0, BigInt(first) * 8n);
  view.setBigUint64(8, BigInt(second) * 8n);
  return lengths;
}

function zeroFilled(data: Uint8Array): Uint8Array {
  return data.length === 0 ? data : padIso9797(data, 1, BLOCK);
}

interface Ccm {
  readonly cipher: BlockCipher;
  readonly tagLength: number;
}

function ccmOf(key: SecretKey, { nonce, tagLength = BLOCK }: AeadOptions): Ccm {
  requireKey(key, ['SM4'], ['data']);
  requireThat(nonce.length >= 7 && nonce.length <= 13, 'nonce-length', 'a CCM nonce has 7 to 13 bytes');
  requireThat(
    Number.isInteger(tagLength) && tagLength >= 4 && tagLength <= BLOCK && tagLength % 2 === 0,
    'tag-length',
    'a CCM tag has an even number of bytes from 4 to 16',
  );
  return { cipher: cipherOf(key), tagLength };
}

/** CBC-MAC over the formatted input (SP 800-38C annex A.2), enciphered with the first counter block. */
function ccmTag({ cipher, tagLength }: Ccm, plaintext: Uint8Array, options: AeadOptions): Uint8Array {
  const { nonce, associatedData = new Uint8Array(0) } = options;
  const lengthBytes = 15 - nonce.length;
  requireThat(plaintext.length < 256 ** lengthBytes, 'message-length', 'the nonce leaves no room for this length');
  const flags = (associatedData.length > 0 ? 0x40 : 0) | (((tagLength - 2) / 2) << 3) | (lengthBytes - 1);
  const first = ccmBlock(flags, nonce, plaintext.length);
  const header =
    associatedData.length === 0
      ? associatedData
      : zeroFilled(concatBytes(ccmHeaderLength(associatedData.length), associatedData));
  const chained = cipher.encryptCbc(concatBytes(first, header, zeroFilled(plaintext)), new Uint8Array(BLOCK));
  return xorBytes(chained.slice(-BLOCK), cipher.encryptEcb(ccmCounter(nonce, 0))).slice(0, tagLength);
}

function ccmCounter(nonce: Uint8Array, counter: number): Uint8Array {
  return ccmBlock(14 - nonce.length, nonce, counter);
}

/** One block: flags, nonce, and a number that fills the rest. */
function ccmBlock(flags: number, nonce: Uint8Array, number: number): Uint8Array {
  const block = new Uint8Array(BLOCK);
  new DataView(block.buffer).setBigUint64(8, BigInt(number));
  block[0] = flags;
  block.set(nonce, 1);
  return block;
}

function ccmHeaderLength(length: number): Uint8Array {
  if (length < 0xff00) return Uint8Array.of(length >> 8, length & 0xff);
  const bytes = new Uint8Array(6);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xfffe);
  view.setUint32(2, length);
  return bytes;
}

function splitTag(sealed: Uint8Array, tagLength: number): readonly [ciphertext: Uint8Array, tag: Uint8Array] {
  if (sealed.length < tagLength) throw new CryptoRefusal('authentication', 'the sealed data is shorter than its tag');
  return [sealed.slice(0, sealed.length - tagLength), sealed.slice(sealed.length - tagLength)];
}

function requireTag(tag: Uint8Array, expected: Uint8Array): void {
  if (!equalBytes(tag, expected)) throw new CryptoRefusal('authentication', 'the tag does not match the sealed data');
}
