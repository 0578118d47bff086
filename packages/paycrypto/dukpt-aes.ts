import {
  DukptPath,
  DukptPathCache,
  type DukptScheme,
  type DukptStep,
  isDukptCounter,
  nextDukptCounter,
} from './dukpt-schedule.ts';
import type { BlockCipher } from './engine.ts';
import { cipherOf, type KeyAlgorithm, type KeyUsage, requireKey, SecretKey } from './key.ts';
import { CryptoRefusal, requireThat } from './refusal.ts';

/** What a working key is for (ANSI X9.24-3:2017, key usage indicator of Create_Derivation_Data). */
export type AesDukptUsage =
  | 'key-encryption'
  | 'pin'
  | 'mac-generate'
  | 'mac-verify'
  | 'mac-both'
  | 'data-encrypt'
  | 'data-decrypt'
  | 'data-both';

/** Type and length of a derived key (ANSI X9.24-3:2017, algorithm indicator of Create_Derivation_Data). */
export type AesDukptKeyType = '2TDEA' | '3TDEA' | 'AES128' | 'AES192' | 'AES256' | 'HMAC128' | 'HMAC192' | 'HMAC256';

interface KeyTypeFacts {
  readonly indicator: number;
  readonly bits: number;
  /** Bits of strength, which the derivation key must have too. */
  readonly strength: number;
  readonly algorithm: KeyAlgorithm;
}

const KEY_TYPES: Readonly<Record<AesDukptKeyType, KeyTypeFacts>> = {
  '2TDEA': { indicator: 0, bits: 128, strength: 112, algorithm: 'TDES' },
  '3TDEA': { indicator: 1, bits: 192, strength: 112, algorithm: 'TDES' },
  AES128: { indicator: 2, bits: 128, strength: 128, algorithm: 'AES' },
  AES192: { indicator: 3, bits: 192, strength: 192, algorithm: 'AES' },
  AES256: { indicator: 4, bits: 256, strength: 256, algorithm: 'AES' },
  HMAC128: { indicator: 5, bits: 128, strength: 128, algorithm: 'HMAC' },
  HMAC192: { indicator: 5, bits: 192, strength: 192, algorithm: 'HMAC' },
  HMAC256: { indicator: 5, bits: 256, strength: 256, algorithm: 'HMAC' },
};

const USAGES: Readonly<Record<AesDukptUsage, { readonly indicator: number; readonly usage: KeyUsage }>> = {
  'key-encryption': { indicator: 0x0002, usage: 'key-encryption' },
  pin: { indicator: 0x1000, usage: 'pin' },
  'mac-generate': { indicator: 0x2000, usage: 'mac' },
  'mac-verify': { indicator: 0x2001, usage: 'mac' },
  'mac-both': { indicator: 0x2002, usage: 'mac' },
  'data-encrypt': { indicator: 0x3000, usage: 'data' },
  'data-decrypt': { indicator: 0x3001, usage: 'data' },
  'data-both': { indicator: 0x3002, usage: 'data' },
};

const KEY_DERIVATION = 0x8000;
const INITIAL_KEY_DERIVATION = 0x8001;
const UPDATE_KEY_COUNTER = 0xffffffff;
/** Inside the package: the counter of X9.24-3. */
export const AES_SCHEME: DukptScheme = { counterBits: 32, maxOneBits: 16 };

const KSN_LENGTH = 12;
const KEY_ID_LENGTH = 8;
const DEVICES_REMEMBERED = 4096;

/**
 * The initial key of one device (ANSI X9.24-3:2017, Derive_Initial_Key): of the BDK's length, from its 8-byte Initial Key ID
 * (BDK ID and derivation ID).
 * @param bdk AES, usage `bdk`.
 */
