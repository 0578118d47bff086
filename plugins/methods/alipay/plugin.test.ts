import { type HttpResponse, HttpSilence } from '@zhanggui/base';
import type { AcceptanceDevice, KnownPayments, Notification } from '@zhanggui/modules/payments/method.ts';
import { alipayNotificationMessage, signAlipay } from '@zhanggui/wallets';
import { AlipaySdk } from 'alipay-sdk';
import { describe, expect, test } from 'vitest';
import {
  walletCrypto as crypto,
  OUT_REFUND_NO,
  OUT_TRADE_NO,
  rsaPair,
  scriptedWallet,
  walletPayment,
  walletRefund,
} from '../../../test/support/scripted-wallet.ts';
import { alipay } from './plugin.ts';

const NOW = Date.UTC(2026, 10, 22, 16, 30, 5);
const CODE = '284957381940238471';
const app = rsaPair();
const gateway = rsaPair();
const bare = (pem: string): string => pem.replace(/-----[^-]+-----|\s/g, '');
const payment = walletPayment({ createdAt: NOW, subject: '掌柜 & 伙计 = demo' });
const refund = walletRefund({ createdAt: NOW });

/** A scripted response object, a whole answer, or silence. */
type Response = Readonly<Record<string, string>>;
type Scripted = Response | HttpResponse | HttpSilence;

/** The answer signed as the gateway signs it, under the member that belongs to `method`. */
function signed(method: string, response: object): HttpResponse {
  const text = JSON.stringify(response);
  const sign = signAlipay(crypto, gateway.privateKey, text);
  return { status: 200, headers: {}, body: `{"${method.replaceAll('.', '_')}_response":${text},"sign":"${sign}"}` };
}

const settings: Readonly<Record<string, string>> = {
  gatewayUrl: 'http://127.0.0.1:9/gateway.do',
  appId: '2021000000000001',
  sellerId: '2088000000000156',
  alipayPublicKey: bare(gateway.publicKey),
};

/** The method over a line that gives the scripted answers in turn and keeps what was sent. */
function methodOver(
  answers: readonly Scripted[],
  more: Readonly<Record<string, string>> = {},
  device: AcceptanceDevice | null = null,
) {
  return scriptedWallet(alipay, {
    now: NOW,
    account: { settings: { ...settings, ...more }, secrets: { privateKeyPem: bare(app.privateKey) } },
    answers,
    sign: (answer: Response, request) => signed(new URLSearchParams(request.body).get('method') ?? '', answer),
    device,
  });
}

const trade = { out_trade_no: OUT_TRADE_NO, trade_no: '2026112222001', total_amount: '12.34' };
const paid = { code: '10000', msg: 'Success', ...trade };
const status = (tradeStatus: string, more: object = {}) => ({ ...paid, trade_status: tradeStatus, ...more });
const business = (subCode: string) => ({ code: '40004', msg: 'Business Failed', sub_code: subCode });
const silence = new HttpSilence('time-out', true);

