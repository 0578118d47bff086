import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { beijingDate } from '@zhanggui/base';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Aes, Formatter, Rsa, Wechatpay } from 'wechatpay-axios-plugin';
import { type RunningWallets, startWallets } from '../testing.ts';
import { openIdOf } from './answers.ts';
import { nodeClient, PRODUCTION } from './testing.ts';

/** A notification as the merchant's server received it. */
interface Received {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

let wallets: RunningWallets;
let shop: Server;
let notifyUrl: string;
const received: Received[] = [];
/** What the merchant's server answers next; 200 when nothing is left. */
const answers: number[] = [];
let sequence = 0;

beforeAll(async () => {
  wallets = await startWallets({ timeScale: 0.002 });
  shop = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      body += part;
    });
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      response.writeHead(answers.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  notifyUrl = `http://127.0.0.1:${(shop.address() as AddressInfo).port}/notify`;
});
afterAll(async () => {
  await wallets.close();
  await new Promise((resolve) => shop.close(resolve));
});

function number(): string {
  sequence += 1;
  return `O${String(sequence).padStart(8, '0')}`;
}

/** What the answer to a native order holds. */
function codeUrlOf(data: unknown): string {
  const { code_url: url } = data as { code_url?: unknown };
  return typeof url === 'string' ? url : '';
}

/** wechatpay-axios-plugin as the merchant, or as its service provider. */
function axiosClient(mode: 'direct' | 'partner' = 'direct'): Wechatpay {
  const { platformSerial, platformCertificatePem, partner, ...direct } = wallets.access.wechat;
  const { settings, secrets } = mode === 'direct' ? direct : partner;
  return new Wechatpay({
    baseURL: `${settings.baseUrl}/`,
    mchid: settings.mchId ?? '',
    serial: settings.serialNo ?? '',
    privateKey: secrets.privateKeyPem ?? '',
    certs: { [platformSerial]: platformCertificatePem },
  });
}

function orderBody(outTradeNo: string, total: number) {
  return {
    description: '茶, 大杯',
    out_trade_no: outTradeNo,
    notify_url: notifyUrl,
    amount: { total, currency: 'CNY' },
  };
}

const scan = (qr: string, customer = 'wangfang') =>
  wallets.command('POST', `phones/wechat/${customer}/scan`, { qr, pay: true });

/** The next notification about this order. */
async function told(outTradeNo: string, count = 1): Promise<Received> {
  const { secrets } = wallets.access.wechat;
  const mine = () => received.filter(({ body }) => opened(body, secrets.apiV3Key ?? '').out_trade_no === outTradeNo);
  await expect.poll(() => mine().length).toBeGreaterThanOrEqual(count);
  const last = mine()[count - 1];
  if (last === undefined) throw new Error('nobody was told');
  return last;
}

function opened(body: string, key: string): { out_trade_no?: string; trade_state?: string } {
  const { resource } = JSON.parse(body) as {
    resource: { ciphertext: string; nonce: string; associated_data: string };
  };
  try {
    return JSON.parse(Aes.AesGcm.decrypt(resource.ciphertext, key, resource.nonce, resource.associated_data));
  } catch {
    // Another merchant's, under another key.
    return {};
  }
}

