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

/** Sentences such as `the number of debit-approves stands in switch.advice`; the secret itself is never in them. */
export function findSecrets(secrets: readonly Secret[], traces: readonly Trace[]): readonly string[] {
  return traces.flatMap(({ where, bytes }) =>
    secrets
      .filter(({ forms }) => forms.some((form) => bytes.includes(Buffer.from(form))))
      .map(({ name }) => `${name} stands in ${where}`),
  );
}

/** A card number, PIN or other digits as text, as packed digits from either nibble, and as hexadecimal or Base64 of the text. */
export function digitsSecret(name: string, digits: string): Secret {
  const packed = [digits, `0${digits}`].map((text) =>
    Buffer.from(text.slice(0, text.length - (text.length % 2)), 'hex'),
  );
  const spaced = (digits.match(/.{1,4}/g) ?? []).join(' ');
  const text = Buffer.from(digits, 'latin1');
  return {
    name,
    forms: [
      text,
      Buffer.from(spaced, 'latin1'),
      Buffer.from(digits, 'utf16le'),
      ...packed.filter(isTelling),
      Buffer.from(text.toString('hex'), 'latin1'),
      ...base64Forms(text),
    ],
  };
}

/** Short digits, and numbers that are nearly all zeros, are found by chance in any file once they are packed. */
function isTelling(packed: Buffer): boolean {
  return packed.filter((byte) => byte !== 0).length >= 6;
}

/** A key in hexadecimal, as its bytes, as hexadecimal text of either case, and as Base64. */
export function keySecret(name: string, hex: string): Secret {
  const bytes = Buffer.from(hex, 'hex');
  return {
    name,
    forms: [
      bytes,
      Buffer.from(hex.toUpperCase(), 'latin1'),
      Buffer.from(hex.toLowerCase(), 'latin1'),
      ...base64Forms(bytes),
    ],
  };
}

/** Any other text. */
export function textSecret(name: string, text: string): Secret {
  return { name, forms: [Buffer.from(text, 'utf8')] };
}

/** What Base64 makes of the bytes at each of the three places at which they may begin, without the characters at the ends that others share. */
function base64Forms(bytes: Buffer): readonly Buffer[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const from = before === 0 ? 0 : before + 1;
    return Buffer.from(encoded.slice(from, encoded.length - 4), 'latin1');
  });
}

/** Every file below a folder whose path `wanted` takes. */
export function filesOf(folder: string, wanted: (relative: string) => boolean): readonly Trace[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => wanted(name) && statSync(path.join(folder, name)).isFile())
    .map((name) => ({ where: name, bytes: readFileSync(path.join(folder, name)) }));
}
