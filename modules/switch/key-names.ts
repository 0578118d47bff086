import { Fault } from '@zhanggui/base';
import type { AcquirerTrace } from './api.ts';

/** Name of a terminal's master key in the vault. */
export function terminalMasterKey(acquirerId: string, terminalId: string): string {
  return `terminal/${acquirerId}/${terminalId}/tmk`;
}

/** Name of a terminal's working key in the vault: PIN, MAC or track data. */
export function workingKey(acquirerId: string, terminalId: string, usage: 'pin' | 'mac' | 'data'): string {
  return `terminal/${acquirerId}/${terminalId}/${usage}`;
}

/** Whether `error` says that the vault has not got one of the terminal's working keys. */
export function lacksWorkingKey(error: unknown, terminal: Pick<AcquirerTrace, 'acquirerId' | 'terminalId'>): boolean {
  if (!(error instanceof Fault) || error.code !== 'key-missing') return false;
  const { acquirerId, terminalId } = terminal;
  return (['pin', 'mac', 'data'] as const).some(
    (usage) => workingKey(acquirerId, terminalId, usage) === error.params.name,
  );
}

/** Name of the base derivation key of the readers whose initial key id begins with `bdkId` (8 hexadecimal digits). */
export function baseDerivationKey(bdkId: string): string {
  return `reader/${bdkId}/bdk`;
}

/** Name of the base derivation key of a reader, by the KSN that it sends (ANSI X9.24-3: BDK id, derivation id, counter). */
export function baseDerivationKeyOfKsn(ksn: string): string {
  return baseDerivationKey(ksn.slice(0, 8).toUpperCase());
}