describe('every answer to a payment has its outcome', () => {
  const rows: readonly (readonly [answer: Scripted, outcome: string, detail: string])[] = [
    [paid, 'approved', ''],
    [{ code: '10003', ...trade }, 'pending', 'customer-password'],
    [{ code: '20000', sub_code: 'isp.unknow-error' }, 'unknown', ''],
    [{ code: '20001', sub_code: 'aop.invalid-auth-token' }, 'declined', 'call-support'],
    [{ code: '40001', sub_code: 'isv.missing-method' }, 'declined', 'call-support'],
    [{ code: '40002', sub_code: 'isv.invalid-signature' }, 'declined', 'call-support'],
    [{ code: '40003', sub_code: 'isv.x' }, 'declined', 'call-support'],
    [{ code: '40006', sub_code: 'isv.insufficient-isv-permissions' }, 'declined', 'call-support'],
    [{ code: '50000' }, 'unknown', ''],
    [business('ACQ.SYSTEM_ERROR'), 'unknown', ''],
    [business('ACQ.A_CODE_OF_TOMORROW'), 'unknown', ''],
    [business('constructor'), 'unknown', ''],
    [business('ACQ.PAYMENT_AUTH_CODE_INVALID'), 'declined', 'new-code'],
    [business('ACQ.PULL_MOBILE_CASHIER_FAIL'), 'declined', 'new-code'],
    [business('ACQ.PAYMENT_FAIL'), 'declined', 'new-code'],
    [business('ACQ.TRADE_HAS_CLOSE'), 'declined', 'new-code'],
    [business('ACQ.CONTEXT_INCONSISTENT'), 'declined', 'new-code'],
    [business('ACQ.TRADE_BUYER_NOT_MATCH'), 'declined', 'new-code'],
    [business('ACQ.BUYER_BALANCE_NOT_ENOUGH'), 'declined', 'other-method'],
    [business('ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH'), 'declined', 'other-method'],
    [business('ACQ.ERROR_BALANCE_PAYMENT_DISABLE'), 'declined', 'other-method'],
    [business('ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE'), 'declined', 'other-method'],
    [business('ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR'), 'declined', 'show-code'],
    [business('ACQ.BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR'), 'declined', 'show-code'],
    [business('ACQ.ERROR_BUYER_CERTIFY_LEVEL_LIMIT'), 'declined', 'show-code'],
    [business('ACQ.BUYER_ENABLE_STATUS_FORBID'), 'declined', 'other-method'],
    [business('ACQ.BUYER_SELLER_EQUAL'), 'declined', 'other-method'],
    [business('ACQ.MOBILE_PAYMENT_SWITCH_OFF'), 'declined', 'other-method'],
    [business('ACQ.PAYMENT_REQUEST_HAS_RISK'), 'declined', 'other-method'],
    [business('ACQ.TOTAL_FEE_EXCEED'), 'declined', 'other-method'],
    [business('ACQ.BEYOND_PAY_RESTRICTION'), 'declined', 'call-support'],
    [business('ACQ.BEYOND_PER_RECEIPT_RESTRICTION'), 'declined', 'call-support'],
    [business('ACQ.SELLER_BEEN_BLOCKED'), 'declined', 'call-support'],
    [business('ACQ.ACCESS_FORBIDDEN'), 'declined', 'call-support'],
    [business('ACQ.PARTNER_ERROR'), 'declined', 'call-support'],
    [business('ACQ.INVALID_PARAMETER'), 'declined', 'call-support'],
    [business('ACQ.EXIST_FORBIDDEN_WORD'), 'declined', 'call-support'],
    [silence, 'unknown', ''],
    [new HttpSilence('refused', false), 'declined', 'new-code'],
    [{ status: 502, headers: {}, body: '<html>' }, 'unknown', ''],
  ];
  test.each(rows)('%j is %s %s', async (answer, kind, detail) => {
    const outcome = await methodOver([answer]).method.authorize(payment, { code: CODE });
    const came =
      outcome.kind === 'declined' ? outcome.decline.advice : outcome.kind === 'pending' ? outcome.waitingFor : '';
    expect([outcome.kind, came]).toEqual([kind, detail]);
    if (outcome.kind === 'declined')
      expect(outcome.decline.message).toEqual({ zh: expect.any(String), en: expect.any(String) });
  });

  test('TRADE_HAS_SUCCESS asks about the trade, and accepts it only when it is ours', async () => {
    const known = business('ACQ.TRADE_HAS_SUCCESS');
    expect(await methodOver([known, status('TRADE_SUCCESS')]).method.authorize(payment, { code: CODE })).toMatchObject({
      kind: 'approved',
      channelReference: '2026112222001',
    });
    const other = status('TRADE_SUCCESS', { total_amount: '0.01' });
    expect(await methodOver([known, other]).method.authorize(payment, { code: CODE })).toMatchObject({
      kind: 'unknown',
    });
  });
});

describe('every state of a trade has its outcome', () => {
  const rows: readonly (readonly [answer: Scripted, outcome: object])[] = [
    [status('TRADE_SUCCESS'), { kind: 'approved' }],
    [status('TRADE_FINISHED'), { kind: 'approved' }],
    [status('WAIT_BUYER_PAY'), { kind: 'pending', waitingFor: 'customer-password' }],
    [status('TRADE_CLOSED'), { kind: 'declined', decline: { code: 'TRADE_CLOSED', advice: 'new-code' } }],
    [status('SOMETHING_NEW'), { kind: 'unknown' }],
    [status('TRADE_SUCCESS', { total_amount: '12.33' }), { kind: 'unknown' }],
    [status('TRADE_SUCCESS', { total_amount: 'much' }), { kind: 'unknown' }],
    [status('TRADE_SUCCESS', { out_trade_no: 'other' }), { kind: 'unknown' }],
    [business('ACQ.TRADE_NOT_EXIST'), { kind: 'unknown' }],
    [business('ACQ.SYSTEM_ERROR'), { kind: 'unknown' }],
    [silence, { kind: 'unknown' }],
  ];
  test.each(rows)('%j is %j', async (answer, outcome) => {
    expect(await methodOver([answer]).method.inquire?.(payment)).toMatchObject(outcome);
  });
});

