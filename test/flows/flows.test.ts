import { globSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Auditor } from './auditor.ts';
import { playFlow } from './flow.ts';
import { parseFlows } from './parse-flows.ts';
import { playTables, TABLES } from './tables.ts';

const stage = playTables(TABLES.till);

test('every file of tables is played once', () => {
  const played = Object.values(TABLES).flat();
  expect(played.toSorted()).toEqual(globSync('*.flow', { cwd: import.meta.dirname }).toSorted());
});

test.each([
  ['balance merchant:payable 25.86', '25.87'],
  ['see S1 -> paid', 'open'],
  ['drawer T1 0.00', '0.01'],
  ['sent P1 0200 1', '2'],
])('a table that does not hold is red and names its line: %s', async (line, wrong) => {
  const { client, customer } = stage();
  const kept = line.split(' ').slice(0, -1).join(' ');
  const text = `flow wrong\nshift T1 0.00\nsale S1 25.99\npay P1 S1 card debit-approves -> succeeded\n${kept} ${wrong}`;
  const [flow] = parseFlows('wrong.flow', text);
  if (flow === undefined) throw new Error('the text holds a flow');
  await expect(playFlow(client, customer, flow)).rejects.toThrow(`wrong.flow:5: ${kept} ${wrong}`);
});

test('money that only the outside knows of is found by the auditor', async () => {
  const { world, client, customer } = stage();
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
