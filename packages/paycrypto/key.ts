import { equalBytes, fromHex, toHex, xorBytes } from '@zhanggui/base';
import { engine } from '#engine';
import { cmacWith } from './cmac.ts';
import type { BlockCipher } from './engine.ts';
import { hasOddParity, withOddParity } from './parity.ts';
import { CryptoRefusal, requireThat } from './refusal.ts';

/** What a key's bytes are for. `DES` is single length; `TDES` has two or three parts; `HMAC` takes any length. */
export type KeyAlgorithm = 'DES' | 'TDES' | 'AES' | 'SM4' | 'HMAC';

/** The one purpose of a key; a function that needs another purpose refuses the key. */
export type KeyUsage =
  | 'pin'
  | 'mac'
  | 'data'
  | 'key-encryption'
  | 'key-block-protection'
  | 'bdk'
  | 'dukpt-initial'
  | 'dukpt-transaction'
  | 'cvk'
  | 'pvk'
  | 'emv-issuer-master'
  | 'emv-card-master'
  | 'emv-session';

/** How a key is described when its bytes come in. */
export interface KeyDescription {
  readonly algorithm: KeyAlgorithm;
  readonly usage: KeyUsage;
  /** `odd` refuses DES and TDES bytes of even parity; `ignore`, the default, takes them as they are. */
  readonly parity?: 'odd' | 'ignore';
  /** Expected check value in hexadecimal (2 to 8 bytes): another one refuses the key. */
  readonly checkValue?: string;
}

const LENGTHS: Readonly<Record<KeyAlgorithm, readonly number[]>> = {
  DES: [8],
  TDES: [16, 24],
  AES: [16, 24, 32],
  SM4: [16],
  HMAC: [],
};

let bytesOf: (key: SecretKey) => Uint8Array;
let cipherInside: (key: SecretKey) => BlockCipher;
let halvesInside: (key: SecretKey) => DesHalves;

/** The single-DES ciphers of the first and the second 8 bytes of a key. */
export interface DesHalves {
  readonly left: BlockCipher;
  readonly right: BlockCipher;
}

/** A key that a device holds, such as a hardware module: it works through the device's cipher and has no bytes here. */
export interface HeldKey {
  /** Length in bytes. */
  readonly length: number;
  readonly cipher: BlockCipher;
  /** Needed for the retail MAC alone. */
  readonly halves?: DesHalves | undefined;
}

/**
 * A key that does not print itself: text, JSON and inspection show algorithm, usage and check value only. Made by
 * `importKey`, `generateKey` or a derivation. It keeps its prepared ciphers, so it is worth holding on to.
 */
export class SecretKey {
  readonly algorithm: KeyAlgorithm;
  readonly usage: KeyUsage;
  /** Length in bytes. */
  readonly length: number;
  readonly #bytes: Uint8Array | undefined;
  #cipher: BlockCipher | undefined;
  #halves: DesHalves | undefined;

