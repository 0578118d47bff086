import { beijingDate } from '@zhanggui/base';
import type { BillProgress, BillReading } from '@zhanggui/modules/payments/bill.ts';
import type { PaymentFacts } from '@zhanggui/modules/payments/method.ts';
import { wechat } from '@zhanggui/plugins/methods/wechat/plugin.ts';
import { verifyWechat, wechatPaySignMessage } from '@zhanggui/wallets';
import { nodeWalletCrypto } from '@zhanggui/wallets/node/crypto.ts';
import { afterEach, describe, expect, test } from 'vitest';
import { openIdOf } from '../../sim/wallets/wechat/answers.ts';
import { type MethodLab, openLab } from '../support/method-lab.ts';

let lab: MethodLab;
afterEach(() => lab.close());

const direct = () => openLab(wechat, 'wechat', ({ access }) => access.wechat);

async function payByCode(amountMinor = 1234): Promise<PaymentFacts> {
  const credential = { code: lab.wallets.codeOf('wechat') };
  const payment = await lab.prepare(credential, { amountMinor });
  expect(await lab.method.authorize(payment, credential)).toMatchObject({ kind: 'approved' });
  return payment;
}

const downloads = (): number => lab.line.sent.filter(({ request }) => request.url.includes('/v3/certificates')).length;

describe('certificates that follow one another', () => {
  test('an answer under a certificate that is new is believed once it was downloaded, and the one before stays good', async () => {
    lab = await direct();
    const payment = await payByCode();
    expect(downloads()).toBe(0);
    await lab.fault({ kind: 'rotation', operation: 'query' });
    expect(await lab.method.inquire?.(payment)).toMatchObject({ kind: 'approved' });
    expect(await lab.method.inquire?.(payment)).toMatchObject({ kind: 'approved' });
    expect(downloads()).toBe(1);
  });

  test('a notification under the next certificate is believed too', async () => {
    lab = await direct();
    const payment = await lab.prepare({ show: true });
    await lab.method.authorize(payment, { show: true });
    await lab.wallets.command('POST', 'wallets/wechat/rotate', {});
    await scan();
    await expect.poll(() => lab.notifications.length).toBe(1);
    const notification = lab.notifications[0];
    if (notification === undefined) throw new Error('nobody was told');
    expect(await lab.method.notified?.(notification, lab.known(payment))).toMatchObject({ kind: 'payment' });
    expect(downloads()).toBe(1);
  });

  test('a serial that nobody knows is looked for once, however often it comes', async () => {
    lab = await direct();
    const payment = await payByCode();
    const genuine = lab.line.sent.at(-1)?.answer;
    if (genuine === undefined) throw new Error('nothing was answered');
    for (const _ of [1, 2, 3]) {
      lab.line.answerNext({ ...genuine, headers: { ...genuine.headers, 'wechatpay-serial': 'FORGED' } });
      expect(await lab.method.inquire?.(payment)).toMatchObject({ kind: 'unknown' });
    }
    expect(downloads()).toBe(1);
  });

  test('with the public key asked for, and no certificate held, nothing is downloaded', async () => {
    lab = await openLab(wechat, 'wechat', ({ access: { wechat: account } }) => {
      const { publicKeyId, publicKeyPem, platformSerial, settings, secrets } = account;
      const { [`platformKey.${platformSerial}`]: _, ...rest } = settings;
      return {
        settings: { ...rest, answerSerial: publicKeyId, [`platformKey.${publicKeyId}`]: publicKeyPem },
        secrets,
      };
    });
    await payByCode();
    expect(downloads()).toBe(0);
  });
});

describe('a page on the phone', () => {
  test('gets what opens the wallet, signed by the merchant, and only that customer can pay', async () => {
    lab = await direct();
    const credential = { payer: openIdOf('liqiang'), staticCode: true };
    const payment = await lab.prepare(credential);
    expect(payment.channelData).toMatchObject({ flow: 'phone-page', staticCode: true });
    const outcome = await lab.method.authorize(payment, credential);
    if (outcome.kind !== 'pending' || outcome.handover?.kind !== 'wallet-call') throw new Error('no page was opened');
    const {
      appId = '',
      timeStamp = '',
      nonceStr = '',
      package: packageText = '',
      paySign = '',
    } = outcome.handover.parameters;
    const message = wechatPaySignMessage({ appId, timestamp: timeStamp, nonce: nonceStr, packageText });
    const { merchantCertificatePem } = lab.wallets.access.wechat;
    expect(verifyWechat(nodeWalletCrypto(), merchantCertificatePem, message, paySign)).toBe(true);
    const open = (customer: string) =>
      lab.wallets.command('POST', `phones/wechat/${customer}/scan`, { qr: packageText, pay: true });
    expect(await open('wangfang')).toEqual({ result: 'not-payable' });
    expect(await open('liqiang')).toEqual({ result: 'paid' });
    expect(await lab.method.inquire?.(payment)).toMatchObject({ kind: 'approved' });
  });
});

