import { fromHex, toHex, utf8Encode } from '@zhanggui/base';
import { CryptoRefusal, importKey, type KeyUsage, revealKeyBytes, type SecretKey } from '@zhanggui/paycrypto';
import type { Inputs } from '../kind.ts';

/** The text of an input; a vector without it is malformed. */
export function text(inputs: Inputs, name: string): string {
  const value = inputs[name];
  if (typeof value !== 'string') throw new TypeError(`the vector has no text "${name}"`);
  return value;
}

/** The text of an input that a vector may leave out, or give as null. */
export function optionalText(inputs: Inputs, name: string): string | undefined {
  return inputs[name] === undefined || inputs[name] === null ? undefined : text(inputs, name);
}

/** The bytes of a hexadecimal input; what is not hexadecimal is refused as the package refuses it. */
export function bytes(inputs: Inputs, name: string): Uint8Array {
  return bytesOfHex(text(inputs, name));
}

export function bytesOfHex(hex: string): Uint8Array {
  try {
    return fromHex(hex);
  } catch (cause) {
    throw new CryptoRefusal('hex', 'not hexadecimal text', { cause });
  }
}

/** `data` (hexadecimal) or `dataAscii`. */
export function data(inputs: Inputs): Uint8Array {
  const ascii = optionalText(inputs, 'dataAscii');
  return ascii === undefined ? bytes(inputs, 'data') : utf8Encode(ascii);
}

export function hexOf(value: Uint8Array | SecretKey): string {
  return toHex(value instanceof Uint8Array ? value : revealKeyBytes(value));
}

/** A DES or TDES key by its length. */
export function desKey(hex: string, usage: KeyUsage): SecretKey {
  return importKey(hex, { algorithm: hex.length === 16 ? 'DES' : 'TDES', usage });
}

export function aesKey(hex: string, usage: KeyUsage): SecretKey {
  return importKey(hex, { algorithm: 'AES', usage });
}

/** Holds a vector to what it says twice: each named input that is present must be what the others amount to. */
export function requireConsistent(inputs: Inputs, derived: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(derived))
    if (inputs[name] !== undefined && inputs[name] !== value)
      throw new Error(`the vector contradicts itself in "${name}"`);
}
