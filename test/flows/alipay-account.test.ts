import { beijingDate } from '@zhanggui/base';
import type { BillProgress, BillReading } from '@zhanggui/modules/payments/bill.ts';
import type { PaymentFacts } from '@zhanggui/modules/payments/method.ts';
import { alipay } from '@zhanggui/plugins/methods/alipay/plugin.ts';
import { alipayCertificateSn, signAlipay } from '@zhanggui/wallets';
import { nodeWalletCrypto } from '@zhanggui/wallets/node/crypto.ts';
import { afterEach, describe, expect, test } from 'vitest';
import { buyerIdOf } from '../../sim/wallets/alipay/trade.ts';
import { certifiedKey, issuedKey, keyPair } from '../../sim/wallets/certificates.ts';
import type { RunningWallets } from '../../sim/wallets/testing.ts';
import { type LabAccount, type MethodLab, openLab } from '../support/method-lab.ts';

/** The name of the simulated Alipay's root. */
const ROOT_NAME = 'Zhanggui simulator root of Alipay';

let lab: MethodLab;
afterEach(() => lab.close());

const opened = async (account: (wallets: RunningWallets) => LabAccount = ({ access }) => access.alipay) => {
  lab = await openLab(alipay, 'alipay', account);
};
const byCertificate = () => opened(({ access }) => access.alipay.certificates);

async function payByCode(amountMinor = 1234): Promise<PaymentFacts> {
  const credential = { code: lab.wallets.codeOf('alipay') };
  const payment = await lab.prepare(credential, { amountMinor });
  expect(await lab.method.authorize(payment, credential)).toMatchObject({ kind: 'approved' });
  return payment;
}

async function offer(credential: unknown = { show: true }): Promise<PaymentFacts> {
  const payment = await lab.prepare(credential);
  return lab.after(payment, await lab.method.authorize(payment, credential));
}

const scan = async (customer = 'wangfang', pay = true): Promise<unknown> => {
  const [order] = lab.wallets.books.alipay.phones.openCodes();
  return lab.wallets.command('POST', `phones/alipay/${customer}/scan`, { qr: order?.transactionId, pay });
};
const sentOf = (method: string): readonly URLSearchParams[] =>
  lab.line.sent.map(({ request }) => new URLSearchParams(request.body)).filter((form) => form.get('method') === method);
const downloads = (): number => sentOf('alipay.open.app.alipaycert.download').length;

