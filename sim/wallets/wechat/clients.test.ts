import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Aes, Wechatpay } from 'wechatpay-axios-plugin';
import { type RunningWallets, startWallets } from '../testing.ts';
import { nodeClient } from './testing.ts';

let wallets: RunningWallets;
let byCertificate: Wechatpay;
let byPublicKey: Wechatpay;
let sequence = 0;

beforeAll(async () => {
  wallets = await startWallets();
  const { settings, secrets, platformSerial, platformCertificatePem, publicKeyId, publicKeyPem } =
    wallets.access.wechat;
  const client = (certs: Record<string, string>, headers: Record<string, string>): Wechatpay =>
    new Wechatpay({
      baseURL: `${settings.baseUrl}/`,
      mchid: settings.mchId ?? '',
      serial: settings.serialNo ?? '',
      privateKey: secrets.privateKeyPem ?? '',
      certs,
      headers,
    });
  byCertificate = client({ [platformSerial]: platformCertificatePem }, {});
  byPublicKey = client({ [publicKeyId]: publicKeyPem }, { 'Wechatpay-Serial': publicKeyId });
});
afterAll(() => wallets.close());

function number(): string {
  sequence += 1;
  return `W${String(sequence).padStart(8, '0')}`;
}

function order(outTradeNo: string, total: number): Record<string, unknown> {
  const { settings } = wallets.access.wechat;
  return {
    appid: settings.appId,
    mchid: settings.mchId,
    description: '掌柜 demo',
    out_trade_no: outTradeNo,
    payer: { auth_code: wallets.codeOf('wechat') },
    amount: { total, currency: 'CNY' },
    scene_info: { device_ip: '127.0.0.1', store_info: { out_id: 'S1' } },
  };
}

async function pay(client: Wechatpay, body: Record<string, unknown>): Promise<Record<string, unknown>> {
  return (await client.chain('v3/pay/transactions/codepay').post(body)).data;
}

async function query(client: Wechatpay, outTradeNo: string): Promise<Record<string, unknown>> {
  const params = { mchid: wallets.access.wechat.settings.mchId };
  return (await client.chain(`v3/pay/transactions/out-trade-no/${outTradeNo}`).get({ params })).data;
}

describe.each(['platform certificate', 'public key'])('wechatpay-axios-plugin, verifying by %s', (mode) => {
  const client = (): Wechatpay => (mode === 'public key' ? byPublicKey : byCertificate);

  test('pay, query, refund, refund query', async () => {
    const outTradeNo = number();
    expect(await pay(client(), order(outTradeNo, 1234))).toMatchObject({
      trade_state: 'SUCCESS',
      amount: { total: 1234 },
    });
    expect(await query(client(), outTradeNo)).toMatchObject({ trade_state: 'SUCCESS' });
    const refunds = 'v3/refund/domestic/refunds';
    const amount = { refund: 234, total: 1234, currency: 'CNY' };
    const refund = { out_trade_no: outTradeNo, out_refund_no: `R${outTradeNo}`, amount };
    expect((await client().chain(refunds).post(refund)).data).toMatchObject({ status: 'PROCESSING' });
    await expect
      .poll(async () => (await client().chain(`${refunds}/R${outTradeNo}`).get()).data)
      .toMatchObject({ status: 'SUCCESS', amount: { refund: 234 } });
    expect(await query(client(), outTradeNo)).toMatchObject({ trade_state: 'REFUND' });
  });

  test('a payment that wants the password, then a reversal', async () => {
    const outTradeNo = number();
    const { appId, mchId } = wallets.access.wechat.settings;
    expect(await pay(client(), order(outTradeNo, 100_001))).toMatchObject({ trade_state: 'USERPAYING' });
    const reverse = `v3/pay/transactions/out-trade-no/${outTradeNo}/reverse`;
    const { data } = await client().chain(reverse).post({ appid: appId, mchid: mchId });
    expect(data).toEqual({ appid: appId, mchid: mchId, out_trade_no: outTradeNo });
    expect(await query(client(), outTradeNo)).toMatchObject({ trade_state: 'REVOKED' });
  });
});

test('wechatpay-axios-plugin finds the wrong signature that a fault asks for', async () => {
  await wallets.command('POST', 'wallets/wechat/faults', { kind: 'wrong-signature', operation: 'pay' });
  await expect(pay(byCertificate, order(number(), 1))).rejects.toThrow(/Verify the response/);
});

