import { AES_SCHEME, aesDukptStep, aesDukptUpdateKey } from './dukpt-aes.ts';
import { DukptRegisters } from './dukpt-schedule.ts';
import type { SecretKey } from './key.ts';

/** What a device has for one transaction: its key serial number and the root of its working keys. */
export interface DukptTransaction {
  /** 12 bytes for AES (Initial Key ID and counter), 10 bytes for TDES. */
  readonly ksn: Uint8Array;
  /** For `aesDukptWorkingKey` or `tdesDukptWorkingKey`; forget it when the transaction ends. */
  readonly transactionKey: SecretKey;
}

/**
 * The device's side of AES DUKPT (ANSI X9.24-3:2017, the transaction-originating device's algorithm): intermediate derivation
 * key registers that never lead back to a key that was used.
 */
export class AesDukptTerminal {
  /** The key under which the next initial key arrives. */
  readonly updateKey: SecretKey;
  readonly #keyId: Uint8Array;
  readonly #registers: DukptRegisters;

  /**
   * @param initialKey AES, usage `dukpt-initial`; not kept.
   * @param initialKeyId 8 bytes.
   * @param firstCounter 1 in a new device; more where a simulated device goes on.
   * @throws CryptoRefusal `ksn-counter` when no device uses that counter.
   */
  constructor(initialKey: SecretKey, initialKeyId: Uint8Array, firstCounter = 1) {
    this.updateKey = aesDukptUpdateKey(initialKey, initialKeyId);
    this.#keyId = initialKeyId.slice();
    this.#registers = new DukptRegisters(AES_SCHEME, initialKey, firstCounter, aesDukptStep(initialKeyId));
  }

  /** Counter of the next transaction; `undefined` when the device is exhausted. */
  get counter(): number | undefined {
    return this.#registers.counter;
  }

  /**
   * The next transaction. The device cannot make its keys again.
   * @throws CryptoRefusal `dukpt-exhausted` when all counters are used: the device needs a new initial key.
   */
  next(): DukptTransaction {
    const { counter, key } = this.#registers.take();
    const ksn = new Uint8Array(12);
    ksn.set(this.#keyId);
    new DataView(ksn.buffer).setUint32(8, counter);
    return { ksn, transactionKey: key };
  }
}
