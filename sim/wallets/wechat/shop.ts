import type { Clock } from '@zhanggui/base';
import type { WalletCrypto, WechatScheme } from '@zhanggui/wallets';
import type { WalletBook } from '../book.ts';
import type { CertifiedKey } from '../certificates.ts';
import type { WechatKeys } from '../keys.ts';
import type { RollingCertificates } from '../rolling-certificates.ts';

/** What the operations work on. */
export interface WechatShop {
  readonly keys: WechatKeys;
  readonly book: WalletBook;
  readonly crypto: WalletCrypto;
  readonly platform: RollingCertificates;
  readonly clock: Clock;
  /** A nonce of so many letters and digits. */
  nonce(length: number): string;
}

/** Who signed a request: the merchant itself, or its service provider; and with which kind of key. */
export interface Caller {
  readonly kind: 'direct' | 'partner';
  readonly appId: string;
  readonly merchantId: string;
  readonly apiV3Key: string;
  readonly scheme: WechatScheme;
  readonly serial: string;
  readonly publicKey: string;
  /** The merchant's own number, for which a service provider acts. */
  readonly subMerchantId: string;
}

/** Everybody who may sign. */
export function callersOf({ keys }: WechatShop): readonly Caller[] {
  const { appId, merchantId, apiV3Key, merchant, merchantSm2, partner } = keys;
  const direct = { kind: 'direct', appId, merchantId, apiV3Key, subMerchantId: merchantId } as const;
  return [
    { ...direct, ...signs(merchant, 'WECHATPAY2-SHA256-RSA2048') },
    { ...direct, ...signs(merchantSm2, 'WECHATPAY2-SM2-WITH-SM3') },
    {
      kind: 'partner',
      appId: partner.appId,
      merchantId: partner.merchantId,
      apiV3Key: partner.apiV3Key,
      subMerchantId: merchantId,
      ...signs(partner.merchant, 'WECHATPAY2-SHA256-RSA2048'),
    },
  ];
}

function signs(
  { serial, publicKey }: CertifiedKey,
  scheme: WechatScheme,
): Pick<Caller, 'scheme' | 'serial' | 'publicKey'> {
  return { scheme, serial, publicKey };
}

/** The merchant as bodies of this kind of caller name it. */
export function partyBody({ kind, appId, merchantId, subMerchantId }: Caller): Readonly<Record<string, string>> {
  if (kind === 'direct') return { appid: appId, mchid: merchantId };
  return { sp_appid: appId, sp_mchid: merchantId, sub_mchid: subMerchantId };
}
