import { concatBytes, Fault, fromHex } from '@zhanggui/base';
import {
  cupsFraming,
  cupsPos,
  decodePayload,
  describe,
  Iso8583Error,
  type Message,
  pack,
  parseField60,
  setMac,
  splitMac,
  splitWorkingKeys,
  unpack,
} from '@zhanggui/iso8583';
import type { AcquirerDialect, AcquirerPlugin, DialectAnswer, SignOnAnswer } from '@zhanggui/modules/switch/dialect.ts';
import { meaningOf } from './codes.ts';
import { echoMessage, financialMessage, kinds, signOnMessage } from './messages.ts';

type CupsMessage = Message<typeof cupsPos>;

const TITLE = { zh: '银联终端规范', en: 'China UnionPay terminal dialect' };
const HEADER_BYTES = 11;
const NAMES: Readonly<Record<string, string>> = {
  '0200': 'sale',
  '0210': 'sale',
  '0220': 'refund',
  '0230': 'refund',
  '0400': 'reversal',
  '0410': 'reversal',
  '0800': 'sign-on',
  '0810': 'sign-on',
  '0820': 'line test',
  '0830': 'line test',
};

/**
 * The dialect between China UnionPay terminals and their acquirer. Settings: `tpdu` (ten digits) and `header` (twelve),
 * both given by the acquirer.
 */
export const cups: AcquirerPlugin = {
  id: 'cups',
  title: TITLE,
  create(settings) {
    const front = fromHex(setting(settings, 'tpdu', /^\d{10}$/) + setting(settings, 'header', /^[0-9A-Fa-f]{12}$/));
    const wrap = (message: CupsMessage): Uint8Array => concatBytes(front, pack(cupsPos, message));
    return {
      id: 'cups',
      title: TITLE,
      spec: cupsPos,
      framing: cupsFraming,
      macAlgorithm: 'cup-ecb',
      kinds,
      meaningOf,
      toMessage: (request) => wrap(financialMessage(request)),
      toSignOn: (trace) => wrap(signOnMessage(trace)),
      toEcho: (trace) => wrap(echoMessage(trace)),
      fromMessage: (payload) => answerOf(messageOf(payload)),
      fromSignOn: (payload) => signOnAnswerOf(messageOf(payload)),
      correlationOf,
      macInput: (payload) => splitMac(payload.subarray(HEADER_BYTES)).covered,
      withMac: (payload, mac) =>
        concatBytes(payload.subarray(0, HEADER_BYTES), setMac(payload.subarray(HEADER_BYTES), mac)),
      titleOf,
      describe: (payload) => describe(cupsPos, payload.subarray(HEADER_BYTES)),
    } satisfies AcquirerDialect;
  },
};

function messageOf(payload: Uint8Array): CupsMessage {
  return unpack(cupsPos, decodePayload(cupsFraming, payload).message);
}

function answerOf({ fields }: CupsMessage): DialectAnswer {
  return {
    responseCode: required(fields[39], '39'),
    rrn: fields[37]?.trim() || null,
    authorizationCode: fields[38]?.trim() || null,
    amountMinor: fields[4] === undefined ? null : Number(fields[4]),
    terminalId: required(fields[41], '41'),
    stan: required(fields[11], '11'),
    chip: null,
    balance: null,
    settlementDate: fields[15] ?? null,
    hostTime: hostTimeOf(fields),
    texts: { issuerCode: null, acquirerCode: null, issuer: null, network: null, acquirer: null, terminal: null },
    demand: null,
    mac: fields[64] ?? null,
  };
}

function signOnAnswerOf({ mti, fields }: CupsMessage): SignOnAnswer {
  if (mti !== '0810') throw new Iso8583Error('bad-mti', 'not the answer to a sign-on', { path: 'mti' });
  const responseCode = required(fields[39], '39');
  const hostTime = hostTimeOf(fields);
  if (responseCode !== '00' || fields[62] === undefined)
    return { responseCode, batchNumber: null, hostTime, workingKeys: [], demand: null };
  const { pin, mac, track } = splitWorkingKeys(fields[62]);
  return {
    responseCode,
    batchNumber: fields[60] === undefined ? null : parseField60(fields[60]).batchNumber,
    hostTime,
    workingKeys: [
      { usage: 'pin', ...pin },
      { usage: 'mac', ...mac },
      ...(track === undefined ? [] : [{ usage: 'data' as const, ...track }]),
    ],
    demand: null,
  };
}

function hostTimeOf(fields: CupsMessage['fields']): string | null {
  return fields[12] === undefined || fields[13] === undefined ? null : fields[13] + fields[12];
}

/** Type of the request, trace number and terminal: the answer's type is the request's with its third digit raised. */
function correlationOf(payload: Uint8Array): string | null {
  try {
    const { mti, fields } = messageOf(payload);
    if (fields[11] === undefined || fields[41] === undefined) return null;
    return `${requestType(mti)}/${fields[11]}/${fields[41]}`;
  } catch (error) {
    if (error instanceof Iso8583Error) return null;
    throw error;
  }
}

function titleOf(payload: Uint8Array): string {
  const { mti, fields } = messageOf(payload);
  const isVoid = (mti === '0200' || mti === '0210') && fields[3] === '200000';
  return `${mti} ${isVoid ? 'void' : (NAMES[mti] ?? 'message')}`;
}

function requestType(mti: string): string {
  const purpose = Number(mti[2]);
  return `${mti.slice(0, 2)}${purpose - (purpose % 2)}${mti.slice(3)}`;
}

function required(value: string | undefined, path: string): string {
  if (value === undefined) throw new Iso8583Error('missing-field', `${path}: the answer lacks this field`, { path });
  return value;
}

function setting(settings: Readonly<Record<string, string>>, name: string, shape: RegExp): string {
  const value = settings[name];
  if (value === undefined || !shape.test(value))
    throw new Fault('channel-not-configured', { params: { setting: name } });
  return value;
}