describe('certificates that follow one another', () => {
  test('every request names the serials of the application and of the root', async () => {
    await byCertificate();
    await payByCode();
    const [form] = sentOf('alipay.trade.pay');
    expect(form?.get('app_cert_sn')).toMatch(/^[0-9a-f]{32}$/);
    expect(form?.get('alipay_root_cert_sn')).toMatch(/^[0-9a-f]{32}$/);
    expect(downloads()).toBe(0);
  });

  test('an answer under a certificate that is new is believed once it was downloaded, and the one before stays good', async () => {
    await byCertificate();
    const payment = await payByCode();
    await lab.method.inquire?.(payment);
    const before = lab.line.sent.at(-1)?.answer;
    if (before === undefined) throw new Error('nothing was answered');
    await lab.fault({ kind: 'rotation', operation: 'query' });
    expect(await lab.method.inquire?.(payment)).toMatchObject({ kind: 'approved' });
    expect(await lab.method.inquire?.(payment)).toMatchObject({ kind: 'approved' });
    lab.line.answerNext(before);
    expect(await lab.method.inquire?.(payment)).toMatchObject({ kind: 'approved' });
    expect(downloads()).toBe(1);
  });

  test('a notification under the next certificate is believed once an answer has brought that certificate', async () => {
    await byCertificate();
    const payment = await offer();
    await lab.wallets.command('POST', 'wallets/alipay/rotate', {});
    await scan();
    await expect.poll(() => lab.notifications.length).toBeGreaterThan(0);
    const [notification] = lab.notifications;
    if (notification === undefined) throw new Error('nobody was told');
    expect(await lab.method.notified?.(notification, lab.known(payment))).toMatchObject({ kind: 'refused' });
    await lab.method.inquire?.(payment);
    expect(await lab.method.notified?.(notification, lab.known(payment))).toMatchObject({ kind: 'payment' });
  });

  test('a serial that nobody knows is looked for once, however often it comes', async () => {
    await byCertificate();
    const payment = await payByCode();
    const genuine = lab.line.sent.at(-1)?.answer;
    if (genuine === undefined) throw new Error('nothing was answered');
    const body = genuine.body.replace(/"alipay_cert_sn":"[0-9a-f]+"/, `"alipay_cert_sn":"${'0'.repeat(32)}"`);
    for (const _ of [1, 2, 3]) {
      lab.line.answerNext({ ...genuine, body });
      expect(await lab.method.inquire?.(payment)).toMatchObject({ kind: 'unknown', cause: 'unknown-serial' });
    }
    expect(downloads()).toBe(1);
  });

  test('a certificate that stands under no root of ours is not believed, although all of it fits together', async () => {
    await byCertificate();
    const payment = await payByCode();
    const crypto = nodeWalletCrypto();
    const now = new Date();
    const stranger = await certifiedKey(ROOT_NAME, now);
    const evil = issuedKey(await keyPair(), 'Alipay', now, { ...stranger, commonName: ROOT_NAME });
    const serial = alipayCertificateSn(crypto, evil.certificate);
    const answer = (key: string, response: object) => {
      const text = JSON.stringify(response);
      const sign = signAlipay(crypto, evil.privateKey, text);
      return { status: 200, headers: {}, body: `{"${key}":${text},"alipay_cert_sn":"${serial}","sign":"${sign}"}` };
    };
    const { outTradeNo } = payment.channelData;
    const paid = {
      code: '10000',
      trade_status: 'TRADE_SUCCESS',
      total_amount: '12.34',
      trade_no: '2026',
      out_trade_no: outTradeNo,
    };
    lab.line.answerNext(answer('alipay_trade_query_response', paid));
    const chain = Buffer.from(evil.certificate + stranger.certificate).toString('base64');
    lab.line.answerNext(
      answer('alipay_open_app_alipaycert_download_response', { code: '10000', alipay_cert_content: chain }),
    );
    expect(await lab.method.inquire?.(payment)).toMatchObject({ kind: 'unknown', cause: 'unknown-serial' });
    expect(downloads()).toBe(1);
  });
});

describe('content under AES', () => {
  test('neither a request nor its answer can be read on the way', async () => {
    await byCertificate();
    const payment = await payByCode();
    const [form] = sentOf('alipay.trade.pay');
    expect(form?.get('encrypt_type')).toBe('AES');
    const onTheLine = JSON.stringify(lab.line.sent);
    expect(onTheLine).not.toContain(String(payment.channelData.outTradeNo));
    expect(onTheLine).not.toContain('total_amount');
  });

  test('an answer that is not enciphered under our key is not believed', async () => {
    await opened(
      ({
        access: {
          alipay: { certificates },
        },
      }) => ({
        ...certificates,
        secrets: { ...certificates.secrets, aesKey: Buffer.alloc(16, 7).toString('base64') },
      }),
    );
    const credential = { code: lab.wallets.codeOf('alipay') };
    const payment = await lab.prepare(credential);
    expect(await lab.method.authorize(payment, credential)).not.toMatchObject({ kind: 'approved' });
    expect(lab.wallets.books.alipay.orders()).toHaveLength(0);
  });
});

describe('a service provider', () => {
  test('acts with the token of the merchant, and believes notifications of that merchant alone', async () => {
    await opened(({ access }) => access.alipay.isv);
    const payment = await offer();
    await scan();
    await expect.poll(() => lab.notifications.length).toBeGreaterThan(0);
    const [notification] = lab.notifications;
    if (notification === undefined) throw new Error('nobody was told');
    expect(sentOf('alipay.trade.precreate')[0]?.get('app_auth_token')).toBe(
      lab.wallets.access.alipay.isv.secrets.appAuthToken,
    );
    expect(await lab.method.notified?.(notification, lab.known(payment))).toMatchObject({ kind: 'payment' });
    const others = await openLab(alipay, 'alipay', () => {
      const { settings, secrets } = lab.wallets.access.alipay.isv;
      return { settings: { ...settings, authAppId: '2021000000000000' }, secrets };
    });
    expect(await others.method.notified?.(notification, lab.known(payment))).toMatchObject({
      kind: 'refused',
      cause: 'of another merchant',
    });
    await others.close();
  });
});

