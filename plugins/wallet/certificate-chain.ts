import type { WalletCrypto } from '@zhanggui/wallets';

const LONGEST_CHAIN = 4;

/** Whether a certificate stands under one of the roots, by way of the others. */
export function standsUnder(
  crypto: Pick<WalletCrypto, 'isIssuedBy'>,
  certificate: string,
  others: readonly string[],
  roots: readonly string[],
): boolean {
  let current: string | undefined = certificate;
  for (let step = 0; step < LONGEST_CHAIN && current !== undefined; step += 1) {
    const below: string = current;
    if (roots.some((root) => crypto.isIssuedBy(below, root))) return true;
    current = others.find((other) => other !== below && crypto.isIssuedBy(below, other));
  }
  return false;
}
