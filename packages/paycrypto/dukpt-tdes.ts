import { engine } from '#engine';
import {
  DukptPath,
  DukptPathCache,
  type DukptScheme,
  type DukptStep,
  isDukptCounter,
  nextDukptCounter,
} from './dukpt-schedule.ts';
import type { BlockCipher } from './engine.ts';
import { cipherOf, type KeyUsage, keyBytes, requireKey, SecretKey } from './key.ts';
import { requireThat } from './refusal.ts';

/** What a working key is for (ANSI X9.24-1:2009, annex A, key variants). */
export type TdesDukptUsage = 'pin' | 'mac-request' | 'mac-response' | 'data-request' | 'data-response';

interface Variant {
  /** The byte of each half that is complemented. */
  readonly byte: number;
  readonly usage: KeyUsage;
  /** Data keys are the variant encrypted under itself, so that they do not lead back to the transaction key. */
  readonly oneWay: boolean;
}

const VARIANTS: Readonly<Record<TdesDukptUsage, Variant>> = {
  pin: { byte: 7, usage: 'pin', oneWay: false },
  'mac-request': { byte: 6, usage: 'mac', oneWay: false },
  'mac-response': { byte: 4, usage: 'mac', oneWay: false },
  'data-request': { byte: 5, usage: 'data', oneWay: true },
  'data-response': { byte: 3, usage: 'data', oneWay: true },
};

/** Inside the package: the counter of X9.24-1. */
export const TDES_SCHEME: DukptScheme = { counterBits: 21, maxOneBits: 10 };

const KSN_LENGTH = 10;
const COUNTER_MASK = 0x1fffff;
const DEVICES_REMEMBERED = 4096;
const paths = new DukptPathCache(DEVICES_REMEMBERED);

/**
 * The initial key of one device (ANSI X9.24-1:2009, annex A, derivation of the initial key): both halves from the leftmost 8
 * bytes of the KSN, its counter cleared.
 * @param bdk a double-length TDES key, usage `bdk`.
 * @param ksn 10 bytes; the counter does not matter.
 */
export function tdesDukptInitialKey(bdk: SecretKey, ksn: Uint8Array): SecretKey {
  requireDoubleLength(bdk, 'bdk');
  requireKsnLength(ksn);
  const deviceId = ksn.slice(0, 8);
  deviceId[7] = (deviceId[7] ?? 0) & 0xe0;
  const bytes = new Uint8Array(16);
  bytes.set(cipherOf(bdk).encryptEcb(deviceId));
  bytes.set(c0VariantOf(bdk).encryptEcb(deviceId), 8);
  return new SecretKey('TDES', 'dukpt-initial', bytes);
}

/**
 * The key of one transaction (ANSI X9.24-1:2009, annex A), the root of its working keys.
 * @param initialKey double-length TDES, usage `dukpt-initial`.
 * @throws CryptoRefusal `ksn-length` or `ksn-counter`.
 */
export function tdesDukptTransactionKey(initialKey: SecretKey, ksn: Uint8Array): SecretKey {
  requireDoubleLength(initialKey, 'dukpt-initial');
  requireKsn(ksn);
  return new DukptPath(initialKey, tdesDukptStep(ksn)).transactionKey(counterOf(ksn));
}

/** A working key of one transaction (ANSI X9.24-1:2009, annex A, key variants). */
export function tdesDukptWorkingKey(transactionKey: SecretKey, usage: TdesDukptUsage): SecretKey {
  requireDoubleLength(transactionKey, 'dukpt-transaction');
  const { byte, usage: keyUsage, oneWay } = VARIANTS[usage];
  const variant = keyBytes(transactionKey).slice();
  for (const at of [byte, byte + 8]) variant[at] = (variant[at] ?? 0) ^ 0xff;
  return new SecretKey('TDES', keyUsage, oneWay ? engine.tdes(variant).encryptEcb(variant) : variant);
}

/**
 * The host's way to a working key straight from the BDK. The BDK remembers the last derivation of each of the terminals that it
 * saw most recently, so that the next counter of a terminal costs one derivation instead of up to ten.
 */
