import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { brokenLinks } from './links.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'zhanggui-links-'));
  mkdirSync(path.join(root, 'docs'));
  writeFileSync(path.join(root, 'docs/there.md'), '# There');
});
afterEach(() => rmSync(root, { recursive: true }));

test.for([
  'See [there](docs/there.md) and [its part](docs/there.md#part).',
  'Outside: [a site](https://example.org/x.md), [a place here](#below).',
  'A picture: <img src="docs/there.md">',
])('nothing is wrong with: %s', (text) => {
  writeFileSync(path.join(root, 'README.md'), text);
  expect(brokenLinks(root)).toEqual([]);
});

test('a link that leads nowhere is named with its line and target', () => {
  writeFileSync(path.join(root, 'README.md'), 'fine\n\n[gone](docs/gone.md#part) and <img src="docs/no.png">');
  expect(brokenLinks(root)).toEqual([
    'README.md:3: the link to docs/gone.md leads nowhere',
    'README.md:3: the link to docs/no.png leads nowhere',
  ]);
});

test('links are read from the folder of their page', () => {
  writeFileSync(path.join(root, 'docs/page.md'), '[there](there.md) [not](docs/there.md)');
  expect(brokenLinks(root)).toEqual(['docs/page.md:1: the link to docs/there.md leads nowhere']);
});
