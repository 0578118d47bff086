import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { readIfThere, writeWhole } from '../data-file.ts';
import { WALLET_KEYS } from './keys.ts';

const SHARED = path.join(import.meta.dirname, '../../node_modules/.cache/zhanggui', WALLET_KEYS);

/**
 * Opens wallets whose data lie in `dataDir` with the keys that all tests of this checkout share: making them takes longer
 * than most tests. What the first test has made serves the next ones.
 */
export async function withTestKeys<Opened>(dataDir: string, open: () => Promise<Opened>): Promise<Opened> {
  const own = path.join(dataDir, WALLET_KEYS);
  if (readIfThere(own) !== null) return open();
  const shared = readIfThere(SHARED);
  mkdirSync(dataDir, { recursive: true });
  if (shared !== null) writeWhole(own, shared);
  const opened = await open();
  const made = readIfThere(own);
  // What an earlier version of these keys lacked has been made by now.
  if (made !== null && made !== shared) {
    mkdirSync(path.dirname(SHARED), { recursive: true });
    writeWhole(SHARED, made);
  }
  return opened;
}
