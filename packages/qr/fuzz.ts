import { utf8Encode } from '@zhanggui/base';
import { crcOfText } from './crc.ts';
import { decodeConsumerPresented } from './emvco-consumer.ts';
import { decodeMerchantPresented } from './emvco-merchant.ts';
import { summarizeMerchantCode } from './merchant-summary.ts';
import { classifyPaymentCode } from './payment-code.ts';

/** Decoders that get any bytes; they answer or throw a QrError, nothing else. */
export const targets: Readonly<Record<string, (input: Uint8Array) => unknown>> = {
  'qr-merchant-strict': (input) => summarizeMerchantCode(decodeMerchantPresented(latin1(input))),
  'qr-merchant-in-use': (input) => summarizeMerchantCode(decodeMerchantPresented(utf16(input), { strict: false })),
  // With a fitting CRC appended, the bytes reach the rules behind it.
  'qr-merchant-rules': (input) => decodeMerchantPresented(withCrc(latin1(input))),
  'qr-consumer-strict': (input) => decodeConsumerPresented(latin1(input)),
  'qr-consumer-in-use': (input) => decodeConsumerPresented(utf16(input), { strict: false }),
  'qr-payment-code': (input) => classifyPaymentCode(latin1(input)),
};

const merchant = utf8Encode(
  '00020101021229300012D156000000000510A93FO3230Q520441115303156540523.725802CN5914BEST TRANSPORT6007BEIJING63041DE5',
);
const consumer = utf8Encode('hQVDUFYwMWEaTwegAAAAVVVVVw8SNFZ4kBI0WNGRIgESNF8=');

/** Valid inputs by target, to be mutated. */
export const samples: Readonly<Record<string, readonly Uint8Array[]>> = {
  'qr-merchant-strict': [merchant],
  'qr-merchant-in-use': [merchant],
  'qr-merchant-rules': [merchant.subarray(0, -8)],
  'qr-consumer-strict': [consumer],
  'qr-consumer-in-use': [consumer],
  'qr-payment-code': [utf8Encode('284957381940238471'), utf8Encode('6212345678901234567'), consumer],
};

function withCrc(body: string): string {
  return `${body}6304${crcOfText(`${body}6304`)}`;
}

function latin1(input: Uint8Array): string {
  let text = '';
  for (const byte of input) text += String.fromCharCode(byte);
  return text;
}

/** Bytes above 7F become UTF-16 halves, so that half characters and characters outside the base plane appear. */
function utf16(input: Uint8Array): string {
  let text = '';
  for (const byte of input) text += String.fromCharCode(byte < 0x80 ? byte : 0xd780 + (byte - 0x80) * 16);
  return text;
}
