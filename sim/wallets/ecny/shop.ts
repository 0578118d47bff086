import type { Clock } from '@zhanggui/base';
import type { WalletCrypto } from '@zhanggui/wallets';
import type { WalletBook } from '../book.ts';
import type { EcnyKeys } from '../keys.ts';

/** What the operations work on. */
export interface EcnyShop {
  readonly keys: EcnyKeys;
  readonly book: WalletBook;
  readonly crypto: WalletCrypto;
  readonly clock: Clock;
  /** A nonce of so many letters and digits. */
  nonce(length: number): string;
}
