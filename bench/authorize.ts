import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { PaymentView } from '@zhanggui/modules/payments/api.ts';
import type { SaleView } from '@zhanggui/modules/sales/api.ts';
import type { ApiClient } from '../test/support/api-client.ts';
import { CustomerWithCards } from '../test/support/customer.ts';
import { openWorld, type World } from '../test/support/world.ts';
import { pgbenchScript } from './authorize-sql.ts';

const PAYMENTS = { 1: 150, 16: 600, 64: 1_200 } as const;
const IN_FLIGHT = [1, 16, 64] as const;
const METHODS = ['cash', 'wechat', 'card'] as const;
const PGBENCH_SECONDS = 6;
const AMOUNT_MINOR = 1_000;

type Method = (typeof METHODS)[number];

/**
 * Payments a second through the whole HTTP path (session, contract and limit, intent, the simulator's answer over its
 * real socket, outcome, postings) beside what pgbench reaches with the same statements on the same durable database.
 */
export async function run(): Promise<string> {
  const world = await openWorld({ durable: true, timeScale: 1 });
  try {
    const server = await world.startServer();
    const client = await server.signIn('manager');
    await client.openShift('till_1');
    await measure(world, client, 'cash', 16, 300);
    const rows: string[] = [];
    for (const inFlight of IN_FLIGHT) {
      const rates = new Map<Method, number>();
      for (const method of METHODS)
        rates.set(method, await measure(world, client, method, inFlight, PAYMENTS[inFlight]));
      rows.push(row(inFlight, rates, await pgbench(world.databaseUrl, inFlight)));
    }
    const { differenceMinor } = await client.trialBalance();
    if (differenceMinor !== 0) throw new Error(`the trial balance is ${differenceMinor} after the measurement`);
    return [HEAD, ...rows, '', NOTE].join('\n');
  } finally {
    await world.close();
  }
}

const HEAD = `| in flight | cash/s | wallet/s | card/s | pgbench, one commit a payment/s | pgbench, two commits a payment/s | cash ÷ pgbench | wallet ÷ pgbench | card ÷ pgbench |
|---:|---:|---:|---:|---:|---:|---:|---:|---:|`;

const NOTE = `Server, database, simulators and the client that asks share the machine's cores. Cash is one commit a payment (intent
and outcome together), wallet and card are two with the outside's answer between them; each is set beside the pgbench run
with as many commits and the same statements, without HTTP, signatures, TLS or the outside.`;

function row(
  inFlight: number,
  rates: ReadonlyMap<Method, number>,
  sql: { one: number; two: number } | undefined,
): string {
  const of = (method: Method): number => rates.get(method) ?? 0;
  const ratio = (rate: number, by: number | undefined): string =>
    by === undefined ? 'no pgbench here' : (rate / by).toFixed(2);
  const cells = [
    inFlight,
    of('cash').toFixed(0),
    of('wechat').toFixed(0),
    of('card').toFixed(0),
    sql?.one.toFixed(0) ?? '–',
    sql?.two.toFixed(0) ?? '–',
    ratio(of('cash'), sql?.one),
    ratio(of('wechat'), sql?.two),
    ratio(of('card'), sql?.two),
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Payments a second with so many requests in flight; sales and credentials are ready before the clock starts. */
async function measure(
  world: World,
  client: ApiClient,
  method: Method,
  inFlight: number,
  count: number,
): Promise<number> {
  const sales = await prepareSales(client, count);
  const credentials = await credentialsFor(world, method, count);
  let next = 0;
  const from = performance.now();
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      for (let index = next++; index < count; index = next++) {
        const payment: PaymentView = await client.pay(sales[index]?.id ?? '', method, AMOUNT_MINOR, credentials[index]);
        if (payment.state !== 'succeeded')
          throw new Error(`a ${method} payment ended as ${payment.state} ${payment.decline?.code ?? ''}`);
      }
    }),
  );
  return count / ((performance.now() - from) / 1_000);
}

async function prepareSales(client: ApiClient, count: number): Promise<readonly SaleView[]> {
  const sales: SaleView[] = [];
  for (let made = 0; made < count; made += 20) {
    const some = Array.from({ length: Math.min(20, count - made) }, () => client.saleOf(AMOUNT_MINOR));
    sales.push(...(await Promise.all(some)));
  }
  return sales;
}

async function credentialsFor(world: World, method: Method, count: number): Promise<readonly unknown[]> {
  if (method === 'cash') return Array.from({ length: count }, () => ({ tenderedMinor: AMOUNT_MINOR }));
  if (method === 'wechat') {
    const { codes, customers } = world.simulator.wallets.books.wechat;
    return Array.from({ length: count }, (_, index) => ({ code: codes.refresh(customers[index % 2]?.id ?? '').code }));
  }
  const customer = new CustomerWithCards(world.simulator);
  const sealed: unknown[] = [];
  for (let index = 0; index < count; index += 1)
    sealed.push(await customer.presentCard('credit-contactless', AMOUNT_MINOR));
  return sealed;
}

/** Transactions a second of pgbench with one and with two commits a payment; undefined where the machine has none. */
async function pgbench(databaseUrl: string, clients: number): Promise<{ one: number; two: number } | undefined> {
  if (spawnSync('pgbench', ['--version']).status !== 0) return undefined;
  return { one: await pgbenchRate(databaseUrl, clients, 1), two: await pgbenchRate(databaseUrl, clients, 2) };
}

async function pgbenchRate(databaseUrl: string, clients: number, commits: 1 | 2): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), 'zhanggui-pgbench-'));
  const file = path.join(folder, 'payment.sql');
  writeFileSync(file, await pgbenchScript(commits));
  const { hostname, port } = new URL(databaseUrl);
  const where = ['-h', hostname, '-p', port, '-U', 'zhanggui', 'postgres'];
  const load = [
    '-n',
    '-c',
    String(clients),
    '-j',
    '2',
    '-T',
    String(PGBENCH_SECONDS),
    '-D',
    `run=${randomUUID().slice(0, 8)}`,
  ];
  try {
    const output = execFileSync('pgbench', [...load, '-f', file, ...where], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const rate = /tps = ([\d.]+)/.exec(output)?.[1];
    if (rate === undefined) throw new Error(`pgbench said nothing of its rate: ${output}`);
    return Number(rate);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
