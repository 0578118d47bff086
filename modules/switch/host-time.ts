import { beijingDate, beijingTime, fromBeijing } from '@zhanggui/base';

const HALF_YEAR_MS = 183 * 86_400_000;

/**
 * How far a host's clock is ahead of ours, in milliseconds; 0 where it told none. The answer has no year: the one that
 * brings both closest together is meant.
 * @param hostTime `MMDDhhmmss` in Beijing time (fields 13 and 12).
 */
export function clockDifference(hostTime: string | null, now: number): number {
  const [, month, day, hour, minute, second] = /^(..)(..)(..)(..)(..)$/.exec(hostTime ?? '') ?? [];
  if (month === undefined) return 0;
  return nearest(now, (year) => fromBeijing(`${year}-${month}-${day}`, `${hour}:${minute}:${second}`)) - now;
}

/** The date `YYYY-MM-DD` that a host means with `MMDD` and what may follow it: the one closest to now. */
export function hostDate(date: string, now: number): string {
  const [month, day] = [date.slice(0, 2), date.slice(2, 4)];
  return beijingDate(nearest(now, (year) => fromBeijing(`${year}-${month}-${day}`, '12:00:00')));
}

function nearest(now: number, inYear: (year: number) => number): number {
  const year = Number(beijingTime(now).year);
  return [year, year - 1, year + 1].map(inYear).find((instant) => Math.abs(instant - now) < HALF_YEAR_MS) ?? now;
}
