import { toHex } from '@zhanggui/base';
import {
  cupsFraming,
  cupsHost,
  cupsPos,
  decodeFrame,
  describe,
  dissect,
  encodeFrame,
  type FieldSpec,
  type Framing,
  iso87Ascii,
  iso87Bcd,
  iso87Ebcdic,
  iso87Mixed,
  iso87Terminal,
  iso93Ascii,
  iso93Bcd,
  iso2003,
  type Message,
  maskPan,
  pack,
  type Spec,
} from '@zhanggui/iso8583';
import { type Answer, type Call, type Command, UsageError } from '../command.ts';
import { bytesOf, isPlainArgument, remarkPlainCardData, table } from '../values.ts';

interface Dialect {
  readonly spec: Spec;
  /** The envelope on the line, where the dialect fixes one. */
  readonly framing?: Framing;
}

const DIALECTS: Readonly<Record<string, Dialect>> = {
  cups: { spec: cupsPos, framing: cupsFraming },
  'cups-host': { spec: cupsHost },
  'iso87-ascii': { spec: iso87Ascii },
  'iso87-bcd': { spec: iso87Bcd },
  'iso87-mixed': { spec: iso87Mixed },
  'iso87-terminal': { spec: iso87Terminal },
  'iso87-ebcdic': { spec: iso87Ebcdic },
  'iso93-ascii': { spec: iso93Ascii },
  'iso93-bcd': { spec: iso93Bcd },
  iso2003: { spec: iso2003 },
};

export const iso8583: Command = {
  name: 'iso8583',
  summary: 'ISO 8583 messages of several dialects: read, write, explain',
  forms: ['decode HEX|- [--dialect D] [--frame]', 'encode --file message.json [--dialect D] [--frame]', 'dialects'],
  options: {
    dialect: { type: 'string', value: 'D', help: 'one of what "iso8583 dialects" lists (default: cups)' },
    frame: { type: 'boolean', help: 'the bytes carry length, TPDU and header' },
    tpdu: { type: 'string', value: 'HEX', help: 'encode: the TPDU (default: 6000000000)' },
    header: { type: 'string', value: 'HEX', help: 'encode: the header (default: 600000000000)' },
  },
  examples: [
    {
      args: 'decode 08000020000000C0001000000131323334353637383839383231303135343131303030320011000000010030',
      says: 'each field with its name, masked',
    },
    {
      args: 'encode --file message.json',
      says: 'the bytes of {"mti": "0800", "fields": {"11": "000001"}}; binary fields are written {"hex": "…"}',
      files: {
        'message.json':
          '{"mti": "0800", "fields": {"11": "000001", "41": "12345678", "64": {"hex": "3031323334353637"}}}',
      },
    },
    { args: 'dialects', says: 'what --dialect may name' },
  ],
  async run(call) {
    switch (call.positionals[0]) {
      case 'decode':
        return decode(call);
      case 'encode':
        return encode(call);
      case 'dialects': {
        const list = Object.entries(DIALECTS).map(([name, { spec }]) => ({ name, title: spec.name }));
        return { text: table(list.map(({ name, title }) => [name, title])), data: list };
      }
      default:
        throw new UsageError('Say what to do: decode, encode or dialects.');
    }
  },
};

async function decode(call: Call): Promise<Answer> {
  const { spec, framing } = dialectOf(call);
  const bytes = bytesOf(await call.data(1, 'the message in hexadecimal'), 'the message');
  const frame = call.flag('frame') ? decodeFrame(framingOf(framing), bytes) : undefined;
  const message = frame?.message ?? bytes;
  const { mti, fields, error } = dissect(spec, message);
  if (fields.some(({ number }) => isSensitive(spec.fields[number]))) remarkPlainCardData(call, 1);
  const head = frame === undefined ? '' : `TPDU ${frame.tpdu}  header ${frame.header}\n`;
  const text = `${head}${describe(spec, message, { unmasked: call.unmask })}`.trimEnd();
  const data = {
    ...(frame === undefined ? {} : { tpdu: frame.tpdu, header: frame.header }),
    mti: mti ?? null,
    fields: Object.fromEntries(
      fields.map(({ number, offset, value }) => [
        number,
        { name: spec.fields[number]?.name, offset, value: shown(spec, number, value, call.unmask) },
      ]),
    ),
    ...(error === undefined
      ? {}
      : { error: { code: error.code, path: error.path, offset: error.offset, message: error.message } }),
  };
  return { text, data, negative: error !== undefined };
}

