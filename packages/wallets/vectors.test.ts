import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { judge } from '../../tools/vectors/main.ts';
import { kinds } from '../../tools/vectors/topics/wechat-alipay.ts';

type Vector = Parameters<typeof judge>[0];

const file = JSON.parse(readFileSync(new URL('../../vectors/wechat-alipay.json', import.meta.url), 'utf8')) as {
  readonly vectors: readonly Vector[];
};

test.each(file.vectors.map((vector) => [vector.id, vector] as const))('published vector %s holds', (_, vector) => {
  expect(judge(vector, kinds, { conventions: {} })).toMatchObject({ verdict: 'passed' });
});