export function aesDukptInitialKey(bdk: SecretKey, initialKeyId: Uint8Array): SecretKey {
  requireKey(bdk, ['AES'], ['bdk']);
  requireKeyId(initialKeyId);
  const bytes = deriveBytes(cipherOf(bdk), INITIAL_KEY_DERIVATION, typeOf(bdk), initialKeyId);
  return new SecretKey('AES', 'dukpt-initial', bytes);
}

/**
 * The key of one transaction (ANSI X9.24-3:2017, Host_Derive_Working_Key), the root of its working keys.
 * @param ksn 12 bytes: Initial Key ID and counter.
 * @throws CryptoRefusal `ksn-length` or `ksn-counter`.
 */
export function aesDukptTransactionKey(initialKey: SecretKey, ksn: Uint8Array): SecretKey {
  requireKey(initialKey, ['AES'], ['dukpt-initial']);
  requireKsn(ksn);
  return new DukptPath(initialKey, aesDukptStep(ksn)).transactionKey(counterOf(ksn));
}

/**
 * A working key of one transaction (ANSI X9.24-3:2017, Host_Derive_Working_Key), by default of the transaction key's own type.
 * @throws CryptoRefusal `key-strength` when it would be stronger than what it is derived from.
 */
export function aesDukptWorkingKey(
  transactionKey: SecretKey,
  ksn: Uint8Array,
  usage: AesDukptUsage,
  keyType: AesDukptKeyType = typeOf(transactionKey),
): SecretKey {
  requireKey(transactionKey, ['AES'], ['dukpt-transaction']);
  requireKsn(ksn);
  const { indicator, usage: keyUsage } = USAGES[usage];
  requireStrength(transactionKey, keyType);
  const context = contextOf(ksn, counterOf(ksn));
  const bytes = deriveBytes(cipherOf(transactionKey), indicator, keyType, context);
  return new SecretKey(KEY_TYPES[keyType].algorithm, keyUsage, bytes);
}

/**
 * The host's way to a working key straight from the BDK. The BDK remembers the last derivation of each of the terminals that it
 * saw most recently, so that the next counter of a terminal costs one derivation instead of up to seventeen.
 */
export function aesDukptHostKey(
  bdk: SecretKey,
  ksn: Uint8Array,
  usage: AesDukptUsage,
  keyType: AesDukptKeyType = typeOf(bdk),
): SecretKey {
  requireKey(bdk, ['AES'], ['bdk']);
  requireKsn(ksn);
  const keyId = ksn.subarray(0, KEY_ID_LENGTH);
  const path = paths.get(bdk, keyId, () => new DukptPath(aesDukptInitialKey(bdk, keyId), aesDukptStep(keyId)));
  return aesDukptWorkingKey(path.transactionKey(counterOf(ksn)), ksn, usage, keyType);
}

/**
 * The DUKPT update key, under which a new initial key is sent to the device (ANSI X9.24-3:2017, update of the initial key):
 * usage 0002, counter FFFFFFFF.
 */
export function aesDukptUpdateKey(initialKey: SecretKey, initialKeyId: Uint8Array): SecretKey {
  requireKey(initialKey, ['AES'], ['dukpt-initial']);
  requireKeyId(initialKeyId);
  const { indicator, usage } = USAGES['key-encryption'];
  const context = contextOf(initialKeyId, UPDATE_KEY_COUNTER);
  const bytes = deriveBytes(cipherOf(initialKey), indicator, typeOf(initialKey), context);
  return new SecretKey('AES', usage, bytes);
}

/** Whether the counter of `ksn` has 1 to 16 one-bits, as every counter that a device uses (ANSI X9.24-3:2017, MAX_WORK). */
export function isAesKsnValid(ksn: Uint8Array): boolean {
  requireThat(ksn.length === KSN_LENGTH, 'ksn-length', 'an AES DUKPT key serial number has 12 bytes');
  return isDukptCounter(AES_SCHEME, counterOf(ksn));
}

