import path from 'node:path';
import type { PaymentView, RefundView } from '@zhanggui/modules/payments/api.ts';
import { openTillAccounts } from '@zhanggui/modules/sales/shift.ts';
import { insertTill } from '@zhanggui/modules/sales/till-store.ts';
import type { BatchView } from '@zhanggui/modules/settlement/api.ts';
import { putAcquirer } from '@zhanggui/modules/switch/acquirers.ts';
import { provisionTerminal } from '@zhanggui/modules/switch/provision.ts';
import { createSwitchStore } from '@zhanggui/modules/switch/store.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeClock } from '../../apps/server/compose.ts';
import { openPgDb } from '../../apps/server/db/pg-db.ts';
import { openVault } from '../../apps/server/vault.ts';
import { type Bank, openBank } from '../../sim/hosts/bank.ts';
import { iso87AsciiDialect } from '../../sim/hosts/dialects/iso87-ascii/dialect.ts';
import type { ApiClient } from '../support/api-client.ts';
import { CustomerWithCards } from '../support/customer.ts';
import { until } from '../support/until.ts';
import { lastWordOf } from '../support/waiting-chips.ts';
import { openWorld, TIME_SCALE, type World } from '../support/world.ts';

/** The shop's tills whose acquirers are abroad: the same platform, another dialect, and lines as such acquirers have them. */
const LINES = [
  { tillId: 'till_3', acquirerId: 'abroad-tls', transport: 'tls-client-required' },
  { tillId: 'till_4', acquirerId: 'abroad-plain', transport: 'plain' },
] as const;

let world: World;
let client: ApiClient;
let operator: ApiClient;
let customer: CustomerWithCards;
const banks = new Map<string, Bank>();

beforeAll(async () => {
  world = await openWorld();
  customer = new CustomerWithCards(world.simulator);
  const first = await world.startServer();
  await first.kill();
  for (const line of LINES) await connectAbroad(line);
  const server = await world.startServer();
  client = await server.signIn();
  operator = await server.signIn('operator');
  for (const { tillId } of LINES) await client.openShift(tillId);
});
afterAll(async () => {
  for (const bank of banks.values()) await bank.close();
  await world.close();
});

async function connectAbroad({ tillId, acquirerId, transport }: (typeof LINES)[number]): Promise<void> {
  const dataFolder = path.join(world.folder, acquirerId);
  const bank = await openBank({ dataFolder, port: 0, transport, dialect: iso87AsciiDialect, timeScale: TIME_SCALE });
  banks.set(tillId, bank);
  const { host, port, caPem, client: shown, settings, terminals } = bank.credentials();
  const [grant] = terminals;
  if (grant === undefined) throw new Error('the bank has no terminal');
  const certificate = shown === null ? {} : { clientCertificatePem: shown.certificatePem, clientKeyPem: shown.keyPem };
  const db = openPgDb(world.databaseUrl);
  const vault = await openVault(
    db,
    nodeClock,
    { dataDir: world.folder, masterKey: undefined },
    { failed: () => undefined, periodOver: () => undefined },
  );
  try {
    const link = { host, port, ...(caPem === '' ? {} : { tls: { caPem, ...certificate } }) };
    await putAcquirer(db, vault.vault, { id: acquirerId, dialect: 'iso87-ascii', settings, link });
    const till = { id: tillId, merchantId: 'mer_demo', storeId: 'store_demo', number: tillId.slice(-1) };
    await insertTill(db, { ...till, name: tillId, nameEn: tillId });
    await db.transaction((tx) => openTillAccounts(tx, { ...till, name: tillId, nameEn: tillId }, 'CNY'));
    await provisionTerminal(createSwitchStore(db), vault.vault, { ...grant, acquirerId, tillId });
  } finally {
    await vault.close();
    await db.close();
  }
}

