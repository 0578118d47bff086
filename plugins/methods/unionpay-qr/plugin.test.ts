import { type HttpResponse, HttpSilence } from '@zhanggui/base';
import { decodeMerchantPresented, summarizeMerchantCode } from '@zhanggui/qr';
import { type FormFields, formatUnionPayAnswer, parseForm, signedUnionPay } from '@zhanggui/wallets';
import { expect, test } from 'vitest';
import { certIdOf, certifiedKey } from '../../../sim/wallets/certificates.ts';
import {
  OUT_REFUND_NO,
  OUT_TRADE_NO,
  rsaPair,
  scriptedWallet,
  walletCrypto,
  walletPayment,
  walletRefund,
} from '../../../test/support/scripted-wallet.ts';
import { unionPayQr } from './plugin.ts';

const NOW = Date.UTC(2026, 10, 22, 16, 30, 5);
const TXN_TIME = '20261123003005';
const CODE = '6212345678901234567';
const QUERY_ID = '202611230030051234567';
const merchant = rsaPair();
const unionPay = await certifiedKey('UnionPay', new Date(NOW));
const account = {
  settings: {
    baseUrl: 'http://127.0.0.1:9/unionpay-qr',
    merId: '777290058110097',
    certId: '68759585097',
    [`unionPayCert.${certIdOf(unionPay)}`]: unionPay.certificate,
    acquirerIin: '48020000',
    forwardingIin: '00010000',
    mcc: '5411',
    merchantName: 'Qingshan',
    merchantCity: 'Chengdu',
    deviceIp: '127.0.0.1',
  },
  secrets: { privateKeyPem: merchant.privateKey },
};
const payment = walletPayment({ createdAt: NOW });
const shown = walletPayment({ createdAt: NOW, channelData: { outTradeNo: OUT_TRADE_NO, flow: 'shown-code' } });
const paidBefore = walletPayment({ createdAt: NOW, channelData: { outTradeNo: OUT_TRADE_NO, queryId: QUERY_ID } });
const refund = walletRefund({ createdAt: NOW });
const paid = { queryId: QUERY_ID, txnAmt: '1234', currencyCode: '156' };

/** An answer that repeats what names its request, signed and written as UnionPay does. */
async function answered(more: FormFields, orderId = OUT_TRADE_NO): Promise<HttpResponse> {
  const fields = {
    version: '5.1.0',
    signPubKeyCert: unionPay.certificate,
    merId: '777290058110097',
    orderId,
    txnTime: TXN_TIME,
    ...more,
  };
  const body = formatUnionPayAnswer(await signedUnionPay(walletCrypto, unionPay.privateKey, fields));
  return { status: 200, headers: {}, body };
}

function methodOver(...answers: readonly (HttpResponse | HttpSilence)[]) {
  const sign = (): never => {
    throw new Error('every answer is signed already');
  };
  return scriptedWallet(unionPayQr, { now: NOW, account, answers, sign });
}

const sale = { txnType: '01', txnSubType: '06' };
const order = { txnType: '01', txnSubType: '07' };
const query = { txnType: '00', txnSubType: '00' };

test.each([
  ['paid', { ...sale, respCode: '00', ...paid }, { kind: 'approved', channelReference: QUERY_ID }],
  ['paid another amount', { ...sale, respCode: '00', ...paid, txnAmt: '1233' }, { kind: 'unknown' }],
  ['paid in another currency', { ...sale, respCode: '00', ...paid, currencyCode: '344' }, { kind: 'unknown' }],
  ['of another merchant', { ...sale, respCode: '00', ...paid, merId: '1' }, { kind: 'unknown' }],
  ['to another request', { ...sale, respCode: '00', ...paid, txnTime: '20261123003006' }, { kind: 'unknown' }],
  ['the password', { ...sale, respCode: '05' }, { kind: 'pending', waitingFor: 'customer-password' }],
  ["over the payer's limit", { ...sale, respCode: '33' }, { kind: 'declined', decline: { advice: 'show-code' } }],
  ['not known', { ...sale, respCode: '04' }, { kind: 'unknown' }],
])('an answer to a scanned code: %s', async (_, fields, outcome) => {
  const { method, sent } = methodOver(await answered(fields));
  expect(await method.authorize(payment, { code: CODE })).toMatchObject(outcome);
  expect(parseForm(sent[0]?.body ?? '')).toMatchObject({
    ...sale,
    qrNo: CODE,
    txnAmt: '1234',
    orderId: OUT_TRADE_NO,
    txnTime: TXN_TIME,
    termInfo: '{device_type=11&device_ip=127.0.0.1&encrypt_rand_num=234567}',
  });
});

