import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock, Rng } from '@zhanggui/base';
import { nodeWalletCrypto } from '@zhanggui/wallets/node/crypto.ts';
import type { FastifyInstance } from 'fastify';
import { mountAlipay } from './alipay/index.ts';
import { type BookRules, WalletBook } from './book.ts';
import { WALLET_IDS, type WalletId } from './code-issuer.ts';
import { type Credentials, credentialsOf } from './credentials.ts';
import { isOverGrade } from './ecny/grades.ts';
import { mountEcny } from './ecny/index.ts';
import { FAULT_KINDS, FaultBox, type FaultKind, WALLET_OPERATIONS, type WalletOperation } from './faults.ts';
import type { HeldReplies } from './faulty-answer.ts';
import { loadWalletKeys } from './keys.ts';
import type { MountedWallet, MountOptions } from './mount.ts';
import { phoneRoutes } from './phone-routes.ts';
import { mountUnionPay } from './unionpay/index.ts';
import { mountWechat } from './wechat/index.ts';
import { isOverCodeLimit } from './wechat/limits.ts';

/** How the wallets are set up. */
export interface WalletOptions {
  /** Keys and books are kept here. */
  readonly dataDir: string;
  readonly clock?: Clock;
  readonly rng?: Rng;
  /** Shortens the wallets' own times for tests: a refund's way, a late success. */
  readonly timeScale?: number;
  /** Path under which everything is mounted. */
  readonly prefix?: string;
}

/** The simulated wallets as the program that mounts them uses them. */
export interface Wallets {
  readonly books: Readonly<Record<WalletId, WalletBook>>;
  readonly faults: Readonly<Record<WalletId, FaultBox>>;
  /** Where and how clients connect, with test-only keys. */
  credentials(origin: string): Credentials;
}

const systemClock: Clock = { now: Date.now, sleep: (durationMs) => wait(durationMs) };
const systemRng: Rng = { bytes: (count) => randomBytes(count) };

/**
 * Mounts the simulated WeChat Pay (`<prefix>/wallets/wechat/v3/…`), Alipay (`<prefix>/wallets/alipay/gateway.do`), UnionPay
 * (`<prefix>/wallets/unionpay-qr/gateway/api/…`), e-CNY (`<prefix>/wallets/ecny/v1/dc/…`), their books and faults, and the virtual phones (`<prefix>/phones/…`).
 */
export async function registerWallets(app: FastifyInstance, options: WalletOptions): Promise<Wallets> {
  const { dataDir, clock = systemClock, rng = systemRng, timeScale = 1, prefix = '/sim' } = options;
  const keys = await loadWalletKeys(dataDir);
  const crypto = nodeWalletCrypto();
  const held: HeldReplies = new Set();
  const bookOf = (wallet: WalletId, payingMs: number, refundMs: number, more: Partial<BookRules> = {}): WalletBook => {
    const rules = { wallet, passwordAboveMinor: 100_000, payingMs, refundMs: refundMs * timeScale, ...more };
    return new WalletBook(rules, clock, rng, path.join(dataDir, `book-${wallet}.jsonl`));
  };
  const books = {
    wechat: bookOf('wechat', 45_000, 1_000, { isOverLimit: isOverCodeLimit }),
    alipay: bookOf('alipay', 180_000, 0, { isOverLimit: isOverCodeLimit, refundNumbersPerOrder: true }),
    'unionpay-qr': bookOf('unionpay-qr', 60_000, 1_000),
    ecny: bookOf('ecny', 60_000, 0, { isOverLimit: isOverGrade }),
  };
  const faults = {
    wechat: new FaultBox(),
    alipay: new FaultBox(),
    'unionpay-qr': new FaultBox(),
    ecny: new FaultBox(),
  };
  const mounting = (wallet: WalletId): MountOptions => {
    const nonce = (length: number): string => randomText(rng, length);
    const place = `${prefix}/wallets/${wallet}`;
    return { wallet, prefix: place, crypto, clock, nonce, faults: faults[wallet], held, timeScale, dataDir };
  };
  const unionPay = { keys: keys['unionpay-qr'], book: books['unionpay-qr'] };
  const mounted: Readonly<Record<WalletId, MountedWallet>> = {
    wechat: await mountWechat(app, { keys: keys.wechat, book: books.wechat }, mounting('wechat')),
    alipay: await mountAlipay(app, { keys: keys.alipay, book: books.alipay }, mounting('alipay')),
    'unionpay-qr': await mountUnionPay(app, unionPay, mounting('unionpay-qr')),
    ecny: await mountEcny(app, { keys: keys.ecny, book: books.ecny }, mounting('ecny')),
  };
  await app.register(phoneRoutes, { prefix, books, held, unionPay });
  await app.register(controls, { prefix, books, faults, mounted, timeScale });
  app.addHook('preClose', async () => {
    for (const { notifier: teller } of Object.values(mounted)) teller.stop();
    for (const book of Object.values(books)) book.stop();
    for (const reply of held) reply.raw.destroy();
  });
  return { books, faults, credentials: (origin) => credentialsOf(keys, `${origin}${prefix}/wallets`) };
}

interface ControlOptions {
  readonly books: Readonly<Record<WalletId, WalletBook>>;
  readonly faults: Readonly<Record<WalletId, FaultBox>>;
  readonly mounted: Readonly<Record<WalletId, MountedWallet>>;
  readonly timeScale: number;
}

const DEFAULT_DELAY_MS = 2_000;
/** Farther from the right time than anybody accepts. */
const SKEW_MS = 600_000;

/** The book, the faults, the notifications and the bills (there before their morning, if so told) of each wallet. */
async function controls(app: FastifyInstance, options: ControlOptions): Promise<void> {
  const { books, faults, mounted, timeScale } = options;
  for (const wallet of WALLET_IDS) {
    const box = faults[wallet];
    app.get(`/wallets/${wallet}/notifications`, async () => ({ notifications: mounted[wallet].notifier.log() }));
    app.put(`/wallets/${wallet}/bills`, async (request) => {
      const { bills } = mounted[wallet];
      bills.anyDay = (request.body as { readonly anyDay?: unknown } | null)?.anyDay === true;
      return { anyDay: bills.anyDay };
    });
    app.get(`/wallets/${wallet}/book`, async () => books[wallet].account());
    app.get(`/wallets/${wallet}/faults`, async () => ({ faults: box.waiting }));
    app.delete(`/wallets/${wallet}/faults`, async (_request, reply) => {
      box.clear();
      return reply.code(204).send();
    });
    app.post(`/wallets/${wallet}/faults`, async (request, reply) => {
      const { kind, count = 1, operation, delayMs } = (request.body ?? {}) as Record<string, unknown>;
      const isKnown = FAULT_KINDS.includes(kind as FaultKind) && Number.isSafeInteger(count);
      if (!isKnown || (operation !== undefined && !WALLET_OPERATIONS.includes(operation as WalletOperation)))
        return reply.code(400).send({ code: 'unknown-fault', kinds: FAULT_KINDS, operations: WALLET_OPERATIONS });
      box.add({
        kind: kind as FaultKind,
        count: Number(count),
        operation: operation as WalletOperation | undefined,
        delayMs: typeof delayMs === 'number' ? delayMs : kind === 'clock-skew' ? SKEW_MS : DEFAULT_DELAY_MS * timeScale,
      });
      return reply.code(201).send({ faults: box.waiting });
    });
  }
}

function randomText(rng: Rng, length: number): string {
  return Array.from(rng.bytes(length), (byte) => (byte % 36).toString(36)).join('');
}
