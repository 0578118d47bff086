import type { ScriptName } from '../../sim/hosts/issuer/scripts.ts';
import type { Simulator } from '../../sim/simulator.ts';
import { WALLET_IDS, type WalletId } from '../../sim/wallets/code-issuer.ts';
import { waitingChips } from './waiting-chips.ts';

/** How a card is presented, where not in its natural way and left in until it is no longer wanted. */
export interface CardHandling {
  readonly way?: 'insert' | 'tap' | 'swipe' | 'hold';
  readonly pullOutAt?: 'reading' | 'pin' | 'authorizing' | 'completion';
  /** Place of the application that is chosen. */
  readonly choice?: number;
  readonly purpose?: 'sale' | 'pre-authorization' | 'balance';
}

/** What the tests read of the bank's book. */
interface BankBookView {
  readonly sums: { readonly takenMinor: number; readonly heldMinor: number };
  readonly settlements: readonly {
    readonly terminalId: string;
    readonly batchNumber: string;
    readonly balanced: boolean;
    readonly uploadedRecords: number;
    readonly differences: readonly unknown[];
    readonly state: 'uploading' | 'closed';
  }[];
}

/** Somebody who pays: presents cards to a till's reader and shows payment codes. */
export class CustomerWithCards {
  readonly #base: string;
  readonly #simulator: Simulator;

  constructor(simulator: Simulator) {
    this.#simulator = simulator;
    this.#base = `http://127.0.0.1:${simulator.port}/sim`;
  }

  /** The sealed card that the reader hands to the till for this amount; a chip then waits in the reader for its issuer. */
  async presentCard(
    cardId: string,
    amountMinor: number,
    readerId = 'till_1',
    pin?: string,
    how: CardHandling = {},
  ): Promise<unknown> {
    const { purpose = 'sale', ...hands } = how;
    const requests = `/readers/${readerId}/requests`;
    const { requestId } = await this.#send<{ requestId: string }>('POST', requests, { purpose, amountMinor });
    await this.#send('POST', `/readers/${readerId}/present`, {
      cardId,
      ...hands,
      ...(pin === undefined ? {} : { pin }),
    });
    const result = await this.#send<{ state: string; card?: { credential: { ksn: string }; concludes: boolean } }>(
      'GET',
      `${requests}/${requestId}/result`,
    );
    if (result.card === undefined) throw new Error(`the reader says ${JSON.stringify(result)}`);
    const { credential, concludes } = result.card;
    if (concludes) waitingChips.set(credential.ksn, `${this.#base}${requests}/${requestId}`);
    return credential;
  }

  /** A fresh payment code, as a phone makes one when it is asked again; each is good for one payment. */
  async paymentCode(wallet: WalletId, customer?: string): Promise<string> {
    const who = customer ?? (await this.firstCustomer(wallet));
    const book = this.#simulator.wallets.books[wallet];
    if (book.customer(who) === undefined) throw new Error(`the wallet ${wallet} has no customer ${who}`);
    return book.codes.refresh(who).code;
  }

  /** A code of UnionPay that pays from this card through the bank. */
  async cardCode(cardId: string): Promise<string> {
    return (await this.#send<{ code: string }>('POST', '/bank/codes', { cardId })).code;
  }

  /** The next online answer to this card takes these commands along. */
  issueScripts(cardId: string, scripts: readonly ScriptName[]): Promise<unknown> {
    return this.#send('POST', `/bank/cards/${cardId}`, { scripts });
  }

  async firstCustomer(wallet: string): Promise<string> {
    const { wallets } = await this.#send<{ wallets: { id: string; customers: { id: string }[] }[] }>('GET', '/phones');
    const id = wallets.find((one) => one.id === wallet)?.customers[0]?.id;
    if (id === undefined) throw new Error(`the wallet ${wallet} has no customers`);
    return id;
  }

  /** Does something on the phone: `confirm`, `refuse`, `switches`. */
  onPhone(wallet: string, customer: string, action: string, body: unknown = {}): Promise<unknown> {
    return this.#send(action === 'switches' ? 'PUT' : 'POST', `/phones/${wallet}/${customer}/${action}`, body);
  }

  /** Every phone has network and money again, and asks only when the amount wants it. */
  async resetPhones(): Promise<void> {
    const { wallets } = await this.#send<{ wallets: { id: string; customers: { id: string }[] }[] }>('GET', '/phones');
    const switches = { offline: false, insufficient: false, alwaysAsk: false };
    for (const { id, customers } of wallets)
      for (const customer of customers) await this.onPhone(id, customer.id, 'switches', switches);
  }

  setBankFault(fault: unknown, messages?: readonly string[], count = 1): Promise<unknown> {
    return this.#send('POST', '/bank/faults', { fault, count, ...(messages === undefined ? {} : { messages }) });
  }

  /** Cuts the bank's line and refuses new ones, or lets them in again. */
  setBankLine(up: boolean): Promise<unknown> {
    return this.#send('POST', '/bank/line', { up });
  }

  setWalletFault(wallet: string, fault: unknown): Promise<unknown> {
    return this.#send('POST', `/wallets/${wallet}/faults`, fault);
  }

  /** Lets a wallet hand out bills of days that are not over. */
  setAnyDayBills(wallet: string): Promise<unknown> {
    return this.#send('PUT', `/wallets/${wallet}/bills`, { anyDay: true });
  }

  async clearFaults(): Promise<void> {
    await this.#send('DELETE', '/bank/faults');
    for (const wallet of WALLET_IDS) await this.#send('DELETE', `/wallets/${wallet}/faults`);
  }

  /** What the bank keeps aside for the merchant by its own book, in minor units. */
  async reserved(): Promise<number> {
    return (await this.#send<BankBookView>('GET', '/bank/book?limit=1')).sums.heldMinor;
  }

  /** How the bank settled batches, newest first, by its own book. */
  async settlements(): Promise<BankBookView['settlements']> {
    return (await this.#send<BankBookView>('GET', '/bank/book?limit=100')).settlements;
  }

  /** What the outside holds of the merchant's money by its own books, in minor units by method. */
  async held(): Promise<Readonly<Record<'card' | WalletId, number>>> {
    const card = (await this.#send<BankBookView>('GET', '/bank/book?limit=1')).sums.takenMinor;
    const wallet = async (name: string): Promise<number> =>
      (await this.#send<{ netMinor: number }>('GET', `/wallets/${name}/book`)).netMinor;
    return {
      card,
      wechat: await wallet('wechat'),
      alipay: await wallet('alipay'),
      'unionpay-qr': await wallet('unionpay-qr'),
      ecny: await wallet('ecny'),
    };
  }

  async #send<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(this.#base + path, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as Answer;
  }
}
