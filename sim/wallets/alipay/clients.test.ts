import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beijingDate } from '@zhanggui/base';
import { AlipaySdk } from 'alipay-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unzip } from '../../../apps/server/unzip.ts';
import { type RunningWallets, startWallets } from '../testing.ts';
import { buyerIdOf } from './trade.ts';

let wallets: RunningWallets;
let alipay: AlipaySdk;
let sequence = 0;

beforeAll(async () => {
  // The first repetition of a notification comes after four minutes, of these a quarter of a second.
  wallets = await startWallets({ timeScale: 0.001 });
  const { settings, secrets, aesKey } = wallets.access.alipay;
  alipay = new AlipaySdk({
    appId: settings.appId ?? '',
    privateKey: bare(secrets.privateKeyPem),
    keyType: 'PKCS8',
    alipayPublicKey: bare(settings.alipayPublicKey),
    gateway: settings.gatewayUrl ?? '',
    encryptKey: aesKey,
  });
});
afterAll(() => wallets.close());

function bare(pem: string | undefined): string {
  return (pem ?? '').replace(/-----[^-]+-----|\s/g, '');
}

/** The official client with certificates. */
function certified(): AlipaySdk {
  const { appId, appCertificate, alipayCertificate, alipayRootCertificates, gatewayUrl } =
    wallets.access.alipay.certificates.settings;
  return new AlipaySdk({
    appId: appId ?? '',
    privateKey: bare(wallets.access.alipay.secrets.privateKeyPem),
    keyType: 'PKCS8',
    appCertContent: appCertificate ?? '',
    alipayPublicCertContent: alipayCertificate ?? '',
    alipayRootCertContent: alipayRootCertificates ?? '',
    gateway: gatewayUrl ?? '',
  });
}

function number(): string {
  sequence += 1;
  return `T${String(sequence).padStart(6, '0')}`;
}

function ask(method: string, bizContent: object): Promise<Record<string, unknown>> {
  return alipay.exec(method, { bizContent }, { validateSign: true });
}

function pay(outTradeNo: string, totalAmount: string): Promise<Record<string, unknown>> {
  const content = {
    outTradeNo,
    totalAmount,
    subject: '苹果 & 梨 = 水果',
    scene: 'bar_code',
    authCode: wallets.codeOf('alipay'),
    productCode: 'FACE_TO_FACE_PAYMENT',
  };
  return ask('alipay.trade.pay', content);
}

function scan(qr: unknown, customer = 'liqiang'): Promise<Record<string, unknown>> {
  return wallets.command('POST', `phones/alipay/${customer}/scan`, { qr, pay: true });
}

