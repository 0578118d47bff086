import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { HttpPort, HttpRequest, HttpResponse } from '@zhanggui/base';
import type { ChannelConfig } from '@zhanggui/modules/merchants/api.ts';
import type {
  ChannelTest,
  KnownPayments,
  MethodEnvironment,
  MethodPlugin,
  MethodPolicy,
  Notification,
  Outcome,
  PaymentDraft,
  PaymentFacts,
  PaymentMethod,
  RefundFacts,
} from '@zhanggui/modules/payments/method.ts';
import { policyOf } from '@zhanggui/modules/payments/payment.ts';
import { scaledPolicies, scaledPolicy } from '@zhanggui/modules/payments/scaled-policy.ts';
import { nodeWalletCrypto } from '@zhanggui/wallets/node/crypto.ts';
import { nodeArchives } from '../../apps/server/archives.ts';
import { nodeHttpPort } from '../../apps/server/http-port.ts';
import type { WalletId } from '../../sim/wallets/code-issuer.ts';
import { type RunningWallets, startWallets } from '../../sim/wallets/testing.ts';

/** A second of the methods' own rules takes this long here: long enough for an answer on a busy machine. */
const POLICY_SCALE = 0.06;
/** A second of the simulated wallets takes this long here. */
const WALLET_SCALE = 0.02;
const LAB_MERCHANT = 'mer_lab';

/** How one merchant's account with a channel is configured. */
export interface LabAccount {
  readonly settings: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
}

/** A method on the wire with the simulated wallets, without the rest of the platform. */
export interface MethodLab {
  readonly wallets: RunningWallets;
  readonly method: PaymentMethod;
  readonly environment: MethodEnvironment;
  /** Every request that went out, with its answer; an answer may be put in the place of the next one. */
  readonly line: LabLine;
  /** What the channel sent by itself, in the order in which it came. */
  readonly notifications: readonly Notification[];
  policyOf(payment: PaymentFacts): MethodPolicy;
  /** A payment as its intent is written; `prepare` has seen its credential. */
  prepare(credential: unknown, change?: Partial<PaymentDraft>): Promise<PaymentFacts>;
  /** A payment whose channel data holds what an outcome added. */
  after(payment: PaymentFacts, outcome: Outcome): PaymentFacts;
  refundOf(payment: PaymentFacts, amountMinor: number): RefundFacts;
  fault(fault: { kind: string; operation?: string; count?: number; delayMs?: number }): Promise<unknown>;
  known(...payments: readonly PaymentFacts[]): KnownPayments;
  /** Tries an account as the console does. */
  tryAccount(config: ChannelConfig): Promise<ChannelTest | undefined>;
  close(): Promise<void>;
}

/** The line to the channel, which can be listened in to. */
export class LabLine implements HttpPort {
  readonly sent: { readonly request: HttpRequest; readonly answer: HttpResponse }[] = [];
  readonly #instead: HttpResponse[] = [];

  async request(request: HttpRequest): Promise<HttpResponse> {
    const answer = this.#instead.shift() ?? (await nodeHttpPort.request(request));
    this.sent.push({ request, answer });
    return answer;
  }

  /** Gives this answer to the next request, which goes nowhere. */
  answerNext(answer: HttpResponse): void {
    this.#instead.push(answer);
  }
}

/** Starts wallets and the method on them; `account` picks the merchant's account from the wallets' credentials. */
export async function openLab(
  plugin: MethodPlugin,
  wallet: WalletId,
  account: (wallets: RunningWallets) => LabAccount,
): Promise<MethodLab> {
  const wallets = await startWallets({ timeScale: WALLET_SCALE });
  const inbox = await openInbox();
  const line = new LabLine();
  const scaled = {
    policy: scaledPolicy(plugin.policy, POLICY_SCALE),
    flowPolicies: scaledPolicies(plugin.flowPolicies, POLICY_SCALE),
  };
  const environment: MethodEnvironment = {
    ...scaled,
    notificationUrl: () => inbox.url,
    deviceOf: async () => null,
    archives: nodeArchives,
    clock: { now: Date.now, sleep: (durationMs) => wait(durationMs) },
    rng: { bytes: (count) => randomBytes(count) },
    http: line,
    walletCrypto: nodeWalletCrypto(),
    exchange: undefined as unknown as MethodEnvironment['exchange'],
    channelConfig: async () => ({ methodId: plugin.id, ...account(wallets) }),
  };
  const method = plugin.create(environment);
  return {
    wallets,
    method,
    environment,
    line,
    notifications: inbox.received,
    policyOf: (payment) => policyOf(scaled, payment),
    prepare: async (credential, change = {}) => {
      const draft = { ...draftNow(), ...change };
      return { ...draft, channelData: (await method.prepare(draft, credential)).channelData };
    },
    after: (payment, { channelData }) => ({ ...payment, channelData: { ...payment.channelData, ...channelData } }),
    refundOf: (payment, amountMinor) => ({
      id: `ref_${randomBytes(16).toString('hex')}`,
      paymentId: payment.id,
      amountMinor,
      currency: 'CNY',
      reason: '退货',
      createdAt: Date.now(),
      channelData: {},
    }),
    fault: (fault) => wallets.command('POST', `wallets/${wallet}/faults`, fault),
    known: (...payments) => ({
      payment: async (id) => payments.find((payment) => payment.id === id),
      refund: async () => undefined,
    }),
    tryAccount: async (config) => plugin.channel?.test(environment, config),
    close: async () => {
      await wallets.close();
      await inbox.close();
    },
  };
}

function draftNow(): PaymentDraft {
  return {
    id: `pay_${randomBytes(16).toString('hex')}`,
    merchantId: LAB_MERCHANT,
    storeId: 'store_1',
    tillId: 'till_1',
    saleId: 'sale_1',
    purpose: 'sale',
    completes: null,
    amountMinor: 1234,
    currency: 'CNY',
    subject: '掌柜 demo',
    createdAt: Date.now(),
  };
}

/** Where the channel's notifications arrive: kept as they came, and answered as any channel likes to hear it. */
async function openInbox(): Promise<{ url: string; received: Notification[]; close(): Promise<void> }> {
  const received: Notification[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
      );
      received.push({ merchantId: LAB_MERCHANT, headers, rawBody: Buffer.concat(parts).toString() });
      response.end('success');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/notifications`,
    received,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
