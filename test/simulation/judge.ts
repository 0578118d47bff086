import type { ApiClient } from '../support/api-client.ts';
import type { CustomerWithCards } from '../support/customer.ts';
import { until } from '../support/until.ts';
import { CHANNELS, type Channel } from './channels.ts';

/** Longest time until both sides have heard of everything once the outside is well again. */
const LONGEST_REST_MS = 6_000;

type Amounts = Readonly<Record<Channel, number>>;

/** Both sides' books at one moment, in minor units. */
interface Books {
  /** What each channel holds of the merchant's money by its own account. */
  readonly outside: Amounts;
  /** What the ledger says each channel owes. */
  readonly ledger: Amounts;
  readonly owedToCustomers: number;
  readonly differenceMinor: number;
}

/** Holds the outside's books against the ledger. It knows nothing of what should have happened, only that both agree. */
export class Judge {
  readonly #client: () => ApiClient;
  readonly #customer: CustomerWithCards;

  constructor(client: () => ApiClient, customer: CustomerWithCards) {
    this.#client = client;
    this.#customer = customer;
  }

  /** Sentences about what does not agree, once everything has had time to come to rest; none when all is well. */
  async findings(): Promise<readonly string[]> {
    return until(
      async () => sentencesOf(await this.#books()),
      (sentences) => sentences.length === 0,
      LONGEST_REST_MS,
    );
  }

  async #books(): Promise<Books> {
    const { accounts, differenceMinor } = await this.#client().trialBalance();
    const of = (id: string): number =>
      accounts.find((account) => account.id === `merchant:mer_demo:${id}`)?.balanceMinor ?? 0;
    const ledger = Object.fromEntries(
      CHANNELS.map((channel) => [channel, of(`channel:${channel}:receivable`)]),
    ) as Amounts;
    return {
      outside: await this.#customer.held(),
      ledger,
      owedToCustomers: of('customers:to-be-returned'),
      differenceMinor,
    };
  }
}

function sentencesOf({ outside, ledger, owedToCustomers, differenceMinor }: Books): readonly string[] {
  return [
    ...CHANNELS.filter((channel) => outside[channel] !== ledger[channel]).map(
      (channel) => `${channel}: the outside holds ${outside[channel]}, the ledger says ${ledger[channel]}`,
    ),
    ...(owedToCustomers === 0 ? [] : [`${owedToCustomers} is still owed to customers`]),
    ...(differenceMinor === 0 ? [] : [`debits and credits differ by ${differenceMinor}`]),
  ];
}
