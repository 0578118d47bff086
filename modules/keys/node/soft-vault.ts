import { type KeyJournal, noJournal } from '../journal.ts';
import { RingVault } from '../ring-vault.ts';
import type { KeyStore } from '../store.ts';
import { fixedMasterKeys, type MasterKeySource } from './master-key.ts';
import { SoftRing } from './soft-ring.ts';

/**
 * The vault in software: keys lie in the store in TR-31 blocks under the master key and are opened into memory when they
 * are used. A hardware module stands behind the same port (pkcs11-vault.ts).
 */
export class SoftVault extends RingVault {
  /** @param master where the master keys come from, or 32 bytes. */
  constructor(master: MasterKeySource | Uint8Array, store: KeyStore, journal: KeyJournal = noJournal) {
    super(new SoftRing(master instanceof Uint8Array ? fixedMasterKeys(master) : master, store), journal);
  }
}
