import { inspect } from 'node:util';
import { HttpSilence } from '@zhanggui/base';
import type {
  CancelOutcome,
  Evidence,
  MethodEnvironment,
  Outcome,
  PaymentFacts,
} from '@zhanggui/modules/payments/method.ts';
import { WalletRefusal } from '@zhanggui/wallets';
import { describe, expect, test, vi } from 'vitest';
import { walletCrypto, walletPayment, walletRefund } from '../../test/support/scripted-wallet.ts';
import { DONE, declined, NOT_SENT } from './codes.ts';
import type { Inquiry, Notice, WalletConnector } from './connector.ts';
import { firstAnswerOf } from './outcomes.ts';
import { ask } from './reply.ts';
import { walletPlugin } from './wallet-plugin.ts';

const NOW = 1_795_000_000_000;
const seen: Evidence = { direction: 'answer', at: NOW, title: 'question', text: 'seen' };
const payment = walletPayment({ createdAt: NOW });
const refund = walletRefund({ createdAt: NOW });
const shown: PaymentFacts = { ...payment, channelData: { ...payment.channelData, flow: 'shown-code' } };
const handover = { kind: 'code', content: 'wxp://1', expiresAt: '2026-11-23T00:00:00.000Z' } as const;
const offered: Outcome = { kind: 'pending', waitingFor: 'customer-scan', handover };
const approved: Outcome = { kind: 'approved', channelReference: '4200001' };
const notFound: Inquiry = { kind: 'not-found', evidence: [seen] };

/** A wallet whose channel answers as told, and what it was asked. */
function walletWith(answers: Partial<WalletConnector<object>>) {
  const asked: string[] = [];
  const noting = <Result>(name: string, result: Result): Promise<Result> => {
    asked.push(name);
    return Promise.resolve(result);
  };
  const connector: WalletConnector<object> = {
    account: () => ({}),
    takeCode: () => noting('takeCode', approved),
    offer: () => noting('offer', offered),
    inquire: () => noting('inquire', notFound),
    cancel: () => noting<CancelOutcome>('cancel', { kind: 'cancelled', moneyHadMoved: false }),
    refund: () => noting('refund', approved),
    inquireRefund: () => noting('inquireRefund', notFound),
    notice: () => Promise.reject(new WalletRefusal('bad-signature', 'x')),
    taken: { status: 200, contentType: 'text/plain', body: 'ok' },
    refused: (cause) => ({ status: 401, contentType: 'text/plain', body: cause }),
    bill: () => Promise.resolve({ kind: 'empty' }),
    ...answers,
  };
  const plugin = walletPlugin({
    id: 'wechat',
    title: { zh: '微信支付', en: 'WeChat Pay' },
    wallet: 'wechat',
    flows: { code: '18 digits', longestCode: 40, payer: 'openid' },
    policy: {
      local: false,
      authorizeTimeoutMs: 1_000,
      firstInquiryMs: 1,
      intervalMs: 1,
      giveUpAfterMs: 1,
      minimumBeforeCancelMs: 0,
      confirmAfterCancelMs: null,
    },
    flowPolicies: {},
    channel: { settings: [], test: async () => ({ outcome: 'passed', detail: '' }) },
    connect: () => connector,
  });
  const environment = {
    policy: plugin.policy,
    flowPolicies: {},
    clock: { now: () => NOW, sleep: async () => {} },
    walletCrypto,
    deviceOf: async () => null,
    channelConfig: async () => ({ methodId: 'wechat', settings: {}, secrets: {} }),
  } as unknown as MethodEnvironment;
  return { method: plugin.create(environment), asked, noting };
}

