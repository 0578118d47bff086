import { toHex } from '@zhanggui/base';
import {
  importKey,
  type KeyAlgorithm,
  type KeyBlockHeader,
  type KeyBlockVersion,
  keyUsageOf,
  readKeyBlockHeader,
  unwrapKeyBlock,
  wrapKeyBlock,
} from '@zhanggui/paycrypto';
import { type Answer, type Call, type Command, UsageError } from '../command.ts';
import { keyFrom, shownSecret, table } from '../values.ts';

const VERSIONS = ['D', 'A', 'B', 'C', 'E'] as const satisfies readonly KeyBlockVersion[];
const ALGORITHMS = ['TDES', 'AES', 'DES', 'HMAC'] as const satisfies readonly KeyAlgorithm[];

export const tr31: Command = {
  name: 'tr31',
  summary: 'key blocks of TR-31 / ANSI X9.143: read the header, unwrap, wrap',
  forms: ['header BLOCK|-', 'unwrap BLOCK|-', 'wrap --usage P0 --mode E [--version D] [--algorithm TDES]'],
  options: {
    version: { type: 'string', value: 'A-E', help: 'wrap: version of the block (default: D)' },
    usage: { type: 'string', value: 'UU', help: 'wrap: key usage, as P0, M3, K0, B0 (default: P0)' },
    mode: { type: 'string', value: 'M', help: 'wrap: mode of use, as E, D, B, N (default: B)' },
    exportability: { type: 'string', value: 'X', help: 'wrap: E, N or S (default: N)' },
    algorithm: {
      type: 'string',
      value: 'A',
      help: `wrap: algorithm of the key: ${ALGORITHMS.join(', ')} (default: TDES)`,
    },
  },
  secrets: { kbpk: 'Key block protection key (hex)', key: 'Key to wrap (hex)' },
  examples: [
    { args: 'header D0112P0TE00N0000', says: 'what a header says; no key is needed' },
    {
      args: 'wrap --usage P0 --mode E --kbpk-file kbpk.txt --key-file pik.txt',
      says: 'a PIN key in a block of version D',
      files: {
        'kbpk.txt': '88E1AB2A2E3DD38C1FA039A536500CC8A87AB9D62DC92C01058FA79F44657DE6',
        'pik.txt': '0123456789ABCDEFFEDCBA9876543210',
      },
    },
  ],
  async run(call) {
    switch (call.positionals[0]) {
      case 'header':
        return header(call);
      case 'unwrap':
        return unwrap(call);
      case 'wrap':
        return wrap(call);
      default:
        throw new UsageError('Say what to do: header, unwrap or wrap.');
    }
  },
};

async function header(call: Call): Promise<Answer> {
  const read = readKeyBlockHeader(await call.data(1, 'the key block'));
  return { text: headerTable(read.header), data: { ...read.header, length: read.lengthField } };
}

function headerTable(read: KeyBlockHeader): string {
  return table([
    ['version', read.version],
    [
      'key usage',
      `${read.keyUsage}${keyUsageOf(read.keyUsage) === undefined ? '' : ` (${keyUsageOf(read.keyUsage)})`}`,
    ],
    ['algorithm', read.algorithm],
    ['mode of use', read.modeOfUse],
    ['key version', read.keyVersion],
    ['exportability', read.exportability],
    ['context', read.context],
    ...read.optionalBlocks.map(({ id, data }) => [`block ${id}`, data] as const),
  ]);
}

async function unwrap(call: Call): Promise<Answer> {
  const block = await call.data(1, 'the key block');
  const unwrapped = unwrapKeyBlock(await protectionKey(call, block.charAt(0)), block);
  const clear = toHex(unwrapped.reveal());
  const known = keyUsageOf(unwrapped.header.keyUsage) !== undefined;
  const checkValue = known ? unwrapped.toKey().checkValue() : undefined;
  const text = `${headerTable(unwrapped.header)}\n${table([
    ['key', shownSecret(clear, call.unmask)],
    ['bits', String(unwrapped.keyLengthBits)],
    ['check value', checkValue],
  ])}`;
  const data = {
    header: unwrapped.header,
    bits: unwrapped.keyLengthBits,
    ...(checkValue === undefined ? {} : { checkValue }),
    ...(call.unmask ? { key: clear } : {}),
  };
  return { text, data };
}

async function wrap(call: Call): Promise<Answer> {
  const version = call.choice('version', VERSIONS);
  const keyUsage = call.option('usage') ?? 'P0';
  const usage = keyUsageOf(keyUsage);
  if (usage === undefined) throw new UsageError(`--usage ${keyUsage} is a usage that this toolbox does not wrap.`);
  const kbpk = await protectionKey(call, version);
  const key = importKey((await call.secret('key')).replace(/\s/g, ''), {
    algorithm: call.choice('algorithm', ALGORITHMS),
    usage,
  });
  const block = wrapKeyBlock(kbpk, key, {
    version,
    keyUsage,
    modeOfUse: call.option('mode') ?? 'B',
    exportability: call.option('exportability') ?? 'N',
  });
  return { text: block, data: { block, checkValue: key.checkValue() } };
}

function protectionKey(call: Call, version: string) {
  return keyFrom(call, 'kbpk', version === 'D' || version === 'E' ? 'AES' : 'TDES', 'key-block-protection');
}
