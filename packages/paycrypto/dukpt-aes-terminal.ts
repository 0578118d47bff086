import { engine } from '#engine';
import { aesDukptUpdateKey, nextCounter, stepAesDukpt, typeOf } from './dukpt-aes.ts';
import { keyBytes, requireKey, SecretKey } from './key.ts';
import { CryptoRefusal, requireThat } from './refusal.ts';

/** What a device has for one transaction: its key serial number and the root of its working keys. */
export interface AesDukptTransaction {
  /** 12 bytes: Initial Key ID and counter. */
  readonly ksn: Uint8Array;
  /** For `aesDukptWorkingKey`; forget it when the transaction ends. */
  readonly transactionKey: SecretKey;
}

/**
 * The terminal's side (ANSI X9.24-3:2017, 6.4): 32 intermediate key registers. The initial key is not kept, and the registers that led to
 * a transaction are erased before the next, so nobody who opens the device finds a key that was used.
 */
export class AesDukptTerminal {
  /** For receiving the next initial key. */
  readonly updateKey: SecretKey;
  readonly #keyId: Uint8Array;
  readonly #type: 'AES128' | 'AES192' | 'AES256';
  readonly #registers: (Uint8Array | undefined)[] = Array.from({ length: 32 });
  #counter: number | undefined;

  /**
   * @param initialKey AES, usage `dukpt-initial`.
   * @param initialKeyId 8 bytes.
   * @param firstCounter the counter to begin with: 1 in a new device; more where a simulated device goes on.
   */
  constructor(initialKey: SecretKey, initialKeyId: Uint8Array, firstCounter = 1) {
    requireKey(initialKey, ['AES'], ['dukpt-initial']);
    const valid = Number.isInteger(firstCounter) && firstCounter >= 1 && nextCounter(firstCounter - 1) === firstCounter;
    requireThat(valid, 'ksn-counter', 'the first counter does not have 1 to 16 one-bits');
    this.updateKey = aesDukptUpdateKey(initialKey, initialKeyId);
    this.#keyId = initialKeyId.slice();
    this.#type = typeOf(initialKey);
    this.#counter = firstCounter;
    this.#load(keyBytes(initialKey), firstCounter);
  }

  /** Counter of the next transaction; `undefined` when the device is exhausted. */
  get counter(): number | undefined {
    return this.#counter;
  }

  /**
   * The next transaction's KSN and key. The device can never make them again.
   * @throws CryptoRefusal `dukpt-exhausted` when all counters are used: the device needs a new initial key.
   */
  next(): AesDukptTransaction {
    const counter = this.#counter;
    if (counter === undefined) throw new CryptoRefusal('dukpt-exhausted', 'all counters of this initial key are used');
    const lowest = 31 - Math.clz32(counter & -counter);
    const bytes = this.#registers[lowest];
    if (bytes === undefined) throw new CryptoRefusal('dukpt-exhausted', 'the register of this counter is erased');
    const following = nextCounter(counter);
    if (following === counter + 1) this.#fillBelow(bytes, counter, lowest);
    this.#registers[lowest] = undefined;
    this.#counter = following;
    const ksn = new Uint8Array(12);
    ksn.set(this.#keyId);
    new DataView(ksn.buffer).setUint32(8, counter);
    return { ksn, transactionKey: new SecretKey('AES', 'dukpt-transaction', bytes) };
  }

  /** Registers as they stand just before `counter` is used. */
  #load(initialKey: Uint8Array, counter: number): void {
    const lowest = 31 - Math.clz32(counter & -counter);
    let base = initialKey;
    let reached = 0;
    for (let index = 31; index >= lowest; index -= 1) {
      const bit = 2 ** index;
      const derived = stepAesDukpt(engine.aes(base), this.#keyId, reached + bit, this.#type);
      if (index > lowest && (counter & bit) !== 0) {
        base = derived;
        reached += bit;
      } else this.#registers[index] = derived;
    }
  }

  #fillBelow(bytes: Uint8Array, counter: number, lowest: number): void {
    const cipher = engine.aes(bytes);
    for (let index = lowest - 1; index >= 0; index -= 1)
      this.#registers[index] = stepAesDukpt(cipher, this.#keyId, counter + 2 ** index, this.#type);
  }
}
