import type { Clock } from '@zhanggui/base';

const DAY_MS = 86_400_000;

/** Whether the bill of a day is there: `none` for what is no day. */
export type BillStanding = 'none' | 'day-not-over' | 'not-ready' | 'ready';

/** From when a wallet's bill of a day can be had. */
export class BillDays {
  readonly #clock: Clock;
  readonly #readyAfterMs: number;
  /** Bills of any day, today's too, as if the night had passed. */
  anyDay = false;

  /** @param readyHour The hour of the next day from which a day's bill is there. */
  constructor(clock: Clock, readyHour: number) {
    this.#clock = clock;
    this.#readyAfterMs = DAY_MS + readyHour * 3_600_000;
  }

  /** @param date `YYYY-MM-DD`, a day in Beijing. */
  standing(date: string): BillStanding {
    const start = startOf(date);
    if (Number.isNaN(start)) return 'none';
    const sinceMs = this.#clock.now() - start;
    if (this.anyDay || sinceMs >= this.#readyAfterMs) return 'ready';
    return sinceMs < DAY_MS ? 'day-not-over' : 'not-ready';
  }
}

/** The first instant of a day in Beijing, or NaN. */
export function startOf(date: string): number {
  return /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(`${date}T00:00:00+08:00`) : Number.NaN;
}
