import { HttpSilence } from '@zhanggui/base';
import type { ChannelConfig } from '@zhanggui/modules/merchants/api.ts';
import type { ChannelDescription, ChannelTest, MethodEnvironment } from '@zhanggui/modules/payments/method.ts';
import {
  alipayResponseKey,
  isJsonRecord,
  type JsonRecord,
  readJsonRecord,
  textAt,
  WalletRefusal,
} from '@zhanggui/wallets';
import { readAlipayAccount } from './account.ts';
import { PlatformKeys } from './platform-keys.ts';
import { sendSigned } from './signed-request.ts';

const CERTIFICATE_MODE = { zh: '仅证书模式', en: 'certificate mode only' };
const SERVICE_PROVIDER = { zh: '仅服务商模式', en: 'through a service provider only' };

/** A merchant's account with Alipay as the console asks for it; `account.ts` reads it. */
export const alipayChannel: ChannelDescription = {
  settings: [
    {
      name: 'gatewayUrl',
      title: { zh: '网关地址', en: 'Address of the gateway' },
      hint: {
        zh: '正式环境：https://openapi.alipay.com/gateway.do',
        en: 'in production: https://openapi.alipay.com/gateway.do',
      },
      kind: 'url',
      required: true,
    },
    { name: 'appId', title: { zh: '应用 ID', en: 'Application id (app_id)' }, kind: 'text', required: true },
    {
      name: 'sellerId',
      title: { zh: '商户账号 PID', en: "Merchant's number (PID)" },
      hint: { zh: '2088 开头的 16 位数字，用于核对通知', en: '16 digits from 2088 on; notifications must name it' },
      kind: 'text',
      required: true,
    },
    {
      name: 'privateKeyPem',
      title: { zh: '应用私钥', en: 'Private key of the application' },
      kind: 'secret-pem',
      required: true,
    },
    {
      name: 'alipayPublicKey',
      title: { zh: '支付宝公钥', en: "Alipay's public key" },
      hint: { zh: '仅公钥模式', en: 'key mode only' },
      kind: 'pem',
      required: false,
    },
    {
      name: 'appCertificate',
      title: { zh: '应用公钥证书', en: 'Certificate of the application' },
      hint: CERTIFICATE_MODE,
      kind: 'pem',
      required: false,
    },
    {
      name: 'alipayCertificate',
      title: { zh: '支付宝公钥证书', en: "Alipay's certificate" },
      hint: CERTIFICATE_MODE,
      kind: 'pem',
      required: false,
    },
    {
      name: 'alipayRootCertificates',
      title: { zh: '支付宝根证书', en: "Alipay's root certificates" },
      hint: CERTIFICATE_MODE,
      kind: 'pem',
      required: false,
    },
    {
      name: 'aesKey',
      title: { zh: '接口内容加密密钥', en: 'Key for encrypted content (AES)' },
      hint: { zh: '开启内容加密时填写', en: 'where content is to be encrypted' },
      kind: 'secret',
      required: false,
    },
    {
      name: 'signType',
      title: { zh: '签名算法', en: 'Signature' },
      hint: { zh: '默认 RSA2', en: 'RSA2 if empty' },
      kind: 'text',
      required: false,
    },
    {
      name: 'appAuthToken',
      title: { zh: '应用授权令牌', en: 'Token of authorisation (app_auth_token)' },
      hint: SERVICE_PROVIDER,
      kind: 'secret',
      required: false,
    },
    {
      name: 'authAppId',
      title: { zh: '授权商户的应用 ID', en: "Merchant's own application id" },
      hint: SERVICE_PROVIDER,
      kind: 'text',
      required: false,
    },
    {
      name: 'serviceProviderId',
      title: { zh: '系统商编号', en: 'Number of the service provider' },
      hint: { zh: '用于返佣', en: 'sys_service_provider_id' },
      kind: 'text',
      required: false,
    },
    {
      name: 'refundDays',
      title: { zh: '可退款天数', en: 'Days in which money can go back' },
      hint: { zh: '按签约，默认 365', en: 'by the contract; 365 if empty' },
      kind: 'text',
      required: false,
    },
    { name: 'storeId', title: { zh: '自有门店号', en: 'Our number of the shop' }, kind: 'text', required: false },
    {
      name: 'terminal',
      title: { zh: '未登记终端的信息', en: 'What is reported of a till without a registered device' },
      kind: 'text',
      required: false,
      each: {
        zh: 'deviceType、serialNumber、networkLicence、appVersion、location（纬度/经度）或 deviceIp',
        en: 'deviceType, serialNumber, networkLicence, appVersion, location (latitude/longitude) or deviceIp',
      },
    },
  ],
  test,
};

/** No trade of ours has this number: they are hexadecimal. */
const NOBODYS_TRADE = 'ZHANGGUI_TEST';
const TIMEOUT_MS = 8_000;
const METHOD = 'alipay.trade.query';

/** Asks about a trade that does not exist: an application that is known is told so, in a signed answer. */
async function test(environment: MethodEnvironment, config: ChannelConfig): Promise<ChannelTest> {
  const account = readAlipayAccount(config, environment.walletCrypto);
  const content = { out_trade_no: NOBODYS_TRADE };
  try {
    const answer = await sendSigned(environment, account, { method: METHOD, content, timeoutMs: TIMEOUT_MS });
    if (answer.status !== 200) return { outcome: 'refused', detail: `HTTP ${answer.status}` };
    const refusal = refusalOf(readJsonRecord(answer.body) ?? {});
    if (refusal !== null) return { outcome: 'refused', detail: refusal };
    const verified = await new PlatformKeys(environment).verified(account, METHOD, answer.body);
    if (typeof verified === 'string') return { outcome: 'answer-not-believed', detail: verified };
    const detail = textAt(verified, 'sub_code') || textAt(verified, 'code');
    const isKnown = textAt(verified, 'code') === '10000' || detail === 'ACQ.TRADE_NOT_EXIST';
    return { outcome: isKnown ? 'passed' : 'refused', detail };
  } catch (error) {
    if (error instanceof HttpSilence) return { outcome: 'unreachable', detail: error.sent ? 'no answer' : 'not sent' };
    if (error instanceof WalletRefusal) return { outcome: 'key-unusable', detail: error.code };
    throw error;
  }
}

/** Who signs wrongly, or may not ask, is told so in an answer that may itself be unsigned. */
function refusalOf(answer: JsonRecord): string | null {
  const response = answer[alipayResponseKey(METHOD)] ?? answer.error_response;
  if (!isJsonRecord(response)) return null;
  const code = textAt(response, 'code');
  const wasRefused = /^(2000[1-9]|4000[1-36-9])$/.test(code);
  return wasRefused ? textAt(response, 'sub_code') || code : null;
}
