import { expect, test } from 'vitest';
import { RecentNonces } from './recent-nonces.ts';

test('a nonce is new once in its window, and is forgotten after it', () => {
  const nonces = new RecentNonces(1_000);
  expect(nonces.isNew('a', 0)).toBe(true);
  expect(nonces.isNew('a', 1_000)).toBe(false);
  expect(nonces.isNew('b', 1_000)).toBe(true);
  expect(nonces.isNew('a', 1_001)).toBe(true);
  expect(nonces.isNew('b', 1_500)).toBe(false);
});
