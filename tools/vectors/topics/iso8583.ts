import { toHex } from '@zhanggui/base';
import {
  type CodePage,
  decodeBcd,
  decodeBitmap,
  decodeEbcdic,
  decodeField,
  decodeLength,
  decodePrefix,
  describeMti,
  dissect,
  encodeBcd,
  encodeBitmap,
  encodeEbcdic,
  encodeField,
  encodeLength,
  encodePrefix,
  type Framing,
  Iso8583Error,
  type PrefixSpec,
  pack,
  parseTrack1,
  parseTrack2,
  parseTrack3,
  responseMti,
  unpack,
} from '@zhanggui/iso8583';
import { Facts, type Inputs, type Kind, type Kinds } from '../kind.ts';
import { bytesOf, CODING, fieldOf, specOf, textOf, valueFor, type WrittenField, written } from './iso8583-values.ts';

/** ISO 8583 messages and their parts. */
export const kinds: Kinds = {
  unpack: (inputs, context) => {
    const spec = specOf(inputs, context);
    const bytes = bytesOf(inputs.hex);
    const { mti, fields } = unpack(spec, bytes);
    const bitmap = toHex(dissect(spec, bytes).bitmap ?? new Uint8Array());
    const values = Object.entries(fields).map(([number, value]) => [number, written(value ?? '')]);
    return { mti, bitmap, fields: Object.fromEntries(values) };
  },
  pack: (inputs, context) => {
    const spec = specOf(inputs, context);
    const given = Object.entries(inputs.fields as Readonly<Record<string, unknown>>);
    const values = given.map(([number, value]) => [number, valueFor(spec.fields[Number(number)], value)]);
    return { hex: toHex(pack(spec, { mti: textOf(inputs.mti), fields: Object.fromEntries(values) })) };
  },
  bitmap: (inputs) =>
    inputs.fields === undefined
      ? decodeBitmap(bytesOf(inputs.bitmap ?? inputs.hex))
      : { bitmap: toHex(encodeBitmap(inputs.fields as number[])) },
  'length-prefix': (inputs) =>
    inputs.hex === undefined
      ? { hex: toHex(encodePrefix(prefixOf(inputs), Number(inputs.length))) }
      : new Facts(decodePrefix(prefixOf(inputs), bytesOf(inputs.hex))),
  bcd: (inputs) => {
    const oddPad = inputs.justify === 'left' ? 'right' : 'left';
    return inputs.hex === undefined
      ? { hex: toHex(encodeBcd(textOf(inputs.value), oddPad)) }
      : decodeBcd(bytesOf(inputs.hex), Number(inputs.digits), oddPad);
  },
  ebcdic: (inputs) => {
    const codePage = Number(String(inputs.codePage ?? 500).replace(/\D/g, '')) as CodePage;
    return inputs.text === undefined
      ? { text: decodeEbcdic(bytesOf(inputs.hex), codePage) }
      : { hex: toHex(encodeEbcdic(textOf(inputs.text), codePage)) };
  },
  field: (inputs) => {
    const field = fieldOf(inputs.field as WrittenField);
    if (inputs.hex === undefined) return { hex: toHex(encodeField(field, CODING, valueFor(field, inputs.value))) };
    const { value, bytesRead } = decodeField(field, CODING, bytesOf(inputs.hex));
    return { value: written(value), bytesRead };
  },
  frame: (inputs) => {
    const framing = framingOf(textOf(inputs.kind));
    if (inputs.hex === undefined) return { hex: toHex(encodeLength(framing, Number(inputs.length))) };
    const { payloadLength, bytesRead } = decodeLength(framing, bytesOf(inputs.hex));
    return new Facts({ length: payloadLength, bytesRead });
  },
  track: (inputs) => {
    const raw = textOf(inputs.raw);
    if (inputs.track === 1) return { ...parseTrack1(raw) };
    if (inputs.track === 3) return { ...parseTrack3(raw) };
    return { ...parseTrack2(raw) };
  },
  mti: (inputs) =>
    inputs.request === undefined ? describeMti(textOf(inputs.mti)) : { response: responseMti(textOf(inputs.request)) },
  error: (inputs, context) => operation(inputs)(inputs, context),
};

/** The kind that an `error` vector means: its name, with or without the direction. */
function operation(inputs: Inputs): Kind {
  const name = textOf(inputs.op ?? 'unpack');
  const kind = kinds[name] ?? kinds[name.replace(/-(encode|decode|build|parse|response)$/, '')];
  if (kind === undefined || name === 'error') throw new TypeError(`there is no operation "${name}"`);
  return kind;
}

function prefixOf(inputs: Inputs): PrefixSpec {
  const digits = Number(inputs.digits);
  const encoding = inputs.encoding as PrefixSpec['encoding'];
  return { encoding, digits, bytes: digits, max: Number(inputs.max ?? Number.MAX_SAFE_INTEGER) };
}

/** `binary2`, `bcd2`, `ascii4` and their siblings. */
function framingOf(name: string): Framing {
  const match = /^(binary|bcd|ascii)(\d)$/.exec(name);
  if (match === null) throw new Iso8583Error('no-such-frame', 'no such length header');
  return { length: match[1] as Framing['length'], lengthBytes: Number(match[2]), tpdu: false, headerBytes: 0 };
}
