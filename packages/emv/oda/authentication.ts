import { concatBytes, equalBytes } from '@zhanggui/base';
import { EmvRefusal } from '../refusal.ts';
import { parseTlv } from '../tlv.ts';

/** Result of an authentication: the number or code a terminal keeps, or why it failed. */
export type Authentication<Value = Uint8Array> =
  | { readonly outcome: 'authenticated'; readonly value: Value }
  | { readonly outcome: 'failed'; readonly reason: string };

/** Result of a combined authentication: the application cryptogram (9F26) and the card's own number (9F4C), or why it failed. */
export type CombinedAuthentication =
  | { readonly outcome: 'authenticated'; readonly value: Uint8Array; readonly iccDynamicNumber: Uint8Array }
  | Extract<Authentication, { outcome: 'failed' }>;

/** ICC dynamic data taken apart: the card's own number (9F4C), and what follows it. EMV Book 2 clauses 6.5.2 and 6.6.2. */
export interface DynamicParts {
  readonly iccDynamicNumber: Uint8Array;
  readonly rest: Uint8Array;
}

/** What combined authentication is about. */
export interface CdaInput {
  /** Answer data of GENERATE AC: template 77 with 9F4B. */
  readonly answer: Uint8Array;
  /** Value of 9F37. */
  readonly unpredictableNumber: Uint8Array;
  /** Data sent for the PDOL, for CDOL1, and for CDOL2 when it is the second GENERATE AC. */
  readonly pdolData: Uint8Array;
  readonly cdol1Data: Uint8Array;
  readonly cdol2Data?: Uint8Array;
  /** The terminal's entropy and the device's answer, where the relay resistance protocol was performed. Book C-2, ICC dynamic data. */
  readonly relayData?: Uint8Array;
}

/** A card's data that is malformed is a failed authentication (TVR byte 1), not an error of the caller. */
export function authentication<Value>(verify: () => Value | undefined): Authentication<Value> {
  try {
    const value = verify();
    return value === undefined ? { outcome: 'failed', reason: 'hash-mismatch' } : { outcome: 'authenticated', value };
  } catch (error) {
    if (error instanceof EmvRefusal) return { outcome: 'failed', reason: error.code };
    throw error;
  }
}

/**
 * Combined authentication, whatever signs: the cryptogram information data in the signed data is that of the answer, and the hash in it
 * is that of all data exchanged; the data of the relay resistance protocol follows it. EMV Book 2 clause 6.6.2; JR/T 0025.17.
 * @param open what the signature holds; undefined when it does not hold.
 */
export function combinedAuthentication(
  input: CdaInput,
  hash: (data: Uint8Array) => Uint8Array,
  open: (signature: Uint8Array) => DynamicParts | undefined,
): CombinedAuthentication {
  const verdict = authentication(() => {
    const [template] = parseTlv(input.answer);
    const nodes = template?.tag === '77' ? (template.children ?? []) : [];
    const signature = nodes.find(({ tag }) => tag === '9F4B')?.value;
    const cid = nodes.find(({ tag }) => tag === '9F27')?.value;
    const opened = signature === undefined || cid === undefined ? undefined : open(signature);
    if (opened === undefined || cid === undefined) return undefined;
    const { rest, iccDynamicNumber } = opened;
    const others = nodes
      .filter(({ tag }) => tag !== '9F4B')
      .map(({ offset, valueOffset, length }) => input.answer.subarray(offset, valueOffset + length));
    const { pdolData, cdol1Data, cdol2Data = new Uint8Array(0), relayData = new Uint8Array(0) } = input;
    const digest = hash(concatBytes(pdolData, cdol1Data, cdol2Data, ...others));
    const signed = concatBytes(digest, relayData);
    const end = DIGEST_OFFSET + signed.length;
    const sound = rest.length >= end && equalBytes(rest.subarray(0, 1), cid);
    const holds = sound && equalBytes(rest.subarray(DIGEST_OFFSET, end), signed);
    return holds ? { cryptogram: rest.subarray(1, DIGEST_OFFSET), iccDynamicNumber } : undefined;
  });
  if (verdict.outcome === 'failed') return verdict;
  const { cryptogram, iccDynamicNumber } = verdict.value;
  return { outcome: 'authenticated', value: cryptogram, iccDynamicNumber };
}

/** Takes ICC dynamic data apart. @throws EmvRefusal `recovered-malformed`. */
export function dynamicParts(dynamicData: Uint8Array): DynamicParts {
  const [length = 0] = dynamicData;
  if (length > dynamicData.length - 1)
    throw new EmvRefusal('recovered-malformed', 'the lengths in the signed dynamic data do not fit', { path: '9F4B' });
  return { iccDynamicNumber: dynamicData.subarray(1, 1 + length), rest: dynamicData.subarray(1 + length) };
}

/** Behind cryptogram information and cryptogram. */
const DIGEST_OFFSET = 9;
