import { toHex, utf8Encode } from '@zhanggui/base';
import type { WalletCrypto } from './wallet-crypto.ts';

/**
 * The number under which a wallet knows a payment or refund of ours: the same id gives the same number, so that a
 * repeated request is the same order, and two ids never share one. 6 to 32 characters that every wallet accepts.
 */
export function walletOrderNumber(crypto: WalletCrypto, id: string): string {
  const bare = id.slice(id.indexOf('_') + 1);
  if (/^[0-9A-Za-z]{6,32}$/.test(bare)) return bare;
  return toHex(crypto.digest('sha256', utf8Encode(id)))
    .slice(0, 32)
    .toLowerCase();
}

/** The id whose order number this is, for ids that are their own numbers; others are found by their digest alone. */
export function idOfWalletOrderNumber(prefix: string, orderNumber: string): string {
  return `${prefix}_${orderNumber}`;
}
