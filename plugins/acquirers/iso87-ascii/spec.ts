import { Fault } from '@zhanggui/base';
import {
  type Framing,
  Iso8583Error,
  iso87Mixed,
  iso87Terminal,
  type Message,
  pack,
  type Spec,
  splitLastMac,
  unpack,
} from '@zhanggui/iso8583';

export type Iso87Message = Message<typeof iso87Terminal>;
export type Iso87Fields = Iso87Message['fields'];

/** What one acquirer wants otherwise than others. */
export interface Iso87Settings {
  /** With hexadecimal or binary bit maps, PIN blocks and MACs. */
  readonly spec: Spec;
  readonly framing: Framing;
  /** Field 32; null leaves it out. */
  readonly acquirer: string | null;
  /** Field 18; null leaves it out. */
  readonly merchantType: string | null;
  /** Field 70 of a sign-on: plain, or as an exchange of keys. */
  readonly signOnCode: '001' | '101';
  /** Types 0400 or 0420. */
  readonly reversalType: '0400' | '0420';
  /** What fields 12 and 13 are ahead of coordinated universal time. */
  readonly utcOffsetMs: number;
  /** Codes after which the terminal signs on again. */
  readonly signOnCodes: readonly string[];
}

/** The field of the MAC before it is known. */
const NO_MAC = new Uint8Array(8);

const FRAMINGS: Readonly<Record<string, Framing>> = {
  'binary-2': { length: 'binary', lengthBytes: 2, tpdu: false, headerBytes: 0 },
  'binary-4': { length: 'binary', lengthBytes: 4, tpdu: false, headerBytes: 0 },
  'ascii-4': { length: 'ascii', lengthBytes: 4, tpdu: false, headerBytes: 0 },
};
const MINUTE_MS = 60_000;
const SECOND_MAP = 65;

/**
 * Settings of an acquirer, all optional: `length` (binary-2, binary-4, ascii-4), `bytes` (hex, binary), `acquirer` (up to
 * eleven digits), `merchantType` (four digits), `signOn` (sign-on, key-exchange), `reversal` (request, advice), `utcOffset`
 * (+08:00), `signOnCodes` (63, several with commas).
 * @throws Fault `channel-not-configured` naming the setting.
 */
export function readSettings(settings: Readonly<Record<string, string>>): Iso87Settings {
  const one = (name: string, shape: RegExp, otherwise: string): string => {
    const value = settings[name] ?? otherwise;
    if (!shape.test(value)) throw new Fault('channel-not-configured', { params: { setting: name } });
    return value;
  };
  const framing = FRAMINGS[one('length', /^(binary-2|binary-4|ascii-4)$/, 'binary-2')];
  if (framing === undefined) throw new Fault('channel-not-configured', { params: { setting: 'length' } });
  return {
    spec: one('bytes', /^(hex|binary)$/, 'hex') === 'hex' ? iso87Terminal : iso87Mixed,
    framing,
    acquirer: one('acquirer', /^\d{0,11}$/, '') || null,
    merchantType: one('merchantType', /^(\d{4})?$/, '') || null,
    signOnCode: one('signOn', /^(sign-on|key-exchange)$/, 'sign-on') === 'sign-on' ? '001' : '101',
    reversalType: one('reversal', /^(request|advice)$/, 'request') === 'request' ? '0400' : '0420',
    utcOffsetMs: offsetOf(one('utcOffset', /^[+-](0\d|1[0-4]):[0-5]\d$/, '+08:00')),
    signOnCodes: one('signOnCodes', /^\w\w(,\w\w)*$/, '63').split(','),
  };
}

/** Bytes of a message; one that is `sealed` has room for its MAC, in field 128 where there is a second bit map. */
export function payloadOf({ spec }: Iso87Settings, { mti, fields }: Iso87Message, sealed: boolean): Uint8Array {
  const withSecondMap = Object.keys(fields).some((number) => Number(number) >= SECOND_MAP);
  const mac = sealed ? { [withSecondMap ? 128 : 64]: NO_MAC } : {};
  return pack<Spec>(spec, { mti, fields: { ...fields, ...mac } });
}

/** @throws Iso8583Error when the payload is no message of the dialect. */
export function messageOf({ spec }: Iso87Settings, payload: Uint8Array): Iso87Message {
  return unpack(spec, payload) as Iso87Message;
}

/** The MAC of a message; null where it carries none. */
export function macOf({ spec }: Iso87Settings, payload: Uint8Array): Uint8Array | null {
  try {
    return splitLastMac(spec, payload).mac;
  } catch (error) {
    if (error instanceof Iso8583Error) return null;
    throw error;
  }
}

function offsetOf(text: string): number {
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(4));
  return (text.startsWith('-') ? -minutes : minutes) * MINUTE_MS;
}
