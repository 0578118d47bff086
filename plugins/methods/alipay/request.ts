import type { MethodEnvironment } from '@zhanggui/modules/payments/method.ts';
import { type JsonRecord, pickedJson, textAt } from '@zhanggui/wallets';
import { type Answered, ask, httpError, type WalletReply } from '../../wallet/reply.ts';
import type { AlipayAccount } from './account.ts';
import { type AlipayOperation, meaningOfCode } from './codes.ts';
import type { PlatformKeys } from './platform-keys.ts';
import { type AlipayRequest, sendSigned } from './signed-request.ts';

/** One request, and what its sub-codes are read for. */
export interface AlipayCall extends AlipayRequest {
  readonly operation: AlipayOperation;
}

export type AlipayReply = WalletReply<JsonRecord>;
export type AlipayAnswered = Answered<JsonRecord>;

/** Members of requests and answers that a timeline may show. */
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
export function callAlipay(
  environment: MethodEnvironment,
  keys: PlatformKeys,
  account: AlipayAccount,
  call: AlipayCall,
): Promise<AlipayReply> {
  return ask(environment.clock, {
    title: call.method,
    shown: shown(call.content),
    send: () => sendSigned(environment, account, call),
    read: (answer) => (answer.status === 200 ? keys.verified(account, call.method, answer.body) : httpError(answer)),
    show: shown,
    meaning: (body) => {
      const code = textAt(body, 'code');
      const subCode = textAt(body, 'sub_code');
      return { code: subCode || code, meaning: meaningOfCode(call.operation, code, subCode) };
    },
  });
}

/** What a timeline may show of a message. */
export function shown(body: JsonRecord): string {
  return pickedJson(body, SHOWN);
}
