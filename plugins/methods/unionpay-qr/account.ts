import type { ChannelConfig } from '@zhanggui/modules/merchants/api.ts';
import type { FormFields } from '@zhanggui/wallets';
import { AccountReader } from '../../wallet/account.ts';

/**
 * A merchant's account for UnionPay codes, interface for merchants version 5.1.0. In the channel's configuration:
 *
 * | settings | |
 * |---|---|
 * | `baseUrl` | `https://gateway.95516.com`, no slash at the end |
 * | `merId` | 15 characters |
 * | `certId` | serial number of the merchant's certificate, in decimal digits |
 * | `unionPayRoots` | PEM of UnionPay's root and intermediate certificates, under which the certificates stand with which it signs |
 * | `unionPayCert.<certId>` | instead or besides: PEM of a certificate with which UnionPay signs; several while one follows another |
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
  /** PEM, one behind the other; undefined where the signing certificates themselves are held. */
  readonly roots: string | undefined;
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

/**
 * Reads a channel configuration.
 * @throws Fault `channel-not-configured` naming the setting that is missing.
 */
export function readUnionPayAccount(config: ChannelConfig): UnionPayAccount {
  const account = new AccountReader('unionpay-qr', config);
  const nameZh = account.optional('merchantNameZh');
  const cityZh = account.optional('merchantCityZh');
  const certificates = account.bySerial('unionPayCert');
  return {
    baseUrl: account.setting('baseUrl'),
    merchantId: account.setting('merId'),
    certId: account.setting('certId'),
    privateKey: account.secret('privateKeyPem'),
    roots: certificates.size === 0 ? account.setting('unionPayRoots') : account.optional('unionPayRoots'),
    certificates,
    acquirerIin: account.setting('acquirerIin'),
    forwardingIin: account.setting('forwardingIin'),
    merchantCategoryCode: account.setting('mcc'),
    name: account.setting('merchantName'),
    city: account.setting('merchantCity'),
    chinese: nameZh !== undefined && cityZh !== undefined ? { name: nameZh, city: cityZh } : null,
    deviceIp: account.setting('deviceIp'),
  };
}

/** Whether an answer or notification speaks of this merchant. */
export function namesMerchant({ merchantId }: UnionPayAccount, { merId }: FormFields): boolean {
  return merId === merchantId;
}
