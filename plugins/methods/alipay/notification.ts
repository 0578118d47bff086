import { fromBeijing } from '@zhanggui/base';
import type { MethodEnvironment, Notification, RawAnswer } from '@zhanggui/modules/payments/method.ts';
import { type FormFields, parseForm } from '@zhanggui/wallets';
import { ignored, type Notice, type NoticeContent, refused } from '../../wallet/connector.ts';
import { outTradeNoOf } from '../../wallet/flow.ts';
import { evidence } from '../../wallet/reply.ts';
import type { AlipayAccount } from './account.ts';
import { readPaid, readRefundNotice } from './answer.ts';
import type { PlatformKeys } from './platform-keys.ts';
import { shown } from './request.ts';

/** Nothing but this word ends the repetitions. */
export const TAKEN: RawAnswer = { status: 200, contentType: 'text/plain; charset=utf-8', body: 'success' };
export const REFUSED: RawAnswer = { status: 401, contentType: 'text/plain; charset=utf-8', body: 'fail' };

/** Alipay repeats for 25 hours, each time with the time of sending. */
const OLDEST_MS = 26 * 3_600_000;
const NEWEST_MS = 5 * 60_000;
const PAID = ['TRADE_SUCCESS', 'TRADE_FINISHED'];

/** Reads what Alipay sends by itself, once it is verified. Rejects with WalletRefusal what cannot be. */
export async function readNotification(
  { clock }: Pick<MethodEnvironment, 'clock'>,
  keys: PlatformKeys,
  account: AlipayAccount,
  { headers, rawBody }: Notification,
): Promise<Notice> {
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  const params = isForm ? parseForm(rawBody) : null;
  if (params === null) return refused('not-a-form');
  const now = clock.now();
  if (!(await keys.isGenuine(account, params))) return refused('bad-signature');
  const [date = '', time = ''] = (params.notify_time ?? '').split(' ');
  const age = now - fromBeijing(date, time);
  if (!(age <= OLDEST_MS && age >= -NEWEST_MS)) return refused('stale-timestamp');
  if (!namesParty(account, params)) return refused('of another merchant');
  return { ...noticeOf(params), seen: evidence('answer', now, 'notification trade_status_sync', shown(params)) };
}

/** Whether a notification is of this application and this seller, and of the merchant whom a service provider acts for. */
function namesParty({ appId, authAppId, sellerId }: AlipayAccount, params: FormFields): boolean {
  const { auth_app_id: owner = authAppId } = params;
  return params.app_id === appId && params.seller_id === sellerId && owner === authAppId;
}

function noticeOf(params: FormFields): NoticeContent {
  if (params.notify_type !== 'trade_status_sync') return ignored('no news of a trade');
  if (params.gmt_refund !== undefined || params.out_biz_no !== undefined)
    return {
      about: 'refund',
      orderNumber: params.out_biz_no ?? '',
      read: (refund, payment) =>
        outTradeNoOf(payment) === params.out_trade_no
          ? readRefundNotice(refund, payment, params)
          : refused('the refund is of another trade'),
    };
  // Whether a closed trade had been paid before, only the trade itself tells.
  if (!PAID.includes(params.trade_status ?? '')) return ignored('no payment yet, or no more');
  const orderNumber = params.out_trade_no ?? '';
  return { about: 'payment', orderNumber, read: (payment) => readPaid(payment, outTradeNoOf(payment), params) };
}