describe('a shown code', () => {
  test('that was paid while it was being closed stands as paid', async () => {
    lab = await direct();
    const payment = await lab.prepare({ show: true });
    await lab.method.authorize(payment, { show: true });
    await scan();
    expect(await lab.method.cancel?.(payment)).toMatchObject({ kind: 'approved' });
  });

  test('that a customer refused stays open for the next', async () => {
    lab = await direct();
    const payment = await lab.prepare({ show: true });
    const waiting = lab.after(payment, await lab.method.authorize(payment, { show: true }));
    const [order] = lab.wallets.books.wechat.phones.openCodes();
    await lab.wallets.command('POST', 'phones/wechat/liqiang/scan', { qr: order?.transactionId });
    await lab.wallets.command('POST', 'phones/wechat/liqiang/refuse', {});
    expect(await lab.method.inquire?.(waiting)).toMatchObject({ kind: 'pending', waitingFor: 'customer-scan' });
    await scan();
    expect(await lab.method.inquire?.(waiting)).toMatchObject({ kind: 'approved' });
  });
});

describe('a refund of a payment', () => {
  test('of more than a year ago is declined without asking', async () => {
    lab = await direct();
    const payment = await payByCode();
    const sent = lab.line.sent.length;
    const old = { ...payment, createdAt: Date.now() - 366 * 86_400_000 };
    expect(await lab.method.refund(lab.refundOf(old, 1), old)).toMatchObject({
      kind: 'declined',
      decline: { code: 'REFUND_WINDOW' },
    });
    expect(lab.line.sent).toHaveLength(sent);
  });

  test('tells by itself when it is done', async () => {
    lab = await direct();
    const payment = await payByCode();
    const read = async (index: number, amountMinor: number, booked = amountMinor) => {
      const refund = lab.refundOf(payment, amountMinor);
      expect(await lab.method.refund(refund, payment)).toMatchObject({ kind: 'pending' });
      await expect.poll(() => lab.notifications.length).toBe(index + 1);
      const notification = lab.notifications[index];
      if (notification === undefined) throw new Error('nobody was told');
      const known = {
        payment: async () => payment,
        refund: async () => ({ refund: { ...refund, amountMinor: booked }, payment }),
      };
      return { refund, reading: await lab.method.notified?.(notification, known) };
    };
    const { refund, reading } = await read(0, 234);
    expect(reading).toMatchObject({ kind: 'refund', refundId: refund.id, outcome: { kind: 'approved' } });
    expect((await read(1, 100, 101)).reading).toMatchObject({ kind: 'refused' });
  });
});

describe('the bill of a day', () => {
  const today = beijingDate(Date.now());
  const fetched = async (stages: BillProgress[] = []): Promise<BillReading> => {
    if (lab.method.bill === undefined) throw new Error('the method has no bills');
    return lab.method.bill('mer_lab', today, (progress) => stages.push(progress));
  };

  test('holds what was paid, given back and reversed, line by line with its fee', async () => {
    lab = await direct();
    await lab.wallets.command('PUT', 'wallets/wechat/bills', { anyDay: true });
    const [first, second] = [await payByCode(1234), await payByCode(100_000)];
    const refund = lab.refundOf(first, 234);
    await lab.method.refund(refund, first);
    await lab.method.cancel?.({ ...second, createdAt: 0 });
    const stages: BillProgress[] = [];
    const bill = await fetched(stages);
    if (bill.kind !== 'bill') throw new Error(bill.kind);
    const outTradeNo = String(first.channelData.outTradeNo);
    expect(bill.rows).toEqual([
      expect.objectContaining({ kind: 'payment', ourReference: outTradeNo, amountMinor: 1234, feeMinor: 5 }),
      expect.objectContaining({ kind: 'payment', amountMinor: 100_000, feeMinor: 380, status: 'SUCCESS' }),
      expect.objectContaining({
        kind: 'refund',
        ourReference: outTradeNo,
        refundReference: refund.id.slice(4),
        amountMinor: 234,
        feeMinor: -1,
      }),
      expect.objectContaining({ kind: 'refund', refundReference: null, amountMinor: 100_000, status: 'REVOKED' }),
    ]);
    expect(stages.map(({ stage }) => stage)).toEqual(['asking', 'downloading', 'reading']);
    expect(bill.rows.every(({ at, currency }) => beijingDate(at) === today && currency === 'CNY')).toBe(true);
  });

  test('of today is not there yet, and one of a day without payments is empty', async () => {
    lab = await direct();
    expect(await fetched()).toMatchObject({ kind: 'failed', cause: 'INVALID_REQUEST' });
    await lab.wallets.command('PUT', 'wallets/wechat/bills', { anyDay: true });
    expect(await fetched()).toEqual({ kind: 'empty' });
  });

  test.each(['lost-answer', '500', 'wrong-signature'])(
    'that cannot be asked for under %s is failed, not empty',
    async (kind) => {
      lab = await direct();
      await lab.wallets.command('PUT', 'wallets/wechat/bills', { anyDay: true });
      await payByCode();
      await lab.fault({ kind, operation: 'bill' });
      expect(await fetched()).toMatchObject({ kind: 'failed' });
    },
  );

  test('whose file was changed on the way is not read', async () => {
    lab = await direct();
    await lab.wallets.command('PUT', 'wallets/wechat/bills', { anyDay: true });
    await payByCode();
    const send = lab.line.request.bind(lab.line);
    lab.line.request = async (request) => {
      const answer = await send(request);
      return answer.bytes === undefined ? answer : { ...answer, bytes: answer.bytes.slice(0, -3) };
    };
    expect(await fetched()).toEqual({ kind: 'failed', cause: 'the file is no gzip file' });
  });
});

async function scan(): Promise<void> {
  const [order] = lab.wallets.books.wechat.phones.openCodes();
  const scanned = await lab.wallets.command('POST', 'phones/wechat/wangfang/scan', {
    qr: order?.transactionId,
    pay: true,
  });
  expect(scanned).toEqual({ result: 'paid' });
}
