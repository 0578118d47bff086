import { HttpSilence } from '@zhanggui/base';
import type { ChannelConfig } from '@zhanggui/modules/merchants/api.ts';
import type { ChannelDescription, ChannelTest, MethodEnvironment } from '@zhanggui/modules/payments/method.ts';
import { readJsonRecord, textAt, WalletRefusal } from '@zhanggui/wallets';
import { ordersPath, partyQuery, readWechatAccount, type WechatAccount } from './account.ts';
import { PlatformKeys } from './platform-keys.ts';
import { sendSigned } from './signed-request.ts';

/** A merchant's account with WeChat Pay as the console asks for it; `account.ts` reads it. */
export const wechatChannel: ChannelDescription = {
  settings: [
    {
      name: 'baseUrl',
      title: { zh: '接口地址', en: 'Address of the interface' },
      hint: { zh: '正式环境：https://api.mch.weixin.qq.com', en: 'in production: https://api.mch.weixin.qq.com' },
      kind: 'url',
      required: true,
    },
    { name: 'mchId', title: { zh: '商户号', en: 'Merchant number (mchid)' }, kind: 'text', required: true },
    { name: 'appId', title: { zh: '应用 ID', en: 'App id (appid)' }, kind: 'text', required: true },
    {
      name: 'serialNo',
      title: { zh: '商户证书序列号', en: 'Serial number of the API certificate' },
      hint: { zh: '商户平台 → 账户中心 → API 安全', en: 'Merchant platform → Account → API security' },
      kind: 'text',
      required: true,
    },
    {
      name: 'privateKeyPem',
      title: { zh: '商户私钥', en: 'Private key of the API certificate' },
      hint: { zh: 'apiclient_key.pem 的全部内容', en: 'the whole content of apiclient_key.pem' },
      kind: 'secret-pem',
      required: true,
    },
    {
      name: 'apiV3Key',
      title: { zh: 'APIv3 密钥', en: 'APIv3 key' },
      hint: { zh: '32 个字符，用于解开通知', en: '32 characters; opens notifications' },
      kind: 'secret',
      required: true,
    },
    {
      name: 'platformKey',
      title: { zh: '微信支付公钥或平台证书', en: 'Public key or certificate of WeChat Pay' },
      hint: { zh: '公钥模式必填；平台证书会自动下载', en: 'needed in public-key mode; certificates are downloaded' },
      kind: 'pem',
      required: false,
      each: { zh: '公钥 ID 或证书序列号', en: 'Id of the key or serial of the certificate' },
    },
    {
      name: 'deviceIp',
      title: { zh: '收银终端的出口 IP', en: 'Address of the tills towards the outside' },
      kind: 'text',
      required: true,
    },
    {
      name: 'subMchId',
      title: { zh: '子商户号', en: 'Sub-merchant number' },
      hint: { zh: '仅服务商模式', en: 'through a service provider only' },
      kind: 'text',
      required: false,
    },
    { name: 'subAppId', title: { zh: '子商户应用 ID', en: 'Sub-merchant app id' }, kind: 'text', required: false },
    {
      name: 'answerSerial',
      title: { zh: '指定应答签名的序列号', en: 'Serial that answers shall be signed with' },
      kind: 'text',
      required: false,
    },
    {
      name: 'signature',
      title: { zh: '签名算法', en: 'Signature' },
      hint: { zh: '国密证书填 SM2，否则留空', en: 'SM2 for an SM2 certificate, otherwise empty' },
      kind: 'text',
      required: false,
    },
    {
      name: 'storeId',
      title: { zh: '微信门店号', en: "WeChat Pay's number of the shop" },
      kind: 'text',
      required: false,
    },
    { name: 'storeOutId', title: { zh: '自有门店号', en: 'Our number of the shop' }, kind: 'text', required: false },
  ],
  test,
};

/** No order of ours has this number: they are hexadecimal. */
const NOBODYS_ORDER = 'ZHANGGUI_TEST';
const TIMEOUT_MS = 8_000;

/** Asks about an order that does not exist: a merchant that is known is told so, in a signed answer. */
async function test(environment: MethodEnvironment, config: ChannelConfig): Promise<ChannelTest> {
  const account = readWechatAccount(config);
  const path = `${ordersPath(account)}/out-trade-no/${NOBODYS_ORDER}?${partyQuery(account)}`;
  try {
    const answer = await sendSigned(environment, account, { method: 'GET', path, body: '', timeoutMs: TIMEOUT_MS });
    const code = textAt(readJsonRecord(answer.body) ?? {}, 'code');
    // Who signs wrongly is told so in an answer that may itself be unsigned.
    if (answer.status === 401 || answer.status === 403) return { outcome: 'refused', detail: code };
    const doubt = await doubtOf(environment, account, answer);
    if (doubt !== null) return { outcome: 'answer-not-believed', detail: doubt };
    return answer.status === 404 || answer.status === 200
      ? { outcome: 'passed', detail: code }
      : { outcome: 'refused', detail: code || `HTTP ${answer.status}` };
  } catch (error) {
    if (error instanceof HttpSilence) return { outcome: 'unreachable', detail: error.sent ? 'no answer' : 'not sent' };
    if (error instanceof WalletRefusal) return { outcome: 'key-unusable', detail: error.code };
    throw error;
  }
}

/** Why an answer is not WeChat Pay's, or null. */
async function doubtOf(
  environment: MethodEnvironment,
  account: WechatAccount,
  answer: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
): Promise<string | null> {
  try {
    await new PlatformKeys(environment).verify(account, answer);
    return null;
  } catch (error) {
    if (error instanceof WalletRefusal) return error.code;
    throw error;
  }
}
