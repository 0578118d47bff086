import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { judge } from '../../tools/vectors/main.ts';
import { topics } from '../../tools/vectors/topics.ts';

type Vector = Parameters<typeof judge>[0];
type Context = Parameters<typeof judge>[2];

for (const topic of ['iso8583', 'cups8583']) {
  const file = new URL(`../../vectors/${topic}.json`, import.meta.url);
  const { vectors, ...context } = JSON.parse(readFileSync(file, 'utf8')) as Context & { vectors: readonly Vector[] };
  const named = vectors.map((vector) => [vector.id, vector] as const);

  test.each(named)('published vector %s holds', (_, vector) => {
    expect(judge(vector, topics[topic], context)).toMatchObject({ verdict: 'passed' });
  });

  test.each(named)('%s with another answer does not', (_, vector) => {
    const refused = JSON.stringify(vector.expected).includes('"error":true');
    const expected = refused ? { hex: '00' } : changed(vector.expected);
    expect(judge({ ...vector, expected }, topics[topic], context)).toMatchObject({ verdict: 'failed' });
  });
}

/** The same outcome with its first value changed. */
function changed(expected: unknown): unknown {
  const [[name, value] = ['', '']] = Object.entries(expected as Record<string, unknown>);
  if (typeof value === 'boolean') return { ...(expected as object), [name]: !value };
  if (typeof value === 'object') return { ...(expected as object), [name]: {} };
  const text = String(value);
  return { ...(expected as object), [name]: (text.startsWith('1') ? '2' : '1') + text.slice(1) };
}
