import { expect, test } from 'vitest';
import { digitsSecret, findSecrets, keySecret } from './traces.ts';

const PAN = '6200001234567890128';
const pan = digitsSecret('the number', PAN);

test.each([
  ['text', Buffer.from(`x${PAN}y`)],
  ['text in groups of four', Buffer.from('6200 0012 3456 7890 128')],
  ['packed digits', Buffer.from(`0019${PAN}0`, 'hex')],
  ['packed digits from the second nibble', Buffer.from(`0${PAN}`, 'hex')],
  ['hexadecimal of the text', Buffer.from(Buffer.from(PAN).toString('hex'))],
  ['Base64', Buffer.from(Buffer.from(`{"pan":"${PAN}"}`).toString('base64'))],
  ['Base64 one byte later', Buffer.from(Buffer.from(`{"pan": "${PAN}"}`).toString('base64'))],
  ['Base64 two bytes later', Buffer.from(Buffer.from(`{"pan":  "${PAN}"}`).toString('base64'))],
  ['UTF-16', Buffer.from(PAN, 'utf16le')],
])('a card number is found as %s', (_, bytes) => {
  expect(findSecrets([pan], [{ where: 'here', bytes }])).toEqual(['the number stands in here']);
});

test('a masked number, its first six and last four digits, are not it', () => {
  const bytes = Buffer.from('620000******0128 •••• 0128');
  expect(findSecrets([pan], [{ where: 'here', bytes }])).toEqual([]);
});

test('a key is found as bytes and as text of either case', () => {
  const hex = '0123456789ABCDEFFEDCBA9876543210';
  const key = keySecret('the key', hex);
  for (const bytes of [Buffer.from(hex, 'hex'), Buffer.from(hex), Buffer.from(hex.toLowerCase())])
    expect(findSecrets([key], [{ where: 'here', bytes }])).toHaveLength(1);
});
