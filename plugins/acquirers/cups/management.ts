import { utf8Encode } from '@zhanggui/base';
import {
  formatTerminalSerial,
  formatTerminalSettings,
  parseField60,
  splitWorkingKeys,
  TERMINAL_SETTINGS,
  type TerminalSettings,
} from '@zhanggui/iso8583';
import { ofType, required } from '@zhanggui/modules/switch/answer-fields.ts';
import type { AcquirerTrace } from '@zhanggui/modules/switch/api.ts';
import type { ManagementMessages, SignOnAnswer, TerminalStatus } from '@zhanggui/modules/switch/dialect.ts';
import { downloadAnswerOf, downloadMessage } from './downloads.ts';
import {
  type CupsMessage,
  type CupsSettings,
  demandOf,
  hostTimeOf,
  management,
  managementAnswerOf,
  messageOf,
  payloadOf,
} from './spec.ts';

/** Field 60.3 (CUPS.md 3). */
const NETWORK = { signOff: '002', echo: '301', statusUpload: '362' } as const;
const APPROVED = '00';
const SETTING_NAMES = Object.keys(TERMINAL_SETTINGS) as (keyof TerminalSettings)[];

/** Sign-on (0800) that asks for working keys; it carries no MAC (CUPS.md 5). */
export function signOnMessage(
  trace: AcquirerTrace,
  serial: string | null,
  { signOnCode, operator, tellsSerial }: CupsSettings,
): CupsMessage {
  const told = tellsSerial && serial !== null ? { 62: formatTerminalSerial(serial) } : {};
  return management('0800', trace, signOnCode, { ...told, 63: utf8Encode(operator) });
}

/** Sign-off, status upload and downloads; none of them carries a MAC. */
export function managementMessages(settings: CupsSettings): ManagementMessages {
  const plain = (message: CupsMessage) => ({ message: payloadOf(settings, message), mac: false });
  return {
    toSignOff: (trace) => plain(management('0820', trace, NETWORK.signOff, {})),
    toStatusUpload: (trace, status) => plain(statusMessage(trace, status, settings)),
    fromManagement: managementAnswerOf,
    downloads: {
      toDownload: (what, trace, cursor) => plain(downloadMessage(what, trace, cursor)),
      fromDownload: downloadAnswerOf,
    },
  };
}

/** Line test (0820). */
export function echoMessage(trace: AcquirerTrace): CupsMessage {
  return management('0820', trace, NETWORK.echo, {});
}

/** What a sign-on answer (0810) hands out: batch, clock and working keys (CUPS.md 5). */
export function signOnAnswerOf(payload: Uint8Array): SignOnAnswer {
  const { fields } = ofType(messageOf(payload), ['0810']);
  const responseCode = required(fields[39], '39');
  const told = { responseCode, hostTime: hostTimeOf(fields), demand: demandOf(payload, responseCode) };
  if (responseCode !== APPROVED || fields[62] === undefined) return { ...told, batchNumber: null, workingKeys: [] };
  const { pin, mac, track } = splitWorkingKeys(fields[62]);
  return {
    ...told,
    batchNumber: fields[60] === undefined ? null : parseField60(fields[60]).batchNumber,
    workingKeys: [
      { usage: 'pin', ...pin },
      { usage: 'mac', ...mac },
      ...(track === undefined ? [] : [{ usage: 'data' as const, ...track }]),
    ],
  };
}

/** The settings that the terminal works with, as far as the dialect has a tag for them. */
function statusMessage(trace: AcquirerTrace, { parameters }: TerminalStatus, settings: CupsSettings): CupsMessage {
  const known: TerminalSettings = { applicationClass: settings.applicationClass };
  for (const name of SETTING_NAMES) if (parameters[name] !== undefined) known[name] = parameters[name];
  return management('0820', trace, NETWORK.statusUpload, { 62: formatTerminalSettings(known) });
}
