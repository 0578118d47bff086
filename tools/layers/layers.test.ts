import { expect, test } from 'vitest';
import { withSourceTree } from '../../test/support/source-tree.ts';
import { checkLayers, checkTable } from './check-layers.ts';
import { importsOf } from './imports.ts';
import { layers } from './table.ts';

const look = (files: Readonly<Record<string, string>>) => withSourceTree(files, checkLayers);

test('the table names only lines above, so that a circle cannot be written', () => {
  expect(() => checkTable(layers)).not.toThrow();
  const [below, above] = [
    { name: 'a', place: 'a/', may: [] },
    { name: 'b', place: 'b/', may: ['a'] },
  ];
  expect(() => checkTable([below, above])).not.toThrow();
  expect(() => checkTable([above, below])).toThrow('the layer "b" names "a", which does not stand above it');
  expect(() => checkTable([{ ...below, may: ['b'] }, above])).toThrow('the layer "a" names "b"');
  expect(() => checkTable([{ ...below, may: ['a'] }])).toThrow('the layer "a" names "a"');
  expect(() => checkTable([below, below])).toThrow('the layer "a" stands twice');
});

test('what the table allows is no violation', () => {
  expect(
    look({
      'modules/ledger/store.ts': "import { sql } from '@zhanggui/base';\nimport type { Account } from './api.ts';\n",
      'modules/payments/postings.ts': "import { post } from '../ledger/store.ts';\n",
      'apps/server/main.ts': "import fs from 'node:fs';\nimport { post } from '@zhanggui/modules/ledger/store.ts';\n",
      'modules/ledger/ledger.test.ts': "import { open } from '../../apps/server/db.ts';\n",
    }),
  ).toEqual([]);
});

test.each([
  [
    'the ledger knows of payments',
    'modules/ledger/store.ts',
    "\nimport { viewOf } from '../payments/payment.ts';",
    'modules/ledger/store.ts:2: ledger may not import payments (modules/payments/payment.ts)',
  ],
  [
    'even by a type',
    'modules/ledger/store.ts',
    "import type { Payment } from '../payments/payment.ts';",
    'modules/ledger/store.ts:1: ledger may not import payments',
  ],
  [
    'even by an export',
    'modules/ledger/api.ts',
    "export { viewOf } from '../payments/payment.ts';",
    'modules/ledger/api.ts:1: ledger may not import payments',
  ],
  [
    'even later',
    'modules/ledger/store.ts',
    "export const late = () => import('../payments/payment.ts');",
    'modules/ledger/store.ts:1: ledger may not import payments',
  ],
  [
    'even over several lines',
    'modules/ledger/store.ts',
    "import {\n  viewOf,\n} from '@zhanggui/modules/payments/payment.ts';",
    'ledger may not import payments',
  ],
  [
    'a package knows of a module',
    'packages/base/x.ts',
    "import { sql } from '@zhanggui/modules/ledger/store.ts';",
    'packages/base/x.ts:1: base may not import ledger',
  ],
  [
    'one plugin knows another',
    'plugins/methods/cash/plugin.ts',
    "import { card } from '../card/plugin.ts';",
    'method plugins may not import another of the method plugins',
  ],
  [
    'the core knows a plugin',
    'modules/payments/x.ts',
    "import { cash } from '@zhanggui/plugins/methods/cash/plugin.ts';",
    'payments may not import method plugins',
  ],
  [
    'the simulator shares a rule of ours',
    'sim/x.ts',
    "import { viewOf } from '@zhanggui/modules/payments/payment.ts';",
    'sim may not import payments',
  ],
  [
    'a file stands in no layer',
    'modules/strange/x.ts',
    "import { sql } from '@zhanggui/base';",
    'modules/strange/x.ts: belongs to no layer',
  ],
  [
    'a rule of business uses Node',
    'modules/ledger/x.ts',
    "import fs from 'node:fs';",
    'modules/ledger/x.ts:1: imports node:fs',
  ],
  ['a screen uses Node', 'apps/pos/x.ts', "import fs from 'node:fs';", 'apps/pos/x.ts:1: imports node:fs'],
])('it is found when %s', (_, file, text, violation) => {
  const found = look({
    [file]: `${text}\n`,
    'modules/payments/payment.ts': '',
    'plugins/methods/card/plugin.ts': '',
    'plugins/methods/cash/plugin.ts': file === 'plugins/methods/cash/plugin.ts' ? text : '',
  });
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(violation);
});

test.each(['store.ts', 'refund-store.ts', 'routes.ts', 'till-routes.ts', 'node/secrets.ts'])(
  'a browser that reaches %s is found, however far away, with who loads it',
  (file) => {
    expect(
      look({
        'apps/pos/app.tsx': "import { total } from '@zhanggui/modules/sales/cart.ts';\n",
        'modules/sales/cart.ts': "import { price } from './price.ts';\n",
        'modules/sales/price.ts': `import { load } from './${file}';\n`,
        [`modules/sales/${file}`]: 'export const load = 1;\n',
      }),
    ).toEqual([`modules/sales/price.ts: a browser would load modules/sales/${file}`]);
  },
);

test('a browser may know the types of what only the server has', () => {
  expect(
    look({
      'apps/pos/app.tsx':
        "import type { Row } from '@zhanggui/modules/sales/store.ts';\nimport { type A, type B } from '@zhanggui/modules/sales/store.ts';\n",
      'modules/sales/store.ts': '',
    }),
  ).toEqual([]);
});

test('a tree of which next to nothing was looked at is no tree without violations', () => {
  expect(() => checkLayers('/nowhere')).toThrow('only 0 files were looked at');
});

test('imports are read with their lines, resolved, and told apart from types', () => {
  const text = [
    "import { a } from './a.ts';",
    "import type { B } from '../b/b.ts';",
    "import { type C, type D } from '@zhanggui/modules/c.ts';",
    "import { type E, f } from '@zhanggui/base';",
    "import 'side-effect';",
    "export * from './g.ts';",
    "// import { no } from './comment.ts';",
  ].join('\n');
  const read = withSourceTree({ 'modules/x/y.ts': text }, (root) => importsOf(root, ['modules/x/y.ts']));
  expect(read.map(({ to, line, typeOnly }) => [to, line, typeOnly])).toEqual([
    ['modules/x/a.ts', 1, false],
    ['modules/b/b.ts', 2, true],
    ['modules/c.ts', 3, true],
    ['packages/base/index.ts', 4, false],
    ['side-effect', 5, false],
    ['modules/x/g.ts', 6, false],
  ]);
});