describe('a notification', () => {
  const told = async (): Promise<{ payment: PaymentFacts; form: URLSearchParams }> => {
    const payment = await offer();
    await scan();
    await expect.poll(() => lab.notifications.length).toBeGreaterThan(0);
    return { payment, form: new URLSearchParams(lab.notifications[0]?.rawBody) };
  };
  const read = (payment: PaymentFacts, contentType = 'application/x-www-form-urlencoded') => {
    const [notification] = lab.notifications;
    if (notification === undefined) throw new Error('nobody was told');
    const headers = { 'content-type': contentType };
    return lab.method.notified?.({ ...notification, headers }, lab.known(payment));
  };

  test('is answered with the one word that ends the repetitions, as plain text', async () => {
    await opened();
    const { payment } = await told();
    const reading = await read(payment);
    expect(reading?.answer).toEqual({ status: 200, contentType: 'text/plain; charset=utf-8', body: 'success' });
    expect((await read(payment, 'application/json'))?.answer.body).toBe('fail');
  });

  test.each([
    ['another seller', { sellerId: '2088000000000000' }, {}],
    ['another application', {}, { appId: '2021000000000000' }],
  ])('to %s is not believed although it is genuine', async (_, settings, more) => {
    await opened();
    const { payment } = await told();
    const { alipay: account } = lab.wallets.access;
    const other = await openLab(alipay, 'alipay', () => ({
      settings: { ...account.settings, ...settings, ...more },
      secrets: account.secrets,
    }));
    const [notification] = lab.notifications;
    if (notification === undefined) throw new Error('nobody was told');
    expect(await other.method.notified?.(notification, lab.known(payment))).toMatchObject({
      kind: 'refused',
      cause: 'of another merchant',
    });
    await other.close();
  });

  test('is sent to where the merchant listens, for codes that the cashier scans too', async () => {
    await opened();
    await payByCode();
    expect(sentOf('alipay.trade.pay')[0]?.get('notify_url')).toMatch(/^http:\/\/127\.0\.0\.1/);
    await expect.poll(() => lab.notifications.length).toBe(1);
  });

  test('of a refund is the outcome of that refund, when it fits into what has gone back', async () => {
    await opened();
    const { payment } = await told();
    const refund = lab.refundOf(payment, 234);
    await lab.method.refund(refund, payment);
    await expect.poll(() => lab.notifications.length).toBe(2);
    const notification = lab.notifications[1];
    if (notification === undefined) throw new Error('nobody was told');
    const knowing = (amountMinor: number) => ({
      payment: async () => payment,
      refund: async () => ({ refund: { ...refund, amountMinor }, payment }),
    });
    expect(await lab.method.notified?.(notification, knowing(234))).toMatchObject({
      kind: 'refund',
      refundId: refund.id,
      outcome: { kind: 'approved' },
    });
    expect(await lab.method.notified?.(notification, knowing(235))).toMatchObject({ kind: 'refused' });
  });
});

describe('a page on the phone', () => {
  test('gets the number of a trade that only its own customer can pay, and is marked as opened by a printed code', async () => {
    await opened();
    const credential = { payer: buyerIdOf('liqiang'), staticCode: true };
    const payment = await lab.prepare(credential);
    expect(payment.channelData).toMatchObject({ flow: 'phone-page', staticCode: true });
    const outcome = await lab.method.authorize(payment, credential);
    if (outcome.kind !== 'pending' || outcome.handover?.kind !== 'wallet-call') throw new Error('no page was opened');
    expect(sentOf('alipay.trade.create')[0]?.get('biz_content')).toContain('"body":"静态收款码"');
    const qr = outcome.handover.parameters.tradeNO;
    const waiting = lab.after(payment, outcome);
    expect(await lab.method.inquire?.(waiting)).toMatchObject({ kind: 'pending', waitingFor: 'customer-scan' });
    const open = (customer: string) => lab.wallets.command('POST', `phones/alipay/${customer}/scan`, { qr, pay: true });
    expect(await open('wangfang')).toEqual({ result: 'not-payable' });
    expect(await open('liqiang')).toEqual({ result: 'paid' });
    expect(await lab.method.inquire?.(waiting)).toMatchObject({ kind: 'approved' });
  });

  test('whose number was lost with the answer gets the same one again', async () => {
    await opened();
    await lab.fault({ kind: 'lost-answer', operation: 'order' });
    const payment = await offer({ payer: buyerIdOf('liqiang') });
    const found = await lab.method.inquire?.(payment);
    expect(found).toMatchObject({ kind: 'pending', handover: { kind: 'wallet-call' } });
    expect(lab.wallets.books.alipay.orders()).toHaveLength(1);
  });
});

