import { setTimeout as delay } from 'node:timers/promises';

/** How a basket is paid: the method and what the till sends for it. */
export interface Means {
  readonly method: string;
  /** Gets the credential and hands it over; nobody else uses the same instrument meanwhile. */
  use<Result>(amountMinor: number, pay: (credential: unknown) => Promise<Result>): Promise<Result>;
}

/** The parts of a hundred that each method takes. */
const MIX: readonly (readonly [method: string, parts: number])[] = [
  ['wechat', 42],
  ['alipay', 28],
  ['cash', 20],
  ['card', 10],
];

/** Above this a wallet asks for the customer's password, and nobody is there to type it. */
const WALLET_MOST_MINOR = 100_000;

/**
 * The mix of methods for a server: those that it has, wallets and cards only where the simulators stand behind it.
 * @param index number of the basket: the same file is always paid in the same way.
 */
export async function openOutside(
  origin: string,
  methods: readonly string[],
  tillId: string,
): Promise<(index: number, amountMinor: number) => Means> {
  const phones = await phonesOf(origin);
  const means = new Map<string, (index: number) => Means>([['cash', () => cashMeans]]);
  for (const wallet of ['wechat', 'alipay']) {
    const customers = phones?.get(wallet) ?? [];
    const all = customers.map((customer) => walletMeans(origin, wallet, customer));
    if (all.length > 0) means.set(wallet, (index) => all[index % all.length] ?? cashMeans);
  }
  if (phones !== undefined) {
    const card = cardMeans(origin, tillId);
    means.set('card', () => card);
  }
  const usable = MIX.filter(([method]) => methods.includes(method) && means.has(method));
  const parts = usable.reduce((sum, [, share]) => sum + share, 0);
  return (index, amountMinor) => {
    let place = (index * 37) % Math.max(1, parts);
    for (const [method, share] of usable) {
      place -= share;
      if (place < 0) return amountMinor > WALLET_MOST_MINOR ? cashMeans : (means.get(method)?.(index) ?? cashMeans);
    }
    return cashMeans;
  };
}

/** Cash in full, as a customer with the right money. */
export const cashMeans: Means = {
  method: 'cash',
  use: (amountMinor, pay) => pay({ tenderedMinor: amountMinor }),
};

function walletMeans(origin: string, wallet: string, customer: string): Means {
  const alone = oneAtATime();
  return {
    method: wallet,
    use: (_amountMinor, pay) =>
      alone(async () => {
        const { code } = await send<{ code: string }>(origin, 'GET', `/phones/${wallet}/${customer}/code`);
        return pay({ code });
      }),
  };
}

function cardMeans(origin: string, readerId: string): Means {
  const alone = oneAtATime();
  return {
    method: 'card',
    use: (amountMinor, pay) =>
      alone(async () => {
        const ask = { amountMinor, currency: 'CNY' };
        const { requestId } = await send<{ requestId: string }>(origin, 'POST', `/readers/${readerId}/requests`, ask);
        await send(origin, 'POST', `/readers/${readerId}/present`, { cardId: 'credit-contactless' });
        const { card } = await send<{ card: { credential: unknown } }>(
          origin,
          'GET',
          `/readers/${readerId}/requests/${requestId}/result`,
        );
        return pay(card.credential);
      }),
  };
}

interface Phone {
  readonly id: string;
  readonly balanceMinor: number;
}

/** Who has less than this would run out of money in the middle of a file. */
const PURSE_MINOR = 10_000_000;

async function phonesOf(origin: string): Promise<Map<string, string[]> | undefined> {
  const response = await fetch(`${origin}/sim/phones`);
  if (response.status === 404) return undefined;
  const { wallets } = (await response.json()) as { wallets: { id: string; customers: Phone[] }[] };
  const solvent = (customers: readonly Phone[]): string[] =>
    customers.filter(({ balanceMinor }) => balanceMinor > PURSE_MINOR).map(({ id }) => id);
  return new Map(wallets.map(({ id, customers }) => [id, solvent(customers)]));
}

async function send<Answer>(origin: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${origin}/sim${path}`, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} /sim${path} answered ${response.status}`);
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as Answer;
}

/** Runs what it is given one after the other. */
function oneAtATime(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => delay(0));
    return next;
  };
}
