import { toHex, utf8Decode } from '@zhanggui/base';
import {
  cbcMac,
  cmac,
  cupEcbMac,
  hmac,
  type KeyAlgorithm,
  type MacPadding,
  retailMac,
  type SecretKey,
  x99Mac,
} from '@zhanggui/paycrypto';
import { type Call, type Command, UsageError } from '../command.ts';
import { bytesOf, keyFrom, table } from '../values.ts';

interface MacKind {
  readonly cipher: KeyAlgorithm | 'chosen';
  readonly compute: (key: SecretKey, data: Uint8Array, call: Call) => Uint8Array;
}

const KINDS = ['retail', 'cbc', 'x99', 'cmac', 'hmac', 'cup'] as const;
const CIPHERS = ['TDES', 'DES', 'AES', 'SM4'] as const;
const DIGESTS = ['sha256', 'sha1', 'sha384', 'sha512', 'sm3'] as const;

const MACS: Readonly<Record<(typeof KINDS)[number], MacKind>> = {
  retail: { cipher: 'TDES', compute: (key, data, call) => retailMac(key, data, macOptions(call)) },
  cbc: { cipher: 'chosen', compute: (key, data, call) => cbcMac(key, data, macOptions(call)) },
  x99: { cipher: 'DES', compute: (key, data, call) => x99Mac(key, data, call.whole('length') ?? 4) },
  cmac: { cipher: 'chosen', compute: (key, data, call) => cmac(key, data, call.whole('length')) },
  hmac: { cipher: 'HMAC', compute: (key, data, call) => hmac(key, data, call.choice('digest', DIGESTS)) },
  cup: { cipher: 'chosen', compute: (key, data) => cupEcbMac(key, data) },
};

export const mac: Command = {
  name: 'mac',
  summary: 'message authentication codes: retail (X9.19), CBC, X9.9, CMAC, HMAC, China UnionPay ECB',
  forms: ['KIND HEX|-'],
  options: {
    cipher: { type: 'string', value: 'C', help: `cipher of cbc, cmac, cup: ${CIPHERS.join(', ')} (default: TDES)` },
    padding: { type: 'string', value: '1-3', help: 'padding method of ISO/IEC 9797-1 for retail and cbc (default: 1)' },
    length: { type: 'string', value: 'N', help: 'keep the leftmost N bytes' },
    digest: { type: 'string', value: 'D', help: `digest of hmac: ${DIGESTS.join(', ')}` },
  },
  secrets: { key: 'MAC key (hex)' },
  examples: [
    {
      args: 'retail 4E6F77206973207468652074696D6520 --padding 2 --key-file mak.txt',
      says: 'ANSI X9.19 over 16 bytes',
      files: { 'mak.txt': '0123456789ABCDEFFEDCBA9876543210' },
    },
    {
      args: 'cmac 6BC1BEE22E409F96E93D7E117393172A --cipher AES --key-file mak.txt',
      says: 'AES-CMAC (NIST SP 800-38B)',
      files: { 'mak.txt': '2B7E151628AED2A6ABF7158809CF4F3C' },
    },
    {
      args: 'cup --file message.hex --key-file mak.txt',
      says: 'field 64 of a China UnionPay terminal, over MTI to field 63',
      files: { 'message.hex': '02007024048020C09811', 'mak.txt': '0123456789ABCDEFFEDCBA9876543210' },
    },
  ],
  async run(call) {
    const kind = KINDS.find((known) => known === call.positionals[0]);
    if (kind === undefined) throw new UsageError(`Say which kind: ${KINDS.join(', ')}.`);
    const { cipher, compute } = MACS[kind];
    const data = bytesOf(await call.data(1, 'the data in hexadecimal'), 'the data');
    const key = await keyFrom(call, 'key', cipher === 'chosen' ? call.choice('cipher', CIPHERS) : cipher, 'mac');
    const computed = compute(key, data, call);
    // China UnionPay's MAC is itself text: eight hexadecimal characters.
    const value = kind === 'cup' ? utf8Decode(computed) : toHex(computed);
    const text = table([
      ['MAC', value],
      ['key', `${key.algorithm}-${key.length * 8}, KCV ${key.checkValue()}`],
    ]);
    return { text, data: { kind, mac: value, keyCheckValue: key.checkValue() } };
  },
};

function macOptions(call: Call): { padding: MacPadding; length?: number } {
  const padding = Number(call.choice('padding', ['1', '2', '3'])) as MacPadding;
  const length = call.whole('length');
  return length === undefined ? { padding } : { padding, length };
}