describe('the official alipay-sdk, verifying every answer, works against the simulated gateway', () => {
  test('pay, query, partial refund, the same refund again, refund query', async () => {
    const outTradeNo = number();
    expect(await pay(outTradeNo, '12.34')).toMatchObject({ code: '10000', outTradeNo, totalAmount: '12.34' });
    expect(await ask('alipay.trade.query', { outTradeNo })).toMatchObject({
      code: '10000',
      tradeStatus: 'TRADE_SUCCESS',
    });
    const refund = { outTradeNo, refundAmount: '2.34', outRequestNo: 'R1' };
    expect(await ask('alipay.trade.refund', refund)).toMatchObject({
      code: '10000',
      fundChange: 'Y',
      refundFee: '2.34',
    });
    expect(await ask('alipay.trade.refund', refund)).toMatchObject({
      code: '10000',
      fundChange: 'N',
      refundFee: '2.34',
    });
    expect(await ask('alipay.trade.fastpay.refund.query', { outTradeNo, outRequestNo: 'R1' })).toMatchObject({
      refundStatus: 'REFUND_SUCCESS',
      refundAmount: '2.34',
    });
    expect(await ask('alipay.trade.fastpay.refund.query', { outTradeNo, outRequestNo: 'R2' })).not.toHaveProperty(
      'refundStatus',
    );
    expect(await ask('alipay.trade.refund', { outTradeNo, refundAmount: '2.34' })).toMatchObject({
      subCode: 'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL',
    });
    expect(await ask('alipay.trade.refund', { ...refund, refundAmount: '20.00', outRequestNo: 'R3' })).toMatchObject({
      subCode: 'ACQ.REFUND_FEE_ERROR',
    });
  });

  test('a payment that wants the password, then a cancellation', async () => {
    const outTradeNo = number();
    expect(await pay(outTradeNo, '1000.01')).toMatchObject({ code: '10003' });
    expect(await ask('alipay.trade.query', { outTradeNo })).toMatchObject({ tradeStatus: 'WAIT_BUYER_PAY' });
    expect(await ask('alipay.trade.cancel', { outTradeNo })).toMatchObject({ retryFlag: 'N', action: 'close' });
    expect(await ask('alipay.trade.query', { outTradeNo })).toMatchObject({ tradeStatus: 'TRADE_CLOSED' });
  });

  test('a paid trade is given back by its cancellation, once', async () => {
    const outTradeNo = number();
    await pay(outTradeNo, '3.00');
    const before = wallets.books.alipay.customer('wangfang')?.balanceMinor ?? 0;
    for (const _ of [1, 2])
      expect(await ask('alipay.trade.cancel', { outTradeNo })).toMatchObject({ action: 'refund', retryFlag: 'N' });
    expect(wallets.books.alipay.customer('wangfang')?.balanceMinor).toBe(before + 300);
  });

  test('precreate: there is no trade until a customer scans; a cancelled code can be scanned no more', async () => {
    const outTradeNo = number();
    const made = await ask('alipay.trade.precreate', { outTradeNo, totalAmount: '5.00', subject: '茶' });
    expect(made.qrCode).toMatch(/^https:\/\/qr\.alipay\.com\/bax/);
    expect(await ask('alipay.trade.query', { outTradeNo })).toMatchObject({ subCode: 'ACQ.TRADE_NOT_EXIST' });
    expect(await ask('alipay.trade.close', { outTradeNo })).toMatchObject({ subCode: 'ACQ.TRADE_NOT_EXIST' });
    expect(await scan(made.qrCode)).toEqual({ result: 'paid' });
    expect(await ask('alipay.trade.query', { outTradeNo })).toMatchObject({ tradeStatus: 'TRADE_SUCCESS' });
    expect(await ask('alipay.trade.close', { outTradeNo })).toMatchObject({ subCode: 'ACQ.TRADE_STATUS_ERROR' });
    const other = number();
    const second = await ask('alipay.trade.precreate', { outTradeNo: other, totalAmount: '5.00', subject: '茶' });
    const cancelled = await ask('alipay.trade.cancel', { outTradeNo: other });
    expect(cancelled).toMatchObject({ code: '10000', retryFlag: 'N' });
    expect(cancelled).not.toHaveProperty('action');
    expect(await scan(second.qrCode)).toEqual({ result: 'not-payable' });
  });

  test('a code whose time is over can be scanned no more', async () => {
    const past = { outTradeNo: number(), totalAmount: '5.00', subject: '茶', timeExpire: '2020-01-01 00:00:00' };
    const { qrCode } = await ask('alipay.trade.precreate', past);
    expect(await scan(qrCode)).toEqual({ result: 'not-payable' });
    const malformed = { ...past, outTradeNo: number(), timeExpire: undefined, qrCodeTimeoutExpress: '16d' };
    expect(await ask('alipay.trade.precreate', malformed)).toMatchObject({ subCode: 'ACQ.INVALID_PARAMETER' });
  });

  test('create: a trade of one buyer, which is there at once and can be closed', async () => {
    const outTradeNo = number();
    const content = { outTradeNo, totalAmount: '5.00', subject: '茶', buyerId: buyerIdOf('liqiang') };
    const { tradeNo } = await ask('alipay.trade.create', content);
    expect(await ask('alipay.trade.query', { outTradeNo })).toMatchObject({ tradeStatus: 'WAIT_BUYER_PAY', tradeNo });
    expect(await scan(tradeNo, 'wangfang')).toEqual({ result: 'not-payable' });
    expect(await scan(tradeNo)).toEqual({ result: 'paid' });
    const other = number();
    const second = await ask('alipay.trade.create', { ...content, outTradeNo: other });
    expect(await ask('alipay.trade.close', { outTradeNo: other })).toMatchObject({ code: '10000' });
    expect(await ask('alipay.trade.query', { outTradeNo: other })).toMatchObject({ tradeStatus: 'TRADE_CLOSED' });
    expect(await scan(second.tradeNo)).toEqual({ result: 'not-payable' });
    const unknown = { ...content, outTradeNo: number(), buyerId: '2088000000000000' };
    expect(await ask('alipay.trade.create', unknown)).toMatchObject({ subCode: 'ACQ.INVALID_PARAMETER' });
  });

  test('encrypted content, whose signature this client cannot cut out and so does not verify', async () => {
    const bizContent = { outTradeNo: number(), totalAmount: '5.00', subject: '茶' };
    const answer = await alipay.exec('alipay.trade.precreate', { bizContent, needEncrypt: true });
    expect(answer).toMatchObject({ code: '10000', outTradeNo: bizContent.outTradeNo });
    const unknown = await alipay.exec('alipay.trade.query', { bizContent: { outTradeNo: 'T0' }, needEncrypt: true });
    expect(unknown).toMatchObject({ code: '40004', subCode: 'ACQ.TRADE_NOT_EXIST' });
  });

  test('the same number again is not a second payment; a code is good once', async () => {
    const outTradeNo = number();
    const content = {
      outTradeNo,
      totalAmount: '1.00',
      subject: '茶',
      scene: 'bar_code',
      authCode: wallets.codeOf('alipay'),
    };
    expect(await ask('alipay.trade.pay', content)).toMatchObject({ code: '10000' });
    expect(await ask('alipay.trade.pay', content)).toMatchObject({ subCode: 'ACQ.TRADE_HAS_SUCCESS' });
    expect(await ask('alipay.trade.pay', { ...content, outTradeNo: number() })).toMatchObject({
      subCode: 'ACQ.PAYMENT_AUTH_CODE_INVALID',
    });
  });
});

