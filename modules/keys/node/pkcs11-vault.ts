import { type KeyJournal, noJournal } from '../journal.ts';
import { RingVault } from '../ring-vault.ts';
import type { KeyStore } from '../store.ts';
import { loadPkcs11Addon } from './pkcs11-addon.ts';
import { Pkcs11Ring } from './pkcs11-ring.ts';
import { type Pkcs11Config, Pkcs11Token } from './pkcs11-token.ts';

/** The vault on a PKCS#11 token: keys are objects that never leave it, and every cipher runs inside. */
export class Pkcs11Vault extends RingVault {
  readonly #token: Pkcs11Token;

  constructor(token: Pkcs11Token, store: KeyStore, journal: KeyJournal = noJournal) {
    super(new Pkcs11Ring(token, store), journal);
    this.#token = token;
  }

  /** Logs out of the token. */
  close(): void {
    this.#token.close();
  }
}

/** Opens the token that is configured. @throws Error when the addon, the token or the right PIN is missing. */
export function openPkcs11Vault(config: Pkcs11Config, store: KeyStore, journal: KeyJournal): Pkcs11Vault {
  return new Pkcs11Vault(new Pkcs11Token(loadPkcs11Addon(config.addonFolder), config), store, journal);
}
