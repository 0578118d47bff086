import { Fault } from '@zhanggui/base';
import type { MethodPlugin, PreparedPayment } from '@zhanggui/modules/payments/method.ts';
import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { MOST_TENDERED_MINOR } from './most-tendered.ts';

const credential = Type.Object(
  {
    tenderedMinor: Type.Integer({
      minimum: 1,
      maximum: MOST_TENDERED_MINOR,
      description: 'what the customer handed over',
    }),
  },
  { additionalProperties: false },
);

/** Cash: the outcome is known when the cashier has counted it, so intent and outcome are one write. */
export const cash: MethodPlugin = {
  id: 'cash',
  title: { zh: '现金', en: 'Cash' },
  holds: 'drawer',
  credential,
  policy: {
    local: true,
    authorizeTimeoutMs: 0,
    firstInquiryMs: 0,
    intervalMs: 1_000,
    giveUpAfterMs: 0,
    minimumBeforeCancelMs: 0,
    confirmAfterCancelMs: null,
  },
  create: () => ({
    prepare: async (payment, given) => prepareCash(payment.amountMinor, given),
    authorize: async (payment) => ({ kind: 'approved', channelReference: payment.id }),
    refund: async (refund) => ({ kind: 'approved', channelReference: refund.id }),
  }),
};

function prepareCash(amountMinor: number, given: unknown): PreparedPayment {
  if (!Check(credential, given))
    throw refused(
      '请输入顾客交来的金额，最多 1,000,000 元',
      'say how much the customer handed over, at most ¥1,000,000',
    );
  if (given.tenderedMinor < amountMinor)
    throw refused('顾客交来的钱少于收款金额', 'the customer handed over less than the amount');
  return {
    channelData: { tenderedMinor: given.tenderedMinor },
    maskedInstrument: null,
    changeMinor: given.tenderedMinor - amountMinor,
  };
}

function refused(zh: string, en: string): Fault {
  return new Fault('credential-refused', { fields: [{ path: 'credential.tenderedMinor', message: { zh, en } }] });
}
