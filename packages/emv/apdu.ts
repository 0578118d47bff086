import { concatBytes } from '@zhanggui/base';
import { EmvRefusal } from './refusal.ts';

/** Case of a command: 1 nothing, 2 answer data, 3 command data, 4 both (ISO/IEC 7816-3 clause 12.1; EMV Book 1 clause 9.1). */
export type CommandCase = 1 | 2 | 3 | 4;

/** A command to the card. */
export interface CommandApdu {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  /** 1 to 255 bytes; absent in cases 1 and 2. */
  readonly data?: Uint8Array;
  /** Most answer bytes wanted, 1 to 256; absent in cases 1 and 3. */
  readonly le?: number;
}

/** The card's answer. */
export interface ResponseApdu {
  readonly data: Uint8Array;
  /** SW1 SW2 as one number: 0x9000 is success. */
  readonly sw: number;
}

/** Case of a command by what it carries. */
export function commandCase(command: CommandApdu): CommandCase {
  if (command.data === undefined) return command.le === undefined ? 1 : 2;
  return command.le === undefined ? 3 : 4;
}

/**
 * Bytes of a command in the short form. EMV Book 1 clause 9.4.1; Book 3 clause 6.3.2.
 * @throws EmvRefusal `apdu-malformed` when a header value is not a byte, the data has not 1–255 bytes or `le` is not 1–256.
 */
export function encodeCommand(command: CommandApdu): Uint8Array {
  const { cla, ins, p1, p2, data, le } = command;
  for (const [name, value] of Object.entries({ cla, ins, p1, p2 }))
    if (!isWhole(value, 0, 255)) throw new EmvRefusal('apdu-malformed', 'a header value is not a byte', { path: name });
  if (data !== undefined && !isWhole(data.length, 1, 255))
    throw new EmvRefusal('apdu-malformed', 'command data has 1 to 255 bytes', { path: 'data' });
  if (le !== undefined && !isWhole(le, 1, 256))
    throw new EmvRefusal('apdu-malformed', 'the expected length is 1 to 256', { path: 'le' });
  return concatBytes(
    Uint8Array.of(cla, ins, p1, p2),
    data === undefined ? new Uint8Array(0) : concatBytes(Uint8Array.of(data.length), data),
    le === undefined ? new Uint8Array(0) : Uint8Array.of(le % 256),
  );
}

/**
 * Command of its bytes in the short form. EMV Book 1 clause 9.4.1: an Le of 00 means 256.
 * @throws EmvRefusal `apdu-malformed` when there are fewer than four bytes, Lc is 00, or bytes are missing or left over.
 */
export function parseCommand(bytes: Uint8Array): CommandApdu {
  const [cla, ins, p1, p2, third] = bytes;
  if (cla === undefined || ins === undefined || p1 === undefined || p2 === undefined)
    throw new EmvRefusal('apdu-malformed', 'a command has at least four bytes', { offset: bytes.length });
  const header = { cla, ins, p1, p2 };
  if (third === undefined) return header;
  if (bytes.length === 5) return { ...header, le: third === 0 ? 256 : third };
  const end = 5 + third;
  if (third === 0 || bytes.length < end || bytes.length > end + 1)
    throw new EmvRefusal('apdu-malformed', 'Lc does not agree with the bytes of the command', {
      path: 'lc',
      offset: 4,
    });
  const data = bytes.subarray(5, end);
  const le = bytes[end];
  return le === undefined ? { ...header, data } : { ...header, data, le: le === 0 ? 256 : le };
}

/**
 * Answer of its bytes. EMV Book 1 clause 9.4.2.
 * @throws EmvRefusal `apdu-malformed` when SW1 SW2 are missing or there are more than 256 bytes of data.
 */
export function parseResponse(bytes: Uint8Array): ResponseApdu {
  const end = bytes.length - 2;
  if (end < 0 || end > 256)
    throw new EmvRefusal('apdu-malformed', 'an answer is at most 256 bytes and the two status bytes', {
      offset: bytes.length,
    });
  return { data: bytes.subarray(0, end), sw: ((bytes[end] ?? 0) << 8) | (bytes[end + 1] ?? 0) };
}

