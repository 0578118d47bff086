import { AlipaySdk } from 'alipay-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningWallets, startWallets } from '../testing.ts';

let wallets: RunningWallets;
let alipay: AlipaySdk;
let sequence = 0;

beforeAll(async () => {
  wallets = await startWallets();
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

  test('precreate, scanned and paid by the customer; an unscanned trade does not exist and can be closed', async () => {
    const outTradeNo = number();
    const made = await ask('alipay.trade.precreate', { outTradeNo, totalAmount: '5.00', subject: '茶' });
    expect(await ask('alipay.trade.query', { outTradeNo })).toMatchObject({ subCode: 'ACQ.TRADE_NOT_EXIST' });
    const scanned = await wallets.command('POST', 'phones/alipay/liqiang/scan', { qr: made.qrCode, pay: true });
    expect(scanned).toEqual({ result: 'paid' });
    expect(await ask('alipay.trade.query', { outTradeNo })).toMatchObject({ tradeStatus: 'TRADE_SUCCESS' });
    const other = number();
    await ask('alipay.trade.precreate', { outTradeNo: other, totalAmount: '5.00', subject: '茶' });
    expect(await ask('alipay.trade.close', { outTradeNo: other })).toMatchObject({ code: '10000' });
  });

  test('encrypted content, whose signature this client cannot cut out and so does not verify', async () => {
    const bizContent = { outTradeNo: number(), totalAmount: '5.00', subject: '茶' };
    const answer = await alipay.exec('alipay.trade.precreate', { bizContent, needEncrypt: true });
    expect(answer).toMatchObject({ code: '10000', outTradeNo: bizContent.outTradeNo });
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
