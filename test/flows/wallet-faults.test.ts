import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type {
  MethodEnvironment,
  MethodPlugin,
  Outcome,
  PaymentFacts,
  PaymentMethod,
  RefundFacts,
} from '@zhanggui/modules/payments/method.ts';
import { scaledPolicy } from '@zhanggui/modules/payments/scaled-policy.ts';
import { alipay } from '@zhanggui/plugins/methods/alipay/plugin.ts';
import { wechat } from '@zhanggui/plugins/methods/wechat/plugin.ts';
import type { Order } from '@zhanggui/sim/wallets/orders.ts';
import { type RunningWallets, startWallets } from '@zhanggui/sim/wallets/testing.ts';
import { nodeWalletCrypto } from '@zhanggui/wallets/node/crypto.ts';
import { describe, expect, test } from 'vitest';
import { nodeArchives } from '../../apps/server/archives.ts';
import { nodeHttpPort } from '../../apps/server/http-port.ts';

type Wallet = 'wechat' | 'alipay';

/** A second of the channels' rules takes this long here. */
const TIME_SCALE = 0.02;
const PLUGINS: Readonly<Record<Wallet, MethodPlugin>> = {
  wechat: { ...wechat, policy: scaledPolicy(wechat.policy, TIME_SCALE) },
  alipay: { ...alipay, policy: scaledPolicy(alipay.policy, TIME_SCALE) },
};

/** How a payment ended for us, and whether a late approval had to be given back. */
interface Ending {
  readonly result: 'succeeded' | 'failed' | 'cancelled';
  readonly gaveBackLate: boolean;
  readonly asked: number;
}

function methodFor(wallet: Wallet, wallets: RunningWallets): PaymentMethod {
  const { settings, secrets } = wallets.access[wallet];
  const environment: MethodEnvironment = {
    policy: PLUGINS[wallet].policy,
    flowPolicies: {},
    notificationUrl: () => null,
    deviceOf: async () => null,
    archives: nodeArchives,
    clock: { now: Date.now, sleep: (durationMs) => wait(durationMs) },
    rng: { bytes: (count) => randomBytes(count) },
    http: nodeHttpPort,
    walletCrypto: nodeWalletCrypto(),
    exchange: undefined as unknown as MethodEnvironment['exchange'],
    channelConfig: async () => ({ methodId: wallet, settings, secrets }),
  };
  return PLUGINS[wallet].create(environment);
}

async function newPayment(method: PaymentMethod, code: string, amountMinor: number): Promise<PaymentFacts> {
  const draft = {
    id: `pay_${randomBytes(16).toString('hex')}`,
    merchantId: 'mer_1',
    storeId: 'store_1',
    tillId: 'till_1',
    saleId: 'sale_1',

    purpose: 'sale' as const,
    completes: null,
    amountMinor,
    currency: 'CNY' as const,
    subject: '掌柜 demo',
    createdAt: Date.now(),
  };
  return { ...draft, channelData: (await method.prepare(draft, { code })).channelData };
}

/** Takes a payment to its end by the policy of its channel, as the till's server does. */
async function carryThrough(
  wallet: Wallet,
  method: PaymentMethod,
  payment: PaymentFacts,
  code: string,
): Promise<Ending> {
  const { policy } = PLUGINS[wallet];
  let outcome: Outcome = await method.authorize(payment, { code });
  let asked = 0;
  const isOpen = (): boolean => outcome.kind === 'pending' || outcome.kind === 'unknown';
  for (let pause = policy.firstInquiryMs; isOpen() && age(payment) < policy.giveUpAfterMs; pause = policy.intervalMs) {
    await wait(pause);
    outcome = (await method.inquire?.(payment)) ?? outcome;
    asked += 1;
  }
  if (outcome.kind === 'approved') return { result: 'succeeded', gaveBackLate: false, asked };
  if (outcome.kind === 'declined') return { result: 'failed', gaveBackLate: false, asked };
  return { result: 'cancelled', gaveBackLate: await undo(wallet, method, payment), asked };
}

