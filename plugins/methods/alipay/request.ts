import { HttpSilence } from '@zhanggui/base';
import type { Evidence, MethodEnvironment } from '@zhanggui/modules/payments/method.ts';
import { maskPaymentCode } from '@zhanggui/qr';
import { type JsonRecord, pickedJson, textAt, WalletRefusal } from '@zhanggui/wallets';
import type { AlipayAccount } from './account.ts';
import type { PlatformKeys } from './platform-keys.ts';
import { type AlipayCall, sendSigned } from './signed-request.ts';

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

/** An answer that was verified. */
export type Answered = AlipayReply & { readonly kind: 'answered' };

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
  'out_biz_no',
  'gmt_refund',
  'notify_id',
  'notify_time',
  'app_id',
  'seller_id',
  'bill_date',
];

/** Signs and sends a request, and verifies the answer over its raw text before a word of it is believed. */
export async function callAlipay(
  environment: MethodEnvironment,
  keys: PlatformKeys,
  account: AlipayAccount,
  call: AlipayCall,
): Promise<AlipayReply> {
  const { clock } = environment;
  const request = evidence('request', clock.now(), call.method, shown(call.content));
  try {
    const answer = await sendSigned(environment, account, call);
    const verdict =
      answer.status === 200 ? await keys.verified(account, call.method, answer.body) : `HTTP ${answer.status}`;
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

/** What a timeline may show of a message; a payment code is shown masked. */
export function shown(body: JsonRecord): string {
  return pickedJson(body, SHOWN).replace(
    /(?<![0-9A-Za-z])\d{16,24}(?![0-9A-Za-z])|\bfp[0-9A-Za-z]{12,}/g,
    maskPaymentCode,
  );
}

/** One entry of a payment's timeline. */
export function evidence(direction: Evidence['direction'], at: number, title: string, text: string): Evidence {
  return { direction, at, title, text };
}
