import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BinEntry, BinTable, IdentifierRefusal } from './index.ts';

interface Row extends BinEntry {
  readonly issuer: string;
}

const rows: readonly Row[] = [
  { prefix: '62', panLength: 19, issuer: 'UnionPay' },
  { prefix: '622848', panLength: 19, issuer: 'ABC' },
  { prefix: '62284800', panLength: 19, issuer: 'ABC gold' },
  { prefix: '622588', panLength: 16, issuer: 'CMB' },
];

test('the longest prefix of the card number’s own length wins', () => {
  const table = new BinTable(rows);
  expect(table.find('6228481234567890128')?.issuer).toBe('ABC');
  expect(table.find('6228480034567890128')?.issuer).toBe('ABC gold');
  expect(table.find('6299991234567890128')?.issuer).toBe('UnionPay');
  expect(table.find('6225880012345675')?.issuer).toBe('CMB');
  expect(table.find('6228481234567890')).toBeUndefined();
  expect(table.find('5555555555555555')).toBeUndefined();
});

test('the leading digits are enough when the length is said', () => {
  const table = new BinTable(rows);
  expect(table.find('622848', 19)?.issuer).toBe('ABC');
  expect(table.find('6228', 19)?.issuer).toBe('UnionPay');
  expect(table.find('', 19)).toBeUndefined();
  expect(table.find('622848', 99)).toBeUndefined();
  expect(table.find('62x', 19)?.issuer).toBe('UnionPay');
});

test('rows that cannot match and rows given twice are refused by their index', () => {
  const refused = (row: Row): IdentifierRefusal => {
    try {
      new BinTable([...rows, row]);
    } catch (error) {
      if (error instanceof IdentifierRefusal) return error;
      throw error;
    }
    throw new Error('nothing was refused');
  };
  expect(refused({ prefix: '62', panLength: 19, issuer: 'again' })).toMatchObject({ code: 'bin-duplicate', path: '4' });
  for (const [prefix, panLength] of [
    ['', 16],
    ['62a', 16],
    ['62', 20],
    ['62', 7],
    ['123456789', 9],
    ['62', 16.5],
  ] as const)
    expect(refused({ prefix, panLength, issuer: 'x' }).code).toBe('bin-entry');
});

test('it finds what a plain search through the rows finds', () => {
  const prefix = fc.stringMatching(/^[0-2]{1,4}$/);
  const row = fc.record({ prefix, panLength: fc.constantFrom(16, 19) });
  const table = fc.uniqueArray(row, { selector: (r) => `${r.prefix}/${r.panLength}`, maxLength: 40 });
  fc.assert(
    fc.property(table, fc.stringMatching(/^[0-2]{16}$|^[0-2]{19}$/), (entries, pan) => {
      const plain = entries
        .filter((entry) => entry.panLength === pan.length && pan.startsWith(entry.prefix))
        .sort((a, b) => b.prefix.length - a.prefix.length)[0];
      expect(new BinTable(entries).find(pan)).toEqual(plain);
    }),
  );
});
