import {
  cupsFraming,
  cupsPos,
  decodePayload,
  describe,
  Iso8583Error,
  parseBatchUpload,
  parseCupsHeader,
  parseDownloadPart,
  parseField60,
  parseOrganisationTexts,
  parseTerminalSettings,
  processingRequestOf,
  requestMti,
  splitWorkingKeys,
  transactionKind,
} from '@zhanggui/iso8583';
import { type CupsFields, FRONT_BYTES, messageOf } from './spec.ts';

/** Names of management messages by field 60.3. */
const NETWORK_NAMES: Readonly<Record<string, string>> = {
  '001': 'sign-on',
  '002': 'sign-off',
  '003': 'sign-on',
  '004': 'sign-on',
  '301': 'line test',
  '360': 'terminal parameters',
  '362': 'status upload',
  '370': 'CA key',
  '371': 'end of CA keys',
  '372': 'list of CA keys',
  '380': 'chip parameters',
  '381': 'end of chip parameters',
  '382': 'list of chip parameters',
  '390': 'refused card prefixes',
  '391': 'end of refused card prefixes',
};
const BATCH_ENDS = ['202', '207'];
/** Types whose field 60.3 tells more than their type does. */
const MANAGEMENT_TYPES = ['0800', '0820'];

/** Short name of a message, such as `0210 sale`. */
export function titleOf(payload: Uint8Array): string {
  const { mti, fields } = messageOf(payload);
  return `${mti} ${nameOf(requestMti(mti), fields)}`;
}

/** The message in lines for people: everything secret masked, and the private fields in words behind it. */
export function describeMessage(payload: Uint8Array): string {
  const text = describe(cupsPos, payload.subarray(FRONT_BYTES));
  try {
    const lines = privateLines(payload);
    return lines.length === 0 ? text : `${text}${lines.join('\n')}\n`;
  } catch (error) {
    if (error instanceof Iso8583Error) return text;
    throw error;
  }
}

function nameOf(requestType: string, fields: CupsFields): string {
  const { transactionType = '', networkCode = '' } = partsOf(fields[60]);
  if (MANAGEMENT_TYPES.includes(requestType)) return NETWORK_NAMES[networkCode] ?? 'message';
  if (requestType === '0320' && BATCH_ENDS.includes(networkCode)) return 'end of batch upload';
  if (requestType === '0920') return 'signature upload';
  try {
    const marks = { mti: requestType, processingCode: fields[3], conditionCode: fields[25], transactionType };
    const { id } = transactionKind(marks);
    return id === 'sale' && fields[59] !== undefined ? 'QR sale' : id.replaceAll('-', ' ');
  } catch (error) {
    if (error instanceof Iso8583Error) return 'message';
    throw error;
  }
}

function partsOf(field60: string | undefined): { transactionType?: string; networkCode?: string } {
  try {
    return field60 === undefined ? {} : parseField60(field60);
  } catch (error) {
    if (error instanceof Iso8583Error) return {};
    throw error;
  }
}

function privateLines(payload: Uint8Array): string[] {
  const { header, message } = decodePayload(cupsFraming, payload);
  const request = processingRequestOf(parseCupsHeader(header));
  const { mti, fields } = messageOf(payload);
  if (message.length === 0) return [];
  const asks = mti === requestMti(mti) || request === 'none' ? [] : [`The host asks: ${request}`];
  const explanations = [explain48(mti, fields), explain62(mti, fields), explain63(mti, fields)];
  return [...asks, ...explanations.flatMap((lines) => attempt(lines))];
}

/** What is inside a private field that has another layout than expected is left to the masked bytes above. */
function attempt(lines: () => string[]): string[] {
  try {
    return lines();
  } catch (error) {
    if (error instanceof Iso8583Error) return [];
    throw error;
  }
}

/** Packed records: how many, by trace number; the account numbers stay hidden. */
function explain48(mti: string, { 48: field48 }: CupsFields): () => string[] {
  return () => {
    if (field48 === undefined || mti !== '0320' || field48.length === 4) return [];
    return parseBatchUpload(field48).map(
      ({ foreign, traceNumber, amountMinor }) =>
        `48: ${foreign ? 'foreign' : 'domestic'} card, trace ${traceNumber}, amount ${amountMinor}`,
    );
  };
}

function explain62(mti: string, { 60: field60, 62: field62 }: CupsFields): () => string[] {
  return () => {
    const { networkCode = '' } = partsOf(field60);
    if (field62 === undefined) return [];
    if (NETWORK_NAMES[networkCode] === 'sign-on' && mti === '0810') {
      const { pin, mac, track } = splitWorkingKeys(field62);
      const keys = { PIN: pin, MAC: mac, ...(track === undefined ? {} : { track }) };
      return Object.entries(keys).map(([use, { cryptogram }]) => `62: ${use} key of ${cryptogram.length} bytes`);
    }
    if (networkCode === '360' || networkCode === '362') {
      const { settings, unread } = parseTerminalSettings(field62);
      const known = Object.entries(settings).map(([name, value]) => `62: ${name} ${JSON.stringify(value)}`);
      return unread === 0 ? known : [...known, `62: ${unread} bytes of settings without a name`];
    }
    if (mti === '0810' || mti === '0830') {
      const { state, content } = parseDownloadPart(field62);
      return [`62: ${state}, ${content.length} bytes`];
    }
    return [];
  };
}

function explain63(mti: string, { 63: field63 }: CupsFields): () => string[] {
  return () => {
    if (field63 === undefined || mti === requestMti(mti)) return [];
    const { organisation, ...texts } = parseOrganisationTexts(field63);
    const spoken = Object.entries(texts).filter(([, text]) => text !== '');
    return [
      `63: card organisation ${organisation}`,
      ...spoken.map(([who, text]) => `63: ${who} ${JSON.stringify(text)}`),
    ];
  };
}
