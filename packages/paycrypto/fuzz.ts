import { fromHex, utf8Encode } from '@zhanggui/base';
import { aesDukptHostKey, nextAesKsn } from './dukpt-aes.ts';
import { nextTdesKsn, tdesDukptHostKey } from './dukpt-tdes.ts';
import { importKey } from './key.ts';
import { decryptKeyEcb } from './key-transport.ts';
import { cupEcbMac } from './mac.ts';
import {
  decipherPinBlock,
  decodePinBlock,
  decodePinField4,
  decodePinFieldWithoutPan,
  encipherPinBlock,
  type PinBlockFormat,
} from './pin-block.ts';
import { unwrapKeyBlock, wrapKeyBlock } from './tr31.ts';
import { type KeyBlockVersion, readKeyBlockHeader, writeKeyBlockHeader } from './tr31-header.ts';

const HEX = '0123456789ABCDEFFEDCBA9876543210';
const VERSIONS = ['A', 'B', 'C', 'D', 'E'] as const;
const PAN = '6225000000000253';
const tdesKbpk = importKey(HEX, { algorithm: 'TDES', usage: 'key-block-protection' });
const aesKbpk = importKey(HEX, { algorithm: 'AES', usage: 'key-block-protection' });
const tdesPin = importKey(HEX, { algorithm: 'TDES', usage: 'pin' });
const aesPin = importKey(HEX, { algorithm: 'AES', usage: 'pin' });
const tdesBdk = importKey(HEX, { algorithm: 'TDES', usage: 'bdk' });
const aesBdk = importKey(HEX, { algorithm: 'AES', usage: 'bdk' });
const kek = importKey(HEX, { algorithm: 'TDES', usage: 'key-encryption' });
const mak = importKey(HEX, { algorithm: 'TDES', usage: 'mac' });

/** Everything that reads bytes from outside; each answers or throws a CryptoRefusal, nothing else. */
export const targets: Readonly<Record<string, (input: Uint8Array) => unknown>> = {
  'key-block-header': (input) => {
    const { header } = readKeyBlockHeader(latin1(input));
    return writeKeyBlockHeader(header);
  },
  'key-block-unwrap': (input) => {
    const text = latin1(input);
    return unwrapKeyBlock(/^[DE]/.test(text) ? aesKbpk : tdesKbpk, text).toKey('data');
  },
  // With its length field set right, the text reaches the checks behind it.
  'key-block-body': (input) => {
    const text = latin1(input.subarray(0, 4096));
    const version = text[0] ?? 'B';
    const whole = `${version}${String(Math.max(text.length, 5)).padStart(4, '0')}${text.slice(5)}`;
    return unwrapKeyBlock(/[DE]/.test(version) ? aesKbpk : tdesKbpk, whole);
  },
  'pin-block-clear': (input) => decodePinBlock(input.subarray(1), { format: formatOf(input), pan: PAN }),
  'pin-block-enciphered': (input) => {
    const format = formatOf(input);
    return decipherPinBlock(format === 4 ? aesPin : tdesPin, input.subarray(1), { format, pan: PAN });
  },
  'pin-block-account': (input) => decodePinBlock(fromHex('061254C17F96C7C7'), { format: 0, pan: latin1(input) }),
  'pin-field-4': (input) => decodePinField4(input),
  'pin-field-without-pan': (input) => decodePinFieldWithoutPan(input),
  'dukpt-aes-ksn': (input) => [nextAesKsn(input), aesDukptHostKey(aesBdk, input, 'pin')],
  'dukpt-tdes-ksn': (input) => [nextTdesKsn(input), tdesDukptHostKey(tdesBdk, input, 'pin')],
  'key-hex': (input) => importKey(latin1(input), { algorithm: 'TDES', usage: 'pin', parity: 'odd' }),
  'key-under-kek': (input) => decryptKeyEcb(kek, input, { algorithm: 'TDES', usage: 'pin', checkValue: '08D7' }),
  'cup-ecb-mac': (input) => cupEcbMac(mak, input),
};

/** Valid inputs by target, to be mutated. */
export const samples: Readonly<Record<string, readonly Uint8Array[]>> = {
  'key-block-header': [
    utf8Encode('B0000P0TE00N0400KS1800604B120F9292800000T104T20600PB0600'),
    utf8Encode('D0000P0TE00N0200KS00021600604B120F9292PB0A000000'),
  ],
  'pin-block-clear': [fromHex('0006126456FFFFFFDA'), fromHex('01141234FFFFFFFFFF'), fromHex('02241234FFFFFFFFFF')],
  'pin-block-account': [utf8Encode('6226097806938388')],
  'pin-block-enciphered': [
    Uint8Array.of(0, ...encipherPinBlock(tdesPin, '123456', { format: 0, pan: PAN })),
    Uint8Array.of(4, ...encipherPinBlock(aesPin, '123456', { format: 4, pan: PAN })),
  ],
  'key-block-unwrap': VERSIONS.map(wrapped),
  'key-block-body': VERSIONS.map(wrapped),
  'pin-field-4': [fromHex('441234AAAAAAAAAA2F69ADDE2E9E7ACE')],
  'pin-field-without-pan': [fromHex('06123456FFFFFFFF')],
  'dukpt-aes-ksn': [fromHex('A1B2C3D4E5F607180000FFFE')],
  'dukpt-tdes-ksn': [fromHex('FFFF9876543210E007FE')],
  'key-hex': [utf8Encode(HEX)],
  'cup-ecb-mac': [utf8Encode('0200302004C020C09811')],
};

function wrapped(version: KeyBlockVersion): Uint8Array {
  const kbpk = version === 'D' || version === 'E' ? aesKbpk : tdesKbpk;
  const optionalBlocks = [{ id: 'KS', data: '00604B120F9292800000' }];
  const description = { version, keyUsage: 'D0', modeOfUse: 'B', exportability: 'E', optionalBlocks };
  return utf8Encode(wrapKeyBlock(kbpk, importKey(HEX, { algorithm: 'TDES', usage: 'data' }), description));
}

function formatOf(input: Uint8Array): PinBlockFormat {
  return ((input[0] ?? 0) % 5) as PinBlockFormat;
}

function latin1(input: Uint8Array): string {
  let text = '';
  for (const byte of input) text += String.fromCharCode(byte);
  return text;
}
