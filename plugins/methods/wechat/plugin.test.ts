import { type HttpResponse, HttpSilence } from '@zhanggui/base';
import { signWechat, wechatAnswerMessage } from '@zhanggui/wallets';
import { describe, expect, test } from 'vitest';
import { Formatter, Rsa } from 'wechatpay-axios-plugin';
import {
  walletCrypto as crypto,
  OUT_REFUND_NO,
  rsaPair,
  scriptedWallet,
  walletPayment,
  walletRefund,
} from '../../../test/support/scripted-wallet.ts';
import { wechat } from './plugin.ts';

const NOW = 1_795_000_000_000;
const CODE = '134579812345678901';
const merchant = rsaPair();
const platform = rsaPair();
const rotated = rsaPair();
const payment = walletPayment({ createdAt: NOW });
const refund = walletRefund({ createdAt: NOW });
const account = {
  settings: {
    baseUrl: 'http://127.0.0.1:9/sim/wallets/wechat',
    appId: 'wx1',
    mchId: '1900000001',
    serialNo: 'AB12',
    'platformKey.PUB_KEY_ID_01': platform.publicKey,
    'platformKey.OLD': rotated.publicKey,
    deviceIp: '127.0.0.1',
  },
  secrets: { privateKeyPem: merchant.privateKey, apiV3Key: '0'.repeat(32) },
};

type Answer = { readonly status: number; readonly body: object | null };
type Scripted = Answer | HttpSilence;

/** The answer signed as WeChat Pay signs it, with whatever is to be wrong about it. */
function signed({ status, body }: Answer, change: Partial<HttpResponse> = {}): HttpResponse {
  const text = body === null ? '' : JSON.stringify(body);
  const timestamp = String(NOW / 1000);
  const signature = signWechat(crypto, platform.privateKey, wechatAnswerMessage({ timestamp, nonce: 'n', body: text }));
  return {
    status,
    body: text,
    headers: {
      'wechatpay-timestamp': timestamp,
      'wechatpay-nonce': 'n',
      'wechatpay-serial': 'PUB_KEY_ID_01',
      'wechatpay-signature': signature,
    },
    ...change,
  };
}

/** The method over a line that gives the scripted answers in turn and keeps what was sent. */
function methodOver(...answers: readonly (Scripted | HttpResponse)[]) {
  return scriptedWallet(wechat, { now: NOW, account, answers, sign: (answer: Answer) => signed(answer) });
}

const order = (state: string, change: object = {}): Scripted => ({
  status: 200,
  body: {
    appid: 'wx1',
    mchid: '1900000001',
    out_trade_no: payment.channelData.outTradeNo,
    trade_state: state,
    transaction_id: '4200001',
    amount: { total: 1234, currency: 'CNY' },
    ...change,
  },
});
const error = (status: number, code: string): Scripted => ({ status, body: { code, message: code } });

