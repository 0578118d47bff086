import { expect, test } from 'vitest';
import { withSourceTree } from '../../test/support/source-tree.ts';
import { checkTidy } from './check-tidy.ts';

const look = (files: Readonly<Record<string, string>>) => withSourceTree(files, checkTidy);

function functionOf(lines: number, head = 'export function long() {'): string {
  return [head, ...Array.from({ length: lines - 2 }, () => '  work();'), '}'].join('\n');
}

test('a tidy tree has no findings', () => {
  expect(
    look({
      'modules/ledger/store.ts': "export const all = 'select * from ledger.transfer join ledger.account using (id)';\n",
      'modules/ledger/ledger.test.ts': functionOf(200),
      'apps/pos/main-screen.web.tsx': functionOf(70),
    }),
  ).toEqual([]);
});

test.each([
  ['modules/Ledger/store.ts', 'names are kebab-case'],
  ['modules/ledger/refundStore.ts', 'names are kebab-case'],
  ['modules/ledger/refund_store.ts', 'names are kebab-case'],
  ['modules/ledger/refund--store.ts', 'names are kebab-case'],
])('%s is found: %s', (file, finding) => {
  expect(look({ [file]: '' })).toEqual([`${file}: ${finding}`]);
});

test('a function may have 70 lines and not one more, whatever kind of function it is', () => {
  expect(look({ 'packages/base/x.ts': functionOf(70) })).toEqual([]);
  const heads = ['export function long() {', 'export const long = () => {', 'export const long = async function () {'];
  for (const head of heads)
    expect(look({ 'packages/base/x.ts': `\n${functionOf(71, head)}` }), head).toEqual([
      'packages/base/x.ts:2: a function of 71 lines; the most is 70',
    ]);
  const method = `export class A {\n${functionOf(71, '  long() {')}\n}`;
  expect(look({ 'packages/base/x.ts': method })[0]).toContain('a function of 71 lines');
});

test('a long file is found, a table of facts may be long', () => {
  const long = 'export const x = 1;\n'.repeat(430);
  expect(look({ 'packages/base/x.ts': long })[0]).toContain('lines; files aim at 300');
  expect(look({ 'plugins/methods/alipay/codes.ts': long, 'packages/base/x.test.ts': long })).toEqual([]);
});

test.each([
  ['// TODO: later', 'unfinished work'],
  ['// FIXME', 'unfinished work'],
  ['// @ts-ignore', 'a silenced type check'],
  ['// @ts-expect-error', 'a silenced type check'],
  ["test.skip('x', () => 1);", 'a test that does not run'],
  ["describe.only('x', () => 1);", 'a test that does not run'],
  ['// biome-ignore lint/x/y', 'a silenced lint rule without its reason'],
])('%s is found: %s', (line, finding) => {
  expect(look({ 'packages/base/x.ts': `export const a = 1;\n${line}\n` })).toEqual([
    `packages/base/x.ts:2: ${finding}`,
  ]);
});

test('a silenced lint rule with its reason stands', () => {
  expect(look({ 'packages/base/x.ts': '// biome-ignore lint/x/y: the standard writes it so\n' })).toEqual([]);
});

test.each([
  'select 1 from ledger.transfer',
  'insert into ledger.transfer',
  'update ledger.chain set x',
  'x join ledger.account a',
  'TRUNCATE ledger.transfer',
])('SQL that names the schema of another module is found: %s', (statement) => {
  const file = 'modules/payments/store.ts';
  expect(look({ [file]: `export const text = \`${statement}\`;\n` })).toEqual([
    `${file}: its SQL names the schema "ledger"`,
  ]);
  expect(look({ 'modules/ledger/store.ts': `export const text = \`${statement}\`;\n` })).toEqual([]);
});

test('a file that does not parse is found', () => {
  expect(look({ 'packages/base/x.ts': 'export const = ;' })[0]).toMatch(/^packages\/base\/x\.ts: /);
});

test('a tree of which next to nothing was looked at is not tidy', () => {
  expect(() => checkTidy('/nowhere')).toThrow('only 0 files were looked at');
});
