import { randomUUID } from 'node:crypto';
import type { Catalog, Item } from '@zhanggui/modules/catalog/api.ts';
import type { TrialBalance } from '@zhanggui/modules/ledger/api.ts';
import type { PaymentEventView, PaymentView, RefundView } from '@zhanggui/modules/payments/api.ts';
import type { SaleView, ShiftView } from '@zhanggui/modules/sales/api.ts';
import { lastWordOf } from './waiting-chips.ts';

/** An answer of the API that is a problem document. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly body: Record<string, unknown>;
  constructor(status: number, body: Record<string, unknown>) {
    super(`${status} ${String(body.code)}: ${String(body.title)} ${JSON.stringify(body.fields ?? [])}`);
    this.status = status;
    this.code = String(body.code);
    this.body = body;
  }
}

/** A payment with its timeline. */
export type PaymentDetail = PaymentView & { events: PaymentEventView[]; refunds: RefundView[] };

/** A client of the HTTP API with a session, as a till or another program would be. */
export class ApiClient {
  readonly origin: string;
  #cookie = '';

  constructor(origin: string) {
    this.origin = origin;
  }

  async signIn(username: string, password: string): Promise<void> {
    await this.send('POST', '/sessions', { username, password });
  }

  /** Sends a command or a question; a problem document becomes an `ApiProblem`. */
  async send<Answer>(
    method: string,
    path: string,
    body?: unknown,
    key: string = randomUUID(),
    language = 'en',
  ): Promise<Answer> {
    const response = await fetch(`${this.origin}/api/v1${path}`, {
      method,
      headers: {
        'accept-language': language,
        'idempotency-key': key,
        cookie: this.#cookie,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const cookie = response.headers.get('set-cookie');
    if (cookie !== null) this.#cookie = cookie.split(';')[0] ?? '';
    const text = await response.text();
    const answer: unknown = text === '' ? undefined : JSON.parse(text);
    if (!response.ok) throw new ApiProblem(response.status, answer as Record<string, unknown>);
    return answer as Answer;
  }

  /** What the server tells a till as it happens, until `stop` is called. Resolves when the stream stands. */
  async follow(tillId: string, hear: (name: string, data: unknown) => void): Promise<{ stop(): void }> {
    const stopping = new AbortController();
    const response = await fetch(`${this.origin}/api/v1/tills/${tillId}/events`, {
      headers: { cookie: this.#cookie, accept: 'text/event-stream' },
      signal: stopping.signal,
    });
    if (!response.ok || response.body === null) throw new Error(`the events were answered with ${response.status}`);
    void hearEvents(response.body, hear).catch((error: unknown) => {
      if (!stopping.signal.aborted) throw error;
    });
    return { stop: () => stopping.abort() };
  }

  openShift(tillId = 'till_1', floatMinor = 50_000): Promise<ShiftView> {
    return this.send('POST', '/shifts', { tillId, floatMinor });
  }

  async item(code: string): Promise<Item> {
    const { items } = await this.send<Catalog>('GET', '/catalog');
    const found = items.find((item) => item.code === code);
    if (found === undefined) throw new Error(`the catalogue has no item ${code}`);
    return found;
  }

  /** Opens a sale that comes to exactly this amount. */
  async saleOf(amountMinor: number, tillId = 'till_1'): Promise<SaleView> {
    const item = await this.item('1001');
    const line = { itemId: item.id, kind: 'piece', quantity: 1, unitPriceMinor: amountMinor, priceReason: 'test' };
    return this.send('POST', '/sales', { tillId, scenario: 'retail', lines: [line] });
  }

  /** Asks for money as a till does: where a chip waits for its issuer's answer, its last word is brought as well. */
  async pay(
    saleId: string,
    method: string,
    amountMinor: number,
    credential: unknown,
    key?: string,
  ): Promise<PaymentView> {
    const asked = { method, amountMinor, credential };
    const payment = await this.send<PaymentView>('POST', `/sales/${saleId}/payments`, asked, key);
    const input = await lastWordOf(payment, credential);
    return input === undefined ? payment : this.send('POST', `/payments/${payment.id}/advance`, { input });
  }

  payment(id: string): Promise<PaymentDetail> {
    return this.send('GET', `/payments/${id}`);
  }

  sale(id: string): Promise<SaleView> {
    return this.send('GET', `/sales/${id}`);
  }

  trialBalance(): Promise<TrialBalance> {
    return this.send('GET', '/ledger/trial-balance');
  }
}

async function hearEvents(
  body: ReadableStream<Uint8Array>,
  hear: (name: string, data: unknown) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let pending = '';
  for await (const chunk of body) {
    pending += decoder.decode(chunk, { stream: true });
    const events = pending.split('\n\n');
    pending = events.pop() ?? '';
    for (const event of events) {
      const name = /^event: (.*)$/m.exec(event)?.[1];
      const data = /^data: (.*)$/m.exec(event)?.[1];
      if (name !== undefined && data !== undefined) hear(name, JSON.parse(data));
    }
  }
}
