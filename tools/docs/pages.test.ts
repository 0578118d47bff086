import type { Route } from '@zhanggui/modules/http.ts';
import { expect, test } from 'vitest';
import { layers } from '../layers/table.ts';
import { apiPage } from './api.ts';
import { layersPage } from './layers.ts';
import { table } from './markdown.ts';

test('bars and line breaks do not break a table', () => {
  expect(table(['a', 'b'], [['x|y', 'one\ntwo']])).toBe('| a | b |\n|---|---|\n| x\\|y | one two |');
});

test('a route stands under its tag with its permission and whether it is a command', () => {
  const route: Route = {
    method: 'POST',
    path: '/things/:thingId',
    summary: 'Do a thing',
    tag: 'things',
    permission: 'sell',
    command: true,
    handle: async () => undefined,
  };
  expect(apiPage([route])).toContain('## things\n\n| method');
  expect(apiPage([route])).toContain('| POST | `/things/:thingId` | sell | yes | Do a thing |');
});

test('the drawing of layers keeps every dependency, directly or by a way of arrows', () => {
  const page = layersPage();
  const names = new Map([...page.matchAll(/^ {2}(n\d+)\["(.+)"\]$/gm)].map((match) => [match[1], match[2]]));
  const arrows = [...page.matchAll(/^ {2}(n\d+) --> (n\d+)$/gm)].map((match) => [
    names.get(match[1]),
    names.get(match[2]),
  ]);
  const reached = (from: string): ReadonlySet<string> => {
    const found = new Set<string>();
    const queue = [from];
    for (const name of queue)
      for (const [source, target] of arrows)
        if (source === name && target !== undefined && !found.has(target)) {
          found.add(target);
          queue.push(target);
        }
    return found;
  };
  for (const { name, may } of layers) expect([...may].filter((target) => !reached(name).has(target))).toEqual([]);
  expect(arrows.length).toBeLessThan(layers.reduce((sum, { may }) => sum + may.length, 0));
});
