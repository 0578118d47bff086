import { toHex } from '@zhanggui/base';
import type { JsonObject } from '@zhanggui/modules/payments/api.ts';
import type { MethodEnvironment } from '@zhanggui/modules/payments/method.ts';
import {
  ecnyHeaders,
  type JsonRecord,
  pickedJson,
  readJsonRecord,
  textAt,
  verifyEcny,
  WalletRefusal,
} from '@zhanggui/wallets';
import { ask, type WalletReply } from '../../wallet/reply.ts';
import type { EcnyAccount } from './account.ts';
import { type EcnyOperation, meaningOfCode } from './codes.ts';

/** One request: what is asked, its body beyond the merchant's number, and how long it may take. */
export interface EcnyCall {
  readonly operation: EcnyOperation;
  readonly body: JsonObject;
  readonly timeoutMs: number;
}

/** An answer also names the merchant. */
export type EcnyReply = WalletReply<JsonRecord>;

/** Members of requests and answers that a timeline may show. */
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
  'auth_code',
];

/** Signs and sends a request, and verifies the answer over its raw body before a word of it is believed. */
export function callEcny(
  { clock, http, rng, walletCrypto }: MethodEnvironment,
  account: EcnyAccount,
  call: EcnyCall,
): Promise<EcnyReply> {
  const path = `/v1/dc/${call.operation}`;
  const content = { merchant_id: account.merchantId, ...call.body };
  return ask(clock, {
    title: `POST ${path}`,
    shown: shown(content),
    send: async () => {
      const body = JSON.stringify(content);
      const timestamp = Math.floor(clock.now() / 1000);
      const stamp = { serial: account.serialNumber, timestamp, nonce: toHex(rng.bytes(16)) };
      const signed = await ecnyHeaders(walletCrypto, account.privateKey, stamp, body);
      const headers = { 'content-type': 'application/json', 'user-agent': 'zhanggui', ...signed };
      return http.request({
        method: 'POST',
        url: `${account.baseUrl}${path}`,
        headers,
        body,
        timeoutMs: call.timeoutMs,
      });
    },
    read: (answer) => genuine(walletCrypto, account, answer, clock.now()),
    show: shown,
    meaning: (body) => {
      const code = textAt(body, 'return_code');
      return { code, meaning: meaningOfCode(call.operation, code) };
    },
  });
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

/** What a timeline may show of a message. */
export function shown(body: JsonRecord): string {
  return pickedJson(body, SHOWN);
}
