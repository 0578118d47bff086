import type { ChannelConfig } from '@zhanggui/modules/merchants/api.ts';
import type { ChannelDescription, ChannelTest, MethodEnvironment } from '@zhanggui/modules/payments/method.ts';
import { alipayResponseKey, isJsonRecord, type JsonRecord, readJsonRecord, textAt } from '@zhanggui/wallets';
import { failedToAsk, hinted, NOBODYS_ORDER, needed, optional, TEST_TIMEOUT_MS } from '../../wallet/settings.ts';
import { readAlipayAccount } from './account.ts';
import { PlatformKeys } from './platform-keys.ts';
import { sendSigned } from './signed-request.ts';

const CERTIFICATE_MODE = ['仅证书模式', 'certificate mode only'] as const;
const SERVICE_PROVIDER = ['仅服务商模式', 'through a service provider only'] as const;

/** A merchant's account with Alipay as the console asks for it; `account.ts` reads it. */
export const alipayChannel: ChannelDescription = {
  settings: [
    hinted(
      needed('gatewayUrl', '网关地址', 'Address of the gateway', 'url'),
      '正式环境：https://openapi.alipay.com/gateway.do',
      'in production: https://openapi.alipay.com/gateway.do',
    ),
    needed('appId', '应用 ID', 'Application id (app_id)'),
    hinted(
      needed('sellerId', '商户账号 PID', "Merchant's number (PID)"),
      '2088 开头的 16 位数字，用于核对通知',
      '16 digits from 2088 on; notifications must name it',
    ),
    needed('privateKeyPem', '应用私钥', 'Private key of the application', 'secret-pem'),
    hinted(optional('alipayPublicKey', '支付宝公钥', "Alipay's public key", 'pem'), '仅公钥模式', 'key mode only'),
    hinted(optional('appCertificate', '应用公钥证书', 'Certificate of the application', 'pem'), ...CERTIFICATE_MODE),
    hinted(optional('alipayCertificate', '支付宝公钥证书', "Alipay's certificate", 'pem'), ...CERTIFICATE_MODE),
    hinted(
      optional('alipayRootCertificates', '支付宝根证书', "Alipay's root certificates", 'pem'),
      ...CERTIFICATE_MODE,
    ),
    hinted(
      optional('aesKey', '接口内容加密密钥', 'Key for encrypted content (AES)', 'secret'),
      '开启内容加密时填写',
      'where content is to be encrypted',
    ),
    hinted(optional('signType', '签名算法', 'Signature'), '默认 RSA2', 'RSA2 if empty'),
    hinted(
      optional('appAuthToken', '应用授权令牌', 'Token of authorisation (app_auth_token)', 'secret'),
      ...SERVICE_PROVIDER,
    ),
    hinted(optional('authAppId', '授权商户的应用 ID', "Merchant's own application id"), ...SERVICE_PROVIDER),
    hinted(
      optional('serviceProviderId', '系统商编号', 'Number of the service provider'),
      '用于返佣',
      'sys_service_provider_id',
    ),
    hinted(
      optional('refundDays', '可退款天数', 'Days in which money can go back'),
      '按签约，默认 365',
      'by the contract; 365 if empty',
    ),
    optional('storeId', '自有门店号', 'Our number of the shop'),
    {
      ...optional('terminal', '未登记终端的信息', 'What is reported of a till without a registered device'),
      each: {
        zh: 'deviceType、serialNumber、networkLicence、appVersion、location（纬度/经度）或 deviceIp',
        en: 'deviceType, serialNumber, networkLicence, appVersion, location (latitude/longitude) or deviceIp',
      },
    },
  ],
  test,
};

const METHOD = 'alipay.trade.query';

/** Asks about a trade that does not exist: an application that is known is told so, in a signed answer. */
async function test(environment: MethodEnvironment, config: ChannelConfig): Promise<ChannelTest> {
  const account = readAlipayAccount(config, environment.walletCrypto);
  const content = { out_trade_no: NOBODYS_ORDER };
  try {
    const answer = await sendSigned(environment, account, { method: METHOD, content, timeoutMs: TEST_TIMEOUT_MS });
    if (answer.status !== 200) return { outcome: 'refused', detail: `HTTP ${answer.status}` };
    const refusal = refusalOf(readJsonRecord(answer.body) ?? {});
    if (refusal !== null) return { outcome: 'refused', detail: refusal };
    const verified = await new PlatformKeys(environment).verified(account, METHOD, answer.body);
    if (typeof verified === 'string') return { outcome: 'answer-not-believed', detail: verified };
    const detail = textAt(verified, 'sub_code') || textAt(verified, 'code');
    const isKnown = textAt(verified, 'code') === '10000' || detail === 'ACQ.TRADE_NOT_EXIST';
    return { outcome: isKnown ? 'passed' : 'refused', detail };
  } catch (error) {
    return failedToAsk(error);
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