test('an answer that was changed on its way is not believed', async () => {
  const genuine = await answered({ ...sale, respCode: '00', ...paid });
  const changed = { ...genuine, body: genuine.body.replace('txnAmt=1234', 'txnAmt=1235') };
  expect(await methodOver(changed).method.authorize(payment, { code: CODE })).toMatchObject({
    kind: 'unknown',
    cause: 'bad-signature',
  });
});

test('the code that UnionPay makes for an order is the one that is shown', async () => {
  const qrCode = 'https://qr.95516.com/00010001/62112028173283416953321113029241';
  const { method } = methodOver(await answered({ ...order, respCode: '00', qrCode }));
  expect(await method.authorize(shown, { show: true })).toMatchObject({
    kind: 'pending',
    handover: { kind: 'code', content: qrCode },
    channelData: { handedOver: true },
  });
});

test('where it makes none, ours names the order; the printed code says that it is static', async () => {
  const content = async (flow: string, credential: object) => {
    const payment = walletPayment({ createdAt: NOW, channelData: { outTradeNo: OUT_TRADE_NO, flow } });
    const { method } = methodOver(await answered({ ...order, respCode: '00', queryId: QUERY_ID }));
    const outcome = await method.authorize(payment, credential);
    if (outcome.kind !== 'pending' || outcome.handover?.kind !== 'code') throw new Error('no code is shown');
    return summarizeMerchantCode(decodeMerchantPresented(outcome.handover.content));
  };
  expect(await content('shown-code', { show: true })).toMatchObject({
    initiation: 'dynamic',
    referenceLabel: QUERY_ID,
  });
  expect(await content('fixed-code', { show: true, fixedCode: true })).toMatchObject({ initiation: 'static' });
});

test('a shown code that nobody has scanned is no transaction yet, and is waited for until it is cancelled', async () => {
  const notFound = await answered({ ...query, respCode: '34' });
  const handedOver = { ...shown, channelData: { ...shown.channelData, handedOver: true } };
  expect(await methodOver(notFound).method.inquire?.(handedOver)).toMatchObject({
    kind: 'pending',
    waitingFor: 'customer-scan',
  });
  const cancelled = { ...handedOver, channelData: { ...handedOver.channelData, cancelled: true } };
  expect(await methodOver(notFound).method.inquire?.(cancelled)).toMatchObject({ kind: 'unknown' });
  expect(await methodOver(notFound).method.inquire?.(payment)).toMatchObject({ kind: 'unknown' });
});

const back = { txnType: '04', txnSubType: '00' };
test.each([
  ['accepted is not done', { ...back, respCode: '00', queryId: QUERY_ID }, { kind: 'pending' }],
  ['of a payment that UnionPay does not know', { ...back, respCode: '34' }, { kind: 'declined' }],
  ['of more than is left', { ...back, respCode: '33' }, { kind: 'declined', decline: { advice: 'none' } }],
  ['not known', { ...back, respCode: '04' }, { kind: 'unknown' }],
])('a refund: %s', async (_, fields, outcome) => {
  const { method } = methodOver(await answered(fields, OUT_REFUND_NO));
  expect(await method.refund(refund, paidBefore)).toMatchObject(outcome);
});

test('without a line nothing was taken, and without an answer nobody knows', async () => {
  const never = new HttpSilence('refused', false);
  const late = new HttpSilence('time-out', true);
  expect(await methodOver(never).method.authorize(payment, { code: CODE })).toMatchObject({ kind: 'declined' });
  expect(await methodOver(late).method.authorize(payment, { code: CODE })).toMatchObject({ kind: 'unknown' });
  expect(await methodOver(never).method.refund(refund, paidBefore)).toMatchObject({ kind: 'unknown' });
});
