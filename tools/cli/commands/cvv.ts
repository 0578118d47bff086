import {
  CVV2_SERVICE_CODE,
  computeCvv,
  computePvv,
  ICVV_SERVICE_CODE,
  verifyCvv,
  verifyPvv,
} from '@zhanggui/paycrypto';
import { type Answer, type Call, type Command, UsageError } from '../command.ts';
import { keyFrom, shownSecret } from '../values.ts';

export const cvv: Command = {
  name: 'cvv',
  summary: 'card verification values (CVV, CVV2, iCVV) and PIN verification values',
  forms: ['cvv --expiry YYMM --service-code SSS', 'cvv2|icvv --expiry DDDD', 'pvv --key-index N'],
  options: {
    expiry: { type: 'string', value: 'DDDD', help: 'as the value asks: YYMM on track and chip, mostly MMYY for CVV2' },
    'service-code': { type: 'string', value: 'SSS', help: 'service code on the track, for cvv' },
    'key-index': { type: 'string', value: 'N', help: 'PIN verification key index, for pvv (default: 1)' },
  },
  secrets: {
    key: 'Verification key (hex)',
    pan: 'Card number',
    pin: 'PIN',
    value: 'Value to compare with',
  },
  examples: [
    {
      args: 'cvv --expiry 3012 --service-code 220 --key-file cvk.txt --pan-file pan.txt --unmask',
      says: 'the value on the track',
      files: { 'cvk.txt': '0123456789ABCDEFFEDCBA9876543210', 'pan.txt': '6228480000000000018' },
    },
    {
      args: 'pvv --key-file pvk.txt --pan-file pan.txt --pin-file pin.txt --unmask',
      says: 'the PIN verification value under key 1',
      files: { 'pvk.txt': '0123456789ABCDEFFEDCBA9876543210', 'pan.txt': '6228480000000000018', 'pin.txt': '1234' },
    },
  ],
  async run(call) {
    switch (call.positionals[0]) {
      case 'cvv':
        return cardValue(call, required(call, 'service-code'));
      case 'cvv2':
        return cardValue(call, CVV2_SERVICE_CODE);
      case 'icvv':
        return cardValue(call, ICVV_SERVICE_CODE);
      case 'pvv':
        return pinValue(call);
      default:
        throw new UsageError('Say which value: cvv, cvv2, icvv or pvv.');
    }
  },
};

async function cardValue(call: Call, serviceCode: string): Promise<Answer> {
  const expiry = required(call, 'expiry');
  const key = await keyFrom(call, 'key', 'TDES', 'cvk');
  const input = { pan: await call.secret('pan'), expiry, serviceCode };
  if (call.hasSecret('value')) return verdict(verifyCvv(key, input, await call.secret('value')));
  return computed(call, computeCvv(key, input));
}

async function pinValue(call: Call): Promise<Answer> {
  const key = await keyFrom(call, 'key', 'TDES', 'pvk');
  const input = {
    pan: await call.secret('pan'),
    pvki: call.option('key-index') ?? '1',
    // Of a longer PIN the leftmost four digits are what a PVV stands for.
    pin: (await call.secret('pin')).slice(0, 4),
  };
  if (call.hasSecret('value')) return verdict(verifyPvv(key, input, await call.secret('value')));
  return computed(call, computePvv(key, input));
}

function computed(call: Call, value: string): Answer {
  const shown = shownSecret(value, call.unmask);
  if (!call.unmask) call.remark('The value is masked; --unmask shows it, --value-file compares it.');
  return { text: shown, data: { value: shown } };
}

function verdict(right: boolean): Answer {
  return { text: right ? 'right' : 'wrong', data: { right }, negative: !right };
}

function required(call: Call, name: string): string {
  const value = call.option(name);
  if (value === undefined) throw new UsageError(`--${name} is missing.`);
  return value;
}
