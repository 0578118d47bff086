import { generateKeyPairSync } from 'node:crypto';
import { encodePinBlock, encodePinField4 } from '@zhanggui/paycrypto';
import { expect, test } from 'vitest';
import { digitsSecret, findSecrets, keySecret, pemSecret, pinBlockSecret, textSecret, trackSecret } from './traces.ts';

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

const TRACK = '6200001234567890128D31122011234567890';
const track = trackSecret('the track', TRACK);

test.each([
  ['text with D', Buffer.from(TRACK)],
  ['text with an equals sign', Buffer.from(`;${TRACK.replace('D', '=')}?`)],
  ['packed digits', Buffer.from(`37${TRACK}0`, 'hex')],
  ['packed digits from the second nibble', Buffer.from(`5${TRACK}`, 'hex')],
  ['its discretionary data alone', Buffer.from('31122011234567890')],
  ['Base64', Buffer.from(Buffer.from(`{"track2":"${TRACK}"}`).toString('base64'))],
])('a track is found as %s', (_, bytes) => {
  expect(findSecrets([track], [{ where: 'here', bytes }])).toEqual(['the track stands in here']);
});

test.each([
  ['0', encodePinBlock('123456', { format: 0, pan: PAN })],
  ['2', encodePinBlock('123456', { format: 2 })],
  ['4', encodePinField4('123456')],
])('a clear PIN block of format %s is found as bytes and as text', (_, block) => {
  const secret = pinBlockSecret('the block', '123456', PAN);
  for (const bytes of [Buffer.from(block), Buffer.from(Buffer.from(block).toString('hex').toUpperCase())])
    expect(findSecrets([secret], [{ where: 'here', bytes }])).toEqual(['the block stands in here']);
});

test('a private key is found as PEM, in JSON, as the bytes in it, and in hexadecimal', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const der = privateKey.export({ type: 'pkcs8', format: 'der' });
  const secret = pemSecret('the key', pem);
  for (const bytes of [Buffer.from(pem), Buffer.from(JSON.stringify({ pem })), der, Buffer.from(der.toString('hex'))])
    expect(findSecrets([secret], [{ where: 'here', bytes }])).toEqual(['the key stands in here']);
});

test('a secret is found at the very beginning and at the very end, and not where it is cut off', () => {
  const secret = textSecret('the text', 'a secret');
  const found = (text: string): number => findSecrets([secret], [{ where: 'here', bytes: Buffer.from(text) }]).length;
  expect([found('a secret'), found('a secret.'), found('.a secret'), found('a secre')]).toEqual([1, 1, 1, 0]);
  expect(() => findSecrets([textSecret('nothing', '')], [])).toThrow('too short');
});
