import type { KeyLevel } from './api.ts';
import type { VaultKeyUsage } from './vault.ts';

/**
 * Days after which a key of a level should be replaced. Working keys come with each sign-on; the periods of the others are
 * the platform's choice within what acquirers ask (PCI PIN security, control objective 6: a defined cryptoperiod).
 */
export const CRYPTOPERIOD_DAYS: Readonly<Record<KeyLevel | 'vault-master', number>> = {
  'vault-master': 365,
  device: 1_095,
  'terminal-master': 730,
  working: 7,
  'base-derivation': 1_095,
  platform: 1_095,
};

/** From which part of its period a key counts as growing old. */
const SOON = 0.8;

const LEVEL_OF_USAGE: Readonly<Record<VaultKeyUsage, KeyLevel>> = {
  'key-block-protection': 'device',
  'key-encryption': 'terminal-master',
  'base-derivation': 'base-derivation',
  pin: 'working',
  mac: 'working',
  data: 'working',
  hash: 'platform',
};

/** Whether a key is the platform's own: people neither load, export nor destroy it. */
export function isPlatformOwn(name: string): boolean {
  return name.startsWith('vault/') || name.startsWith('hash/');
}

/** Where a key stands: what the platform made for itself is a level of its own, whatever it is for. */
export function levelOf(name: string, usage: VaultKeyUsage): KeyLevel {
  return isPlatformOwn(name) ? 'platform' : LEVEL_OF_USAGE[usage];
}

/** Whether a key of this age should be replaced: `fresh`, `soon` or `over`. */
export function dueOf(level: KeyLevel | 'vault-master', ageDays: number): 'fresh' | 'soon' | 'over' {
  const part = ageDays / CRYPTOPERIOD_DAYS[level];
  if (part >= 1) return 'over';
  return part >= SOON ? 'soon' : 'fresh';
}
