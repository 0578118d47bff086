import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeId, readableId, uuidv7 } from './id.ts';

const random = (seed: number): Uint8Array => new Uint8Array(8).fill(seed);

test('a UUID version 7 carries the milliseconds, the version and the variant', () => {
  const now = Date.parse('2100-01-01T00:00:00Z');
  const uuid = uuidv7(now, random(0xff));
  expect(uuid).toMatch(/^[0-9a-f]{32}$/);
  expect(Number.parseInt(uuid.slice(0, 12), 16)).toBe(now);
  expect(uuid[12]).toBe('7');
  expect(uuid[16]).toMatch(/[89ab]/);
});

test('ids are in the order in which they were made, within a millisecond and when the clock steps back', () => {
  const now = Date.parse('2100-01-02T00:00:00Z');
  const times = [...Array.from({ length: 10_000 }, () => now), now - 5_000, now - 1, now + 1];
  const made = times.map((at, index) => makeId('pay', at, random(index & 0xff)));
  expect([...made].sort()).toEqual(made);
  expect(new Set(made).size).toBe(made.length);
});

test('whatever the clock does, no two ids are alike and later ones are greater', () => {
  const start = Date.parse('2100-01-03T00:00:00Z');
  fc.assert(
    fc.property(fc.array(fc.integer({ min: start, max: start + 50 }), { maxLength: 60 }), (times) => {
      const made = times.map((at) => uuidv7(at, random(7)));
      for (const [index, id] of made.entries()) if (index > 0) expect(id > (made[index - 1] ?? '')).toBe(true);
    }),
  );
});

test('a readable id says what it names', () => {
  expect(readableId('sale', 'abc')).toBe('sale_abc');
  expect(makeId('ref', 0, random(0))).toMatch(/^ref_[0-9a-f]{32}$/);
});