  static {
    bytesOf = (key) => {
      if (key.#bytes === undefined)
        throw new CryptoRefusal('key-held', 'the key never leaves the device that holds it');
      return key.#bytes;
    };
    cipherInside = (key) => {
      key.#cipher ??= makeCipher(key.algorithm, bytesOf(key));
      return key.#cipher;
    };
    halvesInside = (key) => {
      const halfOf = (at: number): BlockCipher => engine.des(bytesOf(key).slice(at, at + 8));
      key.#halves ??= { left: halfOf(0), right: halfOf(8) };
      return key.#halves;
    };
  }

  /** Takes ownership of the bytes; use `importKey` or `heldKey` from outside the package. */
  constructor(algorithm: KeyAlgorithm, usage: KeyUsage, material: Uint8Array | HeldKey) {
    this.algorithm = algorithm;
    this.usage = usage;
    this.length = material.length;
    if (material instanceof Uint8Array) this.#bytes = material;
    else {
      this.#cipher = material.cipher;
      this.#halves = material.halves;
    }
  }

  /**
   * Key check value, upper-case hexadecimal of `byteCount` bytes. `standard` is the leftmost bytes of a zero block in ECB
   * for DES, TDES and SM4, and of the CMAC of a zero block for AES (ANSI X9.24-1:2017 annex A); `ecb` forces the older
   * way for AES. HMAC keys: leftmost bytes of HMAC-SHA-256 of an empty text.
   */
  checkValue(byteCount = 3, method: 'standard' | 'ecb' = 'standard'): string {
    return toHex(checkBlock(this, method).subarray(0, byteCount));
  }

  toString(): string {
    return `[${this.algorithm}-${this.length * 8} ${this.usage} key, KCV ${this.checkValue()}]`;
  }

  toJSON(): string {
    return this.toString();
  }

  /** What Node's `util.inspect` and `console.log` show. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/**
 * A key from its clear bytes (or their hexadecimal text), copied.
 * @throws CryptoRefusal `key-hex`, `key-length`, `key-parity` or `key-check-value`.
 */
export function importKey(bytes: Uint8Array | string, description: KeyDescription): SecretKey {
  const copy = typeof bytes === 'string' ? keyFromHex(bytes) : bytes.slice();
  const { algorithm, usage, parity, checkValue } = description;
  requireKeyLength(algorithm, copy.length);
  if (parity === 'odd' && isDes(algorithm))
    requireThat(hasOddParity(copy), 'key-parity', 'the key bytes do not have odd parity');
  const key = new SecretKey(algorithm, usage, copy);
  if (checkValue !== undefined) requireCheckValue(key, checkValue);
  return key;
}

/**
 * A key whose bytes stay in the device that holds it. All that works by block ciphers works with it; what needs the bytes
 * (wrapping, HMAC, GCM) is refused with `key-held`.
 */
export function heldKey(description: Pick<KeyDescription, 'algorithm' | 'usage'>, held: HeldKey): SecretKey {
  requireKeyLength(description.algorithm, held.length);
  return new SecretKey(description.algorithm, description.usage, held);
}

/** A random key of `byteLength` bytes; DES and TDES keys get odd parity. */
export function generateKey(algorithm: KeyAlgorithm, usage: KeyUsage, byteLength: number): SecretKey {
  requireKeyLength(algorithm, byteLength);
  const bytes = engine.randomBytes(byteLength);
  return new SecretKey(algorithm, usage, isDes(algorithm) ? withOddParity(bytes) : bytes);
}

/** The key whose bytes are the exclusive or of all `components` (ANSI X9.24-1, split knowledge); two or more of one length. */
export function combineComponents(
  components: readonly (Uint8Array | string)[],
  description: KeyDescription,
): SecretKey {
  const [first, ...rest] = components.map((part) => (typeof part === 'string' ? keyFromHex(part) : part));
  if (first === undefined || rest.length === 0)
    throw new CryptoRefusal('key-components', 'a key needs at least two components');
  const combined = rest.reduce((sum, part) => {
    requireThat(part.length === sum.length, 'key-components', 'the components differ in length');
    return xorBytes(sum, part);
  }, first);
  return importKey(combined, description);
}

/** The clear bytes of a key, copied: for key ceremonies, vaults and test vectors only; nothing else may call it. */
export function revealKeyBytes(key: SecretKey): Uint8Array {
  return bytesOf(key).slice();
}

/** The same key bytes for another purpose, where a standard gives one key two roles; deliberate, hence its own function. */
export function withUsage(key: SecretKey, usage: KeyUsage): SecretKey {
  return new SecretKey(key.algorithm, usage, bytesOf(key));
}

/** Inside the package: the bytes themselves; do not change or keep them. */
export function keyBytes(key: SecretKey): Uint8Array {
  return bytesOf(key);
}

/** Inside the package: the key's prepared cipher. Refuses HMAC keys, which have none. */
export function cipherOf(key: SecretKey): BlockCipher {
  return cipherInside(key);
}

/** Inside the package: the single-DES ciphers of both halves of a two-key TDES key. */
export function desHalvesOf(key: SecretKey): DesHalves {
  requireThat(key.algorithm === 'TDES' && key.length === 16, 'key-length', 'a double-length TDES key is needed');
  return halvesInside(key);
}

/** Inside the package: refuses a key of another algorithm or usage. */
export function requireKey(key: SecretKey, algorithms: readonly KeyAlgorithm[], usages: readonly KeyUsage[]): void {
  if (!algorithms.includes(key.algorithm))
    throw new CryptoRefusal(
      'key-algorithm',
      `a ${key.algorithm} key cannot be used where ${algorithms.join('/')} is needed`,
    );
  if (!usages.includes(key.usage))
    throw new CryptoRefusal('key-usage', `a key for "${key.usage}" cannot be used for "${usages.join('/')}"`);
}

function keyFromHex(text: string): Uint8Array {
  try {
    return fromHex(text);
  } catch {
    throw new CryptoRefusal('key-hex', 'the key is not hexadecimal text');
  }
}

function requireKeyLength(algorithm: KeyAlgorithm, byteLength: number): void {
  const allowed = LENGTHS[algorithm];
  const fits = algorithm === 'HMAC' ? byteLength > 0 : allowed.includes(byteLength);
  if (!fits) throw new CryptoRefusal('key-length', `${byteLength} bytes are no length of a ${algorithm} key`);
}

function requireCheckValue(key: SecretKey, expected: string): void {
  const wanted = keyFromHex(expected);
  requireThat(wanted.length >= 2 && wanted.length <= 8, 'key-check-value', 'a check value has 2 to 8 bytes');
  const came = checkBlock(key, 'standard').subarray(0, wanted.length);
  requireThat(equalBytes(came, wanted), 'key-check-value', 'the key does not have the expected check value');
}

function checkBlock(key: SecretKey, method: 'standard' | 'ecb'): Uint8Array {
  if (key.algorithm === 'HMAC') return engine.hmac('sha256', bytesOf(key), new Uint8Array(0));
  const cipher = cipherInside(key);
  const zeros = new Uint8Array(cipher.blockSize);
  return key.algorithm === 'AES' && method === 'standard' ? cmacWith(cipher, zeros) : cipher.encryptEcb(zeros);
}

function makeCipher(algorithm: KeyAlgorithm, bytes: Uint8Array): BlockCipher {
  switch (algorithm) {
    case 'DES':
      return engine.des(bytes);
    case 'TDES':
      return engine.tdes(bytes);
    case 'AES':
      return engine.aes(bytes);
    case 'SM4':
      return engine.sm4(bytes);
    case 'HMAC':
      throw new CryptoRefusal('key-algorithm', 'an HMAC key is not the key of a block cipher');
  }
}

function isDes(algorithm: KeyAlgorithm): boolean {
  return algorithm === 'DES' || algorithm === 'TDES';
}
