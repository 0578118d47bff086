import { HttpSilence } from '@zhanggui/base';
import type { Decline, MethodPlugin, Outcome, PaymentFacts } from '@zhanggui/modules/payments/method.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { WalletId } from '../../sim/wallets/code-issuer.ts';
import type { Order } from '../../sim/wallets/orders.ts';
import type { RunningWallets } from '../../sim/wallets/testing.ts';
import { type LabAccount, type MethodLab, openLab } from '../support/method-lab.ts';

/** A way to pay as the cases need it. */
export interface MethodUnderTest {
  readonly name: string;
  readonly plugin: MethodPlugin;
  readonly wallet: WalletId;
  account(wallets: RunningWallets): LabAccount;
  /** A credential that nobody used before. */
  credential(wallets: RunningWallets): unknown;
  /** What a fault must name to hit the first request of a payment. */
  readonly first: 'pay' | 'order';
  /** What the customer does once the first request is answered; absent where that pays. */
  customerPays?(lab: MethodLab, payment: PaymentFacts): Promise<void>;
  /** Whether the channel tells by itself. */
  readonly notifies: boolean;
}

/** What every way to pay by a channel must do, whatever the channel is: nobody pays twice, nothing is believed unverified. */
export function methodCases(subject: MethodUnderTest): void {
  let lab: MethodLab;
  beforeEach(async () => {
    lab = await openLab(subject.plugin, subject.wallet, subject.account);
  });
  afterEach(() => lab.close());

  const begin = async (change: Partial<PaymentFacts> = {}): Promise<{ payment: PaymentFacts; credential: unknown }> => {
    const credential = subject.credential(lab.wallets);
    return { payment: await lab.prepare(credential, change), credential };
  };
  /** Takes a payment to its approval. */
  const pay = async (): Promise<{ payment: PaymentFacts; outcome: Outcome }> => {
    const { payment, credential } = await begin();
    const first = await lab.method.authorize(payment, credential);
    if (subject.customerPays === undefined) return { payment: lab.after(payment, first), outcome: first };
    const waiting = lab.after(payment, first);
    await subject.customerPays(lab, waiting);
    return { payment: waiting, outcome: await inquired(lab, waiting) };
  };

  theFirstAnswer(subject, () => ({ lab, begin, pay }));
  theLostAnswer(subject, () => ({ lab, begin, pay }));
  theEnd(() => ({ lab, begin, pay }));
  refunds(subject, () => ({ lab, pay }));
  secrets(() => ({ lab, begin, pay }));
  if (subject.notifies) notifications(() => ({ lab, pay }));
}

interface Bench {
  readonly lab: MethodLab;
  begin(change?: Partial<PaymentFacts>): Promise<{ payment: PaymentFacts; credential: unknown }>;
  pay(): Promise<{ payment: PaymentFacts; outcome: Outcome }>;
}

function theFirstAnswer(subject: MethodUnderTest, bench: () => Bench): void {
  describe('the first answer', () => {
    test('money moves once, and the channel names its own number', async () => {
      const { lab, pay } = bench();
      const { payment, outcome } = await pay();
      expect(outcome).toMatchObject({ kind: 'approved', channelReference: expect.stringMatching(/^\d{21,28}$/) });
      expect(heldFor(lab, subject, payment)).toBe(payment.amountMinor);
    });

    const faults = ['silence', 'lost-answer', '500', 'truncated', 'wrong-signature'];
    // Answers of Alipay and UnionPay carry no time of their own.
    const isTimeless = subject.wallet === 'alipay' || subject.wallet === 'unionpay-qr';
    test.each(isTimeless ? faults : [...faults, 'clock-skew'])(
      'under %s it is unknown, never declined, within the time that the policy allows',
      async (kind) => {
        const { lab, begin } = bench();
        await lab.fault({ kind, operation: subject.first });
        const { payment, credential } = await begin();
        const from = performance.now();
        expect(await lab.method.authorize(payment, credential)).toMatchObject({ kind: 'unknown' });
        expect(performance.now() - from).toBeLessThan(lab.policyOf(payment).authorizeTimeoutMs + 2_000);
      },
    );

    test('a line that was never there took nothing, and says so in both languages', async () => {
      const { lab, begin } = bench();
      const { payment, credential } = await begin();
      const broken = new HttpSilence('ECONNREFUSED', false);
      lab.line.request = () => Promise.reject(broken);
      const outcome = await lab.method.authorize(payment, credential);
      expect(outcome.kind).toBe('declined');
      if (outcome.kind === 'declined') expectWords(outcome.decline);
    });

    test('preparing twice gives one number, and two payments never share one', async () => {
      const { lab, begin } = bench();
      const { payment, credential } = await begin();
      expect((await lab.method.prepare(payment, credential)).channelData).toEqual(payment.channelData);
      expect((await begin()).payment.channelData.outTradeNo).not.toBe(payment.channelData.outTradeNo);
    });
  });
}

