import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GroupCommit, groupReads } from './group-commit.ts';

/** A database that takes a turn for each batch and refuses every batch that holds a poisoned write. */
function database(poisoned: ReadonlySet<number> = new Set()) {
  const batches: number[][] = [];
  const committed: number[] = [];
  const flush = async (writes: readonly number[]): Promise<readonly string[]> => {
    batches.push([...writes]);
    await new Promise((resolve) => setImmediate(resolve));
    const bad = writes.find((write) => poisoned.has(write));
    if (bad !== undefined) throw new Error(`${bad} is refused`);
    committed.push(...writes);
    return writes.map((write) => `result of ${write}`);
  };
  return { flush, batches, committed };
}

test('what arrives together is committed together, and everyone gets the result of their own write', async () => {
  const { flush, batches } = database();
  const group = new GroupCommit(flush);
  expect(await Promise.all([1, 2, 3].map((write) => group.commit(write)))).toEqual([
    'result of 1',
    'result of 2',
    'result of 3',
  ]);
  expect(batches).toEqual([[1, 2, 3]]);
});

test('a lone write waits for nobody', async () => {
  const { flush, batches } = database();
  const group = new GroupCommit(flush);
  expect(await group.commit(1)).toBe('result of 1');
  expect(await group.commit(2)).toBe('result of 2');
  expect(batches).toEqual([[1], [2]]);
});

test('what arrives while a batch is on its way makes the next one', async () => {
  const { flush, batches } = database();
  const group = new GroupCommit(flush);
  const first = group.commit(1);
  await new Promise((resolve) => setImmediate(resolve));
  await Promise.all([first, group.commit(2), group.commit(3)]);
  expect(batches).toEqual([[1], [2, 3]]);
});

test('a batch is never larger than it may be', async () => {
  const { flush, batches } = database();
  const group = new GroupCommit(flush, 2);
  await Promise.all([1, 2, 3, 4, 5].map((write) => group.commit(write)));
  expect(batches).toEqual([[1, 2], [3, 4], [5]]);
});

test('a poisoned write fails alone, with its own error', async () => {
  const { flush, committed } = database(new Set([2]));
  const group = new GroupCommit(flush);
  const settled = await Promise.allSettled([1, 2, 3].map((write) => group.commit(write)));
  expect(settled).toEqual([
    { status: 'fulfilled', value: 'result of 1' },
    { status: 'rejected', reason: new Error('2 is refused') },
    { status: 'fulfilled', value: 'result of 3' },
  ]);
  expect(committed).toEqual([1, 3]);
  expect(await group.commit(4)).toBe('result of 4');
});

test('whoever is poisoned, every write is committed once or refused once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.nat(50), { maxLength: 30 }),
      fc.uniqueArray(fc.nat(50), { maxLength: 8 }),
      fc.integer({ min: 1, max: 10 }),
      async (writes, bad, largest) => {
        const poisoned = new Set(bad);
        const { flush, committed } = database(poisoned);
        const group = new GroupCommit(flush, largest);
        const settled = await Promise.allSettled(writes.map((write) => group.commit(write)));
        expect(settled.map(({ status }) => status)).toEqual(
          writes.map((write) => (poisoned.has(write) ? 'rejected' : 'fulfilled')),
        );
        expect(committed).toEqual(writes.filter((write) => !poisoned.has(write)));
      },
    ),
    { numRuns: 50 },
  );
});

test('reads that come while one is on its way share the next, which sees what was written before they were asked for', async () => {
  const kept = new Map([['a', 1]]);
  const asked: string[][] = [];
  const read = groupReads(async (keys: readonly string[]) => {
    asked.push([...keys]);
    const found = keys.map((key) => kept.get(key));
    await new Promise((resolve) => setImmediate(resolve));
    return found;
  });
  const first = read('a');
  await new Promise((resolve) => process.nextTick(resolve));
  kept.set('a', 2).set('b', 3);
  expect(await Promise.all([first, read('a'), read('b'), read('c')])).toEqual([1, 2, 3, undefined]);
  expect(asked).toEqual([['a'], ['a', 'b', 'c']]);
});
