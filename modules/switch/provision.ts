import { fromHex } from '@zhanggui/base';
import type { KeyVault } from '../keys/vault.ts';
import { baseDerivationKey, terminalMasterKey } from './key-names.ts';
import type { SwitchStore } from './store.ts';

/** A terminal as an acquirer hands it out. */
export interface TerminalGrant {
  readonly tillId: string;
  readonly acquirerId: string;
  /** Field 41, eight characters. */
  readonly terminalId: string;
  /** Field 42, fifteen characters. */
  readonly acceptorId: string;
  /** Double-length master key, hexadecimal. */
  readonly tmk: string;
  /** First bytes of eight zero bytes encrypted under the key, hexadecimal. */
  readonly tmkCheckValue: string;
}

/** A base derivation key of card readers as their maker hands it out. */
export interface ReaderKeyGrant {
  /** The first four bytes of the readers' initial key ids, hexadecimal. */
  readonly bdkId: string;
  /** AES, 16 or 32 bytes, hexadecimal. */
  readonly bdk: string;
  readonly bdkCheckValue: string;
}

/**
 * Makes a till's terminal known and loads its master key.
 * @throws Fault `key-check-value` when the key is not the one that the check value names; nothing is kept then.
 */
export async function provisionTerminal(store: SwitchStore, vault: KeyVault, grant: TerminalGrant): Promise<void> {
  const { tillId, acquirerId, terminalId, acceptorId, tmk, tmkCheckValue } = grant;
  await vault.importKey(terminalMasterKey(acquirerId, terminalId), {
    algorithm: 'TDES',
    usage: 'key-encryption',
    bytes: fromHex(tmk),
    checkValue: tmkCheckValue,
  });
  await store.saveTerminal({ tillId, acquirerId, terminalId, acceptorId });
}

/**
 * Loads a base derivation key of readers.
 * @throws Fault `key-check-value`.
 */
export async function provisionReaders(vault: KeyVault, { bdkId, bdk, bdkCheckValue }: ReaderKeyGrant): Promise<void> {
  await vault.importKey(baseDerivationKey(bdkId.toUpperCase()), {
    algorithm: 'AES',
    usage: 'base-derivation',
    bytes: fromHex(bdk),
    checkValue: bdkCheckValue,
  });
}
