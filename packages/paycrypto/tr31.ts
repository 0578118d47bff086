import { concatBytes, equalBytes, fromHex, type Rng, toHex, utf8Encode } from '@zhanggui/base';
import { engine } from '#engine';
import { cmacWith } from './cmac.ts';
import { cipherOf, importKey, type KeyAlgorithm, type KeyUsage, keyBytes, requireKey, SecretKey } from './key.ts';
import { CryptoRefusal, requireThat } from './refusal.ts';
import {
  cipherBlockSize,
  type KeyBlockHeader,
  type KeyBlockVersion,
  type OptionalBlock,
  readKeyBlockHeader,
  writeKeyBlockHeader,
} from './tr31-header.ts';

/** What a key block protects a key with: one key enciphers, one authenticates. */
export interface KeyBlockKeys {
  readonly encryption: SecretKey;
  readonly authentication: SecretKey;
}

/** What a caller states of a header; the rest follows from the key. */
export interface KeyBlockDescription {
  readonly version: KeyBlockVersion;
  readonly keyUsage: string;
  readonly modeOfUse: string;
  readonly exportability: string;
  readonly keyVersion?: string;
  readonly context?: string;
  readonly optionalBlocks?: readonly OptionalBlock[];
  /** Bytes to which a shorter key is padded at random, to hide its length: 24 for TDES and 32 for AES unless given. */
  readonly paddedKeyLength?: number;
}

const MAC_LENGTH: Readonly<Record<KeyBlockVersion, number>> = { A: 4, B: 8, C: 4, D: 16, E: 16 };
const ALGORITHM_LETTER: Readonly<Record<KeyAlgorithm, string>> = { DES: 'D', TDES: 'T', AES: 'A', HMAC: 'H', SM4: '4' };
const PADDED_LENGTH: Readonly<Record<KeyAlgorithm, number>> = { DES: 24, TDES: 24, AES: 32, HMAC: 0, SM4: 0 };
const LONGEST_TEXT = 9999;

/** Key usages of ANSI X9.143:2021 that are one of ours. */
const USAGES: Readonly<Record<string, KeyUsage>> = {
  B0: 'bdk',
  B1: 'dukpt-initial',
  C0: 'cvk',
  D0: 'data',
  E0: 'emv-issuer-master',
  E1: 'emv-issuer-master',
  E2: 'emv-issuer-master',
  E4: 'emv-issuer-master',
  E5: 'emv-issuer-master',
  K0: 'key-encryption',
  K1: 'key-block-protection',
  K4: 'key-block-protection',
  M0: 'mac',
  M1: 'mac',
  M2: 'mac',
  M3: 'mac',
  M4: 'mac',
  M5: 'mac',
  M6: 'mac',
  M7: 'mac',
  M8: 'mac',
  P0: 'pin',
  V0: 'pvk',
  V1: 'pvk',
  V2: 'pvk',
};

/** An authenticated, deciphered key block. It does not print the key. */
export class UnwrappedKeyBlock {
  readonly header: KeyBlockHeader;
  /** Length of the key as the block states it. */
  readonly keyLengthBits: number;
  /** Bytes of the enciphered payload: length, key and random padding. */
  readonly payloadLength: number;
  readonly #bytes: Uint8Array;

  constructor(header: KeyBlockHeader, bytes: Uint8Array, payloadLength: number) {
    this.header = header;
    this.keyLengthBits = bytes.length * 8;
    this.payloadLength = payloadLength;
    this.#bytes = bytes;
  }

  /**
   * The key, for the purpose that the header's key usage names. `usage` is needed where that is none of ours, and may not
   * contradict it.
   * @throws CryptoRefusal `key-algorithm`, `key-usage` or `key-length`.
   */
  toKey(usage?: KeyUsage): SecretKey {
    const named = keyUsageOf(this.header.keyUsage);
    if (named !== undefined && usage !== undefined && named !== usage)
      throw new CryptoRefusal('key-usage', `the key block is for "${named}", not for "${usage}"`);
    const purpose = named ?? usage;
    if (purpose === undefined) throw new CryptoRefusal('key-usage', 'the key usage of the block is none of ours');
    return importKey(this.#bytes, { algorithm: this.#algorithm(), usage: purpose });
  }

  /** The clear bytes, copied: for asymmetric keys, which are not ours to use, for key ceremonies and for vectors. */
  reveal(): Uint8Array {
    return this.#bytes.slice();
  }

  #algorithm(): KeyAlgorithm {
    switch (this.header.algorithm) {
      case 'T':
        return this.#bytes.length === 8 ? 'DES' : 'TDES';
      case 'D':
        return 'DES';
      case 'A':
        return 'AES';
      case 'H':
        return 'HMAC';
      default:
        throw new CryptoRefusal('key-algorithm', 'the key block does not hold a symmetric key');
    }
  }
}

