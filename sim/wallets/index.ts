import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock, Rng } from '@zhanggui/base';
import { nodeWalletCrypto } from '@zhanggui/wallets/node/crypto.ts';
import type { FastifyInstance } from 'fastify';
import { mountAlipay } from './alipay/index.ts';
import { type BookRules, WalletBook } from './book.ts';
import type { WalletId } from './code-issuer.ts';
import { controls } from './controls.ts';
import { type Credentials, credentialsOf } from './credentials.ts';
import { isOverGrade } from './ecny/grades.ts';
import { mountEcny } from './ecny/index.ts';
import { FaultBox } from './faults.ts';
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
    wechat: new FaultBox('wechat'),
    alipay: new FaultBox('alipay'),
    'unionpay-qr': new FaultBox('unionpay-qr'),
    ecny: new FaultBox('ecny'),
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
  app.addHook('onClose', async () => {
    for (const book of Object.values(books)) book.shut();
  });
  return { books, faults, credentials: (origin) => credentialsOf(keys, `${origin}${prefix}/wallets`) };
}

function randomText(rng: Rng, length: number): string {
  return Array.from(rng.bytes(length), (byte) => (byte % 36).toString(36)).join('');
}