describe.each(['key', 'certificates', 'AES'])('every method of the official client, mode: %s', (mode) => {
  const sdk = (): AlipaySdk => (mode === 'certificates' ? certified() : alipay);
  // Sealed answers are not verified: this client does not find their signature.
  const call = (method: string, bizContent: object) =>
    mode === 'AES'
      ? sdk().exec(method, { bizContent, needEncrypt: true })
      : sdk().exec(method, { bizContent }, { validateSign: true });

  test('scanned: pay, query, refund, refund query, cancel', async () => {
    const outTradeNo = number();
    const content = {
      outTradeNo,
      totalAmount: '8.00',
      subject: '茶',
      scene: 'bar_code',
      authCode: wallets.codeOf('alipay'),
    };
    const { tradeNo } = await call('alipay.trade.pay', content);
    expect(await call('alipay.trade.query', { tradeNo })).toMatchObject({ tradeStatus: 'TRADE_SUCCESS', outTradeNo });
    const refund = { tradeNo, refundAmount: '3.00', outRequestNo: 'R1' };
    expect(await call('alipay.trade.refund', refund)).toMatchObject({ fundChange: 'Y', refundFee: '3.00' });
    const asked = { tradeNo, outRequestNo: 'R1' };
    expect(await call('alipay.trade.fastpay.refund.query', asked)).toMatchObject({ refundAmount: '3.00' });
    expect(await call('alipay.trade.cancel', { tradeNo })).toMatchObject({ outTradeNo, action: 'refund' });
    expect(wallets.books.alipay.order(outTradeNo)).toMatchObject({ refundedMinor: 800 });
  });

  test('shown: precreate, create, close, and the address of a bill', async () => {
    const outTradeNo = number();
    const content = { outTradeNo, totalAmount: '8.00', subject: '茶' };
    expect(await call('alipay.trade.precreate', content)).toMatchObject({ code: '10000', outTradeNo });
    const own = { ...content, outTradeNo: number(), buyerId: buyerIdOf('liqiang') };
    const { tradeNo } = await call('alipay.trade.create', own);
    expect(await call('alipay.trade.close', { tradeNo })).toMatchObject({ code: '10000', tradeNo });
    await wallets.command('PUT', 'wallets/alipay/bills', { anyDay: true });
    await pay(number(), '1.00');
    const bill = { billType: 'trade', billDate: beijingDate(Date.now()) };
    const { billDownloadUrl } = await call('alipay.data.dataservice.bill.downloadurl.query', bill);
    expect((await fetch(String(billDownloadUrl))).headers.get('content-type')).toBe('application/zip');
  });
});

