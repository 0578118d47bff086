import { parseKeyElements } from '@zhanggui/iso8583';
import { marksOfAnswer, ofType, required } from '@zhanggui/modules/switch/answer-fields.ts';
import type { AcquirerTrace } from '@zhanggui/modules/switch/api.ts';
import type { ManagementAnswer, ManagementMessages, SignOnAnswer } from '@zhanggui/modules/switch/dialect.ts';
import { type Iso87Message, type Iso87Settings, macOf, messageOf, payloadOf } from './spec.ts';

/** Field 70 of a line test. */
const ECHO = '301';
const SIGN_OFF = '002';
const APPROVED = '00';
const ANSWER = '0810';

/** Sign-on or exchange of keys (0800), which carries no MAC. */
export function signOnMessage(trace: AcquirerTrace, { signOnCode }: Iso87Settings): Iso87Message {
  return management(trace, signOnCode);
}

/** Line test (0800). */
export function echoMessage(trace: AcquirerTrace): Iso87Message {
  return management(trace, ECHO);
}

/** Sign-off (0800), which carries no MAC; acquirers abroad hand out nothing but keys. */
export function managementMessages(settings: Iso87Settings): ManagementMessages {
  return {
    toSignOff: (trace) => ({ message: payloadOf(settings, management(trace, SIGN_OFF), false), mac: false }),
    fromManagement: (payload) => managementAnswerOf(payload, ANSWER, settings),
  };
}

/**
 * An answer that is no payment's.
 * @throws Iso8583Error `bad-mti`, or `missing-field`.
 */
export function managementAnswerOf(payload: Uint8Array, type: string, settings: Iso87Settings): ManagementAnswer {
  return {
    ...marksOfAnswer(ofType(messageOf(settings, payload), [type])),
    hostTime: null,
    demand: null,
    mac: macOf(settings, payload),
  };
}

/**
 * What the answer to a sign-on hands out: working keys in field 48. The dialect has no batches, and its fields 12 and 13
 * repeat the terminal's own clock.
 * @throws Iso8583Error when the bytes are no sign-on answer.
 */
export function signOnAnswerOf(payload: Uint8Array, settings: Iso87Settings): SignOnAnswer {
  const { fields } = ofType(messageOf(settings, payload), [ANSWER]);
  const responseCode = required(fields[39], '39');
  const told = { responseCode, batchNumber: null, hostTime: null, demand: null };
  if (responseCode !== APPROVED || fields[48] === undefined) return { ...told, workingKeys: [] };
  const { pin, mac, track } = parseKeyElements(fields[48]);
  const both = [
    { usage: 'pin' as const, ...pin },
    { usage: 'mac' as const, ...mac },
  ];
  return { ...told, workingKeys: track === undefined ? both : [...both, { usage: 'data', ...track }] };
}

function management({ stan, terminalId, acceptorId }: AcquirerTrace, code: string): Iso87Message {
  return { mti: '0800', fields: { 11: stan, 41: terminalId, 42: acceptorId, 70: code } };
}
