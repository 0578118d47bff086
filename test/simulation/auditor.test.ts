import type { PaymentView } from '@zhanggui/modules/payments/api.ts';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openPgDb } from '../../apps/server/db/pg-db.ts';
import type { WalletBook } from '../../sim/wallets/book.ts';
import { payBy } from './acts.ts';
import { Dice } from './dice.ts';
import { sprung } from './faults.ts';
import { Town } from './shop.ts';
import { stalledCommit } from './stalled-commit.ts';
import { trapAtBank, trapAtWallet } from './traps.ts';

/** An auditor who could find nothing would always be content: here each kind of error is made, and found. */
let town: Town;
let book: WalletBook;
/** Both sides have long come to rest here. */
const AT_ONCE_MS = 0;

beforeAll(async () => {
  town = await Town.open();
  book = town.world.simulator.wallets.books.wechat;
});
afterAll(() => town.close());
afterEach(async () => {
  await town.heal();
});

const moneyTaken = (outTradeNo: string, amountMinor: number): void => {
  const { code } = book.codes.refresh('wangfang');
  expect(book.pay({ outTradeNo, amountMinor, description: '', echo: {}, code })).toMatchObject({ state: 'paid' });
};

const byCode = async (amountMinor: number): Promise<PaymentView> => {
  const scene = town.scene(new Dice(1));
  const code = await town.customer.paymentCode('wechat');
  return scene.pay(await scene.sale(amountMinor), 'wechat', amountMinor, { code })();
};

test('a town in which nothing went wrong has no findings', async () => {
  const scene = town.scene(new Dice(1));
  const paid = await (await payBy(scene, 'credit-contactless'))();
  expect(paid.state).toBe('succeeded');
  expect((await byCode(700)).state).toBe('succeeded');
  expect([...(await town.findings()), ...(await town.differences())]).toEqual([]);
});

test('money that a wallet has taken and the platform knows nothing of is found', async () => {
  moneyTaken('NOBODY-ASKED-1', 500);
  expect(await town.findings(AT_ONCE_MS)).toEqual(['wechat: outside holds 1200, the ledger says 700']);
  expect(await town.differences(0)).toEqual(['wechat NOBODY-ASKED-1: outside holds 500, the platform says 0']);
  book.refund('NOBODY-ASKED-1', 'R1', 500);
});

test('two errors that outweigh each other are found, though the sums agree', async () => {
  const [before] = [await town.findings(AT_ONCE_MS)];
  expect(before).toHaveLength(1);
  moneyTaken('NOBODY-ASKED-2', 300);
  const { channelReference } = await byCode(900);
  const order = book.orderByTransaction(channelReference ?? '');
  book.refund(order?.outTradeNo ?? '', 'R2', 300);
  expect(await town.findings(AT_ONCE_MS)).toEqual([]);
  expect((await town.differences(0)).toSorted()).toEqual(
    [
      'wechat NOBODY-ASKED-2: outside holds 300, the platform says 0',
      `wechat ${order?.outTradeNo}: outside holds 600, the platform says 900`,
    ].toSorted(),
  );
  book.refund('NOBODY-ASKED-2', 'R3', 300);
});

test('a request that the bank has booked twice is found', async () => {
  const { host } = town.world.simulator.bank;
  await town.findings(AT_ONCE_MS);
  const [sale] = host.book.authorizations(1);
  if (sale === undefined) throw new Error('the bank has booked nothing');
  const twin = { ...sale, sequence: host.book.nextSequence, stan: '999999', rrn: '999999999999' };
  host.book.record(twin);
  expect(await town.findings(AT_ONCE_MS)).toEqual([
    expect.stringMatching(/^card: outside holds \d+, the ledger says 0$/),
  ]);
  expect(await town.differences(0)).toContainEqual(expect.stringMatching(/^card \d{8} \d{6} 999999: outside holds/));
  host.book.record({ ...twin, state: 'reversed' });
});

test('a posting that the ledger lacks is found', async () => {
  await town.findings(AT_ONCE_MS);
  const db = openPgDb(town.world.databaseUrl);
  const take =
    "update ledger.account set debit_minor = debit_minor - 1 where id = 'merchant:mer_demo:channel:wechat:receivable'";
  await db.query({ name: '', text: take });
  await db.close();
  expect(await town.findings(AT_ONCE_MS)).toEqual([
    'wechat: outside holds 0, the ledger says -1',
    'debits and credits differ by -1',
  ]);
});

test('goods that left without money, a payment that stays open and a sale that is paid twice are found', async () => {
  const scene = town.scene(new Dice(2));
  const saleId = await scene.sale(800);
  const code = await town.customer.paymentCode('wechat');
  trapAtWallet(town, 'wechat', { kind: 'userpaying-forever' });
  const open = await scene.pay(saleId, 'wechat', 800, { code })();
  scene.hear({ ...open, result: 'succeeded' });
  const detail = await town.client.payment(open.id);
  const paid = { ...detail, state: 'succeeded', result: 'succeeded' } as const;
  expect(scene.findings([{ ...detail, state: 'cancelled', result: 'failed' }])).toEqual([
    `the till let the goods go for ${open.id}, which is cancelled`,
  ]);
  expect(scene.findings([detail])).toContainEqual(expect.stringContaining(`${open.id} is still pending after`));
  expect(scene.findings([paid, { ...paid, id: 'pay_other' }])).toEqual([`sale ${saleId} was paid 2 times`]);
  expect((await scene.rest(open.id)).state).toBe('cancelled');
});

test('a fault that meets nothing is a finding, at the bank, at a wallet and in the database', async () => {
  const met = 'the fault met nothing';
  expect(await sprung(trapAtBank(town, { kind: 'silent' }, ['0200']), AT_ONCE_MS)).toEqual([met]);
  expect(await sprung(trapAtWallet(town, 'ecny', { kind: '500' }), AT_ONCE_MS)).toEqual([met]);
  const idle = { begin: async () => null, once: async () => undefined };
  expect(await stalledCommit(town.world.databaseUrl, 'payments.refund', idle, AT_ONCE_MS)).toMatchObject({
    stalled: false,
  });
});