describe('a shown code', () => {
  test('that a customer has scanned is closed; nobody scanned: cancelled, and known as over afterwards', async () => {
    await opened();
    const scanned = await offer();
    await scan('liqiang', false);
    expect(await lab.method.inquire?.(scanned)).toMatchObject({ kind: 'pending', waitingFor: 'customer-password' });
    expect(await lab.method.cancel?.(scanned)).toMatchObject({ kind: 'cancelled', moneyHadMoved: false });
    expect(sentOf('alipay.trade.cancel')).toHaveLength(0);
    const lonely = await offer();
    const outcome = await lab.method.cancel?.(lonely);
    expect(outcome).toMatchObject({ kind: 'cancelled', moneyHadMoved: false });
    expect(sentOf('alipay.trade.cancel')).toHaveLength(1);
    const after = { ...lonely, channelData: { ...lonely.channelData, ...outcome?.channelData } };
    expect(await lab.method.inquire?.(after)).toMatchObject({ kind: 'declined', decline: { code: 'TRADE_CLOSED' } });
  });

  test('that is paid between its closing and its cancellation is given back, and that is said', async () => {
    await opened();
    const payment = await offer();
    const send = lab.line.request.bind(lab.line);
    lab.line.request = async (request) => {
      const answer = await send(request);
      if (new URLSearchParams(request.body).get('method') === 'alipay.trade.close') await scan();
      return answer;
    };
    expect(await lab.method.cancel?.(payment)).toMatchObject({ kind: 'cancelled', moneyHadMoved: true });
  });

  test('that was lost with the answer: a refusal of the second request decides nothing', async () => {
    await opened();
    await lab.fault({ kind: 'lost-answer', operation: 'order' });
    const payment = await offer();
    lab.wallets.books.alipay.cancel(String(payment.channelData.outTradeNo));
    expect(await lab.method.inquire?.(payment)).toMatchObject({ kind: 'unknown' });
  });
});

describe('trying an account', () => {
  const tried = async (
    pick: (access: RunningWallets['access']['alipay']) => LabAccount = (account) => account,
    change: Partial<LabAccount> = {},
  ) => {
    await opened();
    const account = pick(lab.wallets.access.alipay);
    const settings = { ...account.settings, ...change.settings };
    const secrets = { ...account.secrets, ...change.secrets };
    return alipay.channel?.test(lab.environment, { methodId: 'alipay', settings, secrets });
  };

  test('passes in key mode, in certificate mode with encrypted content, and through a service provider', async () => {
    const passed = { outcome: 'passed', detail: 'ACQ.TRADE_NOT_EXIST' };
    for (const pick of [undefined, 'certificates', 'isv'] as const) {
      expect(await tried((account) => (pick === undefined ? account : account[pick]))).toEqual(passed);
      await lab.close();
    }
    await opened();
    expect(lab.wallets.books.alipay.orders()).toHaveLength(0);
  });

  test.each([
    ['another application', { settings: { appId: '2021000000000009' } }, 'refused', 'isv.invalid-app-id'],
    ['no gateway there', { settings: { gatewayUrl: 'http://127.0.0.1:9/gateway.do' } }, 'unreachable', 'no answer'],
    ['no key at all', { secrets: { privateKeyPem: 'AAAA' } }, 'key-unusable', 'unusable-key'],
  ] as const)('fails with %s, in a word', async (_, change, outcome, detail) => {
    expect(await tried(undefined, change)).toEqual({ outcome, detail });
  });

  test("fails with the key of somebody else in the place of Alipay's, and with that of somebody else in place of ours", async () => {
    const { publicKey, privateKey } = await keyPair();
    const wrongTheirs = await tried(undefined, { settings: { alipayPublicKey: publicKey } });
    expect(wrongTheirs).toEqual({ outcome: 'answer-not-believed', detail: 'bad-signature' });
    await lab.close();
    const wrongOurs = await tried(undefined, { secrets: { privateKeyPem: privateKey } });
    expect(wrongOurs).toEqual({ outcome: 'refused', detail: 'isv.invalid-signature' });
  });
});

