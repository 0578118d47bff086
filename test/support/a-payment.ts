import type { MethodPlugin, MethodPolicy } from '@zhanggui/modules/payments/method.ts';
import type { Payment } from '@zhanggui/modules/payments/payment.ts';
import { wechat } from '@zhanggui/plugins/methods/wechat/plugin.ts';

/** When the payments of unit tests were made. */
export const MADE_AT = Date.parse('2026-11-22T04:00:00.000Z');

/** Times of a channel that takes its time, in milliseconds. */
export const slowPolicy: MethodPolicy = {
  local: false,
  authorizeTimeoutMs: 10_000,
  firstInquiryMs: 5_000,
  intervalMs: 4_000,
  giveUpAfterMs: 45_000,
  minimumBeforeCancelMs: 15_000,
  confirmAfterCancelMs: 60_000,
};

/** A way to pay for unit tests; its `create` is never called. */
export function aPlugin(changed: Partial<MethodPlugin> = {}): MethodPlugin {
  return {
    ...wechat,
    policy: slowPolicy,
    create: () => {
      throw new Error('the plugin of a unit test is not run');
    },
    ...changed,
  };
}

/** A payment of 25.99 whose intent has just been written. */
export function aPayment(changed: Partial<Payment> = {}): Payment {
  return {
    id: 'pay_1',
    commandKey: 'key-1',
    contentHash: 'hash',
    merchantId: 'mer_1',
    storeId: 'store_1',
    tillId: 'till_1',
    shiftId: 'shf_1',
    staffId: 'stf_1',
    saleId: 'sale_1',
    purpose: 'sale',
    completes: null,
    saleNumber: '1122-0001',
    method: 'wechat',
    amountMinor: 2_599,
    roundingMinor: 0,
    currency: 'CNY',
    subject: 'shop',
    label: null,
    businessOn: '2026-11-22',
    state: 'created',
    waitingFor: 'channel',
    handover: null,
    decline: null,
    maskedInstrument: '•••• 4821',
    channelReference: null,
    channelData: { outTradeNo: 'ZG1' },
    changeMinor: null,
    feeMinor: null,
    refundedMinor: 0,
    refundClaimedMinor: 0,
    lostMinor: 0,
    tipMinor: 0,
    provisional: false,
    signature: null,
    batchTerminal: null,
    batchNumber: null,
    expiresAt: null,
    createdAt: MADE_AT,
    occurredAt: MADE_AT,
    updatedAt: MADE_AT,
    nextAttemptAt: MADE_AT + 11_000,
    version: 1,
    ...changed,
  };
}
