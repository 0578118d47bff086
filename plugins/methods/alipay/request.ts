import { beijingTimestamp, HttpSilence, toBase64, utf8Encode } from '@zhanggui/base';
import type { JsonObject } from '@zhanggui/modules/payments/api.ts';
import type { Evidence, MethodEnvironment } from '@zhanggui/modules/payments/method.ts';
import { maskPaymentCode } from '@zhanggui/qr';
import {
  alipayRequestMessage,
  alipayResponseKey,
  isJsonRecord,
  type JsonRecord,
  pickedJson,
  readJsonRecord,
  textAt,
  verifyAlipayAnswer,
  WalletRefusal,
} from '@zhanggui/wallets';
import type { AlipayAccount } from './account.ts';

/** One request to the gateway. */
export interface AlipayCall {
  /** Such as `alipay.trade.pay`. */
  readonly method: string;
  readonly content: JsonObject;
  readonly timeoutMs: number;
}

/** What came of it. Only an answer whose signature was verified is `answered`. */
export type AlipayReply =
  | {
      readonly kind: 'answered';
      readonly code: string;
      readonly subCode: string;
      readonly body: JsonRecord;
      readonly evidence: readonly Evidence[];
    }
  | {
      readonly kind: 'not-answered';
      /** False only when it is certain that nothing left this machine. */
      readonly sent: boolean;
      readonly cause: string;
      readonly evidence: readonly Evidence[];
    };

/** Members of requests and answers that a timeline may show; a payment code is shown masked. */
const SHOWN = [
  'code',
  'msg',
  'sub_code',
  'sub_msg',
  'out_trade_no',
  'trade_no',
  'trade_status',
  'total_amount',
  'receipt_amount',
  'buyer_logon_id',
  'gmt_payment',
  'send_pay_date',
  'action',
  'retry_flag',
  'out_request_no',
  'refund_amount',
  'refund_fee',
  'refund_status',
  'fund_change',
  'store_id',
  'terminal_id',
  'auth_code',
];

/** Signs and sends a request, and verifies the answer over its raw text before a word of it is believed. */
export async function callAlipay(
  environment: MethodEnvironment,
  account: AlipayAccount,
  call: AlipayCall,
): Promise<AlipayReply> {
  const { clock, http } = environment;
  const sentAt = clock.now();
  const request = evidence('request', sentAt, call.method, shown(call.content));
  try {
    const answer = await http.request({
      method: 'POST',
      url: `${account.gatewayUrl}?charset=utf-8`,
      headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8', 'user-agent': 'zhanggui' },
      body: await signedForm(environment, account, call, sentAt),
      timeoutMs: call.timeoutMs,
    });
    const verdict = answer.status === 200 ? verified(environment, account, call, answer.body) : `HTTP ${answer.status}`;
    if (typeof verdict === 'string') {
      const text = `HTTP ${answer.status}, ${answer.body.length} characters, not believed: ${verdict}`;
      const shownAnswer = evidence('answer', clock.now(), call.method, text);
      return { kind: 'not-answered', sent: true, cause: verdict, evidence: [request, shownAnswer] };
    }
    return {
      kind: 'answered',
      code: textAt(verdict, 'code'),
      subCode: textAt(verdict, 'sub_code'),
      body: verdict,
      evidence: [request, evidence('answer', clock.now(), call.method, shown(verdict))],
    };
  } catch (error) {
    const { sent, cause } = silence(error);
    const answer = evidence('answer', clock.now(), call.method, cause);
    return { kind: 'not-answered', sent, cause, evidence: [request, answer] };
  }
}

/** Why there is no answer: the line was silent, or the merchant's key could not sign and nothing was sent. */
function silence(error: unknown): { readonly sent: boolean; readonly cause: string } {
  if (error instanceof HttpSilence) return { sent: error.sent, cause: error.sent ? 'no answer' : 'not sent' };
  if (error instanceof WalletRefusal) return { sent: false, cause: `not signed: ${error.code}` };
  throw error;
}

async function signedForm(
  { walletCrypto }: MethodEnvironment,
  account: AlipayAccount,
  call: AlipayCall,
  sentAt: number,
): Promise<string> {
  const params: Record<string, string> = {
    app_id: account.appId,
    method: call.method,
    format: 'JSON',
    charset: 'utf-8',
    sign_type: account.signType,
    timestamp: beijingTimestamp(sentAt),
    version: '1.0',
    ...(account.appAuthToken === undefined ? {} : { app_auth_token: account.appAuthToken }),
    biz_content: JSON.stringify(call.content),
  };
  const message = utf8Encode(alipayRequestMessage(params));
  const hash = account.signType === 'RSA2' ? 'sha256' : 'sha1';
  const sign = toBase64(await walletCrypto.rsaSignInBackground(hash, account.privateKey, message));
  return Object.entries({ ...params, sign })
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
}

/** The answer's response object, or the reason why it is not believed. */
function verified(
  { walletCrypto }: MethodEnvironment,
  account: AlipayAccount,
  call: AlipayCall,
  answer: string,
): JsonRecord | string {
  const key = alipayResponseKey(call.method);
  try {
    const isGenuine = verifyAlipayAnswer(walletCrypto, account.alipayPublicKey, answer, key, account.signType);
    if (!isGenuine) return 'bad-signature';
  } catch (error) {
    if (error instanceof WalletRefusal) return error.code;
    throw error;
  }
  const response = readJsonRecord(answer)?.[key];
  return isJsonRecord(response) ? response : 'not-json';
}

function shown(body: JsonRecord): string {
  return pickedJson(body, SHOWN).replace(
    /(?<![0-9A-Za-z])\d{16,24}(?![0-9A-Za-z])|\bfp[0-9A-Za-z]{12,}/g,
    maskPaymentCode,
  );
}

function evidence(direction: Evidence['direction'], at: number, title: string, text: string): Evidence {
  return { direction, at, title, text };
}
