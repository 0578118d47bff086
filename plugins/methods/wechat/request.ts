import type { JsonObject } from '@zhanggui/modules/payments/api.ts';
import type { MethodEnvironment } from '@zhanggui/modules/payments/method.ts';
import {
  type JsonRecord,
  pickedJson,
  readJsonRecord,
  textAt,
  WalletRefusal,
  type WechatSigned,
} from '@zhanggui/wallets';
import { DONE } from '../../wallet/codes.ts';
import { ask, type WalletReply } from '../../wallet/reply.ts';
import type { WechatAccount } from './account.ts';
import { meaningOfCode, type WechatOperation } from './codes.ts';
import type { PlatformKeys } from './platform-keys.ts';
import { sendSigned } from './signed-request.ts';

/** One request to WeChat Pay. */
export interface WechatCall {
  readonly operation: WechatOperation;
  readonly method: 'GET' | 'POST';
  /** Path and query below the base URL. */
  readonly path: string;
  readonly body?: JsonObject;
  readonly timeoutMs: number;
}

export type WechatReply = WalletReply<JsonRecord>;

/** Members of requests and answers that a timeline may show. */
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
export function callWechat(
  environment: MethodEnvironment,
  keys: PlatformKeys,
  account: WechatAccount,
  call: WechatCall,
): Promise<WechatReply> {
  const body = call.body === undefined ? '' : JSON.stringify(call.body);
  return ask(environment.clock, {
    title: `${call.method} ${call.path}`,
    shown: call.body === undefined ? '' : shown(call.body),
    send: () => sendSigned(environment, account, { ...call, body }),
    read: (answer) => verified(keys, account, answer),
    show: shown,
    // A request was carried out where the status says so; what the body says of the order is another matter.
    meaning: (content, { status }) => {
      const code = textAt(content, 'code');
      return { code, meaning: status >= 200 && status < 300 ? DONE : meaningOfCode(call.operation, code) };
    },
  });
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

/** What a timeline may show of a message. */
export function shown(body: JsonRecord): string {
  return pickedJson(body, SHOWN);
}