describe('a request that cannot be carried out is answered as the gateway does, naming the parameter', () => {
  const buyer = { buyerId: buyerIdOf('liqiang') };

  test.each([
    ['alipay.trade.pay', { outTradeNo: '' }, 'out_trade_no'],
    ['alipay.trade.pay', { outTradeNo: 'T/1' }, 'out_trade_no'],
    ['alipay.trade.pay', { subject: '' }, 'subject'],
    ['alipay.trade.pay', { subject: '茶'.repeat(257) }, 'subject'],
    ['alipay.trade.pay', { totalAmount: '1.005' }, 'total_amount'],
    ['alipay.trade.pay', { totalAmount: 'one' }, 'total_amount'],
    ['alipay.trade.pay', { scene: 'face' }, 'scene'],
    ['alipay.trade.pay', { authCode: '' }, 'auth_code'],
    ['alipay.trade.pay', { timeoutExpress: '1.5h' }, 'timeout_express'],
    ['alipay.trade.create', { buyerId: '' }, 'buyer_id'],
    ['alipay.trade.precreate', { timeExpire: 'tomorrow' }, 'time_expire'],
    ['alipay.trade.query', { outTradeNo: '' }, 'out_trade_no'],
    ['alipay.trade.close', { outTradeNo: '' }, 'out_trade_no'],
    ['alipay.trade.cancel', { outTradeNo: '' }, 'out_trade_no'],
    ['alipay.trade.refund', { outTradeNo: '' }, 'out_trade_no'],
    ['alipay.trade.refund', { refundAmount: '0.00' }, 'refund_amount'],
    ['alipay.trade.refund', { refundAmount: '1.00', outRequestNo: 'R'.repeat(65) }, 'out_request_no'],
    ['alipay.trade.fastpay.refund.query', {}, 'out_request_no'],
    ['alipay.data.dataservice.bill.downloadurl.query', { billDate: '23 November' }, 'bill_date'],
    ['alipay.data.dataservice.bill.downloadurl.query', { billDate: '2026-11-22', billType: 'all' }, 'bill_type'],
  ])('%s with %j', async (method, wrong, name) => {
    const content = {
      outTradeNo: number(),
      totalAmount: '1.00',
      subject: '茶',
      scene: 'bar_code',
      authCode: 'x',
      ...buyer,
    };
    const answer = await ask(method, { ...content, ...wrong });
    expect(answer).toMatchObject({ code: '40004', subCode: 'ACQ.INVALID_PARAMETER', subMsg: `参数无效:${name}` });
  });

  test.each([
    ['app_id', 'isv.missing-app-id'],
    ['method', 'isv.missing-method'],
    ['sign', 'isv.missing-signature'],
    ['sign_type', 'isv.missing-signature-type'],
    ['timestamp', 'isv.missing-timestamp'],
    ['version', 'isv.missing-version'],
  ])('without %s', async (name, subCode) => {
    const known = {
      app_id: 'x',
      method: 'alipay.trade.query',
      sign: 'x',
      sign_type: 'RSA2',
      timestamp: 'x',
      version: '1.0',
    };
    const body = new URLSearchParams({ ...known, [name]: '' });
    const response = await fetch(wallets.access.alipay.settings.gatewayUrl ?? '', { method: 'POST', body });
    const [, answer] = Object.entries((await response.json()) as object)[0] ?? [];
    expect(answer).toMatchObject({ code: '40001', sub_code: subCode });
  });

  test('a number with another amount or another buyer, an amount out of range, a method that is none, content that nobody can open', async () => {
    const outTradeNo = number();
    const content = {
      outTradeNo,
      totalAmount: '1000.01',
      subject: '茶',
      scene: 'bar_code',
      authCode: wallets.codeOf('alipay'),
    };
    expect(await ask('alipay.trade.pay', content)).toMatchObject({ code: '10003' });
    const refused = async (change: object) => (await ask('alipay.trade.pay', { ...content, ...change })).subCode;
    expect(await refused({ totalAmount: '1.00' })).toBe('ACQ.CONTEXT_INCONSISTENT');
    expect(await refused({ authCode: wallets.codeOf('alipay', 'liqiang') })).toBe('ACQ.TRADE_BUYER_NOT_MATCH');
    expect(await refused({ totalAmount: '100000000.01' })).toBe('ACQ.TOTAL_FEE_EXCEED');
    expect(await ask('alipay.trade.nothing', {})).toMatchObject({ code: '40002', subCode: 'isv.invalid-method' });
    const stranger = new AlipaySdk({ ...alipay.config, encryptKey: Buffer.alloc(16, 7).toString('base64') });
    const sealed = await stranger.exec('alipay.trade.query', { bizContent: { outTradeNo }, needEncrypt: true });
    expect(sealed).toMatchObject({ code: '40002', subCode: 'isv.decryption-error-unknown' });
  });

  test('two trades may have refunds of one number; the same one with another amount is refused', async () => {
    const [first, second] = [number(), number()];
    await pay(first, '5.00');
    await pay(second, '5.00');
    const refund = (outTradeNo: string, refundAmount: string) =>
      ask('alipay.trade.refund', { outTradeNo, refundAmount, outRequestNo: 'R1' });
    expect(await refund(first, '2.00')).toMatchObject({ fundChange: 'Y' });
    expect(await refund(second, '3.00')).toMatchObject({ fundChange: 'Y' });
    expect(await refund(first, '2.01')).toMatchObject({ subCode: 'ACQ.DISCORDANT_REPEAT_REQUEST' });
    expect(await ask('alipay.trade.fastpay.refund.query', { outTradeNo: first, outRequestNo: 'R1' })).toMatchObject({
      refundAmount: '2.00',
    });
  });
});

