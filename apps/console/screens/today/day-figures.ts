import type { DayReport } from '../../contract.ts';

/** What was taken in one hour, and in the same hour a week before. */
export type Hour = DayReport['byHour'][number];

/** How a day's takings stand against the same weekday of the week before. */
export interface Comparison {
  /** Tenths of a percent, rounded; null where the week before took nothing in those hours. */
  readonly changePermille: number | null;
  /** Compared up to this full hour, because the day is not over; null for a whole day. */
  readonly untilHour: number | null;
}

/**
 * Compares a day with the one a week before. A day that is not over is compared by its full hours only: half a day against a
 * whole one would always look like a loss.
 * @param hourNow the hour of the day that is running, or null when the day is over
 */
export function compareWithWeekBefore(byHour: readonly Hour[], hourNow: number | null): Comparison {
  const hours = hourNow === null ? byHour : byHour.filter(({ hour }) => hour < hourNow);
  const taken = hours.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  const before = hours.reduce((sum, { previousWeekMinor }) => sum + previousWeekMinor, 0);
  const changePermille = before === 0 ? null : Math.round(((taken - before) * 1000) / before);
  return { changePermille, untilHour: hourNow };
}

/** `12.4` of 124 permille, without its sign. */
export function percentText(permille: number): string {
  return (Math.abs(permille) / 10).toFixed(1);
}

const OPENS = 8;
const CLOSES = 20;

/** The hours worth drawing: the shop's usual ones and every other in which something was taken. */
export function shownHours(byHour: readonly Hour[]): readonly Hour[] {
  const busy = byHour
    .filter(({ amountMinor, previousWeekMinor }) => amountMinor !== 0 || previousWeekMinor !== 0)
    .map(({ hour }) => hour);
  const first = Math.min(OPENS, ...busy);
  const last = Math.max(CLOSES, ...busy);
  return byHour.filter(({ hour }) => hour >= first && hour <= last);
}

/** The hour in which most was taken, or undefined when nothing was. */
export function bestHour(byHour: readonly Hour[]): Hour | undefined {
  const best = byHour.reduce<Hour | undefined>(
    (so, hour) => (so === undefined || hour.amountMinor > so.amountMinor ? hour : so),
    undefined,
  );
  return best === undefined || best.amountMinor === 0 ? undefined : best;
}
