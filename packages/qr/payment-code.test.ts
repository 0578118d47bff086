import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  classifyPaymentCode,
  maskPaymentCode,
  OPTIONAL_PAYMENT_CODE_RULES,
  PAYMENT_CODE_RULES,
} from './payment-code.ts';
import { QrError } from './qr-error.ts';

const samples: readonly (readonly [string, string, string])[] = [
  ['134579812345678901', 'wechat', 'bar-code'],
  ['100000000000000000', 'wechat', 'bar-code'],
  ['2512345678901234', 'alipay', 'bar-code'],
  ['284957381940238471', 'alipay', 'bar-code'],
  ['301234567890123456789012', 'alipay', 'bar-code'],
  ['fp0a1b2c3d4e5f60718293a4b5c6d7e8f90', 'alipay', 'face-token'],
  ['6212345678901234567', 'unionpay', 'bar-code'],
  ['0112345678901234567', 'ecny', 'bar-code'],
];

test.each(samples)('%s is a code of %s (%s)', (code, wallet, form) => {
  expect(classifyPaymentCode(code)).toEqual({ outcome: 'recognized', wallet, form, code });
});

test('an EMVCo consumer-presented code is recognised without naming a wallet', () => {
  const code = 'hQVDUFYwMWEaTwegAAAAVVVVVw8SNFZ4kBI0WNGRIgESNF8=';
  expect(classifyPaymentCode(code)).toEqual({ outcome: 'recognized', wallet: undefined, form: 'emv-consumer', code });
});

test('what no rule names is unsupported, never a default wallet', () => {
  const others = [
    '',
    '6901028075831',
    '13457981234567890',
    '1345798123456789012',
    '160000000000000000',
    '241234567890123456',
    '3112345678901234',
    '251234567890123',
    '3012345678901234567890123',
    '621234567890123456',
    '62123456789012345678',
    'wxp://f2f0abc',
    'https://qr.alipay.com/x',
    '１３４５７９８１２３４５６７８９０１',
    '1345798 12345678901',
    'hQVDUFYwMgEaTwegAAAA',
  ];
  for (const other of others) expect(classifyPaymentCode(other)).toEqual({ outcome: 'unsupported' });
});

test('wallets that a merchant switches on are recognised only then', () => {
  const all = [...PAYMENT_CODE_RULES, ...OPTIONAL_PAYMENT_CODE_RULES];
  const codes = { jd: '181234567890123456', qq: '911234567890123456', bestpay: '511234567890123456' };
  for (const [wallet, code] of Object.entries(codes)) {
    expect(classifyPaymentCode(code)).toEqual({ outcome: 'unsupported' });
    expect(classifyPaymentCode(code, all)).toMatchObject({ outcome: 'recognized', wallet });
  }
});

test('spaces and line ends of the scanner are dropped and every digit survives', () => {
  expect(classifyPaymentCode(' 284957381940238471\r\n')).toMatchObject({ code: '284957381940238471' });
});

test('a number is refused, because its last digits are already lost', () => {
  const numeric = Number('284957381940238471') as unknown as string;
  expect(() => classifyPaymentCode(numeric)).toThrow(QrError);
});

test('no text is recognised by two rules', () => {
  const all = [...PAYMENT_CODE_RULES, ...OPTIONAL_PAYMENT_CODE_RULES];
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 14, maxLength: 25 });
  fc.assert(
    fc.property(digits, (text) => {
      expect(all.filter(({ pattern }) => pattern.test(text)).length).toBeLessThanOrEqual(1);
    }),
  );
});

test('a masked code shows four characters at either end', () => {
  expect(maskPaymentCode('284957381940238471')).toBe('2849**********8471');
  expect(maskPaymentCode('12345678')).toBe('********');
});
