import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { judge } from '../../tools/vectors/main.ts';
import { topics } from '../../tools/vectors/topics.ts';

type Vector = Parameters<typeof judge>[0];
type Context = Parameters<typeof judge>[2];

for (const topic of ['emv-tlv', 'emv-kernel', 'emv-oda', 'apdu-traces', 'capk']) {
  const file = new URL(`../../vectors/${topic}.json`, import.meta.url);
  const { vectors, conventions } = JSON.parse(readFileSync(file, 'utf8')) as Context & {
    readonly vectors: readonly Vector[];
  };
  test.each(vectors.map((vector) => [vector.id, vector] as const))('published vector %s holds', (_, vector) => {
    expect(judge(vector, topics[topic], { conventions })).toMatchObject({ verdict: 'passed' });
  });
  test.each(vectors.map((vector) => [vector.id, vector] as const))('%s with another answer does not', (_, vector) => {
    const other = { ...vector, expected: changed(vector.expected) };
    expect(judge(other, topics[topic], { conventions })).toMatchObject({ verdict: 'failed' });
  });
}

/** The same outcome with its last value changed. */
function changed(expected: unknown): unknown {
  if (typeof expected === 'boolean') return !expected;
  if (typeof expected === 'number') return expected + 1;
  if (typeof expected === 'string') return `${expected.startsWith('0') ? '1' : '0'}${expected.slice(1)}`;
  if (expected === null) return 0;
  if (Array.isArray(expected)) return expected.length === 0 ? ['more'] : expected.with(-1, changed(expected.at(-1)));
  const entries = Object.entries(expected as object).filter(([name]) => name !== 'reason');
  return Object.fromEntries(
    entries.map(([name, value], index) => [name, index === entries.length - 1 ? changed(value) : value]),
  );
}
