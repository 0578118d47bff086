import { HttpSilence, toBase64, toHex, utf8Encode } from '@zhanggui/base';
import type { JsonObject } from '@zhanggui/modules/payments/api.ts';
import type { Evidence, MethodEnvironment } from '@zhanggui/modules/payments/method.ts';
import { maskPaymentCode } from '@zhanggui/qr';
import {
  formatWechatAuthorization,
  type JsonRecord,
  pickedJson,
  readJsonRecord,
  verifyWechatSigned,
  WalletRefusal,
  wechatRequestMessage,
} from '@zhanggui/wallets';
import type { WechatAccount } from './account.ts';

/** One request to WeChat Pay. */
export interface WechatCall {
  readonly method: 'GET' | 'POST';
  /** Path and query below the base URL. */
  readonly path: string;
  readonly body?: JsonObject;
  readonly timeoutMs: number;
}

/** What came of it. Only an answer whose signature was verified is `answered`. */
export type WechatReply =
  | {
      readonly kind: 'answered';
      readonly status: number;
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
  'message',
  'appid',
  'mchid',
  'out_trade_no',
  'transaction_id',
  'trade_state',
  'trade_state_desc',
  'success_time',
  'out_refund_no',
  'refund_id',
  'status',
  'reason',
  'recall',
  'amount.total',
  'amount.refund',
  'amount.currency',
  'scene_info.device_id',
  'payer.auth_code',
];

/** Signs and sends a request, and verifies the answer over its raw body before a word of it is believed. */
export async function callWechat(
  environment: MethodEnvironment,
  account: WechatAccount,
  call: WechatCall,
): Promise<WechatReply> {
  const { clock, http } = environment;
  const title = `${call.method} ${call.path}`;
  const body = call.body === undefined ? '' : JSON.stringify(call.body);
  const sentAt = clock.now();
  const request = evidence('request', sentAt, title, call.body === undefined ? '' : shown(call.body));
  try {
    const headers = await signedHeaders(environment, account, call, body, sentAt);
    const answer = await http.request({
      method: call.method,
      url: account.baseUrl + call.path,
      headers,
      timeoutMs: call.timeoutMs,
      ...(body === '' ? {} : { body }),
    });
    const at = clock.now();
    const verdict = verified(environment, account, answer.headers, answer.body);
    if (typeof verdict === 'string') {
      const text = `HTTP ${answer.status}, ${answer.body.length} characters, not believed: ${verdict}`;
      return {
        kind: 'not-answered',
        sent: true,
        cause: verdict,
        evidence: [request, evidence('answer', at, title, text)],
      };
    }
    const text = `HTTP ${answer.status} ${shown(verdict)}`;
    const shownAnswer = evidence('answer', at, title, text);
    return { kind: 'answered', status: answer.status, body: verdict, evidence: [request, shownAnswer] };
  } catch (error) {
    const { sent, cause } = silence(error);
    const answer = evidence('answer', clock.now(), title, cause);
    return { kind: 'not-answered', sent, cause, evidence: [request, answer] };
  }
}

/** Why there is no answer: the line was silent, or the merchant's key could not sign and nothing was sent. */
function silence(error: unknown): { readonly sent: boolean; readonly cause: string } {
  if (error instanceof HttpSilence) return { sent: error.sent, cause: error.sent ? 'no answer' : 'not sent' };
  if (error instanceof WalletRefusal) return { sent: false, cause: `not signed: ${error.code}` };
  throw error;
}

async function signedHeaders(
  { walletCrypto, rng }: MethodEnvironment,
  account: WechatAccount,
  call: WechatCall,
  body: string,
  sentAt: number,
): Promise<Record<string, string>> {
  const nonce = toHex(rng.bytes(16));
  const timestamp = Math.floor(sentAt / 1000);
  const canonicalUrl = account.basePath + call.path;
  const message = wechatRequestMessage({ method: call.method, canonicalUrl, timestamp, nonce, body });
  const signature = await walletCrypto.rsaSignInBackground('sha256', account.privateKey, utf8Encode(message));
  const authorization = formatWechatAuthorization({
    merchantId: account.merchantId,
    serialNumber: account.serialNumber,
    timestamp,
    nonce,
    signature: toBase64(signature),
  });
  return {
    authorization,
    accept: 'application/json',
    'user-agent': 'zhanggui',
    ...(body === '' ? {} : { 'content-type': 'application/json' }),
    ...(account.answerSerial === undefined ? {} : { 'wechatpay-serial': account.answerSerial }),
  };
}

/** The answer's object, or the reason why it is not believed. An empty body (204) is an empty object. */
function verified(
  { walletCrypto, clock }: MethodEnvironment,
  account: WechatAccount,
  headers: Readonly<Record<string, string>>,
  body: string,
): JsonRecord | string {
  const publicKeyOf = (serial: string): string | undefined => account.platformKeys.get(serial);
  try {
    verifyWechatSigned(walletCrypto, { headers, body }, { publicKeyOf, nowS: Math.floor(clock.now() / 1000) });
  } catch (error) {
    if (error instanceof WalletRefusal) return error.code;
    throw error;
  }
  return body === '' ? {} : (readJsonRecord(body) ?? 'not-json');
}

function shown(body: JsonRecord): string {
  return pickedJson(body, SHOWN).replace(/(?<![0-9A-Za-z])\d{16,24}(?![0-9A-Za-z])/g, maskPaymentCode);
}

function evidence(direction: Evidence['direction'], at: number, title: string, text: string): Evidence {
  return { direction, at, title, text };
}