test('a wrongly signed request is refused by the gateway', async () => {
  const { settings } = wallets.access.alipay;
  const stranger = new AlipaySdk({
    appId: settings.appId ?? '',
    privateKey: bare(wallets.access.wechat.secrets.privateKeyPem),
    keyType: 'PKCS8',
    gateway: settings.gatewayUrl ?? '',
  });
  const answer = await stranger.exec('alipay.trade.query', { bizContent: { outTradeNo: 'T1' } });
  expect(answer).toMatchObject({ code: '40002', subCode: 'isv.invalid-signature' });
});

test('the official client finds the wrong signature that a fault asks for', async () => {
  await wallets.command('POST', 'wallets/alipay/faults', { kind: 'wrong-signature', operation: 'query' });
  await expect(ask('alipay.trade.query', { outTradeNo: 'T1' })).rejects.toThrow('验签失败');
  await expect(ask('alipay.trade.query', { outTradeNo: 'T1' })).resolves.toMatchObject({ code: '40004' });
});

describe('the official client in certificate mode', () => {
  test('is believed, and verifies what it is answered under the certificate', async () => {
    const outTradeNo = number();
    const bizContent = {
      outTradeNo,
      totalAmount: '5.00',
      subject: '茶',
      scene: 'bar_code',
      authCode: wallets.codeOf('alipay'),
    };
    const sdk = certified();
    expect(await sdk.exec('alipay.trade.pay', { bizContent }, { validateSign: true })).toMatchObject({ code: '10000' });
    expect(await sdk.exec('alipay.trade.cancel', { bizContent: { outTradeNo } }, { validateSign: true })).toMatchObject(
      { action: 'refund' },
    );
  });

  test('finds another certificate after a rotation, and can download it', async () => {
    const sdk = certified();
    const { serial } = await wallets.command('POST', 'wallets/alipay/rotate', {});
    await expect(
      sdk.exec('alipay.trade.query', { bizContent: { outTradeNo: 'T1' } }, { validateSign: true }),
    ).rejects.toThrow('验签失败');
    const answer = await sdk.exec('alipay.open.app.alipaycert.download', { bizContent: { alipayCertSn: serial } });
    const pem = Buffer.from(String(answer.alipayCertContent), 'base64').toString();
    const next = new AlipaySdk({ ...certified().config, alipayPublicCertContent: pem });
    expect(next.config.alipayCertSn).toBe(serial);
    expect(
      await next.exec('alipay.trade.query', { bizContent: { outTradeNo: 'T0' } }, { validateSign: true }),
    ).toMatchObject({ subCode: 'ACQ.TRADE_NOT_EXIST' });
  });
});

test('a service provider asks for the shop with its token, and without it is told so', async () => {
  const { settings, secrets } = wallets.access.alipay.isv;
  const provider = new AlipaySdk({
    appId: settings.appId ?? '',
    privateKey: bare(secrets.privateKeyPem),
    keyType: 'PKCS8',
    alipayPublicKey: bare(settings.alipayPublicKey),
    gateway: settings.gatewayUrl ?? '',
  });
  const bizContent = { outTradeNo: number(), totalAmount: '5.00', subject: '茶' };
  const precreate = (appAuthToken?: string) =>
    provider.exec(
      'alipay.trade.precreate',
      { bizContent, ...(appAuthToken === undefined ? {} : { appAuthToken }) },
      { validateSign: true },
    );
  expect(await precreate(secrets.appAuthToken ?? '')).toMatchObject({ code: '10000' });
  expect(await precreate()).toMatchObject({ code: '20001', subCode: 'aop.invalid-app-auth-token' });
});