describe('an order whose code was lost with the answer', () => {
  test('is made again for the sake of its code, whether the channel knows it or not', async () => {
    const waiting: Outcome = { kind: 'pending', waitingFor: 'customer-scan' };
    for (const found of [notFound, waiting]) {
      const { method } = walletWith({ inquire: async () => found });
      expect(await method.inquire?.(shown)).toMatchObject({ ...offered, channelData: { handedOver: true } });
    }
  });

  test('is not made again once its code was shown', async () => {
    const { method, asked } = walletWith({});
    const known = { ...shown, channelData: { ...shown.channelData, handedOver: true } };
    expect(await method.inquire?.(known)).toMatchObject({ kind: 'unknown', evidence: [seen] });
    expect(asked).toEqual(['inquire']);
  });

  test('is not made again once the payment was cancelled, or its time is over', async () => {
    const { method, asked } = walletWith({});
    const undone = await method.cancel?.(shown);
    const cancelled = { ...shown, channelData: { ...shown.channelData, ...undone?.channelData } };
    expect(await method.inquire?.(cancelled)).toMatchObject({ kind: 'unknown' });
    expect(await method.inquire?.({ ...shown, createdAt: NOW - 1 })).toMatchObject({ kind: 'unknown' });
    expect(asked).toEqual(['cancel', 'inquire', 'inquire']);
  });

  test('stays unknown when the second request is refused: that says nothing of the first', async () => {
    const decline = { code: 'X', message: { zh: '', en: '' }, advice: 'retry' } as const;
    const { method } = walletWith({ offer: async () => ({ kind: 'declined', decline }) });
    expect(await method.inquire?.(shown)).toMatchObject({ kind: 'unknown', cause: 'offered again: X' });
    expect(await method.authorize(shown, { show: true })).toMatchObject({ kind: 'declined' });
  });
});

describe('a code that the cashier scanned', () => {
  test('is sent once, and its order is never offered again', async () => {
    const { method, asked } = walletWith({});
    const credential = { code: '134579812345678901' };
    expect(await method.authorize(payment, credential)).toMatchObject({ kind: 'approved' });
    expect(await method.authorize(payment, credential)).toMatchObject({ decline: { code: 'CODE_REUSED' } });
    expect(await method.inquire?.(payment)).toMatchObject({ kind: 'unknown' });
    expect(asked).toEqual(['takeCode', 'inquire']);
  });

  test('is read once: what was prepared is asked with, and shows neither code nor account', async () => {
    const account = vi.fn(() => ({ key: 'secret' }));
    const { method, asked } = walletWith({ account });
    const { instrument } = await method.prepare(payment, { code: '134579812345678901' });
    expect(await method.authorize(payment, instrument)).toMatchObject({ kind: 'approved' });
    expect([account.mock.calls.length, asked, JSON.stringify(instrument)]).toEqual([1, ['takeCode'], '{}']);
    expect(inspect(instrument, { depth: 9, showHidden: true })).not.toMatch(/secret|1345/);
  });

  test('whose number is known there already is asked about, once', async () => {
    const inquire = { kind: 'inquire', code: 'OUT_TRADE_NO_USED', evidence: [seen] } as const;
    const known = walletWith({ takeCode: async () => inquire, inquire: async () => approved });
    expect(await known.method.authorize(payment, { code: '134579812345678901' })).toMatchObject(approved);
    const lost = walletWith({ takeCode: async () => inquire });
    expect(await lost.method.authorize(payment, { code: '134579812345678901' })).toMatchObject({
      kind: 'unknown',
      cause: 'OUT_TRADE_NO_USED',
      evidence: [seen, seen],
    });
    expect(lost.asked).toEqual(['inquire']);
  });

  test.each([
    ['a number', { code: 134579812345678901n }, 'credential.code'],
    ["another wallet's code", { code: '284957381940238471' }, 'credential.code'],
    ['nothing', null, 'credential.code'],
    ['a customer of no shape', { payer: 'a b' }, 'credential.payer'],
    ['a customer that is no text', { payer: 1 }, 'credential.payer'],
  ])('%s is refused before anything is sent', async (_, credential, path) => {
    const { method, asked } = walletWith({});
    await expect(method.prepare(payment, credential)).rejects.toMatchObject({
      code: 'credential-refused',
      fields: [{ path, message: { zh: expect.stringContaining('微信支付'), en: expect.any(String) } }],
    });
    expect(asked).toEqual([]);
  });
});

