import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Kinds, TopicContext } from '../../tools/vectors/kind.ts';
import { judge } from '../../tools/vectors/main.ts';
import { kinds as cvvPvv } from '../../tools/vectors/topics/cvv-pvv.ts';
import { kinds as dukptAes } from '../../tools/vectors/topics/dukpt-aes.ts';
import { kinds as dukptTdes } from '../../tools/vectors/topics/dukpt-tdes.ts';
import { kinds as emvArqc } from '../../tools/vectors/topics/emv-arqc.ts';
import { kinds as mac } from '../../tools/vectors/topics/mac.ts';
import { kinds as pinblock } from '../../tools/vectors/topics/pinblock.ts';
import { kinds as sm } from '../../tools/vectors/topics/sm.ts';
import { kinds as tr31 } from '../../tools/vectors/topics/tr31.ts';

type Vector = Parameters<typeof judge>[0];

const TOPICS: Readonly<Record<string, Kinds>> = {
  'cvv-pvv': cvvPvv,
  'dukpt-aes': dukptAes,
  'dukpt-tdes': dukptTdes,
  'emv-arqc': emvArqc,
  mac,
  pinblock,
  sm,
  tr31,
};

/** Published vectors encipher a block a million times, which takes seconds on a busy machine. */
const MOST_MS = 60_000;

for (const [topic, kinds] of Object.entries(TOPICS)) {
  const { vectors, conventions } = JSON.parse(
    readFileSync(new URL(`../../vectors/${topic}.json`, import.meta.url), 'utf8'),
  ) as TopicContext & { readonly vectors: readonly Vector[] };

  test.each(vectors.map((vector) => [vector.id, vector] as const))(
    'vector %s holds',
    (_, vector) => {
      expect(judge(vector, kinds, { conventions })).toMatchObject({ verdict: 'passed' });
    },
    MOST_MS,
  );

  test.each(vectors.filter(({ expected }) => !isRefusal(expected)).map((vector) => [vector.id, vector] as const))(
    'vector %s fails when its outcome is changed',
    (_, vector) => {
      for (const expected of changed(vector.expected as Readonly<Record<string, unknown>>))
        expect(judge({ ...vector, expected }, kinds, { conventions })).toMatchObject({ verdict: 'failed' });
    },
    MOST_MS,
  );
}

function isRefusal(expected: unknown): boolean {
  return typeof expected === 'object' && expected !== null && 'error' in expected;
}

/** The outcome with each of its fields changed in turn. */
function changed(expected: Readonly<Record<string, unknown>>): readonly Readonly<Record<string, unknown>>[] {
  return Object.entries(expected).map(([name, value]) => ({ ...expected, [name]: otherThan(value) }));
}

function otherThan(value: unknown): unknown {
  if (typeof value === 'string') return value === '' ? '0' : value.slice(0, -1) + (value.endsWith('0') ? '1' : '0');
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  return value === null ? 'FFFF' : [...(value as readonly unknown[]), ['ZZ', '']];
}
