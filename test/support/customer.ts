import type { Simulator } from '../../sim/simulator.ts';

/** Somebody who pays: presents cards to a till's reader and shows payment codes. */
export class CustomerWithCards {
  readonly #base: string;

  constructor(simulator: Simulator) {
    this.#base = `http://127.0.0.1:${simulator.port}/sim`;
  }

  /** The sealed card that the reader hands to the till for this amount. */
  async presentCard(cardId: string, amountMinor: number, readerId = 'till_1', pin?: string): Promise<unknown> {
    const { requestId } = await this.#send<{ requestId: string }>('POST', `/readers/${readerId}/requests`, {
      amountMinor,
      currency: 'CNY',
    });
    await this.#send('POST', `/readers/${readerId}/present`, { cardId, ...(pin === undefined ? {} : { pin }) });
    const result = await this.#send<{ state: string; card?: { credential: unknown } }>(
      'GET',
      `/readers/${readerId}/requests/${requestId}/result`,
    );
    if (result.card === undefined) throw new Error(`the reader says ${result.state}`);
    return result.card.credential;
  }

  /** The wallet's payment code of this moment; each is good for one payment. */
  async paymentCode(wallet: 'wechat' | 'alipay', customer?: string): Promise<string> {
    const who = customer ?? (await this.firstCustomer(wallet));
    return (await this.#send<{ code: string }>('GET', `/phones/${wallet}/${who}/code`)).code;
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

  setBankFault(fault: unknown, messages?: readonly string[], count = 1): Promise<unknown> {
    return this.#send('POST', '/bank/faults', { fault, count, ...(messages === undefined ? {} : { messages }) });
  }

  setWalletFault(wallet: string, fault: unknown): Promise<unknown> {
    return this.#send('POST', `/wallets/${wallet}/faults`, fault);
  }

  async clearFaults(): Promise<void> {
    await this.#send('DELETE', '/bank/faults');
    for (const wallet of ['wechat', 'alipay']) await this.#send('DELETE', `/wallets/${wallet}/faults`);
  }

  /** What the outside holds of the merchant's money by its own books, in minor units by method. */
  async held(): Promise<{ card: number; wechat: number; alipay: number }> {
    const { authorizations } = await this.#send<{
      authorizations: { kind: string; state: string; amountMinor: number }[];
    }>('GET', '/bank/book?limit=100000');
    const standing = authorizations.filter(({ state }) => state === 'approved');
    const card = standing.reduce(
      (sum, { kind, amountMinor }) => sum + (kind === 'sale' ? amountMinor : kind === 'refund' ? -amountMinor : 0),
      0,
    );
    const wallet = async (name: string): Promise<number> =>
      (await this.#send<{ netMinor: number }>('GET', `/wallets/${name}/book`)).netMinor;
    return { card, wechat: await wallet('wechat'), alipay: await wallet('alipay') };
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