/** Bytes of an answer. @throws EmvRefusal `apdu-malformed` beyond 256 data bytes or a status outside 0–FFFF. */
export function encodeResponse(response: ResponseApdu): Uint8Array {
  if (response.data.length > 256 || !isWhole(response.sw, 0, 0xffff))
    throw new EmvRefusal('apdu-malformed', 'an answer is at most 256 bytes and the two status bytes');
  return concatBytes(response.data, Uint8Array.of(response.sw >> 8, response.sw & 0xff));
}

/** SELECT by name, the first or the next match. EMV Book 1 clause 11.3.2. */
export function selectCommand(name: Uint8Array, next = false): CommandApdu {
  return { cla: 0x00, ins: 0xa4, p1: 0x04, p2: next ? 0x02 : 0x00, data: name, le: 256 };
}

/** READ RECORD of one record. EMV Book 1 clause 11.2.2; Book 3 clause 6.5.11. */
export function readRecordCommand(sfi: number, record: number): CommandApdu {
  return { cla: 0x00, ins: 0xb2, p1: record, p2: (sfi << 3) | 4, le: 256 };
}

/** GET PROCESSING OPTIONS with the PDOL's data in template 83. EMV Book 3 clause 6.5.8. */
export function getProcessingOptionsCommand(pdolData: Uint8Array): CommandApdu {
  const length = pdolData.length < 0x80 ? [pdolData.length] : [0x81, pdolData.length];
  return { cla: 0x80, ins: 0xa8, p1: 0, p2: 0, data: concatBytes(Uint8Array.of(0x83, ...length), pdolData), le: 256 };
}

/** GET DATA of a two-byte tag. EMV Book 3 clause 6.5.7. */
export function getDataCommand(tag: string): CommandApdu {
  const number = Number.parseInt(tag, 16);
  return { cla: 0x80, ins: 0xca, p1: (number >> 8) & 0xff, p2: number & 0xff, le: 256 };
}

/** Cryptogram a terminal asks for. EMV Book 3 table 12. */
export type CryptogramRequest = 'AAC' | 'TC' | 'ARQC';

const REFERENCE_CONTROL: Readonly<Record<CryptogramRequest, number>> = { AAC: 0x00, TC: 0x40, ARQC: 0x80 };

/** GENERATE AC, optionally asking for CDA. EMV Book 3 clause 6.5.5. */
export function generateAcCommand(request: CryptogramRequest, cdolData: Uint8Array, cda = false): CommandApdu {
  const p1 = REFERENCE_CONTROL[request] | (cda ? 0x10 : 0);
  return { cla: 0x80, ins: 0xae, p1, p2: 0, data: cdolData, le: 256 };
}

/** INTERNAL AUTHENTICATE with the DDOL's data. EMV Book 3 clause 6.5.9. */
export function internalAuthenticateCommand(ddolData: Uint8Array): CommandApdu {
  return { cla: 0x00, ins: 0x88, p1: 0, p2: 0, data: ddolData, le: 256 };
}

/** EXTERNAL AUTHENTICATE with the issuer authentication data. EMV Book 3 clause 6.5.4. */
export function externalAuthenticateCommand(issuerAuthenticationData: Uint8Array): CommandApdu {
  return { cla: 0x00, ins: 0x82, p1: 0, p2: 0, data: issuerAuthenticationData };
}

/** GET CHALLENGE. EMV Book 3 clause 6.5.6. */
export function getChallengeCommand(): CommandApdu {
  return { cla: 0x00, ins: 0x84, p1: 0, p2: 0, le: 256 };
}

/** VERIFY of a plaintext (P2 80) or an enciphered (P2 88) PIN block. EMV Book 3 clause 6.5.12. */
export function verifyCommand(pinBlock: Uint8Array, enciphered: boolean): CommandApdu {
  return { cla: 0x00, ins: 0x20, p1: 0, p2: enciphered ? 0x88 : 0x80, data: pinBlock };
}

/** EXCHANGE RELAY RESISTANCE DATA with the terminal's entropy, four bytes. Book C-2, commands. */
export function exchangeRelayResistanceCommand(entropy: Uint8Array): CommandApdu {
  return { cla: 0x80, ins: 0xea, p1: 0, p2: 0, data: entropy, le: 256 };
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
