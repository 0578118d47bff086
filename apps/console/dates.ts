import { beijingDate, beijingTime } from '@zhanggui/base';
import type { Language } from '@zhanggui/ui/language.ts';

const DAY_MS = 86_400_000;

/** The business date now, `YYYY-MM-DD`. */
export function todayOn(nowMs: number): string {
  return beijingDate(nowMs);
}

/** The hour of the day in Beijing, 0 to 23. */
export function hourNow(nowMs: number): number {
  return Number(beijingTime(nowMs).hour);
}

/** The date so many days later (earlier when negative). */
export function addDays(on: string, days: number): string {
  return new Date(Date.parse(on) + days * DAY_MS).toISOString().slice(0, 10);
}

/** `11月22日 周日`, `Sun, 22 Nov`. */
export function dayTitle(on: string, language: Language): string {
  const date = formatted(on, language, { month: language === 'en' ? 'short' : 'long', day: 'numeric' });
  const weekday = weekdayName(on, language);
  return language === 'en' ? `${weekday}, ${date}` : `${date} ${weekday}`;
}

/** `周日`, `Sun`. */
export function weekdayName(on: string, language: Language): string {
  return formatted(on, language, { weekday: 'short' });
}

function formatted(on: string, language: Language, options: Intl.DateTimeFormatOptions): string {
  const locale = language === 'en' ? 'en-GB' : 'zh-CN';
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(Date.parse(on));
}
