import { randomUUID } from 'node:crypto';
import type { PaymentView, RefundView } from '@zhanggui/modules/payments/api.ts';
import type { BatchView } from '@zhanggui/modules/settlement/api.ts';
import type { Authorization } from '../../sim/hosts/bank-book.ts';
import type { Channel } from '../flows/auditor.ts';
import type { ApiClient, PaymentDetail } from '../support/api-client.ts';
import type { CustomerWithCards } from '../support/customer.ts';
import { UNFINISHED, until } from '../support/until.ts';
import { lastWordOf } from '../support/waiting-chips.ts';
import type { Dice } from './dice.ts';
import type { Act, FaultCase } from './faults.ts';
import type { Outside } from './traps.ts';

/** Nothing stays open once all is well; on a machine that is busy it may take this long until a question is answered in time. */
const RESTS_WITHIN_MS = 60_000;

/** What one trial acts on, and what the till was told in it. */
export class Scene {
  readonly outside: Outside;
  readonly dice: Dice;
  readonly tillId: string;
  readonly #client: () => ApiClient;
  readonly #sales = new Set<string>();
  readonly #payments = new Set<string>();
  readonly #batches = new Set<string>();
  /** Payments of which the till was told that they had succeeded: the goods are gone. */
  readonly #released = new Set<string>();
  readonly #open: string[] = [];

  constructor(client: () => ApiClient, outside: Outside, dice: Dice, tillId: string) {
    this.#client = client;
    this.outside = outside;
    this.dice = dice;
    this.tillId = tillId;
  }

  get customer(): CustomerWithCards {
    return this.outside.customer;
  }

  get client(): ApiClient {
    return this.#client();
  }

  /** A sale of some yuan, so that no two trials are of one amount. */
  async sale(amountMinor: number): Promise<string> {
    const { id } = await this.client.saleOf(amountMinor, this.tillId);
    this.#sales.add(id);
    return id;
  }

  /** Hears what the server says of a payment, as a till does. */
  hear(payment: PaymentView): PaymentView {
    this.#payments.add(payment.id);
    if (payment.result === 'succeeded') this.#released.add(payment.id);
    return payment;
  }

  /** A payment that may be asked for again: the same key and content each time. A chip is given its issuer's answer. */
  pay(saleId: string, method: string, amountMinor: number, credential: unknown): () => Promise<PaymentView> {
    return this.#ask(`/sales/${saleId}/payments`, { method, amountMinor, credential }, credential);
  }

  /** A pre-authorization that may be asked for again. */
  reserve(amountMinor: number, credential: unknown): () => Promise<PaymentView> {
    const { tillId } = this;
    return this.#ask('/pre-authorizations', { tillId, method: 'card', amountMinor, credential }, credential);
  }

  /** A batch that is being closed in this trial. */
  closes(batchId: string): void {
    this.#batches.add(batchId);
  }

  #ask(path: string, body: unknown, credential: unknown): () => Promise<PaymentView> {
    const key = randomUUID();
    return async () => {
      const payment = await this.client.send<PaymentView>('POST', path, body, key);
      const input = await lastWordOf(payment, credential);
      if (input === undefined) return this.hear(payment);
      return this.hear(await this.client.send<PaymentView>('POST', `/payments/${payment.id}/advance`, { input }));
    };
  }

  /** A refund that may be sent again. */
  refund(paymentId: string, amountMinor: number): () => Promise<RefundView> {
    this.#payments.add(paymentId);
    const key = randomUUID();
    const body = { amountMinor, reason: 'simulation' };
    return () => this.client.send<RefundView>('POST', `/payments/${paymentId}/refunds`, body, key);
  }

  /** The payment once nothing about it is open any more, or as it is when that never comes. */
  async rest(paymentId: string): Promise<PaymentDetail> {
    this.#payments.add(paymentId);
    return until(
      () => this.client.payment(paymentId),
      (payment) => !UNFINISHED.includes(payment.state) && payment.refunds.every(({ result }) => result !== 'pending'),
      RESTS_WITHIN_MS,
    );
  }

  /** Everything of this trial at rest: also payments that the till never heard of. */
  async atRest(): Promise<readonly PaymentDetail[]> {
    for (const saleId of this.#sales)
      for (const { id } of (await this.client.sale(saleId)).payments) this.#payments.add(id);
    for (const id of this.#batches) await this.#restOfBatch(id);
    const found: PaymentDetail[] = [];
    for (const id of this.#payments) found.push(await this.rest(id));
    return found;
  }

  /** Whether the bank has come to know this of each of the trial's payments that stands. @returns what to say where it has not. */
  async toldOf(knows: (entry: Authorization) => boolean, what: string): Promise<readonly string[]> {
    const { book } = this.outside.world.simulator.bank.host;
    const wanting = async (): Promise<readonly string[]> =>
      (await this.atRest())
        .filter(({ state, channelReference }) => {
          const entry = book.byRrn(channelReference ?? '');
          return state === 'succeeded' && (entry === undefined || !knows(entry));
        })
        .map(({ id }) => `the bank was not told of ${id}: ${what}`);
    return until(wanting, (sentences) => sentences.length === 0);
  }

  async #restOfBatch(batchId: string): Promise<void> {
    const batch = await until(
      () => this.client.send<BatchView>('GET', `/batches/${batchId}`),
      ({ state }) => state !== 'closing',
      RESTS_WITHIN_MS,
    );
    if (batch.state === 'closing') this.#open.push(`batch ${batch.batchNumber} is still being closed`);
  }

  /** Sentences about what is wrong with the trial's own payments, whatever the books say. */
  findings(payments: readonly PaymentDetail[]): readonly string[] {
    const open = payments
      .filter(({ result }) => result === 'pending')
      .map((payment) => `${payment.id} is still ${payment.state} after ${storyOf(payment)}`);
    const lost = payments
      .filter(({ id, result }) => this.#released.has(id) && result !== 'succeeded')
      .map(({ id, state }) => `the till let the goods go for ${id}, which is ${state}`);
    const unsure = payments
      .filter(({ refunds }) => refunds.some(({ result }) => result === 'pending'))
      .map((payment) => `a refund of ${payment.id} is still open after ${storyOf(payment)}`);
    return [...this.#open, ...open, ...lost, ...unsure, ...this.#paidTwice(payments)];
  }

  #paidTwice(payments: readonly PaymentDetail[]): readonly string[] {
    const bySale = Map.groupBy(
      payments.filter(({ result, purpose }) => result === 'succeeded' && purpose === 'sale'),
      ({ saleId }) => saleId,
    );
    return [...bySale].flatMap(([saleId, paid]) =>
      paid.length > 1 ? [`sale ${saleId} was paid ${paid.length} times`] : [],
    );
  }
}

function storyOf({ events }: PaymentDetail): string {
  return events.map(({ title }) => title).join(', ');
}

/** One thing that a cashier and a customer do together. */
export interface Operation {
  /** Words of the field, such as `sale`, `void`. */
  readonly id: string;
  readonly channel: Channel;
  /** Everything that can go wrong with it. */
  readonly faults: readonly FaultCase[];
  /**
   * Does what comes before it while all is well, and returns the act itself. The act may be called again after it
   * failed without an answer: it repeats its commands with the same keys.
   */
  prepare(scene: Scene): Promise<Act>;
  /** Sentences about what both sides should know of it in the end beside the money. */
  check?(scene: Scene): Promise<readonly string[]>;
}
