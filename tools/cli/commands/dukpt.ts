import { toHex } from '@zhanggui/base';
import {
  type AesDukptKeyType,
  type AesDukptUsage,
  aesDukptInitialKey,
  aesDukptTransactionKey,
  aesDukptWorkingKey,
  nextAesKsn,
  nextTdesKsn,
  revealKeyBytes,
  type SecretKey,
  type TdesDukptUsage,
  tdesDukptInitialKey,
  tdesDukptTransactionKey,
  tdesDukptWorkingKey,
} from '@zhanggui/paycrypto';
import { type Answer, type Call, type Command, UsageError } from '../command.ts';
import { bytesOf, keyFrom, table } from '../values.ts';

const TDES_USAGES = [
  'pin',
  'mac-request',
  'mac-response',
  'data-request',
  'data-response',
] as const satisfies readonly TdesDukptUsage[];
const AES_USAGES = [
  'pin',
  'mac-generate',
  'mac-verify',
  'mac-both',
  'data-encrypt',
  'data-decrypt',
  'data-both',
  'key-encryption',
] as const satisfies readonly AesDukptUsage[];
const AES_TYPES = [
  'AES128',
  'AES192',
  'AES256',
  '2TDEA',
  '3TDEA',
  'HMAC128',
  'HMAC192',
  'HMAC256',
] as const satisfies readonly AesDukptKeyType[];

export const dukpt: Command = {
  name: 'dukpt',
  summary: 'DUKPT keys of a terminal: initial key, working key, next serial number',
  forms: ['tdes KSN [--usage U]', 'aes KSN [--usage U] [--type T]', 'next KSN'],
  options: {
    usage: { type: 'string', value: 'U', help: `tdes: ${TDES_USAGES.join(', ')}; aes: ${AES_USAGES.join(', ')}` },
    type: { type: 'string', value: 'T', help: `aes: ${AES_TYPES.join(', ')}` },
    from: { type: 'string', value: 'bdk|initial', help: 'which key is given (default: bdk)' },
  },
  secrets: { key: 'Base derivation key or initial key (hex)' },
  examples: [
    {
      args: 'tdes FFFF9876543210E00008 --usage pin --key-file bdk.txt',
      says: 'check values of the keys on the way (ANSI X9.24-1)',
      files: { 'bdk.txt': '0123456789ABCDEFFEDCBA9876543210' },
    },
    {
      args: 'aes 123456789012345600000001 --usage pin --type AES128 --key-file bdk.txt',
      says: 'the same by ANSI X9.24-3',
      files: { 'bdk.txt': 'FEDCBA9876543210F1F1F1F1F1F1F1F1' },
    },
    { args: 'next FFFF9876543210E00FFC', says: 'the serial number that a terminal uses after this one' },
  ],
  async run(call) {
    const [scheme] = call.positionals;
    if (scheme !== 'tdes' && scheme !== 'aes' && scheme !== 'next')
      throw new UsageError('Say which scheme: tdes or aes; or next.');
    const ksn = bytesOf(await call.data(1, 'the key serial number'), 'the key serial number');
    if (scheme === 'next') return next(ksn);
    return scheme === 'tdes' ? tdes(call, ksn) : aes(call, ksn);
  },
};

async function tdes(call: Call, ksn: Uint8Array): Promise<Answer> {
  const usage = call.choice('usage', TDES_USAGES);
  const initial =
    call.choice('from', ['bdk', 'initial']) === 'initial'
      ? await keyFrom(call, 'key', 'TDES', 'dukpt-initial')
      : tdesDukptInitialKey(await keyFrom(call, 'key', 'TDES', 'bdk'), ksn);
  const transaction = tdesDukptTransactionKey(initial, ksn);
  return keysAnswer(call, initial, transaction, tdesDukptWorkingKey(transaction, usage), usage);
}

async function aes(call: Call, ksn: Uint8Array): Promise<Answer> {
  const usage = call.choice('usage', AES_USAGES);
  const type = call.option('type') === undefined ? undefined : call.choice('type', AES_TYPES);
  const initial =
    call.choice('from', ['bdk', 'initial']) === 'initial'
      ? await keyFrom(call, 'key', 'AES', 'dukpt-initial')
      : aesDukptInitialKey(await keyFrom(call, 'key', 'AES', 'bdk'), ksn.subarray(0, 8));
  const transaction = aesDukptTransactionKey(initial, ksn);
  return keysAnswer(call, initial, transaction, aesDukptWorkingKey(transaction, ksn, usage, type), usage);
}

function keysAnswer(call: Call, initial: SecretKey, transaction: SecretKey, working: SecretKey, usage: string): Answer {
  const shown = (key: SecretKey) => ({
    algorithm: `${key.algorithm}-${key.length * 8}`,
    checkValue: key.checkValue(),
    ...(call.unmask ? { key: toHex(revealKeyBytes(key)) } : {}),
  });
  const data = { initial: shown(initial), transaction: shown(transaction), working: { usage, ...shown(working) } };
  const line = ({ algorithm, checkValue, key }: { algorithm: string; checkValue: string; key?: string }) =>
    `${algorithm}  KCV ${checkValue}${key === undefined ? '' : `  ${key}`}`;
  const text = table([
    ['initial key', line(data.initial)],
    ['transaction key', line(data.transaction)],
    [`${usage} key`, line(data.working)],
  ]);
  return { text, data };
}

function next(ksn: Uint8Array): Answer {
  const following = ksn.length === 12 ? nextAesKsn(ksn) : nextTdesKsn(ksn);
  if (following === undefined)
    return { text: 'exhausted: the terminal needs a new initial key', data: { ksn: null }, negative: true };
  return { text: toHex(following), data: { ksn: toHex(following) } };
}
