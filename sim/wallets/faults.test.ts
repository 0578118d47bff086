import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Wechatpay } from 'wechatpay-axios-plugin';
import { WALLET_IDS } from './code-issuer.ts';
import { type RunningWallets, startWallets } from './testing.ts';

let wallets: RunningWallets;
let client: Wechatpay;
let sequence = 0;

beforeAll(async () => {
  wallets = await startWallets({ timeScale: 0.01 });
  const { settings, secrets, platformSerial, platformCertificatePem } = wallets.access.wechat;
  client = new Wechatpay({
    baseURL: `${settings.baseUrl}/`,
    mchid: settings.mchId ?? '',
    serial: settings.serialNo ?? '',
    privateKey: secrets.privateKeyPem ?? '',
    certs: { [platformSerial]: platformCertificatePem },
  });
});
afterAll(() => wallets.close());
beforeEach(() => wallets.command('DELETE', 'wallets/wechat/faults'));

const plan = (fault: object, wallet = 'wechat') => wallets.command('POST', `wallets/${wallet}/faults`, fault);
const standing = (outTradeNo: string) => wallets.books.wechat.order(outTradeNo)?.state;

/** Pays with the code on the first phone. @returns the order's number, and the answer or `failed`. */
async function pay(timeout = 5_000): Promise<{ readonly outTradeNo: string; readonly answer: unknown }> {
  sequence += 1;
  const outTradeNo = `F${String(sequence).padStart(8, '0')}`;
  const { appId, mchId } = wallets.access.wechat.settings;
  const body = {
    appid: appId,
    mchid: mchId,
    description: '茶',
    out_trade_no: outTradeNo,
    payer: { auth_code: wallets.codeOf('wechat') },
    amount: { total: 100, currency: 'CNY' },
    scene_info: { store_info: { out_id: 'S1' } },
  };
  const sent = client.chain('v3/pay/transactions/codepay').post(body, { timeout });
  return { outTradeNo, answer: await sent.then(({ data }) => data).catch(() => 'failed') };
}

async function cancel(outTradeNo: string): Promise<number> {
  const { appId: appid, mchId: mchid } = wallets.access.wechat.settings;
  return (await client.chain(`v3/pay/transactions/out-trade-no/${outTradeNo}/reverse`).post({ appid, mchid })).status;
}

describe('what a client and the book see of a fault', () => {
  test.each([
    ['silence', undefined],
    ['500', undefined],
    ['lost-answer', 'paid'],
    ['truncated', 'paid'],
    ['wrong-signature', 'paid'],
    ['clock-skew', 'paid'],
  ])('%s: no answer that a client believes; the order is %s', async (kind, state) => {
    await plan({ kind, operation: 'pay' });
    const { outTradeNo, answer } = await pay(kind === 'silence' ? 200 : 5_000);
    expect(answer).toBe('failed');
    expect(standing(outTradeNo)).toBe(state);
  });

  test('delay: done at once, answered later', async () => {
    await plan({ kind: 'delay', operation: 'pay', delayMs: 100 });
    const { outTradeNo, answer } = await pay();
    expect(answer).toMatchObject({ trade_state: 'SUCCESS' });
    expect(Date.now() - (wallets.books.wechat.order(outTradeNo)?.paidAt ?? Date.now())).toBeGreaterThanOrEqual(95);
  });

  test('late-success-after-cancel: the cancellation is confirmed, and the money is taken all the same', async () => {
    await plan({ kind: 'late-success-after-cancel', delayMs: 30 });
    const { outTradeNo } = await pay();
    expect(standing(outTradeNo)).toBe('paying');
    expect(await cancel(outTradeNo)).toBe(200);
    expect(standing(outTradeNo)).toBe('revoked');
    await expect.poll(() => standing(outTradeNo)).toBe('paid');
  });

  test('userpaying-forever: no phone is asked, no time ends it, a cancellation does', async () => {
    await plan({ kind: 'userpaying-forever', operation: 'pay' });
    const { outTradeNo } = await pay();
    expect(await wallets.command('GET', 'phones/wechat/wangfang/state')).toMatchObject({ prompt: null });
    expect(standing(outTradeNo)).toBe('paying');
    expect(await cancel(outTradeNo)).toBe(200);
    expect(standing(outTradeNo)).toBe('revoked');
  });

  test('a fault is counted down, aimed at its operation alone, or stays until it is lifted', async () => {
    await plan({ kind: '500', operation: 'refund' });
    await plan({ kind: '500', operation: 'pay', count: 2 });
    for (const state of [undefined, undefined, 'paid']) expect(standing((await pay()).outTradeNo)).toBe(state);
    await plan({ kind: '500', operation: 'pay', count: null });
    for (const _ of [1, 2, 3]) expect(standing((await pay()).outTradeNo)).toBeUndefined();
    const { faults } = await wallets.command('GET', 'wallets/wechat/faults');
    expect(faults).toMatchObject([
      { operation: 'refund', count: 1 },
      { operation: 'pay', count: null },
    ]);
    await wallets.command('DELETE', 'wallets/wechat/faults');
    expect(standing((await pay()).outTradeNo)).toBe('paid');
  });
});

test('rotation: another certificate signs the answer than the one known when it was asked; both are good from then on', async () => {
  const { platformSerial } = wallets.access.wechat;
  await plan({ kind: 'rotation', operation: 'pay' });
  const { outTradeNo, answer } = await pay();
  expect([answer, standing(outTradeNo)]).toEqual(['failed', 'paid']);
  const listed = await client
    .chain('v3/certificates')
    .get({ transformResponse: [] })
    .catch((error: { response: { data: string } }) => error.response);
  const { data } = JSON.parse(listed.data) as { data: readonly { readonly serial_no: string }[] };
  expect(data).toHaveLength(2);
  expect(data[0]?.serial_no).toBe(platformSerial);
});

describe('a fault that could never happen is refused, with those that can', () => {
  test.each([
    ['wechat', { kind: 'earthquake' }],
    ['wechat', { kind: 'silence', operation: 'sing' }],
    ['wechat', { kind: 'silence', count: 0 }],
    ['wechat', { kind: 'silence', count: -1 }],
    ['wechat', { kind: 'delay', delayMs: -1 }],
    ['wechat', { kind: 'delay', delayMs: 'long' }],
    ['wechat', { kind: 'duplicate', operation: 'pay' }],
    ['wechat', { kind: 'userpaying-forever', operation: 'query' }],
    ['alipay', { kind: 'clock-skew', operation: 'query' }],
    ['unionpay-qr', { kind: 'clock-skew' }],
    ['ecny', { kind: 'rotation' }],
  ])('%s: %j', async (wallet, fault) => {
    expect(await plan(fault, wallet)).toMatchObject({
      code: 'no-such-fault',
      possible: { silence: expect.any(Array) },
    });
    expect(await wallets.command('GET', `wallets/${wallet}/faults`)).toEqual({ faults: [] });
  });

  test('every wallet says what it can do wrong, and takes it', async () => {
    for (const wallet of WALLET_IDS) {
      const { possible } = await plan({}, wallet);
      for (const [kind, operations] of Object.entries(possible as Record<string, string[]>))
        expect(await plan({ kind, operation: operations[0] }, wallet)).toHaveProperty('faults');
      await wallets.command('DELETE', `wallets/${wallet}/faults`);
    }
  });
});
