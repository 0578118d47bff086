import { toHex, utf8Encode } from '@zhanggui/base';
import type { WalletCrypto } from './wallet-crypto.ts';

const REMEMBERED = 10_000;

/** The payment codes that one process has sent, as digests; the channel itself refuses an older one. */
export class UsedCodes {
  readonly #crypto: Pick<WalletCrypto, 'digest'>;
  readonly #digests = new Set<string>();

  constructor(crypto: Pick<WalletCrypto, 'digest'>) {
    this.#crypto = crypto;
  }

  /** Whether the code was not sent before; it counts as sent from now on. */
  isFirstUse(code: string): boolean {
    const digest = toHex(this.#crypto.digest('sha256', utf8Encode(code)));
    if (this.#digests.has(digest)) return false;
    const oldest = this.#digests.values().next();
    if (this.#digests.size >= REMEMBERED && oldest.done !== true) this.#digests.delete(oldest.value);
    this.#digests.add(digest);
    return true;
  }
}