describe('orders that the customer pays alone', () => {
  test('wechatpay-axios-plugin: native, scanned, queried as paid', async () => {
    const { appId, mchId } = wallets.access.wechat.settings;
    const client = axiosClient();
    const outTradeNo = number();
    const body = { appid: appId, mchid: mchId, ...orderBody(outTradeNo, 500) };
    const { data } = await client.chain('v3/pay/transactions/native').post(body);
    expect(codeUrlOf(data)).toMatch(/^weixin:\/\/wxpay\/bizpayurl\?pr=/);
    const again = await client.chain('v3/pay/transactions/native').post(body);
    expect(again.data).toEqual(data);
    const order = client.chain(`v3/pay/transactions/out-trade-no/${outTradeNo}`);
    expect((await order.get({ params: { mchid: mchId } })).data).toMatchObject({ trade_state: 'NOTPAY' });
    expect(await scan(codeUrlOf(data))).toEqual({ result: 'paid' });
    expect((await order.get({ params: { mchid: mchId } })).data).toMatchObject({
      trade_state: 'SUCCESS',
      trade_type: 'NATIVE',
      amount: { total: 500 },
    });
  });

  test('wechatpay-node-v3: native closed, jsapi paid by its customer alone', async () => {
    const client = nodeClient(wallets.access);
    const closed = number();
    const made = await client.transactions_native(orderBody(closed, 500));
    expect(made).toMatchObject({ status: 200, data: { code_url: expect.any(String) } });
    expect(await client.close(closed)).toMatchObject({ status: 204 });
    expect(await client.query({ out_trade_no: closed })).toMatchObject({ data: { trade_state: 'CLOSED' } });
    expect(await scan(codeUrlOf(made.data))).toEqual({ result: 'not-payable' });

    const page = await client.transactions_jsapi({
      ...orderBody(number(), 700),
      payer: { openid: openIdOf('liqiang') },
    });
    const call = page.data as { package: string; paySign: string; timeStamp: string; nonceStr: string; appId: string };
    expect(call.package).toMatch(/^prepay_id=/);
    expect(await scan(call.package, 'wangfang')).toEqual({ result: 'not-payable' });
    expect(await scan(call.package, 'liqiang')).toEqual({ result: 'paid' });
  });

  test('a paid order cannot be closed, an unknown one does not exist, an order needs an address', async () => {
    const client = nodeClient(wallets.access);
    const outTradeNo = number();
    const made = await client.transactions_native(orderBody(outTradeNo, 500));
    await scan(codeUrlOf(made.data));
    expect(await client.close(outTradeNo)).toMatchObject({ status: 400, data: { code: 'ORDER_PAID' } });
    expect(await client.close('never-seen-1')).toMatchObject({ status: 404, data: { code: 'ORDER_NOT_EXIST' } });
    const nowhere = { ...orderBody(number(), 500), notify_url: 'ftp://x' };
    expect(await client.transactions_native(nowhere)).toMatchObject({ status: 400, data: { code: 'PARAM_ERROR' } });
  });

  test('wechatpay-axios-plugin as a service provider: native, query, refund, close', async () => {
    const client = axiosClient('partner');
    const { appId, mchId, subMchId } = wallets.access.wechat.partner.settings;
    const party = { sp_mchid: mchId, sub_mchid: subMchId };
    const outTradeNo = number();
    const orders = 'v3/pay/partner/transactions';
    const body = { sp_appid: appId, ...party, ...orderBody(outTradeNo, 800) };
    const { data } = await client.chain(`${orders}/native`).post(body);
    expect(await scan(codeUrlOf(data))).toEqual({ result: 'paid' });
    const order = client.chain(`${orders}/out-trade-no/${outTradeNo}`);
    expect((await order.get({ params: party })).data).toMatchObject({
      ...party,
      sp_appid: appId,
      trade_state: 'SUCCESS',
    });
    const amount = { refund: 800, total: 800, currency: 'CNY' };
    const refund = { sub_mchid: subMchId, out_trade_no: outTradeNo, out_refund_no: `R${outTradeNo}`, amount };
    expect((await client.chain('v3/refund/domestic/refunds').post(refund)).data).toMatchObject({
      out_refund_no: `R${outTradeNo}`,
    });
    const asked = client.chain(`v3/refund/domestic/refunds/R${outTradeNo}`);
    expect((await asked.get({ params: { sub_mchid: subMchId } })).data).toMatchObject({ amount: { refund: 800 } });
    const other = number();
    await client.chain(`${orders}/native`).post({ ...body, out_trade_no: other });
    expect((await client.chain(`${orders}/out-trade-no/${other}/close`).post(party)).status).toBe(204);
  });

  test('wechatpay-axios-plugin as a service provider: codepay, reverse, and pages of the customer by either app', async () => {
    const client = axiosClient('partner');
    const { settings, partner } = wallets.access.wechat;
    const { appId, mchId, subMchId } = partner.settings;
    const party = { sp_appid: appId, sp_mchid: mchId, sub_mchid: subMchId };
    const orders = 'v3/pay/partner/transactions';
    const outTradeNo = number();
    const scanned = {
      ...party,
      ...orderBody(outTradeNo, 600),
      payer: { auth_code: wallets.codeOf('wechat') },
      scene_info: { store_info: { out_id: 'S1' } },
    };
    const paid = await client.chain(`${orders}/codepay`).post(scanned);
    expect(paid.data).toMatchObject({ ...party, trade_state: 'SUCCESS', trade_type: 'MICROPAY' });
    expect((await client.chain(`${orders}/out-trade-no/${outTradeNo}/reverse`).post(party)).status).toBe(200);
    expect(wallets.books.wechat.order(outTradeNo)).toMatchObject({ state: 'revoked', refundedMinor: 600 });

    const page = (payer: object) =>
      client.chain(`${orders}/jsapi`).post({ ...party, ...orderBody(number(), 600), ...payer });
    const own = { payer: { sp_openid: openIdOf('liqiang') } };
    expect((await page(own)).data).toMatchObject({ prepay_id: expect.any(String) });
    const theirs = { sub_appid: settings.appId, payer: { sub_openid: openIdOf('liqiang') } };
    expect((await page(theirs)).data).toMatchObject({ prepay_id: expect.any(String) });
    const unnamed = await page({ payer: { sub_openid: openIdOf('liqiang') } }).catch(
      (error: { response: { data: object } }) => error.response,
    );
    expect(unnamed.data).toMatchObject({ code: 'PARAM_ERROR', detail: { field: '/payer/sp_openid' } });
  });
});

