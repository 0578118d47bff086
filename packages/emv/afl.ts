import { EmvRefusal } from './refusal.ts';

/** One entry of the application file locator: records to read from one file. */
export interface AflEntry {
  /** Short file identifier, 1 to 30. */
  readonly sfi: number;
  readonly first: number;
  readonly last: number;
  /** How many records, from the first on, take part in offline data authentication. */
  readonly odaRecords: number;
}

/**
 * Entries of the application file locator (tag 94). EMV Book 3 clause 10.2.
 * @throws EmvRefusal `afl-malformed` when it has not 4 to 252 bytes in fours, or an entry has a short file
 * identifier outside 1–30 or low bits set, a first record of 0, a last record before the first, or more records for
 * authentication than records. `offset` is the entry's first byte.
 */
export function parseAfl(afl: Uint8Array): readonly AflEntry[] {
  if (!hasAflLength(afl))
    throw new EmvRefusal('afl-malformed', 'a file locator is a row of four-byte entries, 252 bytes at most', {
      path: '94',
    });
  const entries: AflEntry[] = [];
  for (let offset = 0; offset < afl.length; offset += 4) entries.push(readAflEntry(afl, offset));
  return entries;
}

/** Whether the length is one a file locator can have. EMV Book 3 Annex A: up to 252 bytes. */
export function hasAflLength(afl: Uint8Array): boolean {
  return afl.length > 0 && afl.length <= 252 && afl.length % 4 === 0;
}

/** The one entry at `offset`. @throws EmvRefusal `afl-malformed` as `parseAfl`. */
export function readAflEntry(afl: Uint8Array, offset: number): AflEntry {
  const [file = 0, first = 0, last = 0, odaRecords = 0] = afl.subarray(offset, offset + 4);
  const sfi = file >> 3;
  const sound =
    (file & 7) === 0 && sfi >= 1 && sfi <= 30 && first >= 1 && last >= first && odaRecords <= last - first + 1;
  if (!sound)
    throw new EmvRefusal('afl-malformed', 'an entry of the file locator breaks a rule of Book 3 10.2', {
      path: '94',
      offset,
    });
  return { sfi, first, last, odaRecords };
}
