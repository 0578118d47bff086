import type { SecretKey } from './key.ts';
import { CryptoRefusal, requireThat } from './refusal.ts';

/** What TDES and AES DUKPT differ in as far as their counters go. */
export interface DukptScheme {
  /** Bits of the transaction counter. */
  readonly counterBits: 21 | 32;
  /** Counters with more one-bits are skipped, which bounds the derivations for a key. */
  readonly maxOneBits: 10 | 16;
}

/** One derivation: the key that `counter`, whose lowest one-bit is new, has under the key of the bits above. */
export type DukptStep = (key: SecretKey, counter: number) => SecretKey;

/** Whether a device may use `counter`. */
export function isDukptCounter(scheme: DukptScheme, counter: number): boolean {
  const count = oneBits(counter);
  return count >= 1 && count <= scheme.maxOneBits;
}

/** The next counter that a device may use after any `counter`, or `undefined` when none is left. */
export function nextDukptCounter(scheme: DukptScheme, counter: number): number | undefined {
  let next = oneBits(counter) < scheme.maxOneBits ? counter + 1 : counter + lowestBit(counter);
  // Nothing between a counter with too many one-bits and its sum with its lowest one-bit has fewer.
  while (oneBits(next) > scheme.maxOneBits) next += lowestBit(next);
  return next < 2 ** scheme.counterBits ? next : undefined;
}

/**
 * The host's derivation of one device: it keeps the keys on the way to the last counter, because the way to the next one shares
 * all but its end.
 */
export class DukptPath {
  readonly #initialKey: SecretKey;
  readonly #step: DukptStep;
  readonly #steps: { readonly counter: number; readonly key: SecretKey }[] = [];

  constructor(initialKey: SecretKey, step: DukptStep) {
    this.#initialKey = initialKey;
    this.#step = step;
  }

  transactionKey(counter: number): SecretKey {
    let key = this.#initialKey;
    let reached = 0;
    let depth = 0;
    for (let rest = counter; rest !== 0; depth += 1) {
      const bit = 2 ** (31 - Math.clz32(rest));
      rest -= bit;
      reached += bit;
      let taken = this.#steps[depth];
      if (taken?.counter !== reached) {
        taken = { counter: reached, key: this.#step(key, reached) };
        this.#steps.length = depth;
        this.#steps.push(taken);
      }
      key = taken.key;
    }
    return key;
  }
}

/** The paths of the devices that were seen most recently, by BDK; they live as long as the BDK's key object. */
export class DukptPathCache {
  readonly #byBdk = new WeakMap<SecretKey, Map<string, DukptPath>>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(bdk: SecretKey, deviceId: Uint8Array, make: () => DukptPath): DukptPath {
    let paths = this.#byBdk.get(bdk);
    if (paths === undefined) {
      paths = new Map();
      this.#byBdk.set(bdk, paths);
    }
    const name = String.fromCharCode(...deviceId);
    const path = paths.get(name) ?? make();
    paths.delete(name);
    paths.set(name, path);
    const [oldest] = paths.keys();
    if (paths.size > this.#capacity && oldest !== undefined) paths.delete(oldest);
    return path;
  }
}

/**
 * The device's future keys: one register a counter bit. The initial key is not kept, and the register that led to a transaction
 * is erased before the next, so nobody who opens the device finds a key that was used.
 */
export class DukptRegisters {
  readonly #scheme: DukptScheme;
  readonly #step: DukptStep;
  readonly #registers: (SecretKey | undefined)[] = [];
  #counter: number | undefined;

  constructor(scheme: DukptScheme, initialKey: SecretKey, firstCounter: number, step: DukptStep) {
    const inRange = Number.isInteger(firstCounter) && firstCounter > 0 && firstCounter < 2 ** scheme.counterBits;
    requireThat(inRange && isDukptCounter(scheme, firstCounter), 'ksn-counter', 'no device uses this counter');
    this.#scheme = scheme;
    this.#step = step;
    this.#counter = firstCounter;
    this.#load(initialKey, firstCounter);
  }

  /** Counter of the next transaction; `undefined` when the device is exhausted. */
  get counter(): number | undefined {
    return this.#counter;
  }

  /** The next counter and its key, which cannot be had again. */
  take(): { readonly counter: number; readonly key: SecretKey } {
    const counter = this.#counter;
    const lowest = counter === undefined ? 0 : bitIndex(counter);
    const key = this.#registers[lowest];
    if (counter === undefined || key === undefined)
      throw new CryptoRefusal('dukpt-exhausted', 'all counters of this initial key are used');
    if (oneBits(counter) < this.#scheme.maxOneBits)
      for (let index = lowest - 1; index >= 0; index -= 1)
        this.#registers[index] = this.#step(key, counter + 2 ** index);
    this.#registers[lowest] = undefined;
    this.#counter = nextDukptCounter(this.#scheme, counter);
    return { counter, key };
  }

  /** Fills the registers as they stand just before `counter` is used. */
  #load(initialKey: SecretKey, counter: number): void {
    const lowest = bitIndex(counter);
    let base = initialKey;
    let reached = 0;
    for (let index = this.#scheme.counterBits - 1; index >= lowest; index -= 1) {
      const key = this.#step(base, reached + 2 ** index);
      if (index > lowest && Math.floor(counter / 2 ** index) % 2 === 1) {
        base = key;
        reached += 2 ** index;
      } else this.#registers[index] = key;
    }
  }
}

function lowestBit(counter: number): number {
  return (counter & -counter) >>> 0;
}

function bitIndex(counter: number): number {
  return 31 - Math.clz32(counter & -counter);
}

function oneBits(value: number): number {
  let rest = value >>> 0;
  let count = 0;
  for (; rest !== 0; count += 1) rest = (rest & (rest - 1)) >>> 0;
  return count;
}
