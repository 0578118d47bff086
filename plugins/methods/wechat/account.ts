import type { ChannelConfig } from '@zhanggui/modules/merchants/api.ts';
import type { JsonObject } from '@zhanggui/modules/payments/api.ts';
import { type JsonRecord, textAt, type WechatScheme } from '@zhanggui/wallets';
import { AccountReader } from '../../wallet/account.ts';

/**
 * A merchant's account with WeChat Pay, API v3. In the channel's configuration:
 *
 * | settings | |
 * |---|---|
 * | `baseUrl` | `https://api.mch.weixin.qq.com`, no slash at the end |
 * | `appId`, `mchId` | as WeChat Pay gave them: of the merchant, or of the service provider that acts for it |
 * | `subMchId`, `subAppId` | of the merchant, where a service provider acts for it (partner mode) |
 * | `serialNo` | serial number of the API certificate of `mchId` |
 * | `signature` | optional: `SM2` where the certificate's key is an SM2 key |
 * | `platformKey.<serial>` | PEM of a platform certificate or of the public key `PUB_KEY_ID_…`, by serial; certificates that are not here are downloaded |
 * | `answerSerial` | optional: the serial with which WeChat Pay shall sign its answers |
 * | `deviceIp` | address of the till towards the outside, where its device is not registered |
 * | `storeOutId`, `storeId` | optional: the shop's number with us and with WeChat Pay |
 *
 * | secrets | |
 * |---|---|
 * | `privateKeyPem` | private key of the API certificate |
 * | `apiV3Key` | 32 characters; opens certificates and notifications |
 */
export interface WechatAccount {
  readonly baseUrl: string;
  /** Path of `baseUrl`, empty in production; it stands in the request line and so is signed. */
  readonly basePath: string;
  readonly appId: string;
  /** Who signs: the merchant itself or its service provider. */
  readonly merchantId: string;
  /** The merchant for which a service provider acts; null for a direct merchant. */
  readonly sub: { readonly merchantId: string; readonly appId: string | undefined } | null;
  readonly serialNumber: string;
  readonly scheme: WechatScheme;
  readonly privateKey: string;
  readonly apiV3Key: string;
  readonly platformKeys: ReadonlyMap<string, string>;
  readonly answerSerial: string | undefined;
  readonly deviceIp: string;
  readonly storeOutId: string | undefined;
  readonly storeId: string | undefined;
}

/**
 * Reads a channel configuration.
 * @throws Fault `channel-not-configured` naming the setting that is missing.
 */
export function readWechatAccount(config: ChannelConfig): WechatAccount {
  const account = new AccountReader('wechat', config);
  const subMchId = account.optional('subMchId');
  const baseUrl = account.setting('baseUrl');
  return {
    baseUrl,
    basePath: /^https?:\/\/[^/]+(.*)$/.exec(baseUrl)?.[1] ?? '',
    appId: account.setting('appId'),
    merchantId: account.setting('mchId'),
    sub: subMchId === undefined ? null : { merchantId: subMchId, appId: account.optional('subAppId') },
    serialNumber: account.setting('serialNo'),
    scheme: account.optional('signature') === 'SM2' ? 'WECHATPAY2-SM2-WITH-SM3' : 'WECHATPAY2-SHA256-RSA2048',
    privateKey: account.secret('privateKeyPem'),
    apiV3Key: account.secret('apiV3Key'),
    platformKeys: account.bySerial('platformKey'),
    answerSerial: account.optional('answerSerial'),
    deviceIp: account.setting('deviceIp'),
    storeOutId: account.optional('storeOutId'),
    storeId: account.optional('storeId'),
  };
}

/** Where orders of this account live. */
export function ordersPath({ sub }: WechatAccount): string {
  return sub === null ? '/v3/pay/transactions' : '/v3/pay/partner/transactions';
}

/** Who asks for money, as a body names them. */
export function partyOf({ appId, merchantId, sub }: WechatAccount): JsonObject {
  if (sub === null) return { appid: appId, mchid: merchantId };
  const party = { sp_appid: appId, sp_mchid: merchantId, sub_mchid: sub.merchantId };
  return sub.appId === undefined ? party : { ...party, sub_appid: sub.appId };
}

/** Who asks about an order, as a query names them. */
export function partyQuery({ merchantId, sub }: WechatAccount): string {
  return sub === null ? `mchid=${merchantId}` : `sp_mchid=${merchantId}&sub_mchid=${sub.merchantId}`;
}

/** Whether an order, a refund or a notification names this merchant, and its app where it names one. */
export function namesParty({ appId, merchantId, sub }: WechatAccount, body: JsonRecord): boolean {
  const fits = (name: string, own: string): boolean => textAt(body, name) === own;
  if (sub !== null)
    return fits('sp_mchid', merchantId) && fits('sub_mchid', sub.merchantId) && appFits(body, 'sp_appid', appId);
  return fits('mchid', merchantId) && appFits(body, 'appid', appId);
}

function appFits(body: JsonRecord, name: string, own: string): boolean {
  return !Object.hasOwn(body, name) || textAt(body, name) === own;
}