describe('every answer to a payment has its outcome', () => {
  const rows: readonly (readonly [answer: Scripted, outcome: string, detail: string])[] = [
    [order('SUCCESS'), 'approved', ''],
    [order('USERPAYING'), 'pending', 'customer-password'],
    [order('NOTPAY'), 'pending', 'channel'],
    [order('ACCEPT'), 'pending', 'channel'],
    [order('CLOSED'), 'declined', 'new-code'],
    [order('REVOKED'), 'declined', 'none'],
    [order('REFUND'), 'declined', 'none'],
    [order('PAYERROR'), 'unknown', ''],
    [order('SOMETHING_NEW'), 'unknown', ''],
    [error(400, 'USERPAYING'), 'pending', 'customer-password'],
    [error(400, 'AUTH_CODE_EXPIRE'), 'declined', 'new-code'],
    [error(400, 'AUTHCODEEXPIRE'), 'declined', 'new-code'],
    [error(400, 'AUTH_CODE_ERROR'), 'declined', 'new-code'],
    [error(400, 'AUTH_CODE_INVALID'), 'declined', 'new-code'],
    [error(400, 'ORDER_CLOSED'), 'declined', 'new-code'],
    [error(400, 'ORDERREVERSED'), 'declined', 'new-code'],
    [error(400, 'BUYER_MISMATCH'), 'declined', 'new-code'],
    [error(403, 'NOT_ENOUGH'), 'declined', 'other-method'],
    [error(403, 'NOTSUPORTCARD'), 'declined', 'other-method'],
    [error(403, 'ACCOUNT_ERROR'), 'declined', 'other-method'],
    [error(403, 'USER_ACCOUNT_ABNORMAL'), 'declined', 'other-method'],
    [error(403, 'RULE_LIMIT'), 'declined', 'show-code'],
    [error(400, 'TRADE_ERROR'), 'declined', 'other-method'],
    [error(400, 'PARAM_ERROR'), 'declined', 'call-support'],
    [error(400, 'INVALID_REQUEST'), 'declined', 'call-support'],
    [error(401, 'SIGN_ERROR'), 'declined', 'call-support'],
    [error(400, 'APPID_MCHID_NOT_MATCH'), 'declined', 'call-support'],
    [error(400, 'APPID_NOT_EXIST'), 'declined', 'call-support'],
    [error(400, 'MCHID_NOT_EXIST'), 'declined', 'call-support'],
    [error(400, 'MCH_NOT_EXISTS'), 'declined', 'call-support'],
    [error(400, 'LACK_PARAMS'), 'declined', 'call-support'],
    [error(400, 'INVALID_TRANSACTIONID'), 'declined', 'call-support'],
    [error(403, 'NO_AUTH'), 'declined', 'call-support'],
    [error(500, 'SYSTEM_ERROR'), 'unknown', ''],
    [error(500, 'SYSTEMERROR'), 'unknown', ''],
    [error(500, 'BANK_ERROR'), 'unknown', ''],
    [error(429, 'RATELIMIT_EXCEEDED'), 'unknown', ''],
    [error(429, 'FREQUENCY_LIMITED'), 'unknown', ''],
    [error(429, 'FREQUENCY_LIMIT_EXCEED'), 'unknown', ''],
    [error(404, 'ORDER_NOT_EXIST'), 'unknown', ''],
    [error(418, 'A_CODE_OF_TOMORROW'), 'unknown', ''],
    [error(418, 'toString'), 'unknown', ''],
    [{ status: 500, body: {} }, 'unknown', ''],
    [new HttpSilence('time-out', true), 'unknown', ''],
    [new HttpSilence('refused', false), 'declined', 'new-code'],
  ];
  test.each(rows)('%j is %s %s', async (answer, kind, detail) => {
    const { method } = methodOver(answer);
    const outcome = await method.authorize(payment, { code: CODE });
    const came =
      outcome.kind === 'declined' ? outcome.decline.advice : outcome.kind === 'pending' ? outcome.waitingFor : '';
    expect([outcome.kind, came]).toEqual([kind, detail]);
    if (outcome.kind === 'declined')
      expect(outcome.decline.message).toEqual({ zh: expect.any(String), en: expect.any(String) });
  });

  test.each(['ORDER_PAID', 'OUT_TRADE_NO_USED'])(
    '%s asks about the order, and accepts it only when it is ours',
    async (code) => {
      expect(
        await methodOver(error(400, code), order('SUCCESS')).method.authorize(payment, { code: CODE }),
      ).toMatchObject({
        kind: 'approved',
        channelReference: '4200001',
      });
      const other = order('SUCCESS', { amount: { total: 1, currency: 'CNY' } });
      expect(await methodOver(error(400, code), other).method.authorize(payment, { code: CODE })).toMatchObject({
        kind: 'unknown',
      });
    },
  );
});

describe('a verified success that is not ours is not believed', () => {
  test.each([
    ['another amount', { amount: { total: 1233, currency: 'CNY' } }],
    ['the amount as text', { amount: { total: '1234', currency: 'CNY' } }],
    ['another currency', { amount: { total: 1234, currency: 'HKD' } }],
    ['another number', { out_trade_no: 'x' }],
    ['another merchant', { mchid: '1900000002' }],
    ['another app', { appid: 'wx2' }],
    ['no number of the channel', { transaction_id: '' }],
  ])('%s', async (_, change) => {
    expect(await methodOver(order('SUCCESS', change)).method.authorize(payment, { code: CODE })).toMatchObject({
      kind: 'unknown',
    });
  });
});

