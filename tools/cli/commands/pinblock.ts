import { toHex } from '@zhanggui/base';
import {
  decipherPinBlock,
  decodePinBlock,
  encipherPinBlock,
  encodePinBlock,
  type PinBlockFormat,
  type PinBlockOptions,
  translatePinBlock,
} from '@zhanggui/paycrypto';
import { type Answer, type Call, type Command, UsageError } from '../command.ts';
import { bytesOf, keyFrom, shownSecret, table } from '../values.ts';

const FORMATS = ['0', '1', '2', '3', '4'] as const;

export const pinblock: Command = {
  name: 'pinblock',
  summary: 'PIN blocks of ISO 9564-1: make, open and translate',
  forms: ['encode|decode [--format F] [--clear] [BLOCK]', 'translate BLOCK --format F --to-format G'],
  options: {
    format: { type: 'string', value: '0-4', help: 'format of the block (default: 0)' },
    'to-format': { type: 'string', value: '0-4', help: 'format after the translation' },
    clear: { type: 'boolean', help: 'a block that is not encrypted' },
  },
  secrets: {
    key: 'PIN key (hex)',
    'to-key': 'PIN key after the translation (hex)',
    pin: 'PIN',
    pan: 'Card number',
  },
  examples: [
    {
      args: 'encode --format 0 --key-file pik.txt --pin-file pin.txt --pan-file pan.txt',
      says: 'the block that field 52 carries',
      files: { 'pik.txt': '0123456789ABCDEFFEDCBA9876543210', 'pin.txt': '1234', 'pan.txt': '6228480000000000018' },
    },
    {
      args: 'translate CE799ACFDF85C560 --format 0 --to-format 3 --key-file zpk1.txt --to-key-file zpk2.txt --pan-file pan.txt',
      says: 'from one zone key and format to another',
      files: {
        'zpk1.txt': '0123456789ABCDEFFEDCBA9876543210',
        'zpk2.txt': 'FEDCBA98765432100123456789ABCDEF',
        'pan.txt': '6228480000000000018',
      },
    },
  ],
  async run(call) {
    switch (call.positionals[0]) {
      case 'encode':
        return encode(call);
      case 'decode':
        return decode(call);
      case 'translate':
        return translate(call);
      default:
        throw new UsageError('Say what to do: encode, decode or translate.');
    }
  },
};

async function encode(call: Call): Promise<Answer> {
  const format = formatOf(call, 'format');
  const pin = await call.secret('pin');
  const options = await optionsOf(call, format);
  if (!call.flag('clear')) {
    const block = toHex(encipherPinBlock(await pinKey(call, 'key', format), pin, options));
    return { text: block, data: { format, block } };
  }
  const block = shownSecret(toHex(encodePinBlock(pin, options)), call.unmask);
  return { text: block, data: { format, block } };
}

async function decode(call: Call): Promise<Answer> {
  const format = formatOf(call, 'format');
  const block = bytesOf(await call.data(1, 'the PIN block'), 'the PIN block');
  const options = await optionsOf(call, format);
  const pin = call.flag('clear')
    ? decodePinBlock(block, options)
    : decipherPinBlock(await pinKey(call, 'key', format), block, options);
  const shown = shownSecret(pin, call.unmask);
  const text = table([
    ['format', String(format)],
    ['digits', String(pin.length)],
    ['PIN', shown],
  ]);
  return { text, data: { format, digits: pin.length, pin: shown } };
}

async function translate(call: Call): Promise<Answer> {
  const from = formatOf(call, 'format');
  const to = formatOf(call, 'to-format');
  const block = bytesOf(await call.data(1, 'the PIN block'), 'the PIN block');
  const fromSide = { key: await pinKey(call, 'key', from), format: from };
  const toSide = { key: await pinKey(call, 'to-key', to), format: to };
  const needsPan = from !== 1 || to !== 1;
  const translated = translatePinBlock(block, fromSide, toSide, needsPan ? { pan: await call.secret('pan') } : {});
  return { text: toHex(translated), data: { format: to, block: toHex(translated) } };
}

function formatOf(call: Call, option: 'format' | 'to-format'): PinBlockFormat {
  return Number(call.choice(option, FORMATS)) as PinBlockFormat;
}

async function optionsOf(call: Call, format: PinBlockFormat): Promise<PinBlockOptions> {
  return format === 1 || format === 2 ? { format } : { format, pan: await call.secret('pan') };
}

function pinKey(call: Call, name: 'key' | 'to-key', format: PinBlockFormat) {
  return keyFrom(call, name, format === 4 ? 'AES' : 'TDES', 'pin');
}
