import type { Clock } from '@zhanggui/base';
import { expect, test } from 'vitest';
import { CardRanges } from './card-ranges.ts';
import type { DownloadItem } from './dialect.ts';
import type { DownloadStore } from './download-store.ts';

const bin = (prefix: string, more: object = {}): DownloadItem => ({
  kind: 'bin',
  prefix,
  refused: false,
  scheme: null,
  funding: null,
  domestic: null,
  ...more,
});

test('the longest prefix of the newest list decides, and a newer list is seen after a minute', async () => {
  let now = 0;
  let items: readonly DownloadItem[] = [bin('62', { funding: 'debit' }), bin('6288', { funding: 'credit' })];
  const clock: Clock = { now: () => now, sleep: () => Promise.resolve() };
  const downloads = {
    latestOfAcquirer: async () => ({ version: 1, downloadedAt: 0, items }),
  } as unknown as DownloadStore;
  const ranges = new CardRanges(downloads, clock);
  const fundingOf = async (pan: string) => (await ranges.rangeOf('bank', pan))?.funding ?? null;
  expect(await fundingOf('6288000000000000')).toBe('credit');
  expect(await fundingOf('6287000000000000')).toBe('debit');
  expect(await ranges.rangeOf('bank', '4111000000000000')).toBeNull();
  items = [bin('4111', { refused: true })];
  expect(await ranges.rangeOf('bank', '4111000000000000')).toBeNull();
  now = 60_000;
  expect(await ranges.rangeOf('bank', '4111000000000000')).toMatchObject({ refused: true });
});

test('an acquirer that has told nothing tells nothing', async () => {
  const clock: Clock = { now: () => 0, sleep: () => Promise.resolve() };
  const downloads = { latestOfAcquirer: async () => null } as unknown as DownloadStore;
  expect(await new CardRanges(downloads, clock).rangeOf('bank', '6200')).toBeNull();
});