describe('an answer that cannot be verified is unknown, never approved', () => {
  const success = order('SUCCESS') as { status: number; body: object };
  const good = signed(success);
  const header = (name: string, value: string): Partial<HttpResponse> => ({
    headers: { ...good.headers, [name]: value },
  });
  test.each([
    ['signature', header('wechatpay-signature', 'AAAA')],
    ['probe', header('wechatpay-signature', `WECHATPAY/SIGNTEST/${good.headers['wechatpay-signature']}`)],
    ['serial that is not held', header('wechatpay-serial', 'PUB_KEY_ID_02')],
    ['serial of another key that is held', header('wechatpay-serial', 'OLD')],
    ['old time', header('wechatpay-timestamp', String(NOW / 1000 - 301))],
    ['no headers', { headers: {} }],
    ['re-serialised body', { body: good.body.replaceAll(',', ', ') }],
    ['cut body', { body: good.body.slice(0, -10) }],
    ['garbage', { body: '<html>' }],
  ])('%s', async (_, change) => {
    const outcome = await methodOver({ ...good, ...change }).method.authorize(payment, { code: CODE });
    expect(outcome.kind).toBe('unknown');
  });

  test('the same answer, untouched, is approved', async () => {
    expect(await methodOver(good).method.authorize(payment, { code: CODE })).toMatchObject({ kind: 'approved' });
  });
});

describe('a cancellation is repeated until it is definite', () => {
  const reversed: Scripted = {
    status: 200,
    body: { mchid: '1900000001', out_trade_no: payment.channelData.outTradeNo },
  };
  const rows: readonly (readonly [string, readonly Scripted[], object])[] = [
    [
      'reversed unpaid',
      [reversed, order('REVOKED', { transaction_id: undefined })],
      { kind: 'cancelled', moneyHadMoved: false },
    ],
    [
      'reversed after success',
      [reversed, order('REVOKED', { success_time: '2026-01-01T00:00:00+08:00' })],
      { kind: 'cancelled', moneyHadMoved: true },
    ],
    ['refunded by the reversal', [reversed, order('REFUND')], { kind: 'cancelled', moneyHadMoved: true }],
    [
      'reversed, no content',
      [{ status: 204, body: null }, order('CLOSED')],
      { kind: 'cancelled', moneyHadMoved: false },
    ],
    ['recall Y', [{ status: 200, body: { recall: 'Y' } }], { kind: 'unknown' }],
    ['still paying', [error(400, 'USERPAYING')], { kind: 'unknown' }],
    ['system error', [error(500, 'SYSTEM_ERROR')], { kind: 'unknown' }],
    ['no answer', [new HttpSilence('time-out', true)], { kind: 'unknown' }],
    ['not even sent', [new HttpSilence('refused', false)], { kind: 'unknown' }],
    ['reversed, but the order is still paid', [reversed, order('SUCCESS')], { kind: 'unknown' }],
    ['reversed, but the question is not answered', [reversed, new HttpSilence('time-out', true)], { kind: 'unknown' }],
    ['never arrived', [error(404, 'ORDER_NOT_EXIST')], { kind: 'cancelled', moneyHadMoved: false }],
    [
      'too late, and paid',
      [error(400, 'REVERSE_EXPIRE'), order('SUCCESS')],
      { kind: 'approved', channelReference: '4200001' },
    ],
    [
      'too late, and failed',
      [error(400, 'REVERSE_EXPIRE'), order('PAYERROR')],
      { kind: 'cancelled', moneyHadMoved: false },
    ],
    ['too late, and not known', [error(400, 'REVERSE_EXPIRE'), error(500, 'SYSTEM_ERROR')], { kind: 'unknown' }],
  ];
  test.each(rows)('%s', async (_, answers, outcome) => {
    const { method, sent } = methodOver(...answers);
    expect(await method.cancel?.(payment)).toMatchObject(outcome);
    expect(sent).toHaveLength(answers.length);
  });
});

