import type { PreAuthorizationView } from '@zhanggui/modules/payments/hold.ts';
import { WALLET_IDS, type WalletId } from '../../sim/wallets/code-issuer.ts';
import type { ApiClient } from '../support/api-client.ts';
import type { CustomerWithCards } from '../support/customer.ts';
import { until } from '../support/until.ts';

export type Channel = 'card' | WalletId;
export const CHANNELS: readonly Channel[] = ['card', ...WALLET_IDS];

/** Longest time until both sides have heard of everything. */
const LONGEST_REST_MS = 4_000;

/** The books of both sides at one moment, in minor units. */
export interface Books {
  /** What the outside holds of the merchant's money by its own account, a channel. */
  readonly held: Readonly<Record<Channel, number>>;
  /** What is kept aside by pre-authorizations: by the bank's own book, and by the platform's. */
  readonly reserved: { readonly outside: number; readonly platform: number };
  /** Balance of each account of the ledger. */
  readonly balances: ReadonlyMap<string, number>;
  /** Debits minus credits of the whole ledger. */
  readonly differenceMinor: number;
}

/** Compares the outside's books with the ledger, counting from the moment at which the audit began. */
export class Auditor {
  readonly #client: ApiClient;
  readonly #customer: CustomerWithCards;
  #before: Books;

  private constructor(client: ApiClient, customer: CustomerWithCards, before: Books) {
    this.#client = client;
    this.#customer = customer;
    this.#before = before;
  }

  static async begin(client: ApiClient, customer: CustomerWithCards): Promise<Auditor> {
    return new Auditor(client, customer, await booksOf(client, customer));
  }

  /** What the books say moved since the beginning. */
  async moved(): Promise<Books> {
    const { held, reserved, balances, differenceMinor } = await booksOf(this.#client, this.#customer);
    const before = this.#before;
    return {
      reserved: {
        outside: reserved.outside - before.reserved.outside,
        platform: reserved.platform - before.reserved.platform,
      },
      held: {
        card: held.card - before.held.card,
        wechat: held.wechat - before.held.wechat,
        alipay: held.alipay - before.held.alipay,
        'unionpay-qr': held['unionpay-qr'] - before.held['unionpay-qr'],
        ecny: held.ecny - before.held.ecny,
      },
      balances: new Map([...balances].map(([id, minor]) => [id, minor - (before.balances.get(id) ?? 0)])),
      differenceMinor,
    };
  }

  /** What moved, once `wanted` says that it is so, or as it is when it never becomes so. */
  movedUntil(wanted: (books: Books) => boolean, longestMs = LONGEST_REST_MS): Promise<Books> {
    return until(() => this.moved(), wanted, longestMs);
  }

  /** Sentences about what does not agree once everything has come to rest; none when all is well. */
  async findings(longestMs = LONGEST_REST_MS): Promise<readonly string[]> {
    return sentencesOf(await this.movedUntil((books) => sentencesOf(books).length === 0, longestMs));
  }
}

function sentencesOf({ held, reserved, balances, differenceMinor }: Books): readonly string[] {
  const unequal = CHANNELS.map((channel) => ({
    channel,
    outside: held[channel],
    ledger: balances.get(`merchant:mer_demo:channel:${channel}:receivable`) ?? 0,
  })).filter(({ outside, ledger }) => outside !== ledger);
  const owed = balances.get('merchant:mer_demo:customers:to-be-returned') ?? 0;
  return [
    ...unequal.map(({ channel, outside, ledger }) => `${channel}: outside holds ${outside}, the ledger says ${ledger}`),
    ...(reserved.outside === reserved.platform
      ? []
      : [`card: the bank keeps ${reserved.outside} aside, the platform believes ${reserved.platform}`]),
    ...(owed === 0 ? [] : [`${owed} is still owed to customers`]),
    ...(differenceMinor === 0 ? [] : [`debits and credits differ by ${differenceMinor}`]),
  ];
}

async function booksOf(client: ApiClient, customer: CustomerWithCards): Promise<Books> {
  const { accounts, differenceMinor } = await client.trialBalance();
  const held = await customer.held();
  const { preAuthorizations } = await client.send<{ preAuthorizations: PreAuthorizationView[] }>(
    'GET',
    '/pre-authorizations?open=1',
  );
  const reserved = {
    outside: await customer.reserved(),
    platform: preAuthorizations.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
  };
  return {
    held,
    reserved,
    balances: new Map(accounts.map(({ id, balanceMinor }) => [id, balanceMinor])),
    differenceMinor,
  };
}
