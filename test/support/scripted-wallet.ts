import { generateKeyPairSync } from 'node:crypto';
import { type HttpRequest, type HttpResponse, HttpSilence } from '@zhanggui/base';
import type { ChannelConfig } from '@zhanggui/modules/merchants/api.ts';
import type {
  AcceptanceDevice,
  MethodEnvironment,
  MethodPlugin,
  PaymentFacts,
  PaymentMethod,
  RefundFacts,
} from '@zhanggui/modules/payments/method.ts';
import { nodeWalletCrypto } from '@zhanggui/wallets/node/crypto.ts';

/** Our numbers of the payment and of the refund at the channel. */
export const OUT_TRADE_NO = '0192f0c1d2e3740080a1b2c3d4e5f607';
export const OUT_REFUND_NO = '0192f0c1d2e3740080a1b2c3d4e5f699';

export const walletCrypto = nodeWalletCrypto();

/** A payment of 12.34 by a code that the cashier scanned. */
export function walletPayment(changed: Partial<PaymentFacts> = {}): PaymentFacts {
  return {
    id: `pay_${OUT_TRADE_NO}`,
    merchantId: 'mer_1',
    storeId: 'store-1',
    tillId: 'till_1',
    saleId: 'sale_1',
    purpose: 'sale',
    completes: null,
    amountMinor: 1234,
    currency: 'CNY',
    subject: '掌柜 demo',
    createdAt: 0,
    channelData: { outTradeNo: OUT_TRADE_NO },
    ...changed,
  };
}

/** A refund of 2.34 of it. */
export function walletRefund(changed: Partial<RefundFacts> = {}): RefundFacts {
  return {
    id: `ref_${OUT_REFUND_NO}`,
    paymentId: `pay_${OUT_TRADE_NO}`,
    amountMinor: 234,
    currency: 'CNY',
    reason: '退货',
    createdAt: 0,
    channelData: {},
    ...changed,
  };
}

/** An RSA key as channels want it. */
export function rsaPair() {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

/** What the channel does with the requests in turn: an answer, what `sign` makes an answer of, or silence. */
interface Script<Answer> {
  readonly now: number;
  readonly account: Omit<ChannelConfig, 'methodId'>;
  readonly answers: readonly (Answer | HttpResponse | HttpSilence)[];
  sign(answer: Answer, request: HttpRequest): HttpResponse;
  readonly device?: AcceptanceDevice | null;
}

/** A method over a line that gives the scripted answers and keeps what was sent. */
export function scriptedWallet<Answer extends object>(
  plugin: MethodPlugin,
  { now, account, answers, sign, device = null }: Script<Answer>,
): { readonly method: PaymentMethod; readonly sent: readonly HttpRequest[] } {
  const sent: HttpRequest[] = [];
  const environment: MethodEnvironment = {
    policy: plugin.policy,
    flowPolicies: {},
    notificationUrl: () => null,
    deviceOf: async () => device,
    archives: { gunzip: async () => null, inflate: async () => null, unzip: async () => null, gbk: () => null },
    clock: { now: () => now, sleep: () => Promise.resolve() },
    rng: { bytes: (count) => new Uint8Array(count).fill(7) },
    http: {
      async request(request) {
        const answer = answers[sent.length];
        sent.push(request);
        if (answer === undefined) throw new HttpSilence('nothing scripted', true);
        if (answer instanceof HttpSilence) throw answer;
        return isWhole(answer) ? answer : sign(answer, request);
      },
    },
    walletCrypto,
    exchange: undefined as unknown as MethodEnvironment['exchange'],
    channelConfig: async () => ({ methodId: plugin.id, ...account }),
  };
  return { method: plugin.create(environment), sent };
}

function isWhole(answer: object): answer is HttpResponse {
  return 'headers' in answer && 'status' in answer && typeof answer.status === 'number';
}
