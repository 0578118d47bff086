import { beijingTime, concatBytes, equalBytes, fromHex } from '@zhanggui/base';
import {
  answerTpdu,
  cupsFraming,
  cupsPos,
  decodePayload,
  type Frame,
  type Message,
  pack,
  responseMti,
  setMac,
  splitMac,
  unpack,
} from '@zhanggui/iso8583';
import { cupEcbMac, type SecretKey } from '@zhanggui/paycrypto';
import type { Decision } from './bank-decisions.ts';

/** A message of the terminal dialect as the bank sees it. */
type BankMessage = Message<typeof cupsPos>;
export type BankFields = BankMessage['fields'];

/** A request with its envelope and its packed bytes. */
export interface BankRequest {
  readonly frame: Frame;
  readonly message: BankMessage;
}

const INSTITUTION = '48021000';
const NO_MAC = new Uint8Array(8);

/** @throws Iso8583Error when the payload is no message of the dialect. */
export function readRequest(payload: Uint8Array): BankRequest {
  const frame = decodePayload(cupsFraming, payload);
  return { frame, message: unpack(cupsPos, frame.message) };
}

/** Whether field 64 is the MAC of the message. */
export function isMacRight(mak: SecretKey, { frame, message }: BankRequest): boolean {
  if (message.fields[64] === undefined) return false;
  const { covered, mac } = splitMac(frame.message);
  return equalBytes(cupEcbMac(mak, covered), mac);
}

/** The answer to a financial request or reversal; with `mak` it carries a MAC. */
export function financialAnswer(
  request: BankRequest,
  decision: Decision,
  mak: SecretKey | null,
  now: Date,
): Uint8Array {
  const { message } = request;
  const { month, day, hour, minute, second } = beijingTime(now.getTime());
  const asked = message.fields;
  const fields: BankFields = {
    3: asked[3],
    4: asked[4],
    11: asked[11],
    12: `${hour}${minute}${second}`,
    13: `${month}${day}`,
    15: `${month}${day}`,
    25: asked[25],
    32: INSTITUTION,
    ...(decision.rrn === null ? {} : { 37: decision.rrn }),
    ...(decision.authorizationCode === null ? {} : { 38: decision.authorizationCode }),
    39: decision.responseCode,
    41: asked[41],
    42: asked[42],
    49: asked[49],
    60: asked[60],
    ...(mak === null ? {} : { 64: NO_MAC }),
  };
  const packed = pack(cupsPos, { mti: responseMti(message.mti), fields });
  return envelope(request, mak === null ? packed : setMac(packed, cupEcbMac(mak, splitMac(packed).covered)));
}

/** The answer to a sign-on or line test; `workingKeys` is field 62 of the first. */
export function managementAnswer(
  request: BankRequest,
  responseCode: string,
  field60: string,
  workingKeys: Uint8Array | null,
  now: Date,
): Uint8Array {
  const { message } = request;
  const { month, day, hour, minute, second } = beijingTime(now.getTime());
  const fields: BankFields = {
    11: message.fields[11],
    12: `${hour}${minute}${second}`,
    13: `${month}${day}`,
    32: INSTITUTION,
    39: responseCode,
    41: message.fields[41],
    42: message.fields[42],
    60: field60,
    ...(workingKeys === null ? {} : { 62: workingKeys }),
  };
  return envelope(request, pack(cupsPos, { mti: responseMti(message.mti), fields }));
}

/** The same answer with one character of its MAC changed; it still looks like a MAC. */
export function withWrongMac(payload: Uint8Array): Uint8Array {
  const spoiled = payload.slice();
  const last = spoiled.length - 1;
  spoiled[last] = spoiled[last] === 0x30 ? 0x31 : 0x30;
  return spoiled;
}

function envelope({ frame }: BankRequest, message: Uint8Array): Uint8Array {
  return concatBytes(fromHex(answerTpdu(frame.tpdu) + frame.header), message);
}