describe('a refund', () => {
  test('of a payment older than the contract allows is declined without asking', async () => {
    await opened(({ access: { alipay: account } }) => ({
      ...account,
      settings: { ...account.settings, refundDays: '90' },
    }));
    const payment = await payByCode();
    const sent = lab.line.sent.length;
    const old = { ...payment, createdAt: Date.now() - 91 * 86_400_000 };
    const outcome = await lab.method.refund(lab.refundOf(old, 1), old);
    expect(outcome).toMatchObject({ kind: 'declined', decline: { code: 'REFUND_WINDOW' } });
    expect(lab.line.sent).toHaveLength(sent);
  });
});

describe('the bill of a day', () => {
  const today = beijingDate(Date.now());
  const fetched = async (stages: BillProgress[] = [], date = today): Promise<BillReading> => {
    if (lab.method.bill === undefined) throw new Error('the method has no bills');
    return lab.method.bill('mer_lab', date, (progress) => stages.push(progress));
  };
  const anyDay = () => lab.wallets.command('PUT', 'wallets/alipay/bills', { anyDay: true });

  test('holds what was paid, given back and cancelled, line by line with its fee', async () => {
    await byCertificate();
    await anyDay();
    const [first, second] = [await payByCode(1234), await payByCode(100_000)];
    const refund = lab.refundOf(first, 234);
    await lab.method.refund(refund, first);
    await lab.method.cancel?.(second);
    const stages: BillProgress[] = [];
    const bill = await fetched(stages);
    if (bill.kind !== 'bill') throw new Error(JSON.stringify(bill));
    const ourReference = String(first.channelData.outTradeNo);
    expect(bill.rows).toEqual([
      expect.objectContaining({ kind: 'payment', ourReference, amountMinor: 1234, feeMinor: 5 }),
      expect.objectContaining({ kind: 'payment', amountMinor: 100_000, feeMinor: 380, status: '交易' }),
      expect.objectContaining({
        kind: 'refund',
        ourReference,
        refundReference: refund.id.slice(4),
        amountMinor: 234,
        feeMinor: -1,
      }),
      expect.objectContaining({ kind: 'refund', refundReference: null, amountMinor: 100_000, feeMinor: -380 }),
    ]);
    expect(stages.map(({ stage }) => stage)).toEqual(['asking', 'downloading', 'reading']);
    expect(bill.rows.every(({ at, currency }) => beijingDate(at) === today && currency === 'CNY')).toBe(true);
  });

  test('of today is not ready yet, and one of a day long ago without payments is empty', async () => {
    await opened();
    expect(await fetched()).toMatchObject({ kind: 'not-ready' });
    await anyDay();
    expect(await fetched([], '2020-01-01')).toEqual({ kind: 'empty' });
  });

  test.each(['lost-answer', '500', 'wrong-signature'])(
    'that cannot be asked for under %s is failed, not empty',
    async (kind) => {
      await opened();
      await anyDay();
      await payByCode();
      await lab.fault({ kind, operation: 'bill' });
      expect(await fetched()).toMatchObject({ kind: 'failed' });
    },
  );

  test('whose file was changed on the way, or lies somewhere else, is not read', async () => {
    await opened();
    await anyDay();
    await payByCode();
    const send = lab.line.request.bind(lab.line);
    lab.line.request = async (request) => {
      const answer = await send(request);
      return answer.bytes === undefined ? answer : { ...answer, bytes: answer.bytes.slice(0, -30) };
    };
    expect(await fetched()).toEqual({ kind: 'failed', cause: 'the file is no zip file' });
  });
});
