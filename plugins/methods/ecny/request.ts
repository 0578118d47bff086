import { HttpSilence, toHex } from '@zhanggui/base';
import type { JsonObject } from '@zhanggui/modules/payments/api.ts';
import type { Evidence, MethodEnvironment } from '@zhanggui/modules/payments/method.ts';
import { maskPaymentCode } from '@zhanggui/qr';
import {
  ecnyHeaders,
  type JsonRecord,
  pickedJson,
  readJsonRecord,
  textAt,
  verifyEcny,
  WalletRefusal,
} from '@zhanggui/wallets';
import type { EcnyAccount } from './account.ts';

/** One request: the last part of its address, its body beyond the merchant's number, and how long it may take. */
export interface EcnyCall {
  readonly path: 'micropay' | 'native' | 'query' | 'cancel' | 'refund' | 'refund-query' | 'bill';
  readonly body: JsonObject;
  readonly timeoutMs: number;
}

/** What came of it. Only an answer whose signature was verified, and which names the merchant, is `answered`. */
export type EcnyReply =
  | {
      readonly kind: 'answered';
      readonly code: string;
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
  'product',
  'event',
  'merchant_id',
  'out_trade_no',
  'trade_no',
  'amount',
  'currency',
  'trade_state',
  'failure',
  'pay_time',
  'refunded_amount',
  'out_refund_no',
  'refund_no',
  'refund_amount',
  'refund_state',
  'return_code',
  'return_msg',
  'terminal_info.device_type',
  'terminal_info.serial_num',
  'bill_date',
];

/** Signs and sends a request, and verifies the answer over its raw body before a word of it is believed. */
export async function callEcny(
  { clock, http, rng, walletCrypto }: MethodEnvironment,
  account: EcnyAccount,
  call: EcnyCall,
): Promise<EcnyReply> {
  const title = `POST /v1/dc/${call.path}`;
  const content = { merchant_id: account.merchantId, ...call.body };
  const body = JSON.stringify(content);
  const sentAt = clock.now();
  const request = evidence('request', sentAt, title, shown(content));
  try {
    const stamp = {
      serial: account.serialNumber,
      timestamp: Math.floor(sentAt / 1000),
      nonce: toHex(rng.bytes(16)),
    };
    const answer = await http.request({
      method: 'POST',
      url: `${account.baseUrl}/v1/dc/${call.path}`,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'zhanggui',
        ...(await ecnyHeaders(walletCrypto, account.privateKey, stamp, body)),
      },
      body,
      timeoutMs: call.timeoutMs,
    });
    const at = clock.now();
    const verdict = genuine(walletCrypto, account, answer, at);
    if (typeof verdict === 'string') {
      const text = `HTTP ${answer.status}, ${answer.body.length} characters, not believed: ${verdict}`;
      return notAnswered(true, verdict, [request, evidence('answer', at, title, text)]);
    }
    const seen = [request, evidence('answer', at, title, shown(verdict))];
    return { kind: 'answered', code: textAt(verdict, 'return_code'), body: verdict, evidence: seen };
  } catch (error) {
    const { sent, cause } = silence(error);
    return notAnswered(sent, cause, [request, evidence('answer', clock.now(), title, cause)]);
  }
}

/** The object that the acquirer signed for this merchant, or the reason why it is not believed. */
export function genuine(
  crypto: MethodEnvironment['walletCrypto'],
  account: EcnyAccount,
  { headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  now: number,
): JsonRecord | string {
  try {
    if (!verifyEcny(crypto, account.operatorKeys, headers, body, now)) return 'bad-signature';
  } catch (error) {
    if (error instanceof WalletRefusal) return error.code;
    throw error;
  }
  const content = readJsonRecord(body);
  if (content === null) return 'not-json';
  return textAt(content, 'merchant_id') === account.merchantId ? content : 'of another merchant';
}

/** One entry of a payment's timeline. */
export function evidence(direction: Evidence['direction'], at: number, title: string, text: string): Evidence {
  return { direction, at, title, text };
}

/** What a timeline may show of a message. */
export function shown(body: JsonRecord): string {
  const code = textAt(body, 'auth_code');
  return pickedJson(code === '' ? body : { ...body, auth_code: maskPaymentCode(code) }, [...SHOWN, 'auth_code']);
}

function notAnswered(sent: boolean, cause: string, seen: readonly Evidence[]): EcnyReply {
  return { kind: 'not-answered', sent, cause, evidence: seen };
}

/** Why there is no answer: the line was silent, or the merchant's key could not sign and nothing was sent. */
function silence(error: unknown): { readonly sent: boolean; readonly cause: string } {
  if (error instanceof HttpSilence) return { sent: error.sent, cause: error.sent ? 'no answer' : 'not sent' };
  if (error instanceof WalletRefusal) return { sent: false, cause: `not signed: ${error.code}` };
  throw error;
}