describe('notifications', () => {
  let inbox: Inbox;
  beforeAll(async () => {
    inbox = await openInbox();
  });
  afterAll(() => inbox.close());

  test('of a payment and of its refund are verified by the official client, and repeated until `success`', async () => {
    const outTradeNo = number();
    inbox.answers = ['fail', '<html>success</html>', 'success'];
    const content = { outTradeNo, totalAmount: '5.00', subject: '苹果 & 梨 = 100%' };
    const made = await alipay.exec('alipay.trade.precreate', { bizContent: content, notifyUrl: inbox.url });
    await scan(made.qrCode);
    await expect.poll(() => inbox.received.length, { timeout: 20_000 }).toBe(3);
    const heard = inbox.received.map((body) => Object.fromEntries(new URLSearchParams(body)));
    for (const params of heard) {
      expect(alipay.checkNotifySignV2(params)).toBe(true);
      expect(alipay.checkNotifySignV2({ ...params, total_amount: '0.01' })).toBe(false);
      expect(params).toMatchObject({
        trade_status: 'TRADE_SUCCESS',
        out_trade_no: outTradeNo,
        total_amount: '5.00',
        app_id: wallets.access.alipay.settings.appId,
        seller_id: wallets.access.alipay.sellerId,
        notify_id: heard[0]?.notify_id,
      });
    }
    await ask('alipay.trade.refund', { outTradeNo, refundAmount: '2.00', outRequestNo: 'RN1' });
    await expect.poll(() => inbox.received.length).toBe(4);
    const refunded = Object.fromEntries(new URLSearchParams(inbox.received[3]));
    expect(alipay.checkNotifySignV2(refunded)).toBe(true);
    expect(refunded).toMatchObject({ out_biz_no: 'RN1', refund_fee: '2.00', gmt_refund: expect.any(String) });
  });
});

test('the bill of a day is a zip of GBK files with GBK names, with columns, tabs and negative refunds as published', async () => {
  await wallets.command('PUT', 'wallets/alipay/bills', { anyDay: true });
  const outTradeNo = number();
  await pay(outTradeNo, '100.00');
  await ask('alipay.trade.refund', { outTradeNo, refundAmount: '2.34', outRequestNo: 'RB1' });
  const question = { billType: 'trade', billDate: beijingDate(Date.now()) };
  const { billDownloadUrl } = await ask('alipay.data.dataservice.bill.downloadurl.query', question);
  const response = await fetch(String(billDownloadUrl));
  const files = (await unzip(new Uint8Array(await response.arrayBuffer()), 1_000_000)) ?? [];
  const day = `${wallets.access.alipay.sellerId}_${question.billDate.replaceAll('-', '')}`;
  expect(files.map(({ name }) => name)).toEqual([`${day}_业务明细.csv`, `${day}_业务明细(汇总).csv`]);
  const text = new TextDecoder('gbk').decode(files[0]?.content);
  const lines = text.split('\r\n').filter((line) => line.includes(outTradeNo));
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain(`${outTradeNo}\t,交易,苹果 & 梨 = 水果,`);
  expect(lines[0]).toContain(',100.00,100.00,');
  expect(lines[0]).toContain(',-0.38,');
  expect(lines[1]).toContain(',-2.34,-2.34,');
  expect(lines[1]).toContain(',RB1\t,0.01,');
  expect(text).toContain('#交易合计：');
  expect(
    await ask('alipay.data.dataservice.bill.downloadurl.query', { ...question, billDate: '2020-01-01' }),
  ).toMatchObject({
    subCode: 'isp.bill_not_exist',
  });
});

interface Inbox {
  readonly url: string;
  readonly received: string[];
  /** What the next notifications are answered; `success` when there is nothing left. */
  answers: string[];
  close(): Promise<void>;
}

async function openInbox(): Promise<Inbox> {
  const received: string[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      received.push(Buffer.concat(parts).toString());
      response.end(inbox.answers.shift() ?? 'success');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const inbox: Inbox = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/notify`,
    received,
    answers: [],
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return inbox;
}
