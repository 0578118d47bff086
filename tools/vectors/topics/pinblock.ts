import type { Rng } from '@zhanggui/base';
import {
  CryptoRefusal,
  decipherPinBlock,
  decipherPinField,
  decodePinBlock,
  decodePinField4,
  encipherPinBlock,
  encodePanField4,
  encodePinBlock,
  encodePinField4,
  encodePinFieldWithoutPan,
  type PinBlockFormat,
  type PinBlockOptions,
  type SecretKey,
  translatePinBlock,
} from '@zhanggui/paycrypto';
import { Facts, type Inputs, type Kinds } from '../kind.ts';
import { aesKey, bytes, bytesOfHex, desKey, hexOf, optionalText, requireConsistent, text } from './crypto-values.ts';

/** PIN blocks of ISO 9564-1. */
export const kinds: Kinds = {
  encode: (inputs) => {
    const options = optionsOf(inputs);
    const pin = text(inputs, 'pin');
    if (options.format === 4) return encodedFormat4(pin, options);
    if (/without PAN/i.test(optionalText(inputs, 'dialect') ?? '')) return fieldWithoutPan(pin);
    const block = hexOf(encodePinBlock(pin, options));
    return new Facts({
      ...fieldWithoutPan(pin).all,
      block,
      blockPrefix: block.slice(0, 2 + pin.length),
      ...(options.format === 3 ? { fill: fillOfFormat3(pin, options) } : {}),
    });
  },
  decode: (inputs) => {
    const { format, pan } = optionsOf(inputs);
    if (format === 4)
      return { pin: decodePinField4(bytes(inputs, inputs.pinField === undefined ? 'block' : 'pinField')) };
    return { pin: decodePinBlock(bytes(inputs, 'block'), { format, ...(pan === undefined ? {} : { pan }) }) };
  },
  encipher: (inputs) => {
    const options = optionsOf(inputs);
    return {
      encryptedBlock: hexOf(encipherPinBlock(keyOf(inputs, 'key', options.format), text(inputs, 'pin'), options)),
    };
  },
  decipher: (inputs) => {
    const options = optionsOf(inputs);
    const key = keyOf(inputs, 'key', options.format);
    const block = bytes(inputs, 'encryptedBlock');
    const pin = decipherPinBlock(key, block, options);
    const clear = hexOf(decipherPinField(key, block, options));
    return new Facts({ pin, clearBlock: clear, pinField: clear });
  },
  'pan-field': (inputs) => ({ panField: hexOf(encodePanField4(text(inputs, 'pan'))) }),
  'pin-field': (inputs) => encodedFormat4(text(inputs, 'pin'), { ...optionsOf(inputs), format: 4 }),
  translate: (inputs) => {
    const from = {
      key: keyOf(inputs, 'fromKey', inputs.fromFormat),
      format: formatOf(inputs.fromFormat),
    };
    const to = { key: keyOf(inputs, 'toKey', inputs.toFormat), format: formatOf(inputs.toFormat) };
    return { encryptedBlock: hexOf(translatePinBlock(bytes(inputs, 'encryptedBlock'), from, to, optionsOf(inputs))) };
  },
  error: (inputs, context) => {
    const run = kinds[text(inputs, 'op')];
    if (run === undefined || run === kinds.error) throw new TypeError(`there is no operation "${text(inputs, 'op')}"`);
    return run(inputs, context);
  },
};

/** What China UnionPay terminals send when field 53 begins with 1. */
function fieldWithoutPan(pin: string): Facts {
  const block = hexOf(encodePinFieldWithoutPan(pin));
  return new Facts({ block, blockWithoutPan: block });
}

function encodedFormat4(pin: string, options: PinBlockOptions): Facts {
  const pinField = hexOf(encodePinField4(pin, options.rng));
  const panField = options.pan === undefined ? undefined : hexOf(encodePanField4(options.pan));
  return new Facts({
    pinField,
    block: pinField,
    pinFieldPrefix: pinField.slice(0, 16),
    blockPrefix: pinField.slice(0, 16),
    panField,
  });
}

/** What the fill is, read back from a block: decoding refuses one with another fill. */
function fillOfFormat3(pin: string, options: PinBlockOptions): string {
  const again = decodePinBlock(encodePinBlock(pin, options), options);
  if (again !== pin) return 'the block does not read back';
  return 'remaining nibbles before the PAN xor must be random A..F';
}

function optionsOf(inputs: Inputs): PinBlockOptions {
  const pan = panOf(inputs);
  const random = ['random8', 'random', 'fill'].map((name) => optionalText(inputs, name)).find((given) => given);
  const format = formatOf(inputs.format ?? inputs.toFormat);
  return {
    format,
    ...(pan === undefined ? {} : { pan }),
    ...(random === undefined ? {} : { rng: given(format, random) }),
  };
}

/** The account number; where only the twelve digits that count are given, any check digit does. */
function panOf(inputs: Inputs): string | undefined {
  const pan = optionalText(inputs, 'pan');
  const digits = optionalText(inputs, 'accountDigits12');
  if (pan !== undefined && digits !== undefined) requireConsistent(inputs, { accountDigits12: pan.slice(-13, -1) });
  return pan ?? (digits === undefined ? undefined : `${digits}0`);
}

function formatOf(format: unknown): PinBlockFormat {
  return Number(format) as PinBlockFormat;
}

/** The random values that a vector gives: whole bytes for format 4, the nibbles at the end of the block for the others. */
function given(format: PinBlockFormat, random: string): Rng {
  const nibbles = random.padStart(16, '0');
  const letters = [...nibbles].map((nibble) => `0000000${(Number.parseInt(nibble, 16) + 2) % 6}`);
  const bytes = bytesOfHex(format === 3 ? letters.join('') : nibbles);
  return {
    bytes: (count) => {
      if (bytes.length !== count) throw new CryptoRefusal('random-length', `${count} random bytes are needed`);
      return bytes;
    },
  };
}

function keyOf(inputs: Inputs, name: string, format: unknown): SecretKey {
  return formatOf(format) === 4 ? aesKey(text(inputs, name), 'pin') : desKey(text(inputs, name), 'pin');
}
