import { beijingTime } from '@zhanggui/base';
import { DataFile } from '../data-file.ts';

const DAY_MS = 86_400_000;

/** The bank's business day: Beijing's date, or later ones when days have been changed by hand. */
export class BusinessDay {
  readonly #file: DataFile<{ daysAhead: number }>;
  #closedUntilMs = 0;

  constructor(path: string) {
    this.#file = new DataFile(path, () => ({ daysAhead: 0 }));
  }

  /** Field 15, MMDD. */
  settlementOn(now: Date): string {
    const { month, day } = beijingTime(now.getTime() + this.#file.content.daysAhead * DAY_MS);
    return month + day;
  }

  /** The next day begins; until `durationMs` from now the host answers 90. */
  change(now: Date, durationMs: number): void {
    this.#file.content.daysAhead += 1;
    this.#file.save();
    this.#closedUntilMs = now.getTime() + durationMs;
  }

  isChanging(now: Date): boolean {
    return now.getTime() < this.#closedUntilMs;
  }
}
