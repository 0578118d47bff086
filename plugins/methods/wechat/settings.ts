import type { ChannelConfig } from '@zhanggui/modules/merchants/api.ts';
import type { ChannelDescription, ChannelTest, MethodEnvironment } from '@zhanggui/modules/payments/method.ts';
import { readJsonRecord, textAt, WalletRefusal } from '@zhanggui/wallets';
import { failedToAsk, hinted, NOBODYS_ORDER, needed, optional, TEST_TIMEOUT_MS } from '../../wallet/settings.ts';
import { ordersPath, partyQuery, readWechatAccount, type WechatAccount } from './account.ts';
import { PlatformKeys } from './platform-keys.ts';
import { sendSigned } from './signed-request.ts';

/** A merchant's account with WeChat Pay as the console asks for it; `account.ts` reads it. */
export const wechatChannel: ChannelDescription = {
  settings: [
    hinted(
      needed('baseUrl', '接口地址', 'Address of the interface', 'url'),
      '正式环境：https://api.mch.weixin.qq.com',
      'in production: https://api.mch.weixin.qq.com',
    ),
    needed('mchId', '商户号', 'Merchant number (mchid)'),
    needed('appId', '应用 ID', 'App id (appid)'),
    hinted(
      needed('serialNo', '商户证书序列号', 'Serial number of the API certificate'),
      '商户平台 → 账户中心 → API 安全',
      'Merchant platform → Account → API security',
    ),
    hinted(
      needed('privateKeyPem', '商户私钥', 'Private key of the API certificate', 'secret-pem'),
      'apiclient_key.pem 的全部内容',
      'the whole content of apiclient_key.pem',
    ),
    hinted(
      needed('apiV3Key', 'APIv3 密钥', 'APIv3 key', 'secret'),
      '32 个字符，用于解开通知',
      '32 characters; opens notifications',
    ),
    {
      ...hinted(
        optional('platformKey', '微信支付公钥或平台证书', 'Public key or certificate of WeChat Pay', 'pem'),
        '公钥模式必填；平台证书会自动下载',
        'needed in public-key mode; certificates are downloaded',
      ),
      each: { zh: '公钥 ID 或证书序列号', en: 'Id of the key or serial of the certificate' },
    },
    needed('deviceIp', '收银终端的出口 IP', 'Address of the tills towards the outside'),
    hinted(optional('subMchId', '子商户号', 'Sub-merchant number'), '仅服务商模式', 'through a service provider only'),
    optional('subAppId', '子商户应用 ID', 'Sub-merchant app id'),
    optional('answerSerial', '指定应答签名的序列号', 'Serial that answers shall be signed with'),
    hinted(
      optional('signature', '签名算法', 'Signature'),
      '国密证书填 SM2，否则留空',
      'SM2 for an SM2 certificate, otherwise empty',
    ),
    optional('storeId', '微信门店号', "WeChat Pay's number of the shop"),
    optional('storeOutId', '自有门店号', 'Our number of the shop'),
  ],
  test,
};

/** Asks about an order that does not exist: a merchant that is known is told so, in a signed answer. */
async function test(environment: MethodEnvironment, config: ChannelConfig): Promise<ChannelTest> {
  const account = readWechatAccount(config);
  const path = `${ordersPath(account)}/out-trade-no/${NOBODYS_ORDER}?${partyQuery(account)}`;
  try {
    const answer = await sendSigned(environment, account, {
      method: 'GET',
      path,
      body: '',
      timeoutMs: TEST_TIMEOUT_MS,
    });
    const code = textAt(readJsonRecord(answer.body) ?? {}, 'code');
    // Who signs wrongly is told so in an answer that may itself be unsigned.
    if (answer.status === 401 || answer.status === 403) return { outcome: 'refused', detail: code };
    const doubt = await doubtOf(environment, account, answer);
    if (doubt !== null) return { outcome: 'answer-not-believed', detail: doubt };
    return answer.status === 404 || answer.status === 200
      ? { outcome: 'passed', detail: code }
      : { outcome: 'refused', detail: code || `HTTP ${answer.status}` };
  } catch (error) {
    return failedToAsk(error);
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
