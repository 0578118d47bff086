import path from 'node:path';
import type { Clock } from '@zhanggui/base';
import type { WalletCrypto } from '@zhanggui/wallets';
import type { FastifyInstance } from 'fastify';
import type { WalletBook } from './book.ts';
import type { BookEvent } from './book-requests.ts';
import { BookTeller } from './book-teller.ts';
import type { WalletId } from './code-issuer.ts';
import type { FaultBox } from './faults.ts';
import type { HeldReplies } from './faulty-answer.ts';
import { type Notice, Notifier, type NotifierRules } from './notifier.ts';

/** What every wallet's interface is mounted with. */
export interface MountOptions {
  readonly wallet: WalletId;
  /** Path under which it is mounted. */
  readonly prefix: string;
  readonly crypto: WalletCrypto;
  readonly clock: Clock;
  /** A nonce of so many letters and digits. */
  nonce(length: number): string;
  readonly faults: FaultBox;
  readonly held: HeldReplies;
  readonly timeScale: number;
  readonly dataDir: string;
}

/** A wallet at work: whom it tells, and whether its bills are there before their morning. */
export interface MountedWallet {
  readonly notifier: Notifier;
  readonly bills: { anyDay: boolean };
}

/** What every wallet's server needs besides its shop and its bills. */
export interface ServerOptions {
  readonly teller: BookTeller;
  readonly faults: FaultBox;
  readonly clock: Clock;
  readonly held: HeldReplies;
}

/** What tells a wallet's merchants, by its own schedule and in its own words, with a log beside the book. */
export function openTeller(
  book: WalletBook,
  words: { readonly rules: NotifierRules; readonly noticeOf: (event: BookEvent) => Notice | null },
  { wallet, faults, timeScale, dataDir }: MountOptions,
): { readonly notifier: Notifier; readonly teller: BookTeller } {
  const log = path.join(dataDir, `notifications-${wallet}.jsonl`);
  const notifier = new Notifier(words.rules, faults, timeScale, log);
  return { notifier, teller: new BookTeller(book, notifier, words.noticeOf) };
}

/** Bodies stay the text that was signed. */
export function takeBodiesAsText(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
}
