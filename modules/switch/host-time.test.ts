import { expect, test } from 'vitest';
import { clockDifference, hostDate } from './host-time.ts';

const NEW_YEAR = Date.parse('2026-12-31T16:30:00Z');

test('a host’s clock without a year is the one closest to ours', () => {
  expect(clockDifference(null, NEW_YEAR)).toBe(0);
  expect(clockDifference('0101003000', NEW_YEAR)).toBe(0);
  expect(clockDifference('1231235930', NEW_YEAR)).toBe(-1_830_000);
});

test('a settlement date without a year is the one closest to now', () => {
  expect(hostDate('0101', NEW_YEAR)).toBe('2027-01-01');
  expect(hostDate('1231', NEW_YEAR)).toBe('2026-12-31');
});
