import { isLuhnValid, luhnCheckDigit } from '@zhanggui/identifiers';
import { type Command, UsageError } from '../command.ts';
import { shownPan, table } from '../values.ts';

/** Networks by the first digits of the account number (ISO/IEC 7812-1; ranges as the networks publish them). */
const NETWORKS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['UnionPay', /^(?:62|81)/],
  ['Visa', /^4/],
  ['Mastercard', /^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/],
  ['American Express', /^3[47]/],
  ['JCB', /^35(?:2[89]|[3-8])/],
  ['Diners Club', /^3(?:0[0-5]|095|[689])/],
  ['Discover', /^(?:6011|64[4-9]|65)/],
];

export const card: Command = {
  name: 'card',
  summary: 'card numbers: check digit, length, network',
  forms: ['check', 'complete (computes the check digit of a number without one)'],
  secrets: { pan: 'Card number' },
  examples: [
    {
      args: 'check --pan-file pan.txt',
      says: 'whether the number can be one',
      files: { 'pan.txt': '6228481234567890128' },
    },
    { args: 'complete --pan-file body.txt', says: 'the check digit', files: { 'body.txt': '622848123456789012' } },
  ],
  async run(call) {
    const [action] = call.positionals;
    if (action !== 'check' && action !== 'complete') throw new UsageError('Say what to do: check or complete.');
    const number = (await call.secret('pan')).replace(/[\s-]/g, '');
    if (action === 'complete') {
      const checkDigit = luhnCheckDigit(number);
      return { text: checkDigit, data: { checkDigit } };
    }
    const luhn = isLuhnValid(number);
    const lengthFits = /^\d{12,19}$/.test(number);
    const network = NETWORKS.find(([, pattern]) => pattern.test(number))?.[0];
    const text = table([
      ['number', shownPan(number, call.unmask)],
      ['digits', `${number.length}${lengthFits ? '' : ' (12 to 19 are possible)'}`],
      ['check digit', luhn ? 'right' : 'wrong'],
      ['network', network ?? 'not known'],
    ]);
    const data = { number: shownPan(number, call.unmask), digits: number.length, luhn, network: network ?? null };
    return { text, data, negative: !luhn || !lengthFits };
  },
};
