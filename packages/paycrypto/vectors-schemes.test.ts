import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { judge } from '../../tools/vectors/main.ts';
import { topics } from '../../tools/vectors/topics.ts';

type Vector = Parameters<typeof judge>[0];

for (const topic of ['cvv-pvv', 'emv-arqc', 'sm']) {
  const file = new URL(`../../vectors/${topic}.json`, import.meta.url);
  const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { readonly vectors: readonly Vector[] };
  test.each(vectors.map((vector) => [vector.id, vector] as const))('published vector %s holds', (_, vector) => {
    expect(judge(vector, topics[topic], { conventions: {} })).toMatchObject({ verdict: 'passed' });
  });
  test.each(vectors.map((vector) => [vector.id, vector] as const))('%s with another answer does not', (_, vector) => {
    expect(judge({ ...vector, expected: changed(vector.expected) }, topics[topic], { conventions: {} })).toMatchObject({
      verdict: 'failed',
    });
  });
}

/** The same outcome with its first value changed. */
function changed(expected: unknown): unknown {
  const [[name, value] = ['', '']] = Object.entries(expected as Record<string, unknown>);
  if (typeof value === 'boolean') return { [name]: !value };
  const text = String(value);
  return { ...(expected as object), [name]: (text.startsWith('1') ? '2' : '1') + text.slice(1) };
}