/** Our purpose for a key usage of ANSI X9.143:2021, `undefined` where there is none. */
export function keyUsageOf(keyUsage: string): KeyUsage | undefined {
  return Object.hasOwn(USAGES, keyUsage) ? USAGES[keyUsage] : undefined;
}

/**
 * Authenticates and deciphers a key block (ANSI X9.143:2021; TR-31:2018): versions A, B and C under a DES or TDES key, D and E
 * under AES.
 * @param kbpk usage `key-block-protection`.
 * @throws CryptoRefusal `key-block-header`, `key-block-optional`, `key-block-length`, `key-block-hex`, `key-block-mac`,
 * `key-block-payload`, `key-algorithm` or `key-usage`.
 */
export function unwrapKeyBlock(kbpk: SecretKey, keyBlock: string): UnwrappedKeyBlock {
  requireThat(keyBlock.length <= LONGEST_TEXT, 'key-block-length', 'the key block is too long');
  const { header, lengthField, consumed } = readKeyBlockHeader(keyBlock);
  const { version } = header;
  requireThat(
    Number(lengthField) === keyBlock.length,
    'key-block-length',
    'the length field is not the length of the text',
  );
  const unit = version === 'E' ? 2 : cipherBlockSize(version);
  requireThat(keyBlock.length % unit === 0, 'key-block-length', `the length is not a multiple of ${unit}`);
  const keys = deriveKeyBlockKeys(kbpk, version);
  const body = hexBytes(keyBlock.slice(consumed), consumed);
  const macAt = body.length - MAC_LENGTH[version];
  requireThat(macAt > 0, 'key-block-length', 'there is no room for key and MAC');
  const ciphertext = body.subarray(0, macAt);
  const mac = body.subarray(macAt);
  const headerText = utf8Encode(keyBlock.slice(0, consumed));
  const payload = openPayload(version, keys, headerText, ciphertext, mac);
  const keyLength = ((payload[0] ?? 0) * 256 + (payload[1] ?? 0)) / 8;
  const fits = Number.isInteger(keyLength) && keyLength > 0 && keyLength + 2 <= payload.length;
  requireThat(fits, 'key-block-payload', 'the payload does not hold a key of the length that it states');
  return new UnwrappedKeyBlock(header, payload.slice(2, 2 + keyLength), payload.length);
}

/**
 * Wraps `key` into a key block; the inverse of `unwrapKeyBlock`. `rng` gives the padding, the platform's generator unless a
 * test has its own.
 * @throws CryptoRefusal `key-usage` when the stated key usage contradicts the key's, and what reading the header refuses.
 */
export function wrapKeyBlock(kbpk: SecretKey, key: SecretKey, description: KeyBlockDescription, rng?: Rng): string {
  const { version, keyUsage } = description;
  const named = keyUsageOf(keyUsage);
  if (named !== undefined && named !== key.usage)
    throw new CryptoRefusal('key-usage', `a key for "${key.usage}" may not be wrapped as one for "${named}"`);
  const keys = deriveKeyBlockKeys(kbpk, version);
  const payload = sealedPayload(key, description, rng);
  const header = writeKeyBlockHeader(
    {
      version,
      keyUsage,
      algorithm: ALGORITHM_LETTER[key.algorithm],
      modeOfUse: description.modeOfUse,
      keyVersion: description.keyVersion ?? '00',
      exportability: description.exportability,
      context: description.context ?? '00',
      optionalBlocks: description.optionalBlocks ?? [],
    },
    (headerLength) => headerLength + 2 * (payload.length + MAC_LENGTH[version]),
  );
  const headerText = utf8Encode(header);
  const { encryption, authentication } = keys;
  if (version === 'A' || version === 'C') {
    const ciphertext = cipherOf(encryption).encryptCbc(payload, headerText.subarray(0, 8));
    return header + toHex(ciphertext) + toHex(variantMac(authentication, headerText, ciphertext));
  }
  const mac = cmacWith(cipherOf(authentication), concatBytes(headerText, payload));
  const cipher = cipherOf(encryption);
  return header + toHex(version === 'E' ? cipher.ctr(payload, mac) : cipher.encryptCbc(payload, mac)) + toHex(mac);
}

