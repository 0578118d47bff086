import { Fault } from '@zhanggui/base';
import type { ChannelConfig } from '@zhanggui/modules/merchants/api.ts';

/**
 * A merchant's account with WeChat Pay, API v3, direct merchant. In the channel's configuration:
 *
 * | settings | |
 * |---|---|
 * | `baseUrl` | `https://api.mch.weixin.qq.com`, no slash at the end |
 * | `appId`, `mchId` | as WeChat Pay gave them |
 * | `serialNo` | serial number of the merchant's API certificate |
 * | `platformKey.<serial>` | one or more: PEM of a platform certificate or of the public key `PUB_KEY_ID_…`, by serial |
 * | `answerSerial` | optional: the serial with which WeChat Pay shall sign its answers |
 * | `deviceIp` | address of the till towards the outside |
 * | `storeOutId`, `storeId` | optional: the shop's number with us and with WeChat Pay |
 *
 * | secrets | |
 * |---|---|
 * | `privateKeyPem` | private key of the merchant's API certificate |
 * | `apiV3Key` | 32 characters; opens certificates and notifications, which code payments do not use |
 */
export interface WechatAccount {
  readonly baseUrl: string;
  /** Path of `baseUrl`, empty in production; it stands in the request line and so is signed. */
  readonly basePath: string;
  readonly appId: string;
  readonly merchantId: string;
  readonly serialNumber: string;
  readonly privateKey: string;
  readonly platformKeys: ReadonlyMap<string, string>;
  readonly answerSerial: string | undefined;
  readonly deviceIp: string;
  readonly storeOutId: string | undefined;
  readonly storeId: string | undefined;
}

const KEY_PREFIX = 'platformKey.';

/**
 * Reads a channel configuration.
 * @throws Fault `channel-not-configured` naming the setting that is missing.
 */
export function readWechatAccount({ settings, secrets }: ChannelConfig): WechatAccount {
  const needed = (values: Readonly<Record<string, string>>, name: string): string => {
    const value = values[name];
    if (value === undefined || value === '')
      throw new Fault('channel-not-configured', { params: { method: 'wechat', setting: name } });
    return value;
  };
  const platformKeys = new Map(
    Object.entries(settings)
      .filter(([name]) => name.startsWith(KEY_PREFIX))
      .map(([name, pem]) => [name.slice(KEY_PREFIX.length), pem]),
  );
  if (platformKeys.size === 0) needed(settings, `${KEY_PREFIX}<serial>`);
  const baseUrl = needed(settings, 'baseUrl');
  return {
    baseUrl,
    basePath: /^https?:\/\/[^/]+(.*)$/.exec(baseUrl)?.[1] ?? '',
    appId: needed(settings, 'appId'),
    merchantId: needed(settings, 'mchId'),
    serialNumber: needed(settings, 'serialNo'),
    privateKey: needed(secrets, 'privateKeyPem'),
    platformKeys,
    answerSerial: settings.answerSerial,
    deviceIp: needed(settings, 'deviceIp'),
    storeOutId: settings.storeOutId,
    storeId: settings.storeId,
  };
}
