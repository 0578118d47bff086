import { combineComponents, hasOddParity, importKey, type KeyAlgorithm } from '@zhanggui/paycrypto';
import type { Command } from '../command.ts';
import { bytesOf, table } from '../values.ts';

const ALGORITHMS = ['TDES', 'AES', 'SM4', 'DES'] as const satisfies readonly KeyAlgorithm[];

export const kcv: Command = {
  name: 'kcv',
  summary: 'check value of a key, or of a key from its components',
  forms: ['[--algorithm A]'],
  options: {
    algorithm: { type: 'string', value: 'A', help: `${ALGORITHMS.join(', ')} (default: TDES)` },
    ecb: { type: 'boolean', help: 'AES by encrypting zeros, the older way, instead of CMAC' },
  },
  secrets: {
    key: 'Key, or its first component (hex)',
    second: 'Second component (hex)',
    third: 'Third component (hex)',
  },
  examples: [
    {
      args: '--algorithm TDES --key-file key.txt',
      says: 'check value and parity',
      files: { 'key.txt': '0123456789ABCDEFFEDCBA9876543210' },
    },
    {
      args: '--algorithm AES --key-file one.txt --second-file two.txt',
      says: 'check value of the key that two components make',
      files: { 'one.txt': '00112233445566778899AABBCCDDEEFF', 'two.txt': 'FFEEDDCCBBAA99887766554433221100' },
    },
  ],
  async run(call) {
    const algorithm = call.choice('algorithm', ALGORITHMS);
    const description = { algorithm, usage: 'data' } as const;
    const parts = [bytesOf(await call.secret('key'), 'the key')];
    for (const name of ['second', 'third'])
      if (call.hasSecret(name)) parts.push(bytesOf(await call.secret(name), `the ${name} component`));
    const [first = new Uint8Array(0)] = parts;
    const key = parts.length === 1 ? importKey(first, description) : combineComponents(parts, description);
    const checkValue = key.checkValue(3, call.flag('ecb') ? 'ecb' : 'standard');
    const isDes = algorithm === 'TDES' || algorithm === 'DES';
    const parity = !isDes || parts.length > 1 ? undefined : hasOddParity(first) ? 'odd' : 'not odd';
    const text = table([
      ['check value', checkValue],
      ['length', `${key.length * 8} bits`],
      ['parity', parity],
    ]);
    return { text, data: { algorithm, bits: key.length * 8, checkValue, ...(parity === undefined ? {} : { parity }) } };
  },
};