describe('notifications', () => {
  test('are signed and sealed so that both clients believe and open them', async () => {
    const client = nodeClient(wallets.access);
    const outTradeNo = number();
    const made = await client.transactions_native(orderBody(outTradeNo, 900));
    await scan(codeUrlOf(made.data));
    const { headers, body } = await told(outTradeNo);
    const header = (name: string): string => String(headers[`wechatpay-${name}`]);
    const { platformCertificatePem, secrets } = wallets.access.wechat;
    const message = Formatter.response(header('timestamp'), header('nonce'), body);
    expect(Rsa.verify(message, header('signature'), platformCertificatePem)).toBe(true);
    const isGenuine = await client.verifySign({
      timestamp: header('timestamp'),
      nonce: header('nonce'),
      body,
      serial: header('serial'),
      signature: header('signature'),
      apiSecret: secrets.apiV3Key ?? '',
    });
    expect(isGenuine).toBe(true);
    const { resource } = JSON.parse(body) as {
      resource: { ciphertext: string; nonce: string; associated_data: string };
    };
    expect(
      client.decipher_gcm(resource.ciphertext, resource.associated_data, resource.nonce, secrets.apiV3Key),
    ).toMatchObject({ out_trade_no: outTradeNo, trade_state: 'SUCCESS', amount: { total: 900 } });
  });

  test('are repeated by the schedule until they are taken, each signed anew, and not again', async () => {
    const client = nodeClient(wallets.access);
    const outTradeNo = number();
    answers.push(500, 404);
    const made = await client.transactions_native(orderBody(outTradeNo, 900));
    await scan(codeUrlOf(made.data));
    await told(outTradeNo, 3);
    const logged = async () => {
      const { notifications } = await wallets.command('GET', 'wallets/wechat/notifications');
      return (notifications as { id: string; state: string; attempts: { at: number; status: number }[] }[]).find(
        ({ id }) => id === `TRANSACTION ${outTradeNo}`,
      );
    };
    await expect.poll(async () => (await logged())?.state).toBe('taken');
    const attempts = (await logged())?.attempts ?? [];
    expect(attempts.map(({ status }) => status)).toEqual([500, 404, 200]);
    // Fifteen seconds twice, in this world's time.
    expect((attempts[1]?.at ?? 0) - (attempts[0]?.at ?? 0)).toBeGreaterThanOrEqual(30);
    const mine = received.slice(-3).map(({ headers }) => headers['wechatpay-nonce']);
    expect(new Set(mine).size).toBe(3);
  });
});

