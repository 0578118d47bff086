import { type HttpResponse, toHex } from '@zhanggui/base';
import type { MethodEnvironment } from '@zhanggui/modules/payments/method.ts';
import { formatWechatAuthorization, signWechatInBackground, wechatRequestMessage } from '@zhanggui/wallets';
import type { WechatAccount } from './account.ts';

/** What goes out: path and query below the base URL, and the body as it is signed. */
export interface SignedRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** JSON text, empty for GET. */
  readonly body: string;
  readonly timeoutMs: number;
  readonly binary?: true;
}

/**
 * Signs a request and sends it; nobody has verified the answer yet.
 * @throws HttpSilence; WalletRefusal when the merchant's key cannot sign.
 */
export async function sendSigned(
  { clock, http, rng, walletCrypto }: MethodEnvironment,
  account: WechatAccount,
  { method, path, body, timeoutMs, binary }: SignedRequest,
): Promise<HttpResponse> {
  const nonce = toHex(rng.bytes(16));
  const timestamp = Math.floor(clock.now() / 1000);
  const { scheme, merchantId, serialNumber, answerSerial } = account;
  const message = wechatRequestMessage({ method, canonicalUrl: account.basePath + path, timestamp, nonce, body });
  const signature = await signWechatInBackground(walletCrypto, account.privateKey, message, scheme);
  return http.request({
    method,
    url: account.baseUrl + path,
    headers: {
      authorization: formatWechatAuthorization({ scheme, merchantId, serialNumber, timestamp, nonce, signature }),
      accept: 'application/json',
      'user-agent': 'zhanggui',
      ...(body === '' ? {} : { 'content-type': 'application/json' }),
      ...(answerSerial === undefined ? {} : { 'wechatpay-serial': answerSerial }),
    },
    timeoutMs,
    ...(body === '' ? {} : { body }),
    ...(binary === undefined ? {} : { binary }),
  });
}
