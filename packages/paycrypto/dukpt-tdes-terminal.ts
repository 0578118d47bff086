import type { DukptTransaction } from './dukpt-aes-terminal.ts';
import { DukptRegisters } from './dukpt-schedule.ts';
import { ksnWithCounter, TDES_SCHEME, tdesDukptStep } from './dukpt-tdes.ts';
import { requireKey, type SecretKey } from './key.ts';
import { requireThat } from './refusal.ts';

/**
 * The device's side of TDES DUKPT (ANSI X9.24-1:2009, annex A): 21 future key registers that never lead back to a key that was
 * used.
 */
export class TdesDukptTerminal {
  readonly #ksn: Uint8Array;
  readonly #registers: DukptRegisters;

  /**
   * @param initialKey double-length TDES, usage `dukpt-initial`; not kept.
   * @param ksn 10 bytes; the counter in it does not matter.
   * @param firstCounter 1 in a new device; more where a simulated device goes on.
   * @throws CryptoRefusal `ksn-length`, or `ksn-counter` when no device uses that counter.
   */
  constructor(initialKey: SecretKey, ksn: Uint8Array, firstCounter = 1) {
    requireKey(initialKey, ['TDES'], ['dukpt-initial']);
    requireThat(ksn.length === 10, 'ksn-length', 'a TDES DUKPT key serial number has 10 bytes');
    this.#ksn = ksn.slice();
    this.#registers = new DukptRegisters(TDES_SCHEME, initialKey, firstCounter, tdesDukptStep(ksn));
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
    return { ksn: ksnWithCounter(this.#ksn, counter), transactionKey: key };
  }
}
