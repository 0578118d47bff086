import { HttpSilence } from '@zhanggui/base';
import type { JsonObject } from '@zhanggui/modules/payments/api.ts';
import type { Evidence, MethodEnvironment } from '@zhanggui/modules/payments/method.ts';
import { maskPaymentCode } from '@zhanggui/qr';
import { type JsonRecord, pickedJson, readJsonRecord, WalletRefusal, type WechatSigned } from '@zhanggui/wallets';
import type { WechatAccount } from './account.ts';
import type { PlatformKeys } from './platform-keys.ts';
import { sendSigned } from './signed-request.ts';

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
  'sp_mchid',
  'sub_mchid',
  'out_trade_no',
  'transaction_id',
  'trade_state',
  'trade_state_desc',
  'success_time',
  'out_refund_no',
  'refund_id',
  'status',
  'refund_status',
  'reason',
  'notify_url',
  'hash_type',
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
  keys: PlatformKeys,
  account: WechatAccount,
  call: WechatCall,
): Promise<WechatReply> {
  const { clock } = environment;
  const title = `${call.method} ${call.path}`;
  const body = call.body === undefined ? '' : JSON.stringify(call.body);
  const request = evidence('request', clock.now(), title, call.body === undefined ? '' : shown(call.body));
  try {
    const answer = await sendSigned(environment, account, { ...call, body });
    const at = clock.now();
    const verdict = await verified(keys, account, answer);
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

/** The answer's object, or the reason why it is not believed. An empty body (204) is an empty object. */
async function verified(
  keys: PlatformKeys,
  account: WechatAccount,
  { headers, body }: WechatSigned,
): Promise<JsonRecord | string> {
  try {
    await keys.verify(account, { headers, body });
  } catch (error) {
    if (error instanceof WalletRefusal) return error.code;
    throw error;
  }
  return body === '' ? {} : (readJsonRecord(body) ?? 'not-json');
}

/** What a timeline may show of a message; a payment code is shown masked. */
export function shown(body: JsonRecord): string {
  return pickedJson(body, SHOWN).replace(/(?<![0-9A-Za-z])\d{16,24}(?![0-9A-Za-z])/g, maskPaymentCode);
}

/** One entry of a payment's timeline. */
export function evidence(direction: Evidence['direction'], at: number, title: string, text: string): Evidence {
  return { direction, at, title, text };
}
