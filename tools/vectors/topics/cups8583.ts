import { equalBytes, toHex, utf8Decode } from '@zhanggui/base';
import {
  cupsFraming,
  cupsPos,
  Deframer,
  decodeFrame,
  decodeLength,
  decodePayload,
  decodeSubFields,
  dissect,
  encodeField,
  type Frame,
  Iso8583Error,
  pack,
  parseSettlement,
  type SettlementTotals,
  type Spec,
  splitMac,
  splitWorkingKeys,
  transactionKind,
  unpack,
} from '@zhanggui/iso8583';
import {
  cupEcbMacSteps,
  decryptKeyEcb,
  importKey,
  macMatches,
  revealKeyBytes,
  type SecretKey,
} from '@zhanggui/paycrypto';
import { Facts, type Inputs, type Kinds } from '../kind.ts';
import { bytesOf, textOf, written } from './iso8583-values.ts';

/** The terminal dialect without character classes, which are not among the rules of the vectors. */
const dialect = { ...cupsPos, coding: { ...cupsPos.coding, characters: 'any' } } as const satisfies Spec;

/** The China UnionPay terminal dialect. */
export const kinds: Kinds = {
  unpack: (inputs) => {
    const bytes = bytesOf(inputs.hex);
    const length = inputs.lengthPrefix === true ? decodeLength(cupsFraming, bytes) : undefined;
    const frame = frameOf(inputs, length === undefined ? bytes : bytes.subarray(length.bytesRead));
    const { mti, fields } = unpack(dialect, frame.message);
    const values = Object.entries(fields).map(([number, value]) => [number, written(value ?? '')]);
    return new Facts({
      ...(frame.tpdu === '' ? {} : { tpdu: frame.tpdu, header: frame.header }),
      mti,
      bitmap: toHex(dissect(dialect, frame.message).bitmap ?? new Uint8Array()),
      fields: Object.fromEntries(values),
      roundtrip: equalBytes(pack(dialect, { mti, fields }), frame.message),
      ...(length === undefined ? {} : { length: length.payloadLength }),
    });
  },
  frame: (inputs) => {
    const bytes = bytesOf(inputs.hex);
    const [payload] = new Deframer(cupsFraming).push(bytes);
    if (payload !== undefined) return new Facts({ complete: true, payloadLength: payload.length });
    if (bytes.length < cupsFraming.lengthBytes) return new Facts({ complete: false });
    return new Facts({ complete: false, payloadLength: decodeLength(cupsFraming, bytes).payloadLength });
  },
  mac: (inputs) => macFacts(bytesOf(inputs.mak), bytesOf(inputs.mab)),
  'mac-message': (inputs) => {
    const { facts, valid } = verifiedMac(inputs);
    return new Facts({ ...facts.all, valid });
  },
  'signin-keys': (inputs) => {
    const tmk = optional(inputs.tmk);
    const key =
      tmk === undefined ? undefined : importKey(tmk, { algorithm: algorithmOf(tmk), usage: 'key-encryption' });
    if (inputs.field62 !== undefined) return allKeys(bytesOf(inputs.field62), key);
    if (key === undefined) throw new TypeError('the vector lacks the terminal master key');
    return oneKey(inputs, key);
  },
  f60: (inputs) => {
    const elements = decodeSubFields(cupsPos.fields[60].sub, textOf(inputs.field60), '60');
    encodeField(cupsPos.fields[60], cupsPos.coding, textOf(inputs.field60));
    return Object.fromEntries(elements.map(({ id, name, value }) => [`60.${id} ${name ?? ''}`, value]));
  },
  'f48-settle': (inputs) => {
    const field48 = textOf(inputs.field48);
    const wire = encodeField(cupsPos.fields[48], cupsPos.coding, field48);
    if (inputs.wire !== undefined && !equalBytes(wire, bytesOf(inputs.wire)))
      throw new Error('the vector contradicts itself in "wire"');
    const { domestic, foreign } = parseSettlement(field48);
    return { domestic: totalsOf(domestic), foreign: totalsOf(foreign) };
  },
  'txn-type': (inputs) => {
    const { name, responseMti, reversedOnTimeout } = transactionKind({
      mti: textOf(inputs.mti),
      processingCode: optional(inputs.field3),
      conditionCode: optional(inputs.field25),
      transactionType: optional(inputs.field60_1),
    });
    return { transaction: `${name.en} ${name.zh}`, responseMti, autoReversalOnTimeout: reversedOnTimeout };
  },
  error: (inputs, context) => {
    if (inputs.mak !== undefined && inputs.hex !== undefined) return requireMac(inputs);
    const kind = ['f60', 'f48-settle', 'signin-keys', 'mac', 'txn-type'].find((_, index) => {
      const mark = ['field60', 'field48', 'tmk', 'mab', 'mti'][index] ?? '';
      return inputs[mark] !== undefined;
    });
    if (kind !== undefined) return kinds[kind]?.(inputs, context);
    const bytes = bytesOf(inputs.hex);
    const frame = inputs.lengthPrefix === true ? decodeFrame(cupsFraming, bytes) : frameOf(inputs, bytes);
    return unpack(dialect, frame.message);
  },
};