/**
 * The two keys of a key block: variants of the protection key for A and C, derived by CMAC for B, D and E (ANSI X9.143:2021,
 * key block binding; ISO 20038 for E).
 */
export function deriveKeyBlockKeys(kbpk: SecretKey, version: KeyBlockVersion): KeyBlockKeys {
  switch (version) {
    case 'A':
    case 'C':
      requireKey(kbpk, ['TDES', 'DES'], ['key-block-protection']);
      return { encryption: variant(kbpk, 0x45, 'data'), authentication: variant(kbpk, 0x4d, 'mac') };
    case 'B':
      requireKey(kbpk, ['TDES'], ['key-block-protection']);
      return { encryption: derived(kbpk, 0, 'data'), authentication: derived(kbpk, 1, 'mac') };
    case 'D':
    case 'E':
      requireKey(kbpk, ['AES'], ['key-block-protection']);
      return { encryption: derived(kbpk, version === 'E' ? 2 : 0, 'data'), authentication: derived(kbpk, 1, 'mac') };
  }
}

function openPayload(
  version: KeyBlockVersion,
  { encryption, authentication }: KeyBlockKeys,
  header: Uint8Array,
  ciphertext: Uint8Array,
  mac: Uint8Array,
): Uint8Array {
  const cipher = cipherOf(encryption);
  if (version === 'A' || version === 'C') {
    requireMac(equalBytes(variantMac(authentication, header, ciphertext), mac));
    return cipher.decryptCbc(ciphertext, header.subarray(0, 8));
  }
  const payload = version === 'E' ? cipher.ctr(ciphertext, mac) : cipher.decryptCbc(ciphertext, mac);
  requireMac(equalBytes(cmacWith(cipherOf(authentication), concatBytes(header, payload)), mac));
  return payload;
}

function requireMac(matches: boolean): void {
  requireThat(matches, 'key-block-mac', 'the MAC does not match: another protection key, or the key block was changed');
}

/** Leftmost 4 bytes of the CBC-MAC over header and ciphertext, which together are whole blocks. */
function variantMac(key: SecretKey, header: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const chained = cipherOf(key).encryptCbc(concatBytes(header, ciphertext), new Uint8Array(8));
  return chained.slice(-8, -4);
}

function variant(kbpk: SecretKey, mask: number, usage: KeyUsage): SecretKey {
  return new SecretKey(
    kbpk.algorithm,
    usage,
    keyBytes(kbpk).map((byte) => byte ^ mask),
  );
}

/** CMAC of `counter | usage | 00 | algorithm | length in bits`, counted from 1, until there are bytes enough. */
function derived(kbpk: SecretKey, usageIndicator: number, usage: KeyUsage): SecretKey {
  const cipher = cipherOf(kbpk);
  const bits = kbpk.length * 8;
  const algorithmIndicator = kbpk.algorithm === 'AES' ? kbpk.length / 8 : kbpk.length / 8 - 2;
  const parts: Uint8Array[] = [];
  for (let counter = 1; (counter - 1) * cipher.blockSize < kbpk.length; counter += 1)
    parts.push(
      cmacWith(cipher, Uint8Array.of(counter, 0, usageIndicator, 0, 0, algorithmIndicator, bits >> 8, bits & 0xff)),
    );
  return new SecretKey(kbpk.algorithm, usage, concatBytes(...parts).slice(0, kbpk.length));
}

/** Length in bits, key and random padding: whole cipher blocks, but for version E. */
function sealedPayload(
  key: SecretKey,
  { version, paddedKeyLength }: KeyBlockDescription,
  rng: Rng | undefined,
): Uint8Array {
  const padded = Math.max(key.length, paddedKeyLength ?? PADDED_LENGTH[key.algorithm]);
  const unit = version === 'E' ? 1 : cipherBlockSize(version);
  const length = Math.ceil((2 + padded) / unit) * unit;
  const fill = length - 2 - key.length;
  const bits = key.length * 8;
  const padding = rng === undefined ? engine.randomBytes(fill) : rng.bytes(fill);
  return concatBytes(Uint8Array.of(bits >> 8, bits & 0xff), keyBytes(key), padding);
}

function hexBytes(text: string, offset: number): Uint8Array {
  try {
    return fromHex(text);
  } catch {
    throw new CryptoRefusal('key-block-hex', 'key and MAC are not hexadecimal text', { offset });
  }
}
