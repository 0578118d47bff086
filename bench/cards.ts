import { readFileSync } from 'node:fs';
import { concatBytes, fromHex, sql } from '@zhanggui/base';
import { cupsFraming, cupsPos, decodePayload, pack, unpack } from '@zhanggui/iso8583';
import { memoryKeyStore } from '@zhanggui/modules/keys/memory-store.ts';
import { SoftVault } from '@zhanggui/modules/keys/node/soft-vault.ts';
import {
  AesDukptTerminal,
  aesDukptInitialKey,
  aesDukptWorkingKey,
  encipherPinBlock,
  importKey,
} from '@zhanggui/paycrypto';
import { dialect, sale } from '@zhanggui/plugins/acquirers/cups/testing.ts';
import { openPgDb } from '../apps/server/db/pg-db.ts';
import type { ApiClient } from '../test/support/api-client.ts';
import { CustomerWithCards } from '../test/support/customer.ts';
import { until } from '../test/support/until.ts';
import { openWorld, type TestServer, type World } from '../test/support/world.ts';
import { inWarmShop, rowsOf } from './whole-path.ts';

/** How many payments are made with so many in flight. */
const PAYMENTS = { 1: 150, 16: 600, 64: 1_200 } as const;
const AMOUNT_MINOR = 1_000;
const TERMINALS = 1_000;
const MESSAGES = 4_000;

/**
 * Contactless payments through the whole path (till API, sealed card, TLS, the host that checks cryptogram and balance, ledger) as a share of what messages
 * and keys alone allow, what the gateway adds to the bank's time, and what a thousand terminals weigh.
 */
export async function run(): Promise<string> {
  const messages = await messagesPerSecond();
  const rows = await inWarmShop(measure, (world, client) =>
    rowsOf(measure, { world, client }, PAYMENTS, (rate) => (rate / messages).toFixed(3)),
  );
  const weight = await thousandTerminals();
  const alone = `Messages and keys alone: ${messages.toFixed(0)}/s on one core (PIN of a device translated, sale packed, MAC made, answer unpacked, its MAC checked).`;
  return [HEAD, ...rows, '', alone, weight, NOTE].join('\n');
}

const HEAD = `| in flight | card/s | share of messages and keys alone | own time p50 ms | own time p99 ms |
|---:|---:|---:|---:|---:|`;

const NOTE = `Gateway, database, bank host, readers and the client that asks share the machine's cores. Own time is a payment's age when its outcome is written, less the time
between request and answer on the line.`;

async function measure(
  world: World,
  client: ApiClient,
  inFlight: number,
  count: number,
): Promise<{ readonly rate: number; readonly ids: readonly string[] }> {
  const customer = new CustomerWithCards(world.simulator);
  const ready: { readonly saleId: string; readonly credential: unknown }[] = [];
  while (ready.length < count) {
    const { id } = await client.saleOf(AMOUNT_MINOR);
    ready.push({ saleId: id, credential: await customer.presentCard('credit-contactless', AMOUNT_MINOR) });
  }
  const ids: string[] = [];
  const from = performance.now();
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
        const payment = await client.pay(next.saleId, 'card', AMOUNT_MINOR, next.credential);
        if (payment.state !== 'succeeded')
          throw new Error(`a payment ended as ${payment.state} ${payment.decline?.code ?? ''}`);
        ids.push(payment.id);
      }
    }),
  );
  return { rate: count / ((performance.now() - from) / 1_000), ids };
}

const HEX = '0123456789ABCDEFFEDCBA9876543210';
const KEY_ID = fromHex('A600000100000001');