describe('the bill of a day', () => {
  test('both clients download it; its digest is that of the unzipped text, and it does not exist before its day is over', async () => {
    const date = beijingDate(Date.now());
    const params = { bill_date: date, bill_type: 'ALL', tar_type: 'GZIP' } as const;
    const client = nodeClient(wallets.access);
    expect(await client.tradebill(params)).toMatchObject({ status: 400, data: { code: 'INVALID_REQUEST' } });
    await wallets.command('PUT', 'wallets/wechat/bills', { anyDay: true });
    const asked = await client.tradebill({ bill_date: date, bill_type: 'ALL' });
    const { download_url: url, hash_value: hash } = asked.data as { download_url: string; hash_value: string };
    // The client signs what follows the host that it knows.
    const whole = await client.downloadBill(url.replace(wallets.access.wechat.settings.baseUrl ?? '', PRODUCTION));
    expect(createHash('sha1').update(String(whole.data)).digest('hex')).toBe(hash);
    expect(String(whole.data).split('\r\n')[0]?.split(',')).toHaveLength(27);

    const axios = axiosClient();
    const zipped = (await axios.chain('v3/bill/tradebill').get({ params })).data as typeof asked.data & {
      download_url: string;
      hash_value: string;
    };
    const link = new URL(zipped.download_url);
    const file = await axios.chain('v3/billdownload/file').get({
      params: { token: link.searchParams.get('token') },
      responseType: 'arraybuffer',
      transformResponse: [],
    });
    const text = gunzipSync(file.data as Buffer).toString();
    expect(createHash('sha1').update(text).digest('hex')).toBe(zipped.hash_value);
    expect(text).toContain('`茶, 大杯');
  });

  test('of funds: both clients ask for it; the balance goes on from line to line, and the totals add up', async () => {
    await wallets.command('PUT', 'wallets/wechat/bills', { anyDay: true });
    const client = nodeClient(wallets.access);
    const outTradeNo = number();
    const { data: made } = await client.transactions_native(orderBody(outTradeNo, 10_000));
    await scan(codeUrlOf(made));
    const amount = { refund: 234, total: 10_000, currency: 'CNY' };
    await client.refunds({ out_trade_no: outTradeNo, out_refund_no: `R${outTradeNo}`, amount });
    const asked = await client.fundflowbill({ bill_date: beijingDate(Date.now()), account_type: 'BASIC' });
    const { download_url: url, hash_value: hash } = asked.data as { download_url: string; hash_value: string };
    const { data: text } = await client.downloadBill(
      url.replace(wallets.access.wechat.settings.baseUrl ?? '', PRODUCTION),
    );
    expect(createHash('sha1').update(String(text)).digest('hex')).toBe(hash);
    const lines = String(text).split('\r\n');
    expect(lines[0]?.split(',')).toHaveLength(11);
    const rows = lines.slice(1, -3).map((line) => line.split(',`').map((value) => value.replace('`', '')));
    const mine = rows.filter((row) => String(row[10]).includes(outTradeNo));
    expect(mine.map((row) => row.slice(3, 7))).toEqual([
      ['交易', '交易', '收入', '100.00'],
      ['扣除交易手续费', '扣除交易手续费', '支出', '0.38'],
      ['退款', '退款', '支出', '2.34'],
      ['退还交易手续费', '退还交易手续费', '收入', '0.01'],
    ]);
    const fen = (value = '') => Math.round(Number(value) * 100);
    rows.slice(1).forEach((row, index) => {
      const moved = (row[5] === '收入' ? 1 : -1) * fen(row[6]);
      expect(fen(row[7])).toBe(fen(rows[index]?.[7]) + moved);
    });
    const totals =
      lines
        .at(-2)
        ?.split(',`')
        .map((value) => value.replace('`', '')) ?? [];
    expect(fen(totals[2]) - fen(totals[4])).toBe(fen(rows.at(-1)?.[7]));

    const funds = axiosClient().chain('v3/bill/fundflowbill');
    const params = { bill_date: beijingDate(Date.now()), tar_type: 'GZIP' };
    expect((await funds.get({ params })).data).toMatchObject({ hash_type: 'SHA1', hash_value: hash });
    const empty = await funds
      .get({ params: { ...params, account_type: 'FEES' } })
      .catch((error: { response: { data: object } }) => error.response);
    expect(empty.data).toMatchObject({ code: 'NO_STATEMENT_EXIST' });
  });
});
