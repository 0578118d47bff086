import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Aes, Wechatpay } from 'wechatpay-axios-plugin';
import WechatPayNode from 'wechatpay-node-v3';
import { type RunningWallets, startWallets } from '../testing.ts';

const PRODUCTION = 'https://api.mch.weixin.qq.com';

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

test('errors come as API v3 writes them', async () => {
  const outTradeNo = number();
  const body = order(outTradeNo, 1);
  await pay(byCertificate, body);
  const refusal = await pay(byCertificate, { ...body, out_trade_no: number() }).catch(
    (error: { response: { status: number; data: object } }) => error.response,
  );
  expect(refusal).toMatchObject({ status: 400, data: { code: 'AUTH_CODE_INVALID' } });
});

describe('wechatpay-node-v3', () => {
  /** The same client with its host replaced; it signs the path that production has. */
  function nodeClient(): WechatPayNode {
    const { settings, secrets, merchantCertificatePem } = wallets.access.wechat;
    const client = new WechatPayNode({
      appid: settings.appId ?? '',
      mchid: settings.mchId ?? '',
      publicKey: Buffer.from(merchantCertificatePem),
      privateKey: Buffer.from(secrets.privateKeyPem ?? ''),
      key: secrets.apiV3Key ?? '',
    });
    const send = async (url: string, init: RequestInit) => {
      const response = await fetch(url.replace(PRODUCTION, settings.baseUrl ?? ''), init);
      return { status: response.status, data: await response.json(), headers: Object.fromEntries(response.headers) };
    };
    client.createHttp({
      get: (url, headers) => send(url, { headers }),
      post: (url, params, headers) => send(url, { method: 'POST', headers, body: JSON.stringify(params) }),
      upload: () => Promise.reject(new Error('not used')),
    });
    return client;
  }

  test('reads the serial of the merchant certificate as we write it', () => {
    expect(nodeClient().getSN().toUpperCase()).toBe(wallets.access.wechat.settings.serialNo);
  });

  test('downloads and opens the platform certificate, with which it verifies an answer', async () => {
    const client = nodeClient();
    const [certificate] = await client.get_certificates(wallets.access.wechat.secrets.apiV3Key ?? '');
    expect(certificate?.serial_no).toBe(wallets.access.wechat.platformSerial);
  });

  test('query, refund and refund query', async () => {
    const outTradeNo = number();
    await pay(byCertificate, order(outTradeNo, 500));
    const client = nodeClient();
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