/** A field's value for JSON: account numbers cut, other sensitive values left out. */
function shown(spec: Spec, number: number, value: string | Uint8Array, unmask: boolean): string | null {
  const field = spec.fields[number];
  const text = typeof value === 'string' ? value : toHex(value);
  if (unmask || !isSensitive(field)) return text;
  return field?.sensitivity === 'pan' ? maskPan(text) : null;
}

/** Whether the field itself or anything inside it may name a card, a PIN or a key. */
function isSensitive(field: FieldSpec | undefined): boolean {
  if (field === undefined) return true;
  const { type, sensitivity, sub } = field;
  if (sensitivity !== undefined || type === 'ber-tlv' || sub?.layout === 'ber-tlv') return true;
  if (sub?.layout === 'positional') return Object.values(sub.parts).some((part) => part.sensitivity !== undefined);
  return sub?.layout === 'bitmap' && Object.values(sub.fields).some(isSensitive);
}

async function encode(call: Call): Promise<Answer> {
  const { spec, framing } = dialectOf(call);
  if (isPlainArgument(call, 1))
    throw new UsageError(
      'A message may hold card data and is not taken from the command line: use --file, or - for stdin.',
    );
  const packed = pack(spec, readMessage(await call.data(1, 'the message as JSON')));
  const bytes = call.flag('frame')
    ? encodeFrame(framingOf(framing), {
        tpdu: call.option('tpdu') ?? '6000000000',
        header: call.option('header') ?? '600000000000',
        message: packed,
      })
    : packed;
  return { text: toHex(bytes), data: { hex: toHex(bytes) } };
}

function readMessage(text: string): Message {
  const parsed = parseJson(text) as { mti?: unknown; fields?: unknown } | null;
  if (
    typeof parsed !== 'object' ||
    parsed === null ||
    typeof parsed.mti !== 'string' ||
    typeof parsed.fields !== 'object'
  )
    throw new UsageError('The message is JSON of the form {"mti": "0800", "fields": {"11": "000001"}}.');
  const fields = Object.entries(parsed.fields ?? {}).map(
    ([number, value]) => [number, fieldValue(number, value)] as const,
  );
  return { mti: parsed.mti, fields: Object.fromEntries(fields) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own words repeat the text, which may hold card data.
    throw new UsageError('The message is not JSON.');
  }
}

function fieldValue(number: string, value: unknown): string | Uint8Array {
  if (typeof value === 'string') return value;
  const hex = typeof value === 'object' && value !== null ? (value as { hex?: unknown }).hex : undefined;
  if (typeof hex !== 'string') throw new UsageError(`Field ${number} is text, or {"hex": "…"} where it is binary.`);
  return bytesOf(hex, `field ${number}`);
}

function dialectOf(call: Call): Dialect {
  const name = call.option('dialect') ?? 'cups';
  const dialect = Object.hasOwn(DIALECTS, name) ? DIALECTS[name] : undefined;
  if (dialect === undefined) throw new UsageError(`--dialect is one of ${Object.keys(DIALECTS).join(', ')}.`);
  return dialect;
}

function framingOf(framing: Framing | undefined): Framing {
  if (framing === undefined) throw new UsageError('This dialect has no fixed frame; leave --frame out.');
  return framing;
}
