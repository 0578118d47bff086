import { refuse } from './error.ts';

const VERSIONS: Readonly<Record<string, string>> = {
  '0': 'ISO 8583:1987',
  '1': 'ISO 8583:1993',
  '2': 'ISO 8583:2003',
  '8': 'national',
  '9': 'private',
};
const CLASSES: Readonly<Record<string, string>> = {
  '1': 'authorization',
  '2': 'financial',
  '3': 'file action',
  '4': 'reversal/chargeback',
  '5': 'reconciliation',
  '6': 'administrative',
  '7': 'fee collection',
  '8': 'network management',
};
const FUNCTIONS: Readonly<Record<string, string>> = {
  '0': 'request',
  '1': 'request response',
  '2': 'advice',
  '3': 'advice response',
  '4': 'notification',
  '5': 'notification acknowledgement',
  '6': 'instruction',
  '7': 'instruction acknowledgement',
};
const ORIGINS: Readonly<Record<string, string>> = {
  '0': 'acquirer',
  '1': 'acquirer repeat',
  '2': 'issuer',
  '3': 'issuer repeat',
  '4': 'other',
  '5': 'other repeat',
};

/** The four digits of a message type indicator in words. */
export interface MtiMeaning {
  readonly version: string;
  readonly class: string;
  readonly function: string;
  readonly origin: string;
}

/**
 * What a message type indicator says (ISO 8583-1:2003 clause 5.1.2; the editions differ in the first digit only).
 * @throws Iso8583Error `bad-mti` when it is not four digits or one of them is reserved.
 */
export function describeMti(mti: string): MtiMeaning {
  if (!/^\d{4}$/.test(mti)) refuse('bad-mti', 'an MTI is four digits', 'mti', 0);
  return {
    version: meaning(VERSIONS, mti, 0),
    class: meaning(CLASSES, mti, 1),
    function: meaning(FUNCTIONS, mti, 2),
    origin: meaning(ORIGINS, mti, 3),
  };
}

/**
 * The MTI of the answer to a request, advice, notification or instruction; the answer to a repeat is that of the
 * original (ISO 8583-1:2003 clauses 5.1.2 and 5.2). Its class may be a reserved one, as of a signature upload (0920).
 * @throws Iso8583Error `bad-mti`, or `not-a-request` when the message is itself an answer.
 */
export function responseMti(mti: string): string {
  if (!/^\d{4}$/.test(mti)) refuse('bad-mti', 'an MTI is four digits', 'mti', 0);
  meaning(FUNCTIONS, mti, 2);
  meaning(ORIGINS, mti, 3);
  const purpose = Number(mti.charAt(2));
  const origin = Number(mti.charAt(3));
  if (purpose % 2 === 1) refuse('not-a-request', 'a message that is itself an answer has none', 'mti', 2);
  return `${mti.slice(0, 2)}${purpose + 1}${origin - (origin % 2)}`;
}

function meaning(words: Readonly<Record<string, string>>, mti: string, position: number): string {
  return words[mti.charAt(position)] ?? refuse('bad-mti', `digit ${position + 1} is reserved`, 'mti', position);
}

/**
 * The request that a message is, or answers: the third digit of an answer is one higher than the request's (ISO 8583-1:2003
 * clause 5.2).
 * @throws Iso8583Error `bad-mti` when it is not four digits.
 */
export function requestMti(mti: string): string {
  if (!/^\d{4}$/.test(mti)) refuse('bad-mti', 'an MTI is four digits', 'mti');
  const purpose = Number(mti[2]);
  return `${mti.slice(0, 2)}${purpose - (purpose % 2)}${mti.slice(3)}`;
}
