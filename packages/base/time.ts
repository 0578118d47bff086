const BEIJING_OFFSET_MS = 8 * 3_600_000;

/** Calendar parts of an instant in Beijing time (UTC+8, no summer time), where Chinese payment days are counted. */
export interface BeijingTime {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  readonly hour: string;
  readonly minute: string;
  readonly second: string;
}

/** Parts of `instantMs` in Beijing time, each zero-padded. */
export function beijingTime(instantMs: number): BeijingTime {
  const iso = new Date(instantMs + BEIJING_OFFSET_MS).toISOString();
  return {
    year: iso.slice(0, 4),
    month: iso.slice(5, 7),
    day: iso.slice(8, 10),
    hour: iso.slice(11, 13),
    minute: iso.slice(14, 16),
    second: iso.slice(17, 19),
  };
}

/** Business date `YYYY-MM-DD` in Beijing. */
export function beijingDate(instantMs: number): string {
  const { year, month, day } = beijingTime(instantMs);
  return `${year}-${month}-${day}`;
}

/** `yyyy-MM-dd HH:mm:ss` in Beijing, as wallets' interfaces write it. */
export function beijingTimestamp(instantMs: number): string {
  const { hour, minute, second } = beijingTime(instantMs);
  return `${beijingDate(instantMs)} ${hour}:${minute}:${second}`;
}

/** Instant of a Beijing `date` (`YYYY-MM-DD`) and `time` (`HH:mm:ss[.SSS]`), in milliseconds since the epoch; NaN when malformed. */
export function fromBeijing(date: string, time: string): number {
  return Date.parse(`${date}T${time}+08:00`);
}
