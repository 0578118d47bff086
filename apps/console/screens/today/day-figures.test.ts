import { describe, expect, it } from 'vitest';
import { bestHour, compareWithWeekBefore, percentText, shownHours } from './day-figures.ts';

function hours(taken: Readonly<Record<number, readonly [number, number]>>) {
  return Array.from({ length: 24 }, (_, hour) => {
    const [amountMinor = 0, previousWeekMinor = 0] = taken[hour] ?? [];
    return { hour, amountMinor, previousWeekMinor };
  });
}

describe('comparing a day with the week before', () => {
  const day = hours({ 9: [3000, 2000], 10: [1496, 2000], 15: [0, 6000] });

  it('takes whole days once the day is over', () => {
    expect(compareWithWeekBefore(day, null)).toEqual({ changePermille: -550, untilHour: null });
  });

  it('takes only the full hours of a day that is running', () => {
    expect(compareWithWeekBefore(day, 11)).toEqual({ changePermille: 124, untilHour: 11 });
    expect(compareWithWeekBefore(day, 10)).toEqual({ changePermille: 500, untilHour: 10 });
  });

  it('says nothing where there is nothing to compare with', () => {
    expect(compareWithWeekBefore(day, 9)).toEqual({ changePermille: null, untilHour: 9 });
  });

  it('writes the change with one decimal and without a sign', () => {
    expect(percentText(124)).toBe('12.4');
    expect(percentText(-550)).toBe('55.0');
    expect(percentText(0)).toBe('0.0');
  });
});

describe('the hours that are drawn', () => {
  it('are the usual ones of a shop when nothing was sold', () => {
    const shown = shownHours(hours({}));
    expect([shown[0]?.hour, shown.at(-1)?.hour]).toEqual([8, 20]);
  });

  it('reach to the earliest and latest sale of either day', () => {
    const shown = shownHours(hours({ 5: [0, 100], 23: [200, 0] }));
    expect([shown[0]?.hour, shown.at(-1)?.hour]).toEqual([5, 23]);
  });

  it('have a best one only when something was taken', () => {
    expect(bestHour(hours({ 9: [0, 500] }))).toBeUndefined();
    expect(bestHour(hours({ 9: [300, 0], 12: [900, 0] }))?.hour).toBe(12);
  });
});