describe.each(LINES)('$acquirerId, over $transport', ({ tillId }) => {
  const bank = (): Bank => {
    const found = banks.get(tillId);
    if (found === undefined) throw new Error(`${tillId} has no bank`);
    return found;
  };
  const taken = (): number => bank().host.book.sums().takenMinor;
  const entries = (): string[] =>
    bank()
      .host.book.authorizations(100)
      .map(({ kind, state }) => `${kind} ${state}`)
      .reverse();

  async function pay(amountMinor: number): Promise<PaymentView> {
    const sale = await client.saleOf(amountMinor, tillId);
    const credential = await customer.presentCard('visa', amountMinor, 'till_1', '123456', { way: 'insert' });
    return client.pay(sale.id, 'card', amountMinor, credential);
  }

  const giveBack = (id: string, amountMinor: number): Promise<RefundView> =>
    client.send('POST', `/payments/${id}/refunds`, { amountMinor, reason: 'test' });

  async function closed(): Promise<BatchView> {
    const { id } = await client.send<BatchView>('POST', `/tills/${tillId}/batch-close`);
    return until(
      () => client.send<BatchView>('GET', `/batches/${id}`),
      ({ state }) => state === 'closed',
    );
  }

  test('a day of a till: sold, undone, voided, refunded, closed with its bank, and refunded after that', async () => {
    const sold = await pay(30_000);
    expect(sold).toMatchObject({ state: 'succeeded', method: 'card' });
    bank().host.faults.addNext({ kind: 'silent' });
    const unanswered = await pay(25_000);
    const undone = await until(
      () => client.payment(unanswered.id),
      ({ state }) => state === 'cancelled',
    );
    expect(undone.state).toBe('cancelled');
    const voided = await pay(21_000);
    expect(await giveBack(voided.id, 21_000)).toMatchObject({ state: 'succeeded' });
    expect(await giveBack(sold.id, 1_000)).toMatchObject({ state: 'succeeded' });
    expect(taken()).toBe(29_000);
    expect(entries()).toEqual(['sale approved', 'sale reversed', 'sale voided', 'void approved', 'refund approved']);

    expect(await closed()).toMatchObject({
      verdict: { domestic: 'balanced', foreign: 'balanced' },
      totals: { foreign: { debitMinor: 51_000, debitCount: 2, creditMinor: 22_000, creditCount: 2 } },
    });
    expect(bank().host.book.settlements(10)).toMatchObject([{ balanced: true, state: 'closed' }]);

    // In the next batch a whole payment is refunded, not voided; its acquirer finds it by its reference.
    expect(await giveBack(sold.id, 29_000)).toMatchObject({ state: 'succeeded' });
    expect(taken()).toBe(0);
    bank().host.faults.addNext({ kind: 'disconnect' }, ['0500']);
    expect(await closed()).toMatchObject({ verdict: { foreign: 'balanced' }, batchNumber: '000002' });
    expect(bank().host.book.settlements(10)).toHaveLength(2);
    expect((await client.trialBalance()).differenceMinor).toBe(0);
  });

  test('money is held and taken, a terminal signs off and on again, and hands out nothing', async () => {
    const how = { purpose: 'pre-authorization', way: 'insert' } as const;
    const credential = await customer.presentCard('visa', 40_000, 'till_1', '123456', how);
    const body = { tillId, method: 'card', amountMinor: 40_000, credential };
    const begun = await client.send<PaymentView>('POST', '/pre-authorizations', body);
    const input = await lastWordOf(begun, credential);
    const held = await client.send<PaymentView>('POST', `/payments/${begun.id}/advance`, { input });
    expect(held).toMatchObject({ state: 'succeeded', purpose: 'pre-authorization' });
    const sale = await client.saleOf(42_000, tillId);
    expect(await client.pay(sale.id, 'card', 42_000, { completes: held.id })).toMatchObject({ state: 'succeeded' });
    expect(taken()).toBe(42_000);
    const terminal = `/tills/${tillId}/terminal`;
    expect(await operator.send('POST', `${terminal}/sign-off`)).toMatchObject({ kind: 'done' });
    expect(await operator.send('POST', `${terminal}/downloads/ca-keys`)).toMatchObject({ kind: 'not-supported' });
    expect(await operator.send('POST', `${terminal}/status`)).toMatchObject({ kind: 'not-supported' });
    expect(await pay(1_000)).toMatchObject({ state: 'succeeded' });
  });
});