/** How the interface refuses a request: status, code, and the parameter that is wrong. */
async function refusal(sent: Promise<unknown>) {
  try {
    await sent;
  } catch (error) {
    const { status, data } = (error as { response: { status: number; data: { code: string; detail?: object } } })
      .response;
    return { status, code: data.code, ...data.detail };
  }
  return 'taken';
}

const post = (path: string, body: object) => byCertificate.chain(path).post(body);

describe('a request that cannot be carried out is answered as API v3 does, naming the parameter', () => {
  const CODEPAY = 'v3/pay/transactions/codepay';
  const NATIVE = 'v3/pay/transactions/native';

  test.each([
    [CODEPAY, { out_trade_no: undefined }, '/out_trade_no'],
    [CODEPAY, { out_trade_no: 'short' }, '/out_trade_no'],
    [CODEPAY, { mchid: undefined }, '/mchid'],
    [CODEPAY, { mchid: '1900000000' }, '/mchid'],
    [CODEPAY, { description: '' }, '/description'],
    [CODEPAY, { description: '茶'.repeat(128) }, '/description'],
    [CODEPAY, { description: '奶茶🧋' }, '/description'],
    [CODEPAY, { attach: 'x'.repeat(129) }, '/attach'],
    [CODEPAY, { amount: undefined }, '/amount/total'],
    [CODEPAY, { amount: { total: '100' } }, '/amount/total'],
    [CODEPAY, { amount: { total: 0 } }, '/amount/total'],
    [CODEPAY, { amount: { total: 1.5 } }, '/amount/total'],
    [CODEPAY, { amount: { total: 100, currency: 'USD' } }, '/amount/currency'],
    [CODEPAY, { payer: { auth_code: 130000000000000 } }, '/payer/auth_code'],
    [CODEPAY, { scene_info: undefined }, '/scene_info'],
    [CODEPAY, { scene_info: { store_info: {} } }, '/scene_info/store_info'],
    [NATIVE, { notify_url: undefined }, '/notify_url'],
    [NATIVE, { notify_url: 'http://127.0.0.1/n?shop=1' }, '/notify_url'],
    [NATIVE, { notify_url: 'http://127.0.0.1/n', time_expire: '2026-11-23 10:00:00' }, '/time_expire'],
  ])('%s with %j', async (path, wrong, field) => {
    const answer = await refusal(post(path, { ...order(number(), 100), ...wrong }));
    expect(answer).toMatchObject({ status: 400, code: 'PARAM_ERROR', field, location: 'body' });
  });

  test('another app than the merchant’s, an order’s number with another amount, a code that was used, an address that is none', async () => {
    const body = order(number(), 100_001);
    expect(await refusal(post(CODEPAY, { ...body, appid: 'wx0000000000000000' }))).toMatchObject({
      status: 400,
      code: 'APPID_MCHID_NOT_MATCH',
    });
    await pay(byCertificate, body);
    const other = { ...body, amount: { total: 1, currency: 'CNY' } };
    expect(await refusal(post(CODEPAY, other))).toMatchObject({ status: 403, code: 'OUT_TRADE_NO_USED' });
    const used = await refusal(post(CODEPAY, { ...body, out_trade_no: number() }));
    expect(used).toMatchObject({ status: 400, code: 'AUTH_CODE_INVALID' });
    expect(await refusal(post('v3/pay/transactions/nothing', {}))).toMatchObject({
      status: 404,
      code: 'RESOURCE_NOT_EXISTS',
    });
  });

  test('another customer’s code for an order that waits for its own', async () => {
    const body = order(number(), 100_001);
    await pay(byCertificate, body);
    const other = { ...body, payer: { auth_code: wallets.codeOf('wechat', 'liqiang') } };
    expect(await refusal(post(CODEPAY, other))).toMatchObject({ status: 403, code: 'OUT_TRADE_NO_USED' });
    const fresh = wallets.books.wechat.codes.refresh('wangfang').code;
    expect(await pay(byCertificate, { ...body, payer: { auth_code: fresh } })).toMatchObject({
      trade_state: 'USERPAYING',
    });
  });

  test('refunds: parameters, totals, numbers that were used, orders that are none', async () => {
    const refunds = 'v3/refund/domestic/refunds';
    const [paid, another] = [number(), number()];
    await pay(byCertificate, order(paid, 1_000));
    await pay(byCertificate, order(another, 1_000));
    const good = {
      out_trade_no: paid,
      out_refund_no: `R${paid}`,
      amount: { refund: 300, total: 1_000, currency: 'CNY' },
    };
    const wrong = async (change: object) => refusal(post(refunds, { ...good, ...change }));
    expect(await wrong({ out_refund_no: '' })).toMatchObject({ code: 'PARAM_ERROR', field: '/out_refund_no' });
    expect(await wrong({ out_trade_no: undefined })).toMatchObject({ code: 'PARAM_ERROR', field: '/out_trade_no' });
    expect(await wrong({ reason: '退'.repeat(81) })).toMatchObject({ code: 'PARAM_ERROR', field: '/reason' });
    expect(await wrong({ amount: { ...good.amount, currency: 'HKD' } })).toMatchObject({ field: '/amount/currency' });
    const mismatch = { status: 400, code: 'INVALID_REQUEST' };
    expect(await wrong({ amount: { ...good.amount, total: 999 } })).toMatchObject(mismatch);
    expect(await wrong({ amount: { ...good.amount, refund: 1_001 } })).toMatchObject(mismatch);
    expect((await post(refunds, good)).data).toMatchObject({ amount: { refund: 300 } });
    expect((await post(refunds, good)).data).toMatchObject({ amount: { refund: 300 } });
    expect(await wrong({ amount: { ...good.amount, refund: 301 } })).toMatchObject(mismatch);
    expect(await wrong({ out_trade_no: another })).toMatchObject(mismatch);
    expect(await wrong({ out_trade_no: 'never-seen-1', out_refund_no: 'R-none' })).toMatchObject({
      status: 404,
      code: 'RESOURCE_NOT_EXISTS',
    });
    expect(wallets.books.wechat.order(another)).toMatchObject({ refundedMinor: 0 });
  });

  test('a payment is reversed for seven days, and not later', async () => {
    const outTradeNo = number();
    const { appId, mchId } = wallets.access.wechat.settings;
    await pay(byCertificate, order(outTradeNo, 100));
    const kept = wallets.books.wechat.order(outTradeNo);
    if (kept === undefined) throw new Error('there is no order');
    Object.assign(kept, { createdAt: kept.createdAt - 8 * 86_400_000 });
    const reverse = post(`v3/pay/transactions/out-trade-no/${outTradeNo}/reverse`, { appid: appId, mchid: mchId });
    expect(await refusal(reverse)).toMatchObject({ status: 400, code: 'REVERSE_EXPIRE' });
    expect(wallets.books.wechat.order(outTradeNo)).toMatchObject({ state: 'paid', refundedMinor: 0 });
  });
});