describe('an answer that cannot be verified is unknown, never approved', () => {
  const good = signed('alipay.trade.pay', paid);
  const rows: readonly (readonly [string, string])[] = [
    ['signature of another text', good.body.replace('12.34', '12.340')],
    ['re-serialised body', good.body.replace('{"code":"10000",', '{"code":"10000", ')],
    ['no signature', good.body.replace(/,"sign":"[^"]*"/, '')],
    [
      'a second response member',
      good.body.replace('{"alipay', '{"alipay_trade_pay_response":{"code":"10000"},"alipay'),
    ],
    ['an unsigned error', '{"error_response":{"code":"40002","sub_code":"isv.invalid-app-id"}}'],
    ['a signed answer to another question', signed('alipay.trade.query', paid).body],
    ['cut body', good.body.slice(0, -10)],
    ['garbage', '<html>'],
    ['nothing', ''],
  ];
  test.each(rows)('%s', async (_, body) => {
    const outcome = await methodOver([{ ...good, body }]).method.authorize(payment, { code: CODE });
    expect(outcome.kind).toBe('unknown');
  });

  test('the same answer, untouched, is approved', async () => {
    expect(await methodOver([good]).method.authorize(payment, { code: CODE })).toMatchObject({ kind: 'approved' });
  });
});

describe('a cancellation is repeated until it is definite', () => {
  const done = (more: object) => ({ code: '10000', ...trade, ...more });
  const rows: readonly (readonly [string, readonly Scripted[], object])[] = [
    ['closed', [done({ retry_flag: 'N', action: 'close' })], { kind: 'cancelled', moneyHadMoved: false }],
    ['refunded', [done({ retry_flag: 'N', action: 'refund' })], { kind: 'cancelled', moneyHadMoved: true }],
    ['there was nothing', [done({ retry_flag: 'N' })], { kind: 'cancelled', moneyHadMoved: false }],
    ['told to repeat', [done({ retry_flag: 'Y' })], { kind: 'unknown' }],
    ['another trade', [done({ out_trade_no: 'x', retry_flag: 'N', action: 'close' })], { kind: 'unknown' }],
    ['never arrived', [business('ACQ.TRADE_NOT_EXIST')], { kind: 'cancelled', moneyHadMoved: false }],
    ['system error', [business('ACQ.SYSTEM_ERROR')], { kind: 'unknown' }],
    ['no money to give back', [business('ACQ.SELLER_BALANCE_NOT_ENOUGH')], { kind: 'unknown' }],
    ['20000', [{ code: '20000' }], { kind: 'unknown' }],
    ['no answer', [silence], { kind: 'unknown' }],
    ['finished, and paid', [business('ACQ.TRADE_HAS_FINISHED'), status('TRADE_FINISHED')], { kind: 'approved' }],
    [
      'closed before, unpaid',
      [business('ACQ.TRADE_HAS_CLOSE'), status('TRADE_CLOSED')],
      { kind: 'cancelled', moneyHadMoved: false },
    ],
    [
      'closed before, after payment: TRADE_CLOSED is not read as unpaid',
      [business('ACQ.TRADE_HAS_CLOSE'), status('TRADE_CLOSED', { send_pay_date: '2026-11-22 10:00:00' })],
      { kind: 'cancelled', moneyHadMoved: true },
    ],
    ['too late, and not known', [business('ACQ.TRADE_CANCEL_TIME_OUT'), silence], { kind: 'unknown' }],
  ];
  test.each(rows)('%s', async (_, answers, outcome) => {
    const { method, sent } = methodOver(answers);
    expect(await method.cancel?.(payment)).toMatchObject(outcome);
    expect(sent).toHaveLength(answers.length);
  });
});

describe('a refund that is accepted is not a refund that is done', () => {
  const accepted = (fundChange: string): Scripted => ({
    code: '10000',
    ...trade,
    fund_change: fundChange,
    refund_fee: '2.34',
  });
  const found = (more: object = {}): Scripted => ({
    code: '10000',
    ...trade,
    out_request_no: OUT_REFUND_NO,
    refund_amount: '2.34',
    refund_status: 'REFUND_SUCCESS',
    ...more,
  });
  const nothing: Scripted = { code: '10000', msg: 'Success' };
  const rows: readonly (readonly [string, readonly Scripted[], object])[] = [
    ['money moved', [accepted('Y')], { kind: 'approved' }],
    ['no money moved now, but before', [accepted('N'), found()], { kind: 'approved' }],
    ['accepted, and still under way', [accepted('N'), found({ refund_status: '' })], { kind: 'pending' }],
    ['accepted, and not found', [accepted('N'), nothing], { kind: 'unknown' }],
    ['accepted with another amount', [accepted('N'), found({ refund_amount: '12.34' })], { kind: 'unknown' }],
    [
      'shop without money',
      [business('ACQ.SELLER_BALANCE_NOT_ENOUGH')],
      { kind: 'declined', decline: { advice: 'call-support' } },
    ],
    ['partial without a number', [business('ACQ.REFUND_AMT_NOT_EQUAL_TOTAL')], { kind: 'declined' }],
    ['too late', [business('ACQ.TRADE_HAS_FINISHED')], { kind: 'declined' }],
    ['not allowed', [business('ACQ.TRADE_NOT_ALLOW_REFUND')], { kind: 'declined' }],
    ['system error', [business('ACQ.SYSTEM_ERROR')], { kind: 'unknown' }],
    ['20000', [{ code: '20000' }], { kind: 'unknown' }],
    ['no answer', [silence], { kind: 'unknown' }],
    ['not sent', [new HttpSilence('refused', false)], { kind: 'unknown' }],
  ];
  test.each(rows)('%s', async (_, answers, outcome) => {
    expect(await methodOver(answers).method.refund(refund, payment)).toMatchObject(outcome);
  });

  test.each([
    ['known', [found()], { kind: 'approved' }, 1],
    ['not answered', [silence], { kind: 'unknown' }, 1],
    ['unknown to the channel: sent again', [nothing, accepted('Y')], { kind: 'approved' }, 2],
  ] as const)('asked about a refund: %s', async (_, answers, outcome, count) => {
    const { method, sent } = methodOver(answers);
    expect(await method.inquireRefund?.(refund, payment)).toMatchObject(outcome);
    expect(sent).toHaveLength(count);
    for (const request of sent)
      expect(JSON.parse(new URLSearchParams(request.body).get('biz_content') ?? '')).toMatchObject({
        out_request_no: OUT_REFUND_NO,
      });
  });
});

describe('what is sent', () => {
  test("the signature is good by the official client's rules, and the time is Beijing's", async () => {
    const { method, sent } = methodOver([paid]);
    await method.authorize(payment, { code: CODE });
    const params = Object.fromEntries(new URLSearchParams(sent[0]?.body));
    const judge = new AlipaySdk({
      appId: '1',
      privateKey: bare(app.privateKey),
      keyType: 'PKCS8',
      alipayPublicKey: bare(app.publicKey),
    });
    expect(judge.checkNotifySignV2(params)).toBe(true);
    expect(judge.checkNotifySignV2({ ...params, biz_content: '{}' })).toBe(false);
    expect(params.timestamp).toBe('2026-11-23 00:30:05');
  });

  test('carries yuan with two decimals, the number of the payment, the code, store, terminal and its facts', async () => {
    const { method, sent } = methodOver([paid], {
      'terminal.location': '+31.2304/+121.4737',
      'terminal.serialNumber': 'SN1',
      'terminal.networkLicence': 'P3100',
      'terminal.appVersion': '1.0',
      serviceProviderId: '2088000000000009',
    });
    await method.authorize({ ...payment, amountMinor: 5 }, { code: CODE });
    expect(JSON.parse(new URLSearchParams(sent[0]?.body).get('biz_content') ?? '')).toEqual({
      out_trade_no: OUT_TRADE_NO,
      scene: 'bar_code',
      auth_code: CODE,
      product_code: 'FACE_TO_FACE_PAYMENT',
      subject: '掌柜   伙计   demo',
      total_amount: '0.05',
      timeout_express: '1m',
      store_id: 'store-1',
      terminal_id: 'till_1',
      extend_params: { sys_service_provider_id: '2088000000000009' },
      terminal_params: JSON.stringify({
        device_type: '04',
        serial_num: 'SN1',
        network_license: 'P3100',
        app_version: '1.0     ',
        location: '+31.2304/+121.4737',
      }),
    });
  });

  test('reports the registered device in the place of what the configuration says', async () => {
    const { method, sent } = methodOver(
      [paid],
      { 'terminal.location': '+31.2304/+121.4737' },
      {
        deviceType: '10',
        serialNumber: 'SN-7',
        networkLicense: 'P3100',
        appVersion: '1.2     ',
        location: '+30.66/+104.06',
        ip: '10.0.0.7',
      },
    );
    await method.authorize(payment, { code: CODE });
    const content = JSON.parse(new URLSearchParams(sent[0]?.body).get('biz_content') ?? '');
    expect(JSON.parse(content.terminal_params)).toEqual({
      device_type: '10',
      serial_num: 'SN-7',
      network_license: 'P3100',
      app_version: '1.2     ',
      location: '+30.66/+104.06',
      device_ip: '10.0.0.7',
    });
  });

  test('a face token goes as a security code', async () => {
    const { method, sent } = methodOver([paid]);
    await method.authorize(payment, { code: 'fp0a1b2c3d4e5f60718293a4b5c6d7e8f90' });
    expect(new URLSearchParams(sent[0]?.body).get('biz_content')).toContain('"scene":"security_code"');
  });

  test('longitude in the place of the latitude is refused before the payment begins', async () => {
    const { method } = methodOver([], { 'terminal.location': '+121.4737/+31.2304' });
    await expect(method.prepare(payment, { code: CODE })).rejects.toMatchObject({
      code: 'channel-not-configured',
      params: { setting: 'terminal.location' },
    });
  });

  test('the payment code appears in no evidence, stored data or masked text', async () => {
    for (const code of [CODE, 'fp0a1b2c3d4e5f60718293a4b5c6d7e8f90']) {
      const { method } = methodOver([{ ...business('ACQ.PAYMENT_AUTH_CODE_INVALID'), sub_msg: `付款码${code}无效` }]);
      const prepared = await method.prepare(payment, { code });
      const outcome = await method.authorize(payment, { code });
      expect(JSON.stringify([prepared, outcome])).not.toContain(code);
      expect(JSON.stringify(outcome.evidence)).toContain(`${code.slice(0, 4)}****`);
    }
  });
});

describe('mistakes that other connectors make', () => {
  const notice = (change: Readonly<Record<string, string>> = {}): Notification => {
    const params = {
      notify_type: 'trade_status_sync',
      notify_time: '2026-11-23 00:30:05',
      app_id: settings.appId ?? '',
      seller_id: settings.sellerId ?? '',
      trade_status: 'TRADE_SUCCESS',
      subject: '掌柜 + 100% & 茶',
      ...trade,
      ...change,
    };
    const sign = signAlipay(crypto, gateway.privateKey, alipayNotificationMessage(params, 'V1'));
    const rawBody = new URLSearchParams({ ...params, sign_type: 'RSA2', sign }).toString();
    return { merchantId: 'mer_1', headers: { 'content-type': 'application/x-www-form-urlencoded' }, rawBody };
  };
  const known: KnownPayments = {
    payment: async (id) => (id === payment.id ? payment : undefined),
    refund: async (id) => (id === refund.id ? { refund, payment } : undefined),
  };
  const read = (change?: Readonly<Record<string, string>>) => methodOver([]).method.notified?.(notice(change), known);

  test.each([
    ['as it should be', {}, 'payment', 'success'],
    ['with another amount than ours', { total_amount: '0.01' }, 'refused', 'fail'],
    ['to another application', { app_id: '2021000000000009' }, 'refused', 'fail'],
    ['to another seller', { seller_id: '2088000000000009' }, 'refused', 'fail'],
    ['for the merchant of another service provider', { auth_app_id: '2021000000000009' }, 'refused', 'fail'],
    ['of a day and more ago', { notify_time: '2026-11-21 22:30:04' }, 'refused', 'fail'],
    ['from ten minutes ahead', { notify_time: '2026-11-23 00:40:05' }, 'refused', 'fail'],
    ['without a time', { notify_time: '' }, 'refused', 'fail'],
    ['of a trade that is not ours', { out_trade_no: 'other' }, 'ignored', 'success'],
    ['of a trade that is closed, paid before or not', { trade_status: 'TRADE_CLOSED' }, 'ignored', 'success'],
    ['of a trade that waits', { trade_status: 'WAIT_BUYER_PAY' }, 'ignored', 'success'],
    ['about something else', { notify_type: 'open_app_auth_notify' }, 'ignored', 'success'],
  ] as const)('a notification is believed for its signature alone: %s', async (_, change, kind, body) => {
    const reading = await read(change);
    expect([reading?.kind, reading?.answer.body]).toEqual([kind, body]);
  });

  test.each([
    ['of ours', { out_biz_no: OUT_REFUND_NO, refund_fee: '2.34', gmt_refund: '2026-11-23 00:30:05.000' }, 'refund'],
    ['with less than ours', { out_biz_no: OUT_REFUND_NO, refund_fee: '2.33', gmt_refund: 'x' }, 'refused'],
    ['with more than was paid', { out_biz_no: OUT_REFUND_NO, refund_fee: '12.35', gmt_refund: 'x' }, 'refused'],
    ['of another trade', { out_biz_no: OUT_REFUND_NO, refund_fee: '2.34', out_trade_no: 'other' }, 'refused'],
    ['that is not ours', { out_biz_no: 'R9', refund_fee: '2.34', gmt_refund: 'x' }, 'ignored'],
  ] as const)('news of a refund is taken for news of the payment: a refund %s', async (_, change, kind) => {
    expect((await read(change))?.kind).toBe(kind);
  });

  test('a notification may choose a weaker hash than the account has', async () => {
    const params = Object.fromEntries(new URLSearchParams(notice().rawBody));
    const weaker = { ...params, sign_type: 'RSA' };
    const sign = signAlipay(crypto, gateway.privateKey, alipayNotificationMessage(weaker, 'V1'), 'RSA');
    const rawBody = new URLSearchParams({ ...weaker, sign }).toString();
    expect((await methodOver([]).method.notified?.({ ...notice(), rawBody }, known))?.kind).toBe('refused');
    const asAgreed = methodOver([], { signType: 'RSA' }).method;
    expect((await asAgreed.notified?.({ ...notice(), rawBody }, known))?.kind).toBe('payment');
  });

  test('the text that is verified is made of the values as they were sent, not as they are shown', async () => {
    const { rawBody, ...rest } = notice();
    const spoiled = rawBody.replace('%25', '%2525');
    expect(spoiled).not.toBe(rawBody);
    expect((await methodOver([]).method.notified?.({ ...rest, rawBody: spoiled }, known))?.kind).toBe('refused');
  });

  test('a payer over the limit is sent away, instead of being offered a code to scan', async () => {
    const outcome = await methodOver([business('ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR')]).method.authorize(payment, {
      code: CODE,
    });
    expect(outcome).toMatchObject({ kind: 'declined', decline: { advice: 'show-code' } });
  });

  test('a trade of a shown code that nobody has scanned is taken for lost, and made a second time under a new number', async () => {
    const shown = { ...payment, channelData: { ...payment.channelData, flow: 'shown-code', handedOver: true } };
    const { method, sent } = methodOver([business('ACQ.TRADE_NOT_EXIST')]);
    expect(await method.inquire?.(shown)).toMatchObject({ kind: 'pending', waitingFor: 'customer-scan' });
    expect(sent).toHaveLength(1);
  });

  test('a payment code as a number is refused, for its last digits are already lost', async () => {
    const credential = { code: Number(CODE) };
    await expect(methodOver([]).method.prepare(payment, credential)).rejects.toMatchObject({
      code: 'credential-refused',
    });
  });

  test('a code is not sent a second time, even under a new number', async () => {
    const { method, sent } = methodOver([silence, paid]);
    expect(await method.authorize(payment, { code: CODE })).toMatchObject({ kind: 'unknown' });
    expect(await method.authorize({ ...payment, id: 'pay_2' }, { code: CODE })).toMatchObject({
      decline: { code: 'CODE_REUSED', advice: 'new-code' },
    });
    expect(sent).toHaveLength(1);
  });

  test('the cancellation may follow the last question at once', () => {
    expect(alipay.policy.minimumBeforeCancelMs).toBe(0);
  });
});