describe('a refund that is accepted is not a refund that is done', () => {
  const answer = (status: string, change: object = {}): Scripted => ({
    status: 200,
    body: {
      refund_id: '50001',
      out_refund_no: OUT_REFUND_NO,
      status,
      amount: { refund: 234, total: 1234, currency: 'CNY' },
      ...change,
    },
  });
  const rows: readonly (readonly [Scripted, object])[] = [
    [answer('SUCCESS'), { kind: 'approved', channelReference: '50001' }],
    [answer('PROCESSING'), { kind: 'pending' }],
    [answer('ABNORMAL'), { kind: 'pending' }],
    [answer('CLOSED'), { kind: 'declined', decline: { advice: 'call-support' } }],
    [answer('SUCCESS', { amount: { refund: 1234 } }), { kind: 'unknown' }],
    [answer('SUCCESS', { out_refund_no: 'other' }), { kind: 'unknown' }],
    [answer('LATER'), { kind: 'unknown' }],
    [error(403, 'NOT_ENOUGH'), { kind: 'declined', decline: { advice: 'call-support' } }],
    [error(400, 'USER_ACCOUNT_ABNORMAL'), { kind: 'declined', decline: { advice: 'call-support' } }],
    [error(400, 'INVALID_REQUEST'), { kind: 'declined' }],
    [error(404, 'RESOURCE_NOT_EXISTS'), { kind: 'declined', decline: { advice: 'call-support' } }],
    [error(404, 'ORDER_NOT_EXIST'), { kind: 'declined', decline: { advice: 'call-support' } }],
    [error(429, 'FREQUENCY_LIMITED'), { kind: 'unknown' }],
    [error(500, 'SYSTEM_ERROR'), { kind: 'unknown' }],
    [new HttpSilence('time-out', true), { kind: 'unknown' }],
    [new HttpSilence('refused', false), { kind: 'unknown' }],
  ];
  test.each(rows)('%j is %j', async (scripted, outcome) => {
    expect(await methodOver(scripted).method.refund(refund, payment)).toMatchObject(outcome);
    expect(await methodOver(scripted).method.inquireRefund?.(refund, payment)).toMatchObject(
      scripted instanceof HttpSilence || scripted.status !== 200 ? { kind: 'unknown' } : outcome,
    );
  });

  test('a refund that the channel does not know is sent again under the same number', async () => {
    const { method, sent } = methodOver(error(404, 'RESOURCE_NOT_EXISTS'), answer('SUCCESS'));
    expect(await method.inquireRefund?.(refund, payment)).toMatchObject({ kind: 'approved' });
    expect(JSON.parse(sent[1]?.body ?? '')).toMatchObject({ out_refund_no: OUT_REFUND_NO });
  });
});

describe('what is sent', () => {
  test('the signature is good by the rules of another author', async () => {
    const { method, sent } = methodOver(order('SUCCESS'));
    await method.authorize(payment, { code: CODE });
    const [request] = sent;
    const header = request?.headers.authorization ?? '';
    const member = (name: string): string => new RegExp(`${name}="([^"]*)"`).exec(header)?.[1] ?? '';
    const message = Formatter.request(
      'POST',
      '/sim/wallets/wechat/v3/pay/transactions/codepay',
      member('timestamp'),
      member('nonce_str'),
      request?.body ?? '',
    );
    expect(Rsa.verify(message, member('signature'), merchant.publicKey)).toBe(true);
    expect([member('mchid'), member('serial_no'), member('timestamp')]).toEqual([
      '1900000001',
      'AB12',
      String(NOW / 1000),
    ]);
  });

  test('carries amount in fen, the number of the payment, the code, device and store', async () => {
    const { method, sent } = methodOver(order('SUCCESS'));
    await method.authorize(payment, { code: CODE });
    expect(JSON.parse(sent[0]?.body ?? '')).toEqual({
      appid: 'wx1',
      mchid: '1900000001',
      description: '掌柜 demo',
      out_trade_no: '0192f0c1d2e3740080a1b2c3d4e5f607',
      payer: { auth_code: CODE },
      amount: { total: 1234, currency: 'CNY' },
      scene_info: { device_id: 'till_1', device_ip: '127.0.0.1', store_info: { out_id: 'store-1' } },
    });
  });

  test('two payments never share an order number, and one payment never changes its own', async () => {
    const { method } = methodOver();
    const prepared = await method.prepare(payment, { code: CODE });
    const again = await method.prepare(payment, { code: CODE });
    const other = await method.prepare({ ...payment, id: 'pay_0192f0c1d2e3740080a1b2c3d4e5f608' }, { code: CODE });
    expect(again).toEqual(prepared);
    expect(other.channelData).not.toEqual(prepared.channelData);
    expect(prepared.channelData.outTradeNo).toMatch(/^[0-9A-Za-z_\-*]{6,32}$/);
  });

  test('the payment code appears in no evidence, stored data or masked text', async () => {
    const echoing: Scripted = { status: 400, body: { code: 'AUTH_CODE_INVALID', message: `付款码 ${CODE} 无效` } };
    const { method } = methodOver(echoing);
    const prepared = await method.prepare(payment, { code: CODE });
    const outcome = await method.authorize(payment, { code: CODE });
    expect(JSON.stringify([prepared, outcome])).not.toContain(CODE);
    expect(JSON.stringify(outcome.evidence)).toContain('1345**********8901');
  });
});

