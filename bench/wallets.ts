import { generateKeyPairSync, sign as nodeSign } from 'node:crypto';
import { promisify } from 'node:util';
import type { PaymentView } from '@zhanggui/modules/payments/api.ts';
import type { ApiClient } from '../test/support/api-client.ts';
import { CustomerWithCards } from '../test/support/customer.ts';
import { until } from '../test/support/until.ts';
import type { World } from '../test/support/world.ts';
import { percentile } from './percentile.ts';
import { inWarmShop, rowsOf } from './whole-path.ts';

/** How many payments are made with so many in flight. */
const PAYMENTS = { 1: 150, 16: 600, 64: 1_200, 256: 2_048 } as const;
const SIGN_MS = 3_000;
const SCANS = 60;
const AMOUNT_MINOR = 1_000;

/**
 * WeChat payments through the whole path, as a share of what RSA alone would allow: one signature of ours and one of the simulator's a payment. Beside it
 * the gateway's own time, and the time from the wallet's success to the till's word of it.
 */
export async function run(): Promise<string> {
  const signatures = await signaturesPerSecond();
  return inWarmShop(measure, async (world, client) => {
    const shareOf = (rate: number): string => (rate / (signatures / 2)).toFixed(2);
    const rows = await rowsOf(measure, { world, client }, PAYMENTS, shareOf);
    const told = await pushTimes(world, client);
    const { differenceMinor } = await client.trialBalance();
    if (differenceMinor !== 0) throw new Error(`the trial balance is ${differenceMinor} after the measurement`);
    const push = `From the wallet's success to the till's word by push: ${percentile(told, 50)} ms in the middle, ${percentile(told, 95)} ms at the 95th percentile, ${told.length} payments by a shown code.`;
    const alone = `RSA-2048 alone: ${signatures.toFixed(0)} signatures/s on all cores.`;
    return [HEAD, ...rows, '', alone, push, NOTE].join('\n');
  });
}

const HEAD = `| in flight | wallet/s | share of RSA alone | own time p50 ms | own time p99 ms |
|---:|---:|---:|---:|---:|`;

const NOTE = `Server, database, simulators and the client that asks share the machine's cores. RSA alone allows half as many payments as signatures. Own time is a payment's age
when its outcome is written, less the time between request and answer; in a crowd it holds the wait for the signature and for the shared commit. Signatures are made off the main thread.`;

/** Signatures a second with as many under way as keep every core busy. */
async function signaturesPerSecond(): Promise<number> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const sign = promisify(nodeSign) as unknown as (
    algorithm: string,
    data: Buffer,
    key: typeof privateKey,
  ) => Promise<Buffer>;
  const data = Buffer.alloc(300, 7);
  const from = performance.now();
  let made = 0;
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      while (performance.now() - from < SIGN_MS) {
        await sign('sha256', data, privateKey);
        made += 1;
      }
    }),
  );
  return made / ((performance.now() - from) / 1_000);
}

async function measure(
  world: World,
  client: ApiClient,
  inFlight: number,
  count: number,
): Promise<{ readonly rate: number; readonly ids: readonly string[] }> {
  const sales: string[] = [];
  while (sales.length < count) {
    const some = Array.from({ length: Math.min(20, count - sales.length) }, () => client.saleOf(AMOUNT_MINOR));
    sales.push(...(await Promise.all(some)).map(({ id }) => id));
  }
  const { codes, customers } = world.simulator.wallets.books.wechat;
  const credentials = sales.map((_, index) => ({ code: codes.refresh(customers[index % 2]?.id ?? '').code }));
  const ids: string[] = [];
  let next = 0;
  const from = performance.now();
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      for (let index = next++; index < count; index = next++) {
        const payment = await client.pay(sales[index] ?? '', 'wechat', AMOUNT_MINOR, credentials[index]);
        if (payment.state !== 'succeeded')
          throw new Error(`a payment ended as ${payment.state} ${payment.decline?.code ?? ''}`);
        ids.push(payment.id);
      }
    }),
  );
  return { rate: count / ((performance.now() - from) / 1_000), ids };
}

/** Milliseconds from the wallet's own success to the event that tells the till, for codes that the customer scans. */
async function pushTimes(world: World, client: ApiClient): Promise<readonly number[]> {
  const customer = new CustomerWithCards(world.simulator);
  const told = new Map<string, number>();
  const events = await client.follow('till_1', (name, data) => {
    const { id, result } = data as Partial<PaymentView>;
    if (name === 'payment' && id !== undefined && result === 'succeeded' && !told.has(id)) told.set(id, Date.now());
  });
  const times: number[] = [];
  for (let round = 0; round < SCANS; round += 1) {
    const sale = await client.saleOf(AMOUNT_MINOR);
    const { id, state, handover } = await client.pay(sale.id, 'wechat', AMOUNT_MINOR, { show: true });
    if (handover?.kind !== 'code') throw new Error(`the payment is ${state} and shows no code`);
    await customer.onPhone('wechat', 'wangfang', 'scan', { qr: handover.content, pay: true });
    const at = await until(
      async () => told.get(id),
      (found) => found !== undefined,
    );
    const paidAt = world.simulator.wallets.books.wechat.order(id.slice(id.indexOf('_') + 1))?.paidAt;
    if (at === undefined || paidAt == null) throw new Error(`the till was not told of ${id}`);
    times.push(at - paidAt);
  }
  events.stop();
  return times;
}
