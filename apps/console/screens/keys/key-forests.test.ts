import type { KeyView } from '@zhanggui/modules/keys/api.ts';
import { expect, it } from 'vitest';
import { type KeyNode, keyForests } from './key-forests.ts';

const key = (name: string, level: KeyView['level'], parent: string | null = null): KeyView => ({
  name,
  level,
  usage: 'mac',
  algorithm: 'TDES',
  bits: 128,
  checkValue: '08D7B4',
  parent,
  exportable: false,
  version: 1,
  createdAt: '2026-11-23T08:00:00Z',
  activatedAt: '2026-11-23T08:00:00Z',
  ageDays: 0,
  periodDays: 7,
  due: 'fresh',
  lastUsedAt: null,
  usesInDay: 0,
});
const drawn = ({ key: { name }, below }: KeyNode): unknown => (below.length === 0 ? name : [name, ...below.map(drawn)]);
const draw = (keys: readonly KeyView[]) => keyForests(keys).map(({ level, trees }) => [level, ...trees.map(drawn)]);

it('puts keys below their parents, from the device down, whatever their order', () => {
  const keys = [
    key('pik', 'working', 'tmk'),
    key('vault/secrets/1', 'platform'),
    key('mak', 'working', 'tmk'),
    key('bdk', 'base-derivation'),
    key('tmk', 'terminal-master', 'kek'),
    key('kek', 'device'),
  ];
  expect(draw(keys)).toEqual([
    ['device', ['kek', ['tmk', 'pik', 'mak']]],
    ['base-derivation', 'bdk'],
    ['platform', 'vault/secrets/1'],
  ]);
});

it('shows a key whose parent is elsewhere at the top of its own level', () => {
  expect(draw([key('pik', 'working', 'gone')])).toEqual([['working', 'pik']]);
});

it('loses no key to a circle of parents', () => {
  expect(draw([key('a', 'working', 'b'), key('b', 'working', 'a')])).toEqual([['working', 'a', 'b']]);
});