describe('mistakes that other connectors make', () => {
  test('a payment code as a number is refused, for its last digits are already lost', async () => {
    const credential = { code: Number(CODE) };
    await expect(methodOver().method.prepare(payment, credential)).rejects.toMatchObject({
      code: 'credential-refused',
    });
  });

  test("another wallet's code is refused before anything is sent", async () => {
    const { method, sent } = methodOver();
    await expect(method.prepare(payment, { code: '284957381940238471' })).rejects.toMatchObject({
      code: 'credential-refused',
      fields: [{ path: 'credential.code' }],
    });
    expect(sent).toHaveLength(0);
  });

  test('a code is not sent a second time, even under a new number', async () => {
    const { method, sent } = methodOver(new HttpSilence('time-out', true), order('SUCCESS'));
    expect(await method.authorize(payment, { code: CODE })).toMatchObject({ kind: 'unknown' });
    expect(await method.authorize({ ...payment, id: 'pay_2' }, { code: CODE })).toMatchObject({
      kind: 'declined',
      decline: { code: 'CODE_REUSED', advice: 'new-code' },
    });
    expect(sent).toHaveLength(1);
  });

  test('both a platform certificate and a public key verify, whichever the answer names', async () => {
    const text = JSON.stringify((order('SUCCESS') as { body: object }).body);
    const timestamp = String(NOW / 1000);
    const message = wechatAnswerMessage({ timestamp, nonce: 'n', body: text });
    const headers = {
      'wechatpay-timestamp': timestamp,
      'wechatpay-nonce': 'n',
      'wechatpay-serial': 'OLD',
      'wechatpay-signature': signWechat(crypto, rotated.privateKey, message),
    };
    const { method } = methodOver({ status: 200, headers, body: text });
    expect(await method.inquire?.(payment)).toMatchObject({ kind: 'approved' });
  });

  test('a failed order is not reversed before 15 seconds, and is reversed after', async () => {
    const early = methodOver(order('PAYERROR'));
    expect(await early.method.inquire?.({ ...payment, createdAt: NOW - 14_999 })).toMatchObject({ kind: 'unknown' });
    expect(early.sent).toHaveLength(1);
    const reversed: Scripted = { status: 200, body: { out_trade_no: payment.channelData.outTradeNo } };
    const late = methodOver(order('PAYERROR'), reversed, order('REVOKED', { transaction_id: undefined }));
    expect(await late.method.inquire?.({ ...payment, createdAt: NOW - 15_000 })).toMatchObject({
      kind: 'declined',
      decline: { code: 'PAYERROR' },
    });
    expect(late.sent.map(({ url }) => url.split('/').at(-1))).toEqual([
      expect.stringContaining('mchid='),
      'reverse',
      expect.stringContaining('mchid='),
    ]);
  });
});