describe('a refund', () => {
  test('that is not known is sent again, and within the window only', async () => {
    const { method, asked } = walletWith({
      refundWindow: () => ({ withinMs: 1_000, tooLate: { code: 'W', message: { zh: '', en: '' }, advice: 'none' } }),
    });
    expect(await method.inquireRefund?.(refund, payment)).toMatchObject({ ...approved, evidence: [seen] });
    expect(asked).toEqual(['inquireRefund', 'refund']);
    const late = { ...refund, createdAt: NOW + 1_001 };
    expect(await method.refund(late, payment)).toMatchObject({ kind: 'declined', decline: { code: 'W' } });
    expect(asked).toHaveLength(2);
  });
});

describe('a notification', () => {
  const notice = (read: () => Outcome): Notice => ({ about: 'payment', orderNumber: 'x', read, seen });
  const known = { payment: async () => payment, refund: async () => undefined };
  const nobody = { payment: async () => undefined, refund: async () => undefined };
  const raw = { merchantId: 'mer_1', headers: {}, rawBody: '' };

  test.each([
    ['of our payment is its outcome', notice(() => approved), known, { kind: 'payment', paymentId: payment.id }, 200],
    [
      'that contradicts our payment is refused',
      notice(() => ({ kind: 'unknown', cause: 'amount' })),
      known,
      { kind: 'refused', cause: 'amount' },
      401,
    ],
    ['of a payment that is not ours changes nothing', notice(() => approved), nobody, { kind: 'ignored' }, 200],
  ])('%s', async (_, said, payments, reading, status) => {
    const { method } = walletWith({ notice: async () => said });
    expect(await method.notified?.(raw, payments)).toMatchObject({ ...reading, answer: { status } });
  });

  test('that does not verify is refused in the channel’s own form', async () => {
    expect(await walletWith({}).method.notified?.(raw, known)).toEqual({
      kind: 'refused',
      cause: 'bad-signature',
      answer: { status: 401, contentType: 'text/plain', body: 'bad-signature' },
    });
  });
});

describe('one request', () => {
  const clock = { now: () => NOW, sleep: async () => {} };
  const answer = { status: 200, headers: {}, body: '{}' };
  const request = (send: () => Promise<typeof answer>, read: () => { code: string } | string) =>
    ask(clock, {
      title: 'pay',
      shown: 'code 134579812345678901',
      send,
      read,
      show: ({ code }) => code,
      meaning: ({ code }) => ({ code, meaning: code === 'OK' ? DONE : declined('retry', '', '') }),
    });
  const outcomeOf = async (send: () => Promise<typeof answer>, read: () => { code: string } | string) =>
    (await firstAnswerOf(await request(send, read), NOT_SENT, () => approved)).kind;

  test.each([
    ['a genuine success', async () => answer, () => ({ code: 'OK' }), 'approved'],
    ['a genuine refusal', async () => answer, () => ({ code: 'NO' }), 'declined'],
    ['an answer that is not believed', async () => answer, () => 'bad-signature', 'unknown'],
    ['silence', () => Promise.reject(new HttpSilence('time-out', true)), () => '', 'unknown'],
    ['no line', () => Promise.reject(new HttpSilence('refused', false)), () => '', 'declined'],
    ['a key that cannot sign', () => Promise.reject(new WalletRefusal('key', 'x')), () => '', 'declined'],
  ])('%s is %s', async (_, send, read, kind) => {
    expect(await outcomeOf(send, read)).toBe(kind);
  });

  test('shows no payment code', async () => {
    const { evidence } = await request(
      async () => answer,
      () => ({ code: '284957381940238471' }),
    );
    expect(evidence.map(({ text }) => text)).toEqual(['code 1345**********8901', 'HTTP 200 2849**********8471']);
  });
});
