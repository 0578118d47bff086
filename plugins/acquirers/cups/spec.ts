import { concatBytes, Fault, fromHex } from '@zhanggui/base';
import {
  cupsFraming,
  cupsPos,
  decodePayload,
  formatField60,
  type Message,
  pack,
  parseCupsHeader,
  processingRequestOf,
  unpack,
} from '@zhanggui/iso8583';
import { marksOfAnswer, ofType } from '@zhanggui/modules/switch/answer-fields.ts';
import type { AcquirerTrace } from '@zhanggui/modules/switch/api.ts';
import type { ManagementAnswer, TerminalDemand } from '@zhanggui/modules/switch/dialect.ts';

export type CupsMessage = Message<typeof cupsPos>;
export type CupsFields = CupsMessage['fields'];

/** What one acquirer wants otherwise than others. */
export interface CupsSettings {
  /** TPDU and header in front of every request. */
  readonly front: Uint8Array;
  /** First two digits of the header: what kind of program the terminal runs. */
  readonly applicationClass: string;
  /** 60.3 of a sign-on: which working keys the answer brings. */
  readonly signOnCode: '001' | '003' | '004';
  /** The second digit of field 53: 6 for working keys of double length, 0 for single ones. */
  readonly keyLength: '6' | '0';
  /** Whether a sign-on tells the terminal's own numbers (field 62). */
  readonly tellsSerial: boolean;
  /** Field 26 where a PIN was entered. */
  readonly pinCaptureCode: string;
  /** 60.4: 5 contact chip, 6 contactless too, 2 stripe alone. */
  readonly readCapability: string;
  /** 60.6: whether an approval of a part of the amount can be taken; null leaves it out. */
  readonly partialApproval: '1' | null;
  /** Field 63 of a sign-on and a settlement: operator number and a space. */
  readonly operator: string;
  /** Which transaction field 61 of a reversal names: the one that is undone, or the one that it went back to. */
  readonly reversalNames: 'reversed' | 'original';
  /** Whether the host leaves field 64 out of answers that approve nothing. */
  readonly refusesWithoutMac: boolean;
}

/** TPDU and header. */
export const FRONT_BYTES = 11;
/** Field 64 before the MAC is known. */
export const NO_MAC = new Uint8Array(8);

const SIGN_ON_CODES = { single: '001', double: '003', track: '004' } as const;
const DEMANDS: Readonly<Record<string, TerminalDemand>> = {
  'download-terminal-parameters': 'terminal-parameters',
  'upload-status': 'status-upload',
  'sign-on': 'sign-on',
  'update-ca-keys': 'ca-keys',
  'download-ic-parameters': 'ic-parameters',
  'download-bin-blacklist': 'bin-list',
};
/** Field 39 of a host whose terminal lacks parameters (CUPS.md 10). */
const MUST_DOWNLOAD = '78';

/**
 * Settings of an acquirer. Needed: `tpdu` (ten digits) and `header` (twelve). Optional: `workingKeys` (single, double,
 * track; double unless given), `pinCaptureCode` (12), `readCapability` (6), `partialApproval` (1 to announce it), `operator`
 * (01), `reversalNames` (reversed, original), `serial` (told, untold): whether a sign-on carries the terminal's own numbers,
 * `refusalMac` (given, omitted).
 * @throws Fault `channel-not-configured` naming the setting.
 */
export function readSettings(settings: Readonly<Record<string, string>>): CupsSettings {
  const tpdu = setting(settings, 'tpdu', /^\d{10}$/);
  const header = setting(settings, 'header', /^[0-9A-Fa-f]{12}$/);
  const workingKeys = setting(settings, 'workingKeys', /^(single|double|track)$/, 'double');
  const partial = setting(settings, 'partialApproval', /^[01]$/, '0');
  return {
    front: fromHex(tpdu + header),
    applicationClass: header.slice(0, 2),
    signOnCode: SIGN_ON_CODES[workingKeys as keyof typeof SIGN_ON_CODES],
    keyLength: workingKeys === 'single' ? '0' : '6',
    tellsSerial: setting(settings, 'serial', /^(told|untold)$/, 'untold') === 'told',
    pinCaptureCode: setting(settings, 'pinCaptureCode', /^\d\d$/, '12'),
    readCapability: setting(settings, 'readCapability', /^[256]$/, '6'),
    partialApproval: partial === '1' ? '1' : null,
    operator: `${setting(settings, 'operator', /^\d\d$/, '01')} `,
    reversalNames: setting(settings, 'reversalNames', /^(reversed|original)$/, 'reversed') as 'reversed' | 'original',
    refusesWithoutMac: setting(settings, 'refusalMac', /^(given|omitted)$/, 'given') === 'omitted',
  };
}

/** Payload of the line: TPDU, header, message. */
export function payloadOf(settings: CupsSettings, message: CupsMessage): Uint8Array {
  return concatBytes(settings.front, pack(cupsPos, message));
}

/** @throws Iso8583Error when the payload is no message of the dialect. */
export function messageOf(payload: Uint8Array): CupsMessage {
  return unpack(cupsPos, decodePayload(cupsFraming, payload).message);
}

/**
 * What an answer asks of the terminal: by its header, or by a code that says that parameters are to be downloaded. New
 * programs are not loaded this way, so that is passed over.
 */
export function demandOf(payload: Uint8Array, responseCode: string | undefined): TerminalDemand | null {
  const { header } = decodePayload(cupsFraming, payload);
  const asked = DEMANDS[processingRequestOf(parseCupsHeader(header))];
  return asked ?? (responseCode === MUST_DOWNLOAD ? 'terminal-parameters' : null);
}

/** Reads an answer of one of `types` that says no more than whether it went well. */
export function managementAnswerOf(payload: Uint8Array, types: readonly string[] = ['0810', '0830']): ManagementAnswer {
  const message = ofType(messageOf(payload), types);
  const { fields } = message;
  return {
    ...marksOfAnswer(message),
    hostTime: hostTimeOf(fields),
    demand: demandOf(payload, fields[39]),
    mac: fields[64] ?? null,
  };
}

/** Batch, terminal and network code of a message that carries no payment. */
export function management(mti: string, trace: AcquirerTrace, networkCode: string, extra: CupsFields): CupsMessage {
  const { stan, terminalId, acceptorId, batchNumber } = trace;
  const kind = formatField60({ transactionType: '00', batchNumber, networkCode });
  return { mti, fields: { 11: stan, 41: terminalId, 42: acceptorId, 60: kind, ...extra } };
}

/** `MMDDhhmmss`; null where the host told none. */
export function hostTimeOf({ 12: time, 13: date }: CupsFields): string | null {
  return time === undefined || date === undefined ? null : date + time;
}

function setting(
  settings: Readonly<Record<string, string>>,
  name: string,
  shape: RegExp,
  otherwise: string | undefined = undefined,
): string {
  const value = settings[name] ?? otherwise;
  if (value === undefined || !shape.test(value))
    throw new Fault('channel-not-configured', { params: { setting: name } });
  return value;
}