function theLostAnswer(subject: MethodUnderTest, bench: () => Bench): void {
  describe('an answer that was lost', () => {
    test('is found by asking', async () => {
      const { lab, begin } = bench();
      await lab.fault({ kind: 'lost-answer', operation: subject.first });
      const { payment, credential } = await begin();
      const lost = lab.after(payment, await lab.method.authorize(payment, credential));
      const found = await inquired(lab, lost);
      if (subject.customerPays === undefined) {
        expect(found).toMatchObject({ kind: 'approved' });
      } else {
        // What the customer needs to pay had been lost with the answer.
        expect(found).toMatchObject({ kind: 'pending', waitingFor: 'customer-scan', handover: expect.any(Object) });
        await subject.customerPays(lab, lab.after(lost, found));
        expect(await inquired(lab, lab.after(lost, found))).toMatchObject({ kind: 'approved' });
      }
      expect(heldFor(lab, subject, payment)).toBe(payment.amountMinor);
    });

    if (subject.customerPays !== undefined)
      test('leaves an order unknown when it cannot be made again either: the first may be paid', async () => {
        const { lab, begin } = bench();
        await lab.fault({ kind: 'lost-answer', operation: 'order' });
        const { payment, credential } = await begin();
        const lost = lab.after(payment, await lab.method.authorize(payment, credential));
        const asksFirst = lab.line.request.bind(lab.line);
        lab.line.request = (request) => {
          lab.line.request = () => Promise.reject(new HttpSilence('ECONNREFUSED', false));
          return asksFirst(request);
        };
        expect(await inquired(lab, lost)).toMatchObject({ kind: 'unknown' });
      });
  });
}

function theEnd(bench: () => Bench): void {
  describe('the end', () => {
    test('a cancellation may be repeated, and nothing can be paid afterwards', async () => {
      const { lab, begin } = bench();
      const { payment } = await begin({ createdAt: Date.now() - 60_000 });
      const cancel = async () => (await lab.method.cancel?.(payment))?.kind;
      expect(await cancel()).toBe('cancelled');
      expect(await cancel()).toBe('cancelled');
      expect(await inquired(lab, payment)).not.toMatchObject({ kind: 'approved' });
    });

    test('a cancellation without an answer is unknown', async () => {
      const { lab, begin } = bench();
      const { payment } = await begin();
      await lab.fault({ kind: 'lost-answer', operation: 'cancel' });
      expect(await lab.method.cancel?.(payment)).toMatchObject({ kind: 'unknown' });
    });

    test("another payment's genuine answer is not taken for ours", async () => {
      const { lab, pay, begin } = bench();
      const paid = await pay();
      await inquired(lab, paid.payment);
      const genuine = lab.line.sent.at(-1)?.answer;
      if (genuine === undefined) throw new Error('nothing was asked');
      const other = await begin();
      lab.line.answerNext(genuine);
      expect(await lab.method.inquire?.(other.payment)).toMatchObject({ kind: 'unknown' });
    });

    test('an answer about another amount is not believed', async () => {
      const { lab, pay } = bench();
      const { payment } = await pay();
      expect(await lab.method.inquire?.({ ...payment, amountMinor: payment.amountMinor + 1 })).toMatchObject({
        kind: 'unknown',
      });
    });
  });
}

function refunds(subject: MethodUnderTest, bench: () => Pick<Bench, 'lab' | 'pay'>): void {
  describe('refunds', () => {
    const done = async (lab: MethodLab, refund: ReturnType<MethodLab['refundOf']>, payment: PaymentFacts) => {
      const first = await lab.method.refund(refund, payment);
      if (first.kind !== 'pending') return first;
      let last: Outcome = first;
      await expect
        .poll(async () => {
          last = (await lab.method.inquireRefund?.(refund, payment)) ?? last;
          return last.kind;
        })
        .toBe('approved');
      return last;
    };

    test('the same number gives money back once, another number once more', async () => {
      const { lab, pay } = bench();
      const { payment } = await pay();
      const refund = lab.refundOf(payment, 234);
      expect(await done(lab, refund, payment)).toMatchObject({ kind: 'approved' });
      expect(await done(lab, refund, payment)).toMatchObject({ kind: 'approved' });
      expect(heldFor(lab, subject, payment)).toBe(1000);
      expect(await done(lab, lab.refundOf(payment, 1000), payment)).toMatchObject({ kind: 'approved' });
      expect(heldFor(lab, subject, payment)).toBe(0);
    });

    test('more than was paid is declined in both languages, and nothing moves', async () => {
      const { lab, pay } = bench();
      const { payment } = await pay();
      const outcome = await lab.method.refund(lab.refundOf(payment, payment.amountMinor + 1), payment);
      expect(outcome.kind).toBe('declined');
      if (outcome.kind === 'declined') expectWords(outcome.decline);
      expect(heldFor(lab, subject, payment)).toBe(payment.amountMinor);
    });

    test('a refund without an answer is unknown, is found by asking, and is paid out once', async () => {
      const { lab, pay } = bench();
      const { payment } = await pay();
      await lab.fault({ kind: 'lost-answer', operation: 'refund' });
      const refund = lab.refundOf(payment, 234);
      expect(await lab.method.refund(refund, payment)).toMatchObject({ kind: 'unknown' });
      await expect.poll(() => lab.method.inquireRefund?.(refund, payment)).toMatchObject({ kind: 'approved' });
      expect(heldFor(lab, subject, payment)).toBe(1000);
    });
  });
}

