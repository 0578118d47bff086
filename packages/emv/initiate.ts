import { encodeCommand, getProcessingOptionsCommand, parseResponse } from './apdu.ts';
import { buildDol, type TagValues } from './dol.ts';
import { EmvRefusal } from './refusal.ts';
import { soleTemplate } from './template.ts';
import { primitives } from './tlv.ts';

/** How GET PROCESSING OPTIONS ended. EMV Book 3 clauses 6.5.8 and 10.1. */
export type ProcessingOptions =
  | { readonly outcome: 'ok'; readonly aip: Uint8Array; readonly afl: Uint8Array; readonly values: TagValues }
  | { readonly outcome: 'conditions-not-satisfied' | 'card-error' };

/**
 * Starts the application: yields GET PROCESSING OPTIONS with what the PDOL asks for, takes the answer. EMV Book 3 clause
 * 10.1; Book 4 clause 6.3.1. A malformed PDOL is a fault of the card and nothing is sent.
 * @param pdol value of 9F38 from the FCI; undefined when the card has none.
 * @param sources values searched in order.
 * @throws EmvRefusal `apdu-malformed` when an answer is not one.
 */
export function* initiateApplication(
  pdol: Uint8Array | undefined,
  ...sources: readonly TagValues[]
): Generator<Uint8Array, ProcessingOptions, Uint8Array> {
  const data = pdol === undefined ? new Uint8Array(0) : tryDol(pdol, sources);
  if (data === undefined) return { outcome: 'card-error' };
  return parseProcessingOptions(yield encodeCommand(getProcessingOptionsCommand(data)));
}

/**
 * Answer to GET PROCESSING OPTIONS, in format 1 (80) or 2 (77). EMV Book 3 clause 6.5.8.4: status 6985 takes the
 * application off the candidate list; any other failure ends the transaction.
 * @throws EmvRefusal `apdu-malformed` when the answer is not one.
 */
export function parseProcessingOptions(answer: Uint8Array): ProcessingOptions {
  const { data, sw } = parseResponse(answer);
  if (sw === 0x6985) return { outcome: 'conditions-not-satisfied' };
  const template = sw === 0x9000 ? soleTemplate(data) : undefined;
  const values = new Map<string, Uint8Array>();
  if (template?.tag === '80') {
    values.set('82', template.value.subarray(0, 2));
    values.set('94', template.value.subarray(2));
  } else if (template?.tag === '77') {
    for (const { tag, value } of primitives(template.children ?? [])) values.set(tag, value);
  }
  const [aip, afl] = [values.get('82'), values.get('94')];
  if (aip?.length !== 2 || afl === undefined) return { outcome: 'card-error' };
  return { outcome: 'ok', aip, afl, values };
}

function tryDol(dol: Uint8Array, sources: readonly TagValues[]): Uint8Array | undefined {
  try {
    return buildDol(dol, ...sources);
  } catch (error) {
    if (error instanceof EmvRefusal) return undefined;
    throw error;
  }
}
