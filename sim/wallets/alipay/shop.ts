import type { Clock } from '@zhanggui/base';
import type { WalletCrypto } from '@zhanggui/wallets';
import type { WalletBook } from '../book.ts';
import type { RollingCertificates } from '../rolling-certificates.ts';
import type { AlipayKeys } from './keys.ts';

/** What the gateway, its bills and its notifications work on. */
export interface AlipayShop {
  readonly keys: AlipayKeys;
  /** With these Alipay signs for applications in certificate mode. */
  readonly certificates: RollingCertificates;
  readonly book: WalletBook;
  readonly crypto: WalletCrypto;
  readonly clock: Clock;
}