/** The next KSN that a device may use, or `undefined` when it is exhausted: counters with more than 16 one-bits are skipped. */
export function nextAesKsn(ksn: Uint8Array): Uint8Array | undefined {
  requireThat(ksn.length === KSN_LENGTH, 'ksn-length', 'an AES DUKPT key serial number has 12 bytes');
  const next = nextDukptCounter(AES_SCHEME, counterOf(ksn));
  if (next === undefined) return undefined;
  const result = ksn.slice();
  new DataView(result.buffer).setUint32(KEY_ID_LENGTH, next);
  return result;
}

/** Inside the package: the derivation steps of one device (ANSI X9.24-3:2017, Derive_Key). */
export function aesDukptStep(initialKeyId: Uint8Array): DukptStep {
  const keyId = initialKeyId.slice();
  return (key, counter) => {
    const bytes = deriveBytes(cipherOf(key), KEY_DERIVATION, typeOf(key), contextOf(keyId, counter));
    return new SecretKey('AES', 'dukpt-transaction', bytes);
  };
}

/** Inside the package: the type of derived keys that fits an AES derivation key. */
export function typeOf(key: SecretKey): 'AES128' | 'AES192' | 'AES256' {
  if (key.length === 32) return 'AES256';
  return key.length === 24 ? 'AES192' : 'AES128';
}

const paths = new DukptPathCache(DEVICES_REMEMBERED);

/**
 * ANSI X9.24-3:2017, Create_Derivation_Data and Derive_Key: ECB of `01 | block | usage | algorithm | length in bits | context`,
 * blocks counted from 1, the leftmost bits of the result.
 */
function deriveBytes(cipher: BlockCipher, usage: number, type: AesDukptKeyType, context: Uint8Array): Uint8Array {
  const { indicator, bits } = KEY_TYPES[type];
  const blockCount = Math.ceil(bits / 128);
  const data = new Uint8Array(blockCount * 16);
  for (let block = 0; block < blockCount; block += 1) {
    const at = block * 16;
    data[at] = 1;
    data[at + 1] = block + 1;
    data[at + 2] = usage >> 8;
    data[at + 3] = usage & 0xff;
    data[at + 5] = indicator;
    data[at + 6] = bits >> 8;
    data[at + 7] = bits & 0xff;
    data.set(context, at + 8);
  }
  const derived = cipher.encryptEcb(data);
  return derived.length === bits / 8 ? derived : derived.slice(0, bits / 8);
}

/** Right half of the Initial Key ID, then the counter. */
function contextOf(keyId: Uint8Array, counter: number): Uint8Array {
  const context = new Uint8Array(8);
  context.set(keyId.subarray(4, KEY_ID_LENGTH));
  context[4] = counter >>> 24;
  context[5] = counter >>> 16;
  context[6] = counter >>> 8;
  context[7] = counter;
  return context;
}

function counterOf(ksn: Uint8Array): number {
  return (((ksn[8] ?? 0) << 24) | ((ksn[9] ?? 0) << 16) | ((ksn[10] ?? 0) << 8) | (ksn[11] ?? 0)) >>> 0;
}

function requireKsn(ksn: Uint8Array): void {
  requireThat(ksn.length === KSN_LENGTH, 'ksn-length', 'an AES DUKPT key serial number has 12 bytes');
  requireThat(isDukptCounter(AES_SCHEME, counterOf(ksn)), 'ksn-counter', 'the counter does not have 1 to 16 one-bits');
}

function requireKeyId(initialKeyId: Uint8Array): void {
  requireThat(initialKeyId.length === KEY_ID_LENGTH, 'ksn-length', 'an Initial Key ID has 8 bytes');
}

function requireStrength(key: SecretKey, keyType: AesDukptKeyType): void {
  const { strength } = KEY_TYPES[keyType];
  if (strength > key.length * 8)
    throw new CryptoRefusal('key-strength', `an AES-${key.length * 8} key may not be the root of a ${keyType} key`);
}
