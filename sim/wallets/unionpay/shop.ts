import { beijingTime } from '@zhanggui/base';
import type { WalletCrypto } from '@zhanggui/wallets';
import type { WalletBook } from '../book.ts';
import type { UnionPayKeys } from '../keys.ts';
import type { RollingCertificates } from '../rolling-certificates.ts';

/** What the operations work on. */
export interface UnionPayShop {
  readonly keys: UnionPayKeys;
  readonly book: WalletBook;
  /** With these the institution signs. */
  readonly certificates: RollingCertificates;
  readonly crypto: WalletCrypto;
}

/** A printed code may take this much of a customer a day, however well the customer is known (PBoC 296, grade D). */
export const STATIC_CODE_LIMIT_MINOR = 50_000;

/** A code that the merchant scans may take this much; a code of the merchant more. */
export const SCANNED_CODE_LIMIT_MINOR = 2_000_000;

/** `YYYYMMDDhhmmss` in Beijing. */
export function txnTimeOf(instantMs: number): string {
  const { year, month, day, hour, minute, second } = beijingTime(instantMs);
  return year + month + day + hour + minute + second;
}
