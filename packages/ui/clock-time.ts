import { beijingTime } from '@zhanggui/base';

/** `14:02:31`: the time of an instant (ISO 8601) where the shop is, Beijing. */
export function clockTime(instant: string): string {
  const { hour, minute, second } = beijingTime(Date.parse(instant));
  return `${hour}:${minute}:${second}`;
}

/** `2026-11-22 14:02` in Beijing. */
export function dateAndTime(instant: string): string {
  const { year, month, day, hour, minute } = beijingTime(Date.parse(instant));
  return `${year}-${month}-${day} ${hour}:${minute}`;
}
