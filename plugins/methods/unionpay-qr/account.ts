import { Fault } from '@zhanggui/base';
import type { ChannelConfig } from '@zhanggui/modules/merchants/api.ts';
import type { FormFields } from '@zhanggui/wallets';

/**
 * A merchant's account for UnionPay codes, interface for merchants version 5.1.0. In the channel's configuration:
 *
 * | settings | |
 * |---|---|
 * | `baseUrl` | `https://gateway.95516.com`, no slash at the end |
 * | `merId` | 15 characters |
 * | `certId` | serial number of the merchant's certificate, in decimal digits |
 * | `unionPayCert.<certId>` | PEM of a certificate with which UnionPay signs; several while one follows another |
 * | `acquirerIin`, `forwardingIin` | eight digits each, for the codes that the till shows |
 * | `mcc`, `merchantName`, `merchantCity` | as registered; in Latin letters, at most 25 and 15 characters |
 * | `merchantNameZh`, `merchantCityZh` | optional: the same in Chinese |
 * | `deviceIp` | address of the till towards the outside, where its device is not registered |
 *
 * | secrets | |
 * |---|---|
 * | `privateKeyPem` | private key of the merchant's certificate |
 */
export interface UnionPayAccount {
  readonly baseUrl: string;
  readonly merchantId: string;
  readonly certId: string;
  readonly privateKey: string;
  /** PEM by `certId`. */
  readonly certificates: ReadonlyMap<string, string>;
  readonly acquirerIin: string;
  readonly forwardingIin: string;
  readonly merchantCategoryCode: string;
  readonly name: string;
  readonly city: string;
  readonly chinese: { readonly name: string; readonly city: string } | null;
  readonly deviceIp: string;
}

const CERTIFICATE_PREFIX = 'unionPayCert.';

/**
 * Reads a channel configuration.
 * @throws Fault `channel-not-configured` naming the setting that is missing.
 */
export function readUnionPayAccount({ settings, secrets }: ChannelConfig): UnionPayAccount {
  const needed = (values: Readonly<Record<string, string>>, name: string): string => {
    const value = values[name];
    if (value === undefined || value === '')
      throw new Fault('channel-not-configured', { params: { method: 'unionpay-qr', setting: name } });
    return value;
  };
  const { merchantNameZh, merchantCityZh } = settings;
  return {
    baseUrl: needed(settings, 'baseUrl'),
    merchantId: needed(settings, 'merId'),
    certId: needed(settings, 'certId'),
    privateKey: needed(secrets, 'privateKeyPem'),
    certificates: new Map(
      Object.entries(settings)
        .filter(([name]) => name.startsWith(CERTIFICATE_PREFIX))
        .map(([name, pem]) => [name.slice(CERTIFICATE_PREFIX.length), pem]),
    ),
    acquirerIin: needed(settings, 'acquirerIin'),
    forwardingIin: needed(settings, 'forwardingIin'),
    merchantCategoryCode: needed(settings, 'mcc'),
    name: needed(settings, 'merchantName'),
    city: needed(settings, 'merchantCity'),
    chinese: merchantNameZh && merchantCityZh ? { name: merchantNameZh, city: merchantCityZh } : null,
    deviceIp: needed(settings, 'deviceIp'),
  };
}

/** Whether an answer or notification speaks of this merchant. */
export function namesMerchant({ merchantId }: UnionPayAccount, { merId }: FormFields): boolean {
  return merId === merchantId;
}