/** What one core does of a chip sale with PIN beside network and database, with a device key of its own for each message. */
async function messagesPerSecond(): Promise<number> {
  const vault = new SoftVault(new Uint8Array(32).fill(7), memoryKeyStore());
  await vault.importKey('bdk', { algorithm: 'AES', usage: 'base-derivation', bytes: fromHex(HEX) });
  await vault.importKey('pik', { algorithm: 'TDES', usage: 'pin', bytes: fromHex(HEX) });
  await vault.importKey('mak', { algorithm: 'TDES', usage: 'mac', bytes: fromHex(HEX) });
  const pan = sale.card?.pan ?? '';
  const device = new AesDukptTerminal(
    aesDukptInitialKey(importKey(HEX, { algorithm: 'AES', usage: 'bdk' }), KEY_ID),
    KEY_ID,
  );
  const blocks = Array.from({ length: MESSAGES }, () => {
    const { ksn, transactionKey } = device.next();
    return {
      ksn,
      pinBlock: encipherPinBlock(aesDukptWorkingKey(transactionKey, ksn, 'pin'), '123456', { format: 4, pan }),
    };
  });
  const answer = await approvalOf(vault);
  let length = 0;
  const from = performance.now();
  for (const block of blocks) {
    const pinBlock = await vault.translatePin({ ...block, bdk: 'bdk', pan, pik: 'pik' });
    const unsigned = dialect.toMessage({ ...sale, pinBlock });
    const mac = await vault.generateMac('mak', 'cup-ecb', dialect.macInput(unsigned));
    const message = dialect.withMac(unsigned, mac);
    const { mac: answered } = dialect.fromMessage(answer);
    if (answered === null || !(await vault.verifyMac('mak', 'cup-ecb', dialect.macInput(answer), answered)))
      throw new Error('the MAC of the answer is wrong');
    length += message.length;
  }
  const rate = MESSAGES / ((performance.now() - from) / 1_000);
  if (length < MESSAGES * 100) throw new Error('the messages were not made');
  return rate;
}

/** The host's approval of the sale, with its MAC. */
async function approvalOf(vault: SoftVault): Promise<Uint8Array> {
  const { tpdu, header, message } = decodePayload(cupsFraming, dialect.toMessage(sale));
  const { fields } = unpack(cupsPos, message);
  const {
    3: code,
    4: amount,
    11: stan,
    25: condition,
    41: terminal,
    42: acceptor,
    49: currency,
    60: kind,
    64: mac,
  } = fields;
  const answered = {
    ...{ 3: code, 4: amount, 11: stan, 12: '101500', 13: '1123', 15: '1123', 25: condition, 32: '48021000' },
    ...{ 37: '000000000042', 38: '000042', 39: '00', 41: terminal, 42: acceptor, 49: currency, 60: kind, 64: mac },
  };
  const packed = concatBytes(fromHex(tpdu + header), pack(cupsPos, { mti: '0210', fields: answered }));
  return dialect.withMac(packed, await vault.generateMac('mak', 'cup-ecb', dialect.macInput(packed)));
}

/** Resident memory of the gateway before and after a thousand terminals are signed on and as many tills listen. */
async function thousandTerminals(): Promise<string> {
  const few = await residentOf(2);
  const many = await residentOf(TERMINALS);
  const each = ((many - few) / TERMINALS) * 1_024;
  return `Memory of the gateway: ${few.toFixed(0)} MiB with 2 terminals, ${many.toFixed(0)} MiB with ${TERMINALS.toLocaleString('en')} signed on and as many tills listening: ${each.toFixed(0)} KiB a terminal.`;
}

async function residentOf(terminals: number): Promise<number> {
  const world = await openWorld({ timeScale: 1, terminals });
  try {
    const server = await world.startServer();
    const client = await server.signIn('manager');
    await until(
      async () => world.simulator.bank.host.terminals.status(),
      (status) => status.every(({ signedOn }) => signedOn),
      120_000,
    );
    await addTills(world.databaseUrl, terminals);
    const streams: { stop(): void }[] = [];
    for (let number = 1; number <= terminals; number += 1)
      streams.push(await client.follow(`till_${number}`, () => undefined));
    const resident = residentMib(server);
    for (const stream of streams) stream.stop();
    return resident;
  } finally {
    await world.close();
  }
}

const addTillsSql = sql(
  'bench-tills',
  `insert into sales.till (id, merchant_id, store_id, number, name, name_en)
   select 'till_' || n, 'mer_demo', 'store_demo', n::text, n::text, n::text from generate_series(1, $1::int) n
   on conflict do nothing`,
);

async function addTills(databaseUrl: string, count: number): Promise<void> {
  const database = openPgDb(databaseUrl);
  try {
    await database.query(addTillsSql, [count]);
  } finally {
    await database.close();
  }
}

/** As the kernel counts it; only Linux tells in this way. */
function residentMib({ pid }: TestServer): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kib === undefined) throw new Error('the kernel does not tell how much memory the gateway has');
  return Number(kib) / 1_024;
}