function secrets(bench: () => Bench): void {
  test('no secret stands in what is stored or shown', async () => {
    const { lab, begin } = bench();
    const { payment, credential } = await begin();
    const outcomes = [await lab.method.authorize(payment, credential), await lab.method.inquire?.(payment)];
    const { wechat, alipay, ecny, 'unionpay-qr': unionPay } = lab.wallets.access;
    const accounts = [wechat, wechat.partner, wechat.sm2, alipay, alipay.certificates, alipay.isv, unionPay, ecny];
    const secrets = accounts.flatMap((account) => Object.values(account.secrets));
    const code = (credential as { code?: unknown }).code;
    const told = JSON.stringify([payment, outcomes]);
    for (const secret of [...secrets, ...(typeof code === 'string' ? [code] : [])]) expect(told).not.toContain(secret);
    expect(outcomes.every((outcome) => (outcome?.evidence ?? []).length > 0)).toBe(true);
  });
}

function notifications(bench: () => Pick<Bench, 'lab' | 'pay'>): void {
  describe('notifications', () => {
    const told = async () => {
      const { lab, pay } = bench();
      const { payment } = await pay();
      await expect.poll(() => lab.notifications.length).toBeGreaterThan(0);
      const [notification] = lab.notifications;
      if (notification === undefined || lab.method.notified === undefined) throw new Error('nobody was told');
      return { lab, payment, notification, read: lab.method.notified.bind(lab.method) };
    };

    test('a genuine one is the outcome of its payment, with an answer that the channel takes', async () => {
      const { lab, payment, notification, read } = await told();
      const reading = await read(notification, lab.known(payment));
      expect(reading).toMatchObject({ kind: 'payment', paymentId: payment.id, outcome: { kind: 'approved' } });
      expect(reading.answer.status).toBe(200);
    });

    test('one that was changed, by a blank or by an amount, is not believed', async () => {
      const { lab, payment, notification, read } = await told();
      for (const rawBody of [`${notification.rawBody} `, notification.rawBody.replace('1', '2'), ''])
        expect(await read({ ...notification, rawBody }, lab.known(payment))).toMatchObject({ kind: 'refused' });
      expect(await read({ ...notification, headers: {} }, lab.known(payment))).toMatchObject({ kind: 'refused' });
    });

    test('one about another amount than ours, or of a payment that is not here, books nothing', async () => {
      const { lab, payment, notification, read } = await told();
      const other = { ...payment, amountMinor: payment.amountMinor - 1 };
      expect(await read(notification, lab.known(other))).toMatchObject({ kind: 'refused' });
      const again = await read(notification, lab.known());
      expect(['refused', 'ignored']).toContain(again.kind);
    });

    test('the same one again changes nothing that the first did not', async () => {
      const { lab, payment, notification, read } = await told();
      await read(notification, lab.known(payment));
      const second = await read(notification, lab.known(payment));
      const harmless = second.kind === 'refused' || (second.kind === 'payment' && second.outcome.kind === 'approved');
      expect(harmless).toBe(true);
    });
  });
}

async function inquired(lab: MethodLab, payment: PaymentFacts): Promise<Outcome> {
  const outcome = await lab.method.inquire?.(payment);
  if (outcome === undefined) throw new Error('the method asks no questions');
  return outcome;
}

function expectWords({ code, message: { zh, en } }: Decline): void {
  expect(code).not.toBe('');
  expect(zh).toMatch(/\p{Script=Han}/u);
  expect(en).toMatch(/[a-z]{3}/);
}

/** What the channel keeps of the customer's money for this payment, by its own book. */
function heldFor({ wallets }: MethodLab, { wallet }: MethodUnderTest, payment: PaymentFacts): number {
  const order: Order | undefined = wallets.books[wallet].order(String(payment.channelData.outTradeNo));
  return order === undefined ? 0 : (order.paidAt === null ? 0 : order.amountMinor) - order.refundedMinor;
}
