import type { SecretKey } from '@zhanggui/paycrypto';
import type { KeyBlock } from './store.ts';
import type { VaultKeyUsage } from './vault.ts';

/**
 * Where a vault's keys are and how they are used: in blocks in the database, opened into memory, or in a token. What a
 * vault does with them is the same (ring-vault.ts).
 */
export interface KeyRing {
  /** Whether the keys in the store are this ring's to use, or there are none yet. */
  owns(): Promise<boolean>;
  /**
   * The key, ready for use, as the store has it now: another server's sign-on counts at once.
   * @throws Fault `key-missing` or `key-refused`.
   */
  open(name: string): Promise<SecretKey>;
  /** What the list says of a key; undefined where there is none. */
  recordOf(name: string): Promise<KeyBlock | undefined>;
  /** Keeps all keys or none. */
  keep(keys: readonly NewKey[]): Promise<void>;
  remove(names: readonly string[]): Promise<void>;
  /** AES-256-GCM under the platform's own key for secrets; `context` must be the same when it is opened. */
  seal(context: string, clear: Uint8Array): Promise<string>;
  /** Null when it was changed, or sealed elsewhere or with another context. */
  unseal(context: string, sealed: string): Promise<Uint8Array | null>;
  /** HMAC-SHA-256 under the key `name`, which is made at random when it is first needed. */
  hmac(name: string, data: Uint8Array): Promise<Uint8Array>;
  /** @throws Fault `key-not-exportable`. */
  exportBlock(name: string, under: string): Promise<string>;
}

/** A key on its way in. */
export interface NewKey {
  readonly name: string;
  readonly usage: VaultKeyUsage;
  readonly secret: SecretKey;
  readonly parent: string | null;
  readonly exportable: boolean;
}
