import { concatBytes, equalBytes, toHex, utf8Encode } from '@zhanggui/base';
import { engine } from '#engine';
import { cmacWith } from './cmac.ts';
import type { DigestName } from './engine.ts';
import { cipherOf, desHalvesOf, keyBytes, requireKey, type SecretKey } from './key.ts';
import { CryptoRefusal, requireThat } from './refusal.ts';

/** Padding methods of ISO/IEC 9797-1:2011 clause 6.3: zeros; 80 then zeros; length block in front, then zeros. */
export type MacPadding = 1 | 2 | 3;

/** How a MAC is made: `padding` is 1 unless given; `length` keeps the leftmost bytes (4 to a whole block). */
export interface MacOptions {
  readonly padding?: MacPadding;
  readonly length?: number;
}

const MAC_ALGORITHMS = ['DES', 'TDES', 'AES', 'SM4'] as const;
const MAC_USAGES = ['mac', 'emv-session'] as const;

/**
 * `data` padded to a positive whole number of blocks (ISO/IEC 9797-1:2011, 6.3.2 to 6.3.4).
 * @throws CryptoRefusal `mac-padding` when there is no such method.
 */
export function padIso9797(data: Uint8Array, method: MacPadding, blockSize: 8 | 16 = 8): Uint8Array {
  switch (method) {
    case 1:
      return resized(data, Math.max(1, Math.ceil(data.length / blockSize)) * blockSize);
    case 2: {
      const padded = resized(data, (Math.floor(data.length / blockSize) + 1) * blockSize);
      padded[data.length] = 0x80;
      return padded;
    }
    case 3: {
      const length = new Uint8Array(blockSize);
      new DataView(length.buffer).setBigUint64(blockSize - 8, BigInt(data.length) * 8n);
      return concatBytes(length, padIso9797(data, 1, blockSize));
    }
    default:
      throw new CryptoRefusal('mac-padding', 'ISO/IEC 9797-1 has the padding methods 1, 2 and 3');
  }
}

/**
 * CBC-MAC, MAC algorithm 1 (ISO/IEC 9797-1:2011, 7.2): every block under the whole key, of one, two or three parts for DES.
 * @param key usage `mac`; DES, TDES, AES or SM4.
 */
export function cbcMac(key: SecretKey, data: Uint8Array, options: MacOptions = {}): Uint8Array {
  requireKey(key, MAC_ALGORITHMS, MAC_USAGES);
  const cipher = cipherOf(key);
  const padded = padIso9797(data, options.padding ?? 1, cipher.blockSize);
  const last = cipher.encryptCbc(padded, new Uint8Array(cipher.blockSize)).slice(-cipher.blockSize);
  return truncated(last, options.length);
}

/** ANSI X9.9-1986 MAC: single-DES CBC-MAC, zero padding, leftmost 4 bytes unless `length` says otherwise. */
export function x99Mac(key: SecretKey, data: Uint8Array, length = 4): Uint8Array {
  requireKey(key, ['DES'], MAC_USAGES);
  return cbcMac(key, data, { padding: 1, length });
}

/**
 * Retail MAC: ANSI X9.19, MAC algorithm 3 of ISO/IEC 9797-1:2011, 7.4. Single-DES CBC under the left half of the key, the last
 * block then decrypted under the right half and encrypted under the left. 8 bytes unless `length` is given.
 * @param key a double-length TDES key with usage `mac` (or an EMV session key, for application cryptograms).
 */
export function retailMac(key: SecretKey, data: Uint8Array, options: MacOptions = {}): Uint8Array {
  requireKey(key, ['TDES'], MAC_USAGES);
  const { left, right } = desHalvesOf(key);
  const padded = padIso9797(data, options.padding ?? 1, 8);
  const chained = left.encryptCbc(padded, new Uint8Array(8)).subarray(-8);
  return truncated(left.encryptEcb(right.decryptEcb(chained)), options.length);
}

/**
 * CMAC (NIST SP 800-38B; MAC algorithm 5 of ISO/IEC 9797-1:2011, 7.6) under a TDES, AES or SM4 key; a whole block unless
 * `length` is given.
 */
export function cmac(key: SecretKey, data: Uint8Array, length?: number): Uint8Array {
  requireKey(key, ['TDES', 'AES', 'SM4'], MAC_USAGES);
  return truncated(cmacWith(cipherOf(key), data), length);
}

/** HMAC (ISO/IEC 9797-2:2011 clause 7, RFC 2104); SHA-256 unless another digest is named. */
export function hmac(key: SecretKey, data: Uint8Array, digest: DigestName = 'sha256'): Uint8Array {
  requireKey(key, ['HMAC'], ['mac']);
  return engine.hmac(digest, keyBytes(key), data);
}

/** Every value on the way to a China UnionPay ECB MAC. */
export interface CupEcbMacSteps {
  /** Exclusive or of all blocks of the padded message. */
  readonly resultBlock: Uint8Array;
  /** `resultBlock` as upper-case hexadecimal text. */
  readonly hexAscii: string;
  /** First half of the text, encrypted. */
  readonly encryptedFirst: Uint8Array;
  /** That exclusive-ored with the second half of the text. */
  readonly mixed: Uint8Array;
  /** `mixed`, encrypted. */
  readonly encryptedSecond: Uint8Array;
  /** What field 64 carries: the first 8 hexadecimal characters of `encryptedSecond`, as 8 ASCII bytes. */
  readonly mac: Uint8Array;
}

/**
 * The ECB MAC of China UnionPay terminals (field 64): 8 ASCII bytes over `data`, the message from the MTI to field 63. The key
 * is the MAK: DES or TDES, or SM4 with 16-byte blocks.
 */
export function cupEcbMac(key: SecretKey, data: Uint8Array): Uint8Array {
  return cupEcbMacSteps(key, data).mac;
}

/** The same with every intermediate value, for tools that explain a difference. */
export function cupEcbMacSteps(key: SecretKey, data: Uint8Array): CupEcbMacSteps {
  requireKey(key, ['DES', 'TDES', 'SM4'], ['mac']);
  const cipher = cipherOf(key);
  const size = cipher.blockSize;
  const resultBlock = new Uint8Array(size);
  for (let index = 0; index < data.length; index += 1)
    resultBlock[index % size] = (resultBlock[index % size] ?? 0) ^ (data[index] ?? 0);
  const hexAscii = toHex(resultBlock);
  const text = utf8Encode(hexAscii);
  const encryptedFirst = cipher.encryptEcb(text.subarray(0, size));
  const mixed = encryptedFirst.map((byte, index) => byte ^ (text[size + index] ?? 0));
  const encryptedSecond = cipher.encryptEcb(mixed);
  const mac = utf8Encode(toHex(encryptedSecond.subarray(0, 4)));
  return { resultBlock, hexAscii, encryptedFirst, mixed, encryptedSecond, mac };
}

/** Whether `received` is the MAC that was `computed`; both of one length, compared in constant time. */
export function macMatches(computed: Uint8Array, received: Uint8Array): boolean {
  return computed.length >= 4 && equalBytes(computed, received);
}

function resized(data: Uint8Array, length: number): Uint8Array {
  const result = new Uint8Array(length);
  result.set(data);
  return result;
}

function truncated(mac: Uint8Array, length: number | undefined): Uint8Array {
  if (length === undefined) return mac;
  requireThat(
    Number.isInteger(length) && length >= 4 && length <= mac.length,
    'mac-length',
    `a MAC has 4 to ${mac.length} bytes here`,
  );
  return mac.slice(0, length);
}
