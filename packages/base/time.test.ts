import { expect, test } from 'vitest';
import { beijingDate, beijingTime, beijingTimestamp, fromBeijing } from './time.ts';

test.each([
  ['2026-06-15T15:59:59.999Z', '2026-06-15', '2026-06-15 23:59:59'],
  ['2026-06-15T16:00:00.000Z', '2026-06-16', '2026-06-16 00:00:00'],
  ['2026-12-31T16:00:00.000Z', '2027-01-01', '2027-01-01 00:00:00'],
  ['2024-02-28T16:00:00.000Z', '2024-02-29', '2024-02-29 00:00:00'],
  // China had summer time until 1991; payment days of today know none.
  ['2026-07-01T04:05:06.789Z', '2026-07-01', '2026-07-01 12:05:06'],
])('%s is %s in Beijing', (instant, date, timestamp) => {
  const at = Date.parse(instant);
  expect(beijingDate(at)).toBe(date);
  expect(beijingTimestamp(at)).toBe(timestamp);
});

test('parts are padded', () => {
  expect(beijingTime(Date.parse('2026-01-02T19:04:05Z'))).toEqual({
    year: '2026',
    month: '01',
    day: '03',
    hour: '03',
    minute: '04',
    second: '05',
  });
});

test('a Beijing date and time is an instant, and back', () => {
  expect(new Date(fromBeijing('2026-06-16', '08:30:00')).toISOString()).toBe('2026-06-16T00:30:00.000Z');
  expect(new Date(fromBeijing('2026-06-16', '00:00:00.5')).toISOString()).toBe('2026-06-15T16:00:00.500Z');
  expect(beijingTimestamp(fromBeijing('2026-02-28', '23:59:59'))).toBe('2026-02-28 23:59:59');
});

test.each([
  ['2026-13-01', '00:00:00'],
  ['2026-06-16', '25:00:00'],
  ['16.6.2026', '00:00:00'],
  ['', ''],
])('"%s %s" is no instant', (date, time) => {
  expect(fromBeijing(date, time)).toBeNaN();
});