/** Cancels until the answer is definite, then asks once more and gives a late approval back. */
async function undo(wallet: Wallet, method: PaymentMethod, payment: PaymentFacts): Promise<boolean> {
  const { policy } = PLUGINS[wallet];
  while ((await method.cancel?.(payment))?.kind !== 'cancelled') await wait(policy.intervalMs);
  await wait(policy.confirmAfterCancelMs ?? 0);
  const late = await method.inquire?.(payment);
  if (late?.kind !== 'approved') return false;
  const facts = refundOf(payment, payment.amountMinor);
  let outcome = await method.refund(facts, payment);
  while (outcome.kind !== 'approved') {
    await wait(policy.intervalMs);
    outcome = (await method.inquireRefund?.(facts, payment)) ?? outcome;
  }
  return true;
}

function refundOf(payment: PaymentFacts, amountMinor: number): RefundFacts {
  return {
    id: `ref_${randomBytes(16).toString('hex')}`,
    paymentId: payment.id,
    amountMinor,
    currency: 'CNY',
    reason: '退货',
    createdAt: Date.now(),
    channelData: {},
  };
}

function age(payment: PaymentFacts): number {
  return Date.now() - payment.createdAt;
}

/** What the wallet kept of the customer's money for this payment, by its own book. */
function keptByWallet(wallets: RunningWallets, wallet: Wallet, payment: PaymentFacts): number {
  const order: Order | undefined = wallets.books[wallet].order(String(payment.channelData.outTradeNo));
  return order === undefined ? 0 : (order.paidAt === null ? 0 : order.amountMinor) - order.refundedMinor;
}

type Faults = readonly {
  readonly kind: string;
  readonly operation?: string;
  readonly count?: number;
  readonly delayMs?: number;
}[];

async function takeUnder(wallet: Wallet, faults: Faults, check: (ending: Ending) => void, amountMinor = 1234) {
  const wallets = await startWallets({ timeScale: TIME_SCALE });
  try {
    for (const fault of faults) await wallets.command('POST', `wallets/${wallet}/faults`, fault);
    const method = methodFor(wallet, wallets);
    const code = wallets.codeOf(wallet);
    const payment = await newPayment(method, code, amountMinor);
    const ending = await carryThrough(wallet, method, payment, code);
    expect(keptByWallet(wallets, wallet, payment)).toBe(ending.result === 'succeeded' ? amountMinor : 0);
    check(ending);
  } finally {
    await wallets.close();
  }
}

const LONG_MS = 2_000;

const rows: readonly (readonly [title: string, faults: Faults, ending: Partial<Ending>])[] = [
  ['nothing goes wrong', [], { result: 'succeeded', asked: 0 }],
  ['the payment is never answered, nor done', [{ kind: 'silence', operation: 'pay' }], { result: 'cancelled' }],
  ['the payment fails with 500', [{ kind: '500', operation: 'pay' }], { result: 'cancelled' }],
  [
    'the answer comes after the time-out',
    [{ kind: 'delay', operation: 'pay', delayMs: LONG_MS }],
    { result: 'succeeded' },
  ],
  ['the answer is lost', [{ kind: 'lost-answer', operation: 'pay' }], { result: 'succeeded' }],
  ['the answer breaks off', [{ kind: 'truncated', operation: 'pay' }], { result: 'succeeded' }],
  ['the answer is wrongly signed', [{ kind: 'wrong-signature', operation: 'pay' }], { result: 'succeeded' }],
  [
    'answers to the payment and three questions are lost',
    [
      { kind: 'lost-answer', operation: 'pay' },
      { kind: 'lost-answer', operation: 'query' },
      { kind: '500', operation: 'query' },
      { kind: 'wrong-signature', operation: 'query' },
    ],
    { result: 'succeeded', asked: 4 },
  ],
  ['the customer never answers', [{ kind: 'userpaying-forever' }], { result: 'cancelled', gaveBackLate: false }],
  [
    'the customer never answers, and the cancellation must be repeated',
    [
      { kind: 'userpaying-forever' },
      { kind: 'lost-answer', operation: 'cancel' },
      { kind: 'wrong-signature', operation: 'cancel' },
      { kind: '500', operation: 'cancel' },
    ],
    { result: 'cancelled', gaveBackLate: false },
  ],
  [
    'the payment succeeds after its cancellation was confirmed',
    [{ kind: 'late-success-after-cancel', delayMs: 100 }],
    { result: 'cancelled', gaveBackLate: true },
  ],
  [
    'it was paid, but no question is answered until it is cancelled',
    [
      { kind: 'lost-answer', operation: 'pay' },
      { kind: 'lost-answer', operation: 'query', count: 30 },
    ],
    { result: 'cancelled' },
  ],
];

