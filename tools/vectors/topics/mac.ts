import {
  CryptoRefusal,
  cbcMac,
  cmac,
  cryptCtr,
  decryptCbc,
  decryptEcb,
  encryptCbc,
  encryptEcb,
  hmac,
  importKey,
  type KeyAlgorithm,
  type MacPadding,
  padIso9797,
  retailMac,
  withOddParity,
} from '@zhanggui/paycrypto';
import { Facts, type Inputs, type Kinds, Leading } from '../kind.ts';
import { bytes, data, desKey, hexOf, optionalText, text } from './crypto-values.ts';

/** Message authentication, key check values and parity. */
export const kinds: Kinds = {
  pad: (inputs) => ({
    padded: hexOf(padIso9797(data(inputs), inputs.method as MacPadding, blockSize(inputs))),
  }),
  'cbc-mac': (inputs) => macFacts(cbcMac(macKey(inputs), data(inputs), { padding: padding(inputs) })),
  retail: (inputs) => macFacts(retailMac(desKey(wholeKey(inputs), 'mac'), data(inputs), { padding: padding(inputs) })),
  'cmac-aes': (inputs) => ({
    cmac: hexOf(cmac(importKey(text(inputs, 'key'), { algorithm: 'AES', usage: 'mac' }), data(inputs))),
  }),
  'cmac-tdes': (inputs) => ({
    cmac: hexOf(cmac(importKey(text(inputs, 'key'), { algorithm: 'TDES', usage: 'mac' }), data(inputs))),
  }),
  'hmac-sha256': (inputs) => ({
    hmac: hexOf(hmac(importKey(text(inputs, 'key'), { algorithm: 'HMAC', usage: 'mac' }), data(inputs))),
  }),
  kcv: (inputs) => {
    const key = importKey(text(inputs, 'key'), { algorithm: algorithmOf(inputs), usage: 'data' });
    const method = /ecb|legacy/i.test(optionalText(inputs, 'method') ?? '') ? 'ecb' : 'standard';
    return new Facts({
      kcv: new Leading(key.checkValue(16, method), 4),
    });
  },
  'key-parity': (inputs) => ({ odd: hexOf(withOddParity(bytes(inputs, 'key'))) }),
  error: (inputs, context) => {
    const operation = text(inputs, 'op');
    const run = kinds[operation];
    return run === undefined || operation === 'error' ? cipher(inputs, operation) : run(inputs, context);
  },
};

function blockSize(inputs: Inputs): 8 | 16 {
  const size = inputs.blockSize ?? 8;
  if (size !== 8 && size !== 16) throw new TypeError('no block cipher has such blocks');
  return size;
}

/** `tdes-ecb-encrypt`, `aes-cbc-decrypt` and their siblings. */
function cipher(inputs: Inputs, operation: string): { readonly data: string } {
  const match = /^(des|tdes|aes|sm4)-(ecb|cbc|ctr)-(encrypt|decrypt)$/.exec(operation);
  if (match === null) throw new TypeError(`there is no operation "${operation}"`);
  const [, name = '', mode, direction] = match;
  const algorithm: KeyAlgorithm =
    name === 'tdes' && text(inputs, 'key').length === 16 ? 'DES' : (ALGORITHMS[name] ?? 'AES');
  const key = importKey(text(inputs, 'key'), { algorithm, usage: 'data' });
  const input = data(inputs);
  const iv = optionalText(inputs, 'iv') === undefined ? undefined : bytes(inputs, 'iv');
  if (mode === 'ecb') return { data: hexOf(direction === 'encrypt' ? encryptEcb(key, input) : decryptEcb(key, input)) };
  if (mode === 'ctr') return { data: hexOf(cryptCtr(key, input, iv ?? new Uint8Array(16))) };
  return { data: hexOf(direction === 'encrypt' ? encryptCbc(key, input, iv) : decryptCbc(key, input, iv)) };
}

const ALGORITHMS: Readonly<Record<string, KeyAlgorithm>> = {
  des: 'DES',
  tdes: 'TDES',
  '3des': 'TDES',
  aes: 'AES',
  sm4: 'SM4',
  hmac: 'HMAC',
};

function algorithmOf(inputs: Inputs): KeyAlgorithm {
  const named =
    ALGORITHMS[
      text(inputs, 'algorithm')
        .toLowerCase()
        .replace(/-?\d{3}$/, '')
    ];
  if (named === undefined) throw new CryptoRefusal('key-algorithm', 'there is no such algorithm');
  return named === 'TDES' && text(inputs, 'key').length === 16 ? 'DES' : named;
}

function macKey(inputs: Inputs): ReturnType<typeof desKey> {
  return inputs.algorithm === 'AES'
    ? importKey(wholeKey(inputs), { algorithm: 'AES', usage: 'mac' })
    : desKey(wholeKey(inputs), 'mac');
}

/** One key, or two halves of 8 bytes each. */
function wholeKey(inputs: Inputs): string {
  const whole = optionalText(inputs, 'key');
  if (whole !== undefined) return whole;
  const halves = [text(inputs, 'key1'), text(inputs, 'key2')];
  for (const half of halves)
    if (half.length !== 16) throw new CryptoRefusal('key-length', 'a half of a retail MAC key has 8 bytes');
  return halves.join('');
}

function padding(inputs: Inputs): MacPadding {
  return (inputs.padding ?? 1) as MacPadding;
}

function macFacts(mac: Uint8Array): Facts {
  return new Facts({
    mac: new Leading(hexOf(mac), 8),
    mac16: hexOf(mac.subarray(0, 16)),
    mac8: hexOf(mac.subarray(0, 8)),
    mac4: hexOf(mac.subarray(0, 4)),
  });
}
