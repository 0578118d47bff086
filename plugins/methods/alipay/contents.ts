import { beijingTimestamp } from '@zhanggui/base';
import type { JsonObject } from '@zhanggui/modules/payments/api.ts';
import type { PaymentFacts } from '@zhanggui/modules/payments/method.ts';
import { type OrderFlow, outTradeNoOf } from '../../wallet/flow.ts';
import type { AlipayAccount } from './account.ts';
import { yuan } from './answer.ts';

const SUBJECT_LENGTH = 128;
/** How long the customer may take for the password; the shortest that the interface takes. */
const PAYING_TIME = '1m';
/** Shown to the customer too, as the description of the trade. */
const STATIC_CODE = '静态收款码';

/** What a payment by code sends. */
export function payContent(
  account: AlipayAccount,
  payment: PaymentFacts,
  code: string,
  terminal: string | undefined,
): JsonObject {
  return {
    ...tradeContent(account, payment, terminal),
    scene: code.startsWith('fp') ? 'security_code' : 'bar_code',
    auth_code: code,
    product_code: 'FACE_TO_FACE_PAYMENT',
    timeout_express: PAYING_TIME,
  };
}

/** What a trade sends that the customer pays alone, by scanning our code or on our page. */
export function orderContent(
  account: AlipayAccount,
  payment: PaymentFacts,
  flow: OrderFlow,
  terminal: string | undefined,
  expiresAt: number,
): JsonObject {
  const { payer, staticCode } = payment.channelData;
  const trade = { ...tradeContent(account, payment, terminal), time_expire: beijingTimestamp(expiresAt) };
  if (flow === 'shown-code' || typeof payer !== 'string') return { ...trade, product_code: 'FACE_TO_FACE_PAYMENT' };
  // The customer's older number is 2088 and twelve digits; what is not that is an open id.
  const buyer = /^2088\d{12}$/.test(payer) ? { buyer_id: payer } : { buyer_open_id: payer };
  // Notifications and bills repeat this text: payers have lower limits for printed codes, so they are told apart.
  const mark = staticCode === true ? { body: STATIC_CODE } : {};
  return { ...trade, product_code: 'JSAPI_PAY', op_app_id: account.authAppId, ...buyer, ...mark };
}

/** A text that fits Alipay's fields for people. */
export function shortText(text: string): string {
  return text.slice(0, SUBJECT_LENGTH);
}

function tradeContent(account: AlipayAccount, payment: PaymentFacts, terminal: string | undefined): JsonObject {
  const { serviceProviderId } = account;
  return {
    out_trade_no: outTradeNoOf(payment),
    // The interface takes none of these three in a subject.
    subject: shortText(payment.subject.replace(/[/=&]/g, ' ')),
    total_amount: yuan(payment.amountMinor),
    store_id: (account.storeId ?? payment.storeId).slice(-32),
    terminal_id: payment.tillId.slice(-32),
    ...(serviceProviderId === undefined ? {} : { extend_params: { sys_service_provider_id: serviceProviderId } }),
    ...(terminal === undefined ? {} : { terminal_params: terminal }),
  };
}