describe('wechatpay-node-v3', () => {
  test('reads the serial of the merchant certificate as we write it', () => {
    expect(nodeClient(wallets.access).getSN().toUpperCase()).toBe(wallets.access.wechat.settings.serialNo);
  });

  test('downloads and opens the platform certificate, with which it verifies an answer', async () => {
    const client = nodeClient(wallets.access);
    const [certificate] = await client.get_certificates(wallets.access.wechat.secrets.apiV3Key ?? '');
    expect(certificate?.serial_no).toBe(wallets.access.wechat.platformSerial);
  });

  test('query, refund and refund query', async () => {
    const outTradeNo = number();
    await pay(byCertificate, order(outTradeNo, 500));
    const client = nodeClient(wallets.access);
    expect(await client.query({ out_trade_no: outTradeNo })).toMatchObject({
      status: 200,
      data: { trade_state: 'SUCCESS' },
    });
    const refund = {
      out_trade_no: outTradeNo,
      out_refund_no: `N${outTradeNo}`,
      amount: { refund: 500, total: 500, currency: 'CNY' },
    };
    expect(await client.refunds(refund)).toMatchObject({ status: 200, data: { out_trade_no: outTradeNo } });
    await expect.poll(() => client.find_refunds(`N${outTradeNo}`)).toMatchObject({ data: { status: 'SUCCESS' } });
  });
});

test('the certificate list is sealed so that the plugin of another author opens it', async () => {
  const { data } = (await byCertificate.chain('v3/certificates').get()) as {
    data: { data: { encrypt_certificate: { ciphertext: string; nonce: string; associated_data: string } }[] };
  };
  const sealed = data.data[0]?.encrypt_certificate;
  const key = wallets.access.wechat.secrets.apiV3Key ?? '';
  const opened = Aes.AesGcm.decrypt(sealed?.ciphertext ?? '', key, sealed?.nonce ?? '', sealed?.associated_data);
  expect(opened).toBe(wallets.access.wechat.platformCertificatePem);
});