function frameOf(inputs: Inputs, payload: Uint8Array): Frame {
  if (inputs.tpduAndHeader === false) return { tpdu: '', header: '', message: payload };
  return decodePayload(cupsFraming, payload);
}

function optional(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function algorithmOf(hex: string): 'DES' | 'TDES' {
  return hex.length === 16 ? 'DES' : 'TDES';
}

function macFacts(mak: Uint8Array, mab: Uint8Array): Facts {
  const key = importKey(mak, { algorithm: mak.length === 8 ? 'DES' : 'TDES', usage: 'mac' });
  const steps = cupEcbMacSteps(key, mab);
  return new Facts({
    resultBlock: toHex(steps.resultBlock),
    hexAscii: steps.hexAscii,
    encBlock1: toHex(steps.encryptedFirst),
    tempBlock: toHex(steps.mixed),
    encBlock2: toHex(steps.encryptedSecond),
    mac: utf8Decode(steps.mac),
    macField: toHex(steps.mac),
  });
}

function verifiedMac(inputs: Inputs): { facts: Facts; valid: boolean } {
  const bytes = bytesOf(inputs.hex ?? inputs.message);
  const start = inputs.lengthPrefix === true ? cupsFraming.lengthBytes : 0;
  const { covered, mac } = splitMac(frameOf(inputs, bytes.subarray(start)).message);
  const facts = macFacts(bytesOf(inputs.mak), covered);
  const whole = new Facts({ ...facts.all, mab: toHex(covered), field64: toHex(mac) });
  return { facts: whole, valid: macMatches(bytesOf(facts.all.macField), mac) };
}

function requireMac(inputs: Inputs): unknown {
  const { facts, valid } = verifiedMac(inputs);
  if (!valid) throw new Iso8583Error('bad-mac', 'field 64 is not the MAC of the message', { path: '64' });
  return facts;
}

function oneKey(inputs: Inputs, tmk: SecretKey): Facts {
  const encrypted = textOf(inputs.encryptedMak ?? inputs.encryptedPik ?? inputs.encryptedTdk ?? inputs.encrypted);
  const key = decryptKeyEcb(tmk, bytesOf(encrypted), { algorithm: algorithmOf(encrypted), usage: 'mac' });
  return new Facts({ clear: toHex(revealKeyBytes(key)), kcv: key.checkValue(4) });
}

/** Without the terminal master key, what field 62 holds is told as it is. */
function allKeys(field62: Uint8Array, tmk: SecretKey | undefined): Facts {
  const { pin, mac, track } = splitWorkingKeys(field62);
  const facts = Object.entries({ pik: pin, mak: mac, tdk: track }).flatMap(([name, key]) => {
    if (key === undefined) return [];
    const cryptogram = toHex(key.cryptogram);
    const checkValue = toHex(key.checkValue);
    const asSent = [
      [`${name}Encrypted`, cryptogram],
      [`${name}CheckValue`, checkValue],
      [`${name}Kcv`, checkValue],
    ];
    if (tmk === undefined) return asSent;
    const clear = decryptKeyEcb(tmk, key.cryptogram, { algorithm: algorithmOf(cryptogram), usage: 'data', checkValue });
    return [...asSent, [name, toHex(revealKeyBytes(clear))]];
  });
  return new Facts(Object.fromEntries(facts));
}

function totalsOf(totals: SettlementTotals): Readonly<Record<string, string>> {
  return {
    debitAmount: String(totals.debitMinor).padStart(12, '0'),
    debitCount: String(totals.debitCount).padStart(3, '0'),
    creditAmount: String(totals.creditMinor).padStart(12, '0'),
    creditCount: String(totals.creditCount).padStart(3, '0'),
    reconciliationCode: totals.reconciliationCode,
  };
}
