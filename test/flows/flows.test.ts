import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { audit } from '@zhanggui/modules/ledger/proof.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPgDb } from '../../apps/server/db/pg-db.ts';
import type { ApiClient } from '../support/api-client.ts';
import { CustomerWithCards } from '../support/customer.ts';
import { openWorld, type World } from '../support/world.ts';
import { Auditor } from './auditor.ts';
import { playFlow } from './flow.ts';
import { parseFlows } from './parse-flows.ts';

let world: World;
let client: ApiClient;
let customer: CustomerWithCards;

beforeAll(async () => {
  world = await openWorld();
  customer = new CustomerWithCards(world.simulator);
  client = await (await world.startServer()).signIn();
});
afterAll(() => world.close());

const files = globSync('*.flow', { cwd: import.meta.dirname }).sort();

describe.each(files)('%s', (file) => {
  const flows = parseFlows(file, readFileSync(path.join(import.meta.dirname, file), 'utf8'));
  test.each(flows)('$title', (flow) => playFlow(client, customer, flow));
});

test.each([
  ['balance merchant:payable 25.86', '25.87'],
  ['see S1 -> paid', 'open'],
  ['drawer T1 0.00', '0.01'],
  ['sent P1 0200 1', '2'],
])('a table that does not hold is red and names its line: %s', async (line, wrong) => {
  const kept = line.split(' ').slice(0, -1).join(' ');
  const text = `flow wrong\nshift T1 0.00\nsale S1 25.99\npay P1 S1 card debit-approves -> succeeded\n${kept} ${wrong}`;
  const [flow] = parseFlows('wrong.flow', text);
  if (flow === undefined) throw new Error('the text holds a flow');
  await expect(playFlow(client, customer, flow)).rejects.toThrow(`wrong.flow:5: ${kept} ${wrong}`);
});

test('money that only the outside knows of is found by the auditor', async () => {
  const auditor = await Auditor.begin(client, customer);
  const { book } = world.simulator.bank.host;
  const [sale] = book.authorizations(1);
  if (sale === undefined) throw new Error('the bank has booked nothing');
  book.record({
    ...sale,
    sequence: book.nextSequence,
    stan: '999999',
    kind: 'sale',
    state: 'approved',
    amountMinor: 1,
  });
  expect(await auditor.findings()).toEqual(['card: outside holds 1, the ledger says 0']);
});

test('a file that cannot be read as tables is refused', () => {
  expect(() => parseFlows('x.flow', 'sale S1 1.00')).toThrow('x.flow:1: stands in no flow');
  expect(() => parseFlows('x.flow', '# nothing')).toThrow('holds no flow');
  expect(() => parseFlows('x.flow', 'flow one\nflow two\ntrial 0')).toThrow('the flow "one" has no steps');
  expect(() => parseFlows('x.flow', 'flow one\ntrial 0\nflow one\ntrial 0')).toThrow('a title stands twice');
});

test('after all tables the whole book is intact', async () => {
  const db = openPgDb(world.databaseUrl);
  try {
    const report = await audit(db, (bytes) => createHash('sha256').update(bytes).digest());
    expect(report).toMatchObject({ firstBrokenSequence: null, headMatches: true, accountsOff: [], differenceMinor: 0 });
    expect(report.transfers).toBeGreaterThan(files.length);
  } finally {
    await db.close();
  }
});