export function tdesDukptHostKey(bdk: SecretKey, ksn: Uint8Array, usage: TdesDukptUsage): SecretKey {
  requireDoubleLength(bdk, 'bdk');
  requireKsn(ksn);
  const deviceId = ksn.slice(0, 8);
  deviceId[7] = (deviceId[7] ?? 0) & 0xe0;
  const path = paths.get(bdk, deviceId, () => new DukptPath(tdesDukptInitialKey(bdk, ksn), tdesDukptStep(ksn)));
  return tdesDukptWorkingKey(path.transactionKey(counterOf(ksn)), usage);
}

/** Whether the counter of `ksn` has 1 to 10 one-bits, as every counter that a device uses (ANSI X9.24-1:2009, annex A). */
export function isTdesKsnValid(ksn: Uint8Array): boolean {
  requireKsnLength(ksn);
  return isDukptCounter(TDES_SCHEME, counterOf(ksn));
}

/** The next KSN that a device may use, or `undefined` when it is exhausted: counters with more than 10 one-bits are skipped. */
export function nextTdesKsn(ksn: Uint8Array): Uint8Array | undefined {
  requireKsnLength(ksn);
  const next = nextDukptCounter(TDES_SCHEME, counterOf(ksn));
  return next === undefined ? undefined : ksnWithCounter(ksn, next);
}

/** Inside the package: `ksn` with another counter. */
export function ksnWithCounter(ksn: Uint8Array, counter: number): Uint8Array {
  const result = ksn.slice();
  result[7] = ((result[7] ?? 0) & 0xe0) | (counter >> 16);
  result[8] = (counter >> 8) & 0xff;
  result[9] = counter & 0xff;
  return result;
}

/** Inside the package: the derivation steps of one device, the non-reversible key generation of ANSI X9.24-1:2009, annex A. */
export function tdesDukptStep(ksn: Uint8Array): DukptStep {
  const deviceKsn = ksn.slice();
  return (key, counter) => {
    const register = ksnWithCounter(deviceKsn, counter).subarray(2);
    const bytes = new Uint8Array(16);
    bytes.set(oneWay(c0Variant(keyBytes(key)), register));
    bytes.set(oneWay(keyBytes(key), register), 8);
    return new SecretKey('TDES', 'dukpt-transaction', bytes);
  };
}

/** DES of (register xor right half) under the left half, xor the right half. */
function oneWay(key: Uint8Array, register: Uint8Array): Uint8Array {
  const right = key.subarray(8);
  const mixed = new Uint8Array(8);
  for (let index = 0; index < 8; index += 1) mixed[index] = (register[index] ?? 0) ^ (right[index] ?? 0);
  const enciphered = engine.des(key.subarray(0, 8)).encryptEcb(mixed);
  for (let index = 0; index < 8; index += 1) enciphered[index] = (enciphered[index] ?? 0) ^ (right[index] ?? 0);
  return enciphered;
}

const variantsOfBdks = new WeakMap<SecretKey, BlockCipher>();

function c0VariantOf(bdk: SecretKey): BlockCipher {
  const known = variantsOfBdks.get(bdk) ?? engine.tdes(c0Variant(keyBytes(bdk)));
  variantsOfBdks.set(bdk, known);
  return known;
}

/** The key xor `C0C0C0C000000000` in both halves. */
function c0Variant(bytes: Uint8Array): Uint8Array {
  const variant = bytes.slice();
  for (const at of [0, 1, 2, 3, 8, 9, 10, 11]) variant[at] = (variant[at] ?? 0) ^ 0xc0;
  return variant;
}

function counterOf(ksn: Uint8Array): number {
  return (((ksn[7] ?? 0) << 16) | ((ksn[8] ?? 0) << 8) | (ksn[9] ?? 0)) & COUNTER_MASK;
}

function requireDoubleLength(key: SecretKey, usage: KeyUsage): void {
  requireKey(key, ['TDES'], [usage]);
  requireThat(key.length === 16, 'key-length', 'TDES DUKPT works on double-length keys');
}

function requireKsn(ksn: Uint8Array): void {
  requireKsnLength(ksn);
  const valid = isDukptCounter(TDES_SCHEME, counterOf(ksn));
  requireThat(valid, 'ksn-counter', 'the counter does not have 1 to 10 one-bits');
}

function requireKsnLength(ksn: Uint8Array): void {
  requireThat(ksn.length === KSN_LENGTH, 'ksn-length', 'a TDES DUKPT key serial number has 10 bytes');
}
