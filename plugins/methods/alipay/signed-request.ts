import { beijingTimestamp, type HttpResponse, toBase64, utf8Encode } from '@zhanggui/base';
import type { JsonObject } from '@zhanggui/modules/payments/api.ts';
import type { MethodEnvironment } from '@zhanggui/modules/payments/method.ts';
import { alipayRequestMessage, encryptAlipayContent, formatForm } from '@zhanggui/wallets';
import type { AlipayAccount } from './account.ts';

/** One request to the gateway. */
export interface AlipayRequest {
  /** Such as `alipay.trade.pay`. */
  readonly method: string;
  readonly content: JsonObject;
  /** Where Alipay tells what becomes of the trade that the request makes. */
  readonly notifyUrl?: string | null;
  readonly timeoutMs: number;
}

/**
 * Signs a request and sends it, its content encrypted where the account has a key for that; nobody has verified the answer
 * yet.
 * @throws HttpSilence; WalletRefusal when the merchant's keys cannot be used.
 */
export async function sendSigned(
  { clock, http, walletCrypto }: MethodEnvironment,
  account: AlipayAccount,
  call: AlipayRequest,
): Promise<HttpResponse> {
  const { trust, aesKey, appAuthToken } = account;
  const content = JSON.stringify(call.content);
  const params: Record<string, string> = {
    app_id: account.appId,
    method: call.method,
    format: 'JSON',
    charset: 'utf-8',
    sign_type: account.signType,
    timestamp: beijingTimestamp(clock.now()),
    version: '1.0',
    ...(appAuthToken === undefined ? {} : { app_auth_token: appAuthToken }),
    ...(typeof call.notifyUrl === 'string' ? { notify_url: call.notifyUrl } : {}),
    ...(trust.kind === 'public-key'
      ? {}
      : { app_cert_sn: trust.appCertificateSn, alipay_root_cert_sn: trust.rootCertificateSn }),
    ...(aesKey === undefined ? {} : { encrypt_type: 'AES' }),
    biz_content: aesKey === undefined ? content : encryptAlipayContent(walletCrypto, aesKey, content),
  };
  const message = utf8Encode(alipayRequestMessage(params));
  const hash = account.signType === 'RSA2' ? 'sha256' : 'sha1';
  const sign = toBase64(await walletCrypto.rsaSignInBackground(hash, account.privateKey, message));
  return http.request({
    method: 'POST',
    url: `${account.gatewayUrl}?charset=utf-8`,
    headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8', 'user-agent': 'zhanggui' },
    body: formatForm({ ...params, sign }),
    timeoutMs: call.timeoutMs,
  });
}