describe.each(['wechat', 'alipay'] as const)('%s: our result and the wallet’s own book agree', (wallet) => {
  test.concurrent.each(rows)('%s', async (_, faults, expected) => {
    await takeUnder(wallet, faults, (ending) => expect(ending).toMatchObject(expected));
  });
});

describe.each(['wechat', 'alipay'] as const)('%s: the customer at the phone', (wallet) => {
  async function withPhone(
    amountMinor: number,
    act: (wallets: RunningWallets) => Promise<unknown>,
    before: (wallets: RunningWallets) => Promise<unknown> = async () => undefined,
  ): Promise<Ending> {
    const wallets = await startWallets({ timeScale: TIME_SCALE });
    try {
      await before(wallets);
      const method = methodFor(wallet, wallets);
      const code = wallets.codeOf(wallet);
      const payment = await newPayment(method, code, amountMinor);
      const ended = carryThrough(wallet, method, payment, code);
      await expect.poll(() => wallets.books[wallet].order(String(payment.channelData.outTradeNo))).toBeDefined();
      await act(wallets);
      const ending = await ended;
      expect(keptByWallet(wallets, wallet, payment)).toBe(ending.result === 'succeeded' ? amountMinor : 0);
      return ending;
    } finally {
      await wallets.close();
    }
  }
  const phone = (wallets: RunningWallets, action: string, body: object) =>
    wallets.command(action === 'switches' ? 'PUT' : 'POST', `phones/${wallet}/wangfang/${action}`, body);

  test('above 1,000 yuan the password is asked, and the payment succeeds with it', async () => {
    const ending = await withPhone(100_001, (wallets) => phone(wallets, 'confirm', { password: '123456' }));
    expect(ending.result).toBe('succeeded');
    expect(ending.asked).toBeGreaterThan(0);
  });

  test('1,000 yuan need no password', async () => {
    expect(await withPhone(100_000, async () => undefined)).toMatchObject({ result: 'succeeded', asked: 0 });
  });

  test('a wrong password pays nothing; the right one still does', async () => {
    const ending = await withPhone(100_001, async (wallets) => {
      expect(await phone(wallets, 'confirm', { password: '000000' })).toEqual({ result: 'wrong-password' });
      expect(await phone(wallets, 'confirm', { password: '123456' })).toEqual({ result: 'paid' });
    });
    expect(ending.result).toBe('succeeded');
  });

  test('refusing ends the payment without money', async () => {
    const ending = await withPhone(100_001, (wallets) => phone(wallets, 'refuse', {}));
    expect(ending.result).not.toBe('succeeded');
  });

  test('a phone without network is not asked, and the payment is cancelled in the end', async () => {
    const ending = await withPhone(
      100_001,
      async (wallets) => {
        expect(await phone(wallets, 'confirm', { password: '123456' })).toEqual({ result: 'nothing-to-confirm' });
      },
      (wallets) => phone(wallets, 'switches', { offline: true }),
    );
    expect(ending.result).toBe('cancelled');
  });

  test('without money the payment is declined at once', async () => {
    const ending = await withPhone(
      500,
      async () => undefined,
      (wallets) => phone(wallets, 'switches', { insufficient: true }),
    );
    expect(ending).toMatchObject({ result: 'failed', asked: 0 });
  });
});

describe.each(['wechat', 'alipay'] as const)('%s: refunds', (wallet) => {
  test.each(['silence', 'lost-answer', '500', 'wrong-signature'])(
    'a refund whose request meets %s is paid out once',
    async (kind) => {
      const wallets = await startWallets({ timeScale: TIME_SCALE });
      try {
        const method = methodFor(wallet, wallets);
        const code = wallets.codeOf(wallet);
        const payment = await newPayment(method, code, 1234);
        await carryThrough(wallet, method, payment, code);
        await wallets.command('POST', `wallets/${wallet}/faults`, { kind, operation: 'refund' });
        const facts = refundOf(payment, 234);
        expect(await method.refund(facts, payment)).toMatchObject({ kind: 'unknown' });
        await expect.poll(() => method.inquireRefund?.(facts, payment)).toMatchObject({ kind: 'approved' });
        expect(await method.refund(facts, payment)).toMatchObject({ kind: 'approved' });
        expect(keptByWallet(wallets, wallet, payment)).toBe(1000);
      } finally {
        await wallets.close();
      }
    },
  );
});
