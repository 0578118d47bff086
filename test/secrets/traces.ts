import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** Something that must never be found, with the forms in which it could be written. */
export interface Secret {
  readonly name: string;
  readonly forms: readonly Uint8Array[];
}

/** A place where text or bytes were written. */
export interface Trace {
  readonly where: string;
  readonly bytes: Buffer;
}

/** Fewer bytes than this are found anywhere by chance. */
const SHORTEST = 4;
const START = 3;

/**
 * Sentences such as `the number of debit-approves stands in switch.advice`; the secret itself is never in them. One pass over each
 * trace looks for all forms at once.
 */
export function findSecrets(secrets: readonly Secret[], traces: readonly Trace[]): readonly string[] {
  const starts = new Uint8Array(1 << (8 * START));
  const byStart = new Map<number, { readonly name: string; readonly form: Buffer }[]>();
  for (const { name, forms } of secrets)
    for (const form of forms.map((bytes) => Buffer.from(bytes))) {
      if (form.length < SHORTEST) throw new RangeError(`${name} has a form too short to be searched for`);
      const start = form.readUIntBE(0, START);
      starts[start] = 1;
      byStart.set(start, [...(byStart.get(start) ?? []), { name, form }]);
    }
  return traces.flatMap(({ where, bytes }) => {
    const found = new Set<string>();
    let start = 0;
    for (let end = 0; end < bytes.length; end += 1) {
      start = ((start << 8) | (bytes[end] ?? 0)) & (starts.length - 1);
      const at = end - START + 1;
      if (starts[start] === 0 || at < 0) continue;
      for (const { name, form } of byStart.get(start) ?? [])
        if (bytes.compare(form, 0, form.length, at, Math.min(at + form.length, bytes.length)) === 0) found.add(name);
    }
    return [...found].map((name) => `${name} stands in ${where}`);
  });
}

/** A card number, PIN or other digits as text, as packed digits from either nibble, and as hexadecimal or Base64 of the text. */
export function digitsSecret(name: string, digits: string): Secret {
  const spaced = (digits.match(/.{1,4}/g) ?? []).join(' ');
  return { name, forms: [...textForms(digits), Buffer.from(spaced, 'latin1'), ...packedForms(digits)] };
}

/**
 * Track 2 as text and as packed digits, with either separator, and its discretionary data, which nobody needs but a forger.
 * @param track with `D` between number and expiry
 */
export function trackSecret(name: string, track: string): Secret {
  const behind = track.split('D')[1] ?? '';
  const texts = [track, track.replace('D', '='), behind];
  return { name, forms: [...texts.flatMap(textForms), ...packedForms(track), ...packedForms(behind)] };
}

/** The clear PIN blocks of formats 0, 2 and 4 (ISO 9564-1); of format 4 what stands before its random digits. */
export function pinBlockSecret(name: string, pin: string, pan: string): Secret {
  const length = pin.length.toString(16).toUpperCase();
  const field = Buffer.from(`0${length}${pin}`.padEnd(16, 'F'), 'hex');
  const account = Buffer.from(pan.slice(-13, -1).padStart(16, '0'), 'hex');
  const blocks = [
    field.map((byte, index) => byte ^ (account[index] ?? 0)),
    Buffer.from(`2${length}${pin}`.padEnd(16, 'F'), 'hex'),
    Buffer.from(`4${length}${pin}`.padEnd(16, 'A'), 'hex'),
  ];
  return { name, forms: blocks.flatMap((block) => bytesForms(Buffer.from(block))) };
}

/** A key in hexadecimal, as its bytes, as hexadecimal text of either case, and as Base64. */
export function keySecret(name: string, hex: string): Secret {
  return { name, forms: bytesForms(Buffer.from(hex, 'hex')) };
}

/** Any other text, in the same writings. */
export function textSecret(name: string, text: string): Secret {
  return { name, forms: textForms(text) };
}

/** A private key in PEM: its third line, because the first ones look alike in every key, and the bytes that it stands for. */
export function pemSecret(name: string, pem: string): Secret {
  const lines = pem.split('\n').filter((line) => /^[\w+/=]+$/.test(line));
  const line = lines[2] ?? pem;
  return { name, forms: [...textForms(line), ...bytesForms(Buffer.from(line, 'base64'))] };
}

function textForms(text: string): readonly Buffer[] {
  const bytes = Buffer.from(text, 'utf8');
  return [bytes, Buffer.from(text, 'utf16le'), ...writtenForms(bytes)];
}

function bytesForms(bytes: Buffer): readonly Buffer[] {
  return [bytes, ...writtenForms(bytes)];
}

function writtenForms(bytes: Buffer): readonly Buffer[] {
  const hex = bytes.toString('hex');
  const isCased = hex.toUpperCase() !== hex;
  return [
    Buffer.from(hex, 'latin1'),
    ...(isCased ? [Buffer.from(hex.toUpperCase(), 'latin1')] : []),
    ...base64Forms(bytes),
  ];
}

/** From either nibble. Short digits, and numbers that are nearly all zeros, are found by chance in any file once they are packed. */
function packedForms(digits: string): readonly Buffer[] {
  return [digits, digits.slice(1)]
    .map((text) => Buffer.from(text.slice(0, text.length - (text.length % 2)), 'hex'))
    .filter((packed) => packed.filter((byte) => byte !== 0).length >= 6);
}

/** What Base64 makes of the bytes at each of the three places at which they may begin, without the characters at the ends that others share. */
function base64Forms(bytes: Buffer): readonly Buffer[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const from = before === 0 ? 0 : before + 1;
    return Buffer.from(encoded.slice(from, encoded.length - 4), 'latin1');
  });
}

/** Every file below a folder whose path `wanted` takes, and which was written to since. */
export function filesOf(folder: string, wanted: (relative: string) => boolean, sinceMs = 0): readonly Trace[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => wanted(name))
    .map((name) => ({ where: name, stat: statSync(path.join(folder, name)) }))
    .filter(({ stat }) => stat.isFile() && stat.mtimeMs >= sinceMs)
    .map(({ where }) => ({ where, bytes: readFileSync(path.join(folder, where)) }));
}
