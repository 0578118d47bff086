import { concatBytes } from '@zhanggui/base';
import { type AflEntry, hasAflLength, readAflEntry } from './afl.ts';
import { encodeCommand, parseResponse, readRecordCommand } from './apdu.ts';
import type { TagValues } from './dol.ts';
import { EmvRefusal } from './refusal.ts';
import { soleTemplate } from './template.ts';
import { primitives, type TlvNode } from './tlv.ts';

/** How reading the records ended; `values` and `odaRecords` are what was read. */
export interface ApplicationData {
  /**
   * `oda-record-invalid`: everything was read, but a record that takes part in offline data authentication is not what it
   * must be, so that authentication has failed (Book 3 clause 10.3). The other outcomes but `ok` end the transaction.
   */
  readonly outcome:
    | 'ok'
    | 'oda-record-invalid'
    | 'afl-invalid'
    | 'read-record-failed'
    | 'read-record-invalid'
    | 'redundant-data';
  readonly values: TagValues;
  /** Records for offline data authentication in order, as clause 10.3 wants them: without tag and length in files 1–10. */
  readonly odaRecords: Uint8Array;
}

/** What a card must give besides its risk data. EMV Book 3 clause 7.2. */
export const MANDATORY_TAGS: readonly string[] = ['5F24', '5A', '8C', '8D'];

/**
 * Reads the records the file locator names: yields command bytes, takes the card's answers. EMV Book 3 clauses 10.2 and 10.3.
 * Entries are checked one by one as they are read, as a terminal does.
 * @throws EmvRefusal `apdu-malformed` when an answer is not one.
 */
export function* readApplicationData(afl: Uint8Array): Generator<Uint8Array, ApplicationData, Uint8Array> {
  const values = new Map<string, Uint8Array>();
  const oda: Uint8Array[] = [];
  let odaValid = true;
  const end = (outcome: ApplicationData['outcome']): ApplicationData => ({
    outcome,
    values,
    odaRecords: concatBytes(...oda),
  });
  if (!hasAflLength(afl)) return end('afl-invalid');
  for (let offset = 0; offset < afl.length; offset += 4) {
    const entry = tryEntry(afl, offset);
    if (entry === undefined) return end('afl-invalid');
    for (let record = entry.first; record <= entry.last; record += 1) {
      const answer = parseResponse(yield encodeCommand(readRecordCommand(entry.sfi, record)));
      if (answer.sw !== 0x9000) return end('read-record-failed');
      const template = recordTemplate(answer.data);
      if (template === undefined && entry.sfi <= 10) return end('read-record-invalid');
      if (record - entry.first < entry.odaRecords) {
        if (template === undefined) odaValid = false;
        else oda.push(entry.sfi <= 10 ? template.value : answer.data);
      }
      for (const { tag, value } of primitives(template?.children ?? [])) {
        if (values.has(tag)) return end('redundant-data');
        values.set(tag, value);
      }
    }
  }
  return end(odaValid ? 'ok' : 'oda-record-invalid');
}

/**
 * The mandatory data objects that are missing. EMV Book 3 clause 7.2: any ends the transaction.
 * @param mandatory kernel 2 wants fewer.
 */
export function missingMandatoryTags(
  values: TagValues,
  mandatory: readonly string[] = MANDATORY_TAGS,
): readonly string[] {
  return mandatory.filter((tag) => !values.has(tag));
}

function tryEntry(afl: Uint8Array, offset: number): AflEntry | undefined {
  try {
    return readAflEntry(afl, offset);
  } catch (error) {
    if (error instanceof EmvRefusal) return undefined;
    throw error;
  }
}

function recordTemplate(data: Uint8Array): TlvNode | undefined {
  const template = soleTemplate(data);
  return template?.tag === '70' ? template : undefined;
}
