import { concatBytes, equalBytes, xorBytes } from '@zhanggui/base';
import { packDigits, requireDigits, requireLength } from './digits.ts';
import { cipherOf, keyBytes, requireKey, type SecretKey } from './key.ts';
import { padIso9797, retailMac } from './mac.ts';
import { encodePinBlock } from './pin-block.ts';
import { requireThat } from './refusal.ts';

/**
 * How command data is enciphered. `emv`: always padded with 80 and zeros, CBC; `mastercard`: padded only where needed, CBC; `visa`:
 * a length byte in front, always padded, ECB; `unionpay`: a length byte in front, padded only where needed, ECB.
 */
export type ScriptEncipherment = 'emv' | 'mastercard' | 'visa' | 'unionpay';

const BLOCK = 8;

/**
 * MAC of an issuer's script command, 4 to 8 bytes (EMV Book 2 clause 9.2.3, format 2): over the five bytes of the header, what the
 * scheme adds (mostly ATC and ARQC), and the command data as it is sent.
 * @throws CryptoRefusal `mac-length`, `key-algorithm`, `key-usage`, `key-length`.
 */
export function computeScriptMac(key: SecretKey, command: Uint8Array, length = BLOCK): Uint8Array {
  requireKey(key, ['TDES'], ['emv-session']);
  return retailMac(key, command, { padding: 2, length });
}

/** Whether `mac` is that of the command; the comparison takes constant time. */
export function verifyScriptMac(key: SecretKey, command: Uint8Array, mac: Uint8Array): boolean {
  return equalBytes(computeScriptMac(key, command, mac.length), mac);
}

/**
 * Command data enciphered for the card (EMV Book 2 clause 9.3; VIS; M/Chip 4; JR/T 0025.7).
 * @throws CryptoRefusal `script-data` when there is none or more than 255 bytes, `key-algorithm`, `key-usage`, `key-length`.
 */
export function encryptScriptData(key: SecretKey, data: Uint8Array, method: ScriptEncipherment): Uint8Array {
  requireKey(key, ['TDES'], ['emv-session']);
  requireThat(key.length === 16, 'key-length', 'an EMV key has 16 bytes');
  requireThat(data.length > 0 && data.length <= 0xff, 'script-data', 'command data has 1 to 255 bytes');
  const cipher = cipherOf(key);
  const withLength = concatBytes(Uint8Array.of(data.length), data);
  switch (method) {
    case 'emv':
      return cipher.encryptCbc(padIso9797(data, 2), new Uint8Array(BLOCK));
    case 'mastercard':
      return cipher.encryptCbc(paddedWhereNeeded(data), new Uint8Array(BLOCK));
    case 'visa':
      return cipher.encryptEcb(padIso9797(withLength, 2));
    case 'unionpay':
      return cipher.encryptEcb(paddedWhereNeeded(withLength));
  }
}

/**
 * Clear block that changes or sets a PIN on Visa and UnionPay cards (VIS; JR/T 0025.7): length, new PIN, filled with
 * F, exclusive or four bytes of the card's cryptogram key and, if it is asked, the current PIN.
 * @throws CryptoRefusal `digits`, `key-algorithm`, `key-usage`, `key-length`.
 */
export function visaPinChangeBlock(cardKey: SecretKey, newPin: string, currentPin?: string): Uint8Array {
  requireKey(cardKey, ['TDES'], ['emv-card-master']);
  requireLength(keyBytes(cardKey), 16, 'cardKey');
  requireDigits(newPin, 4, 12, 'newPin');
  const field = packDigits(`0${newPin.length.toString(16)}${newPin}`.padEnd(16, 'F'));
  const block = xorBytes(field, concatBytes(new Uint8Array(4), keyBytes(cardKey).subarray(4, 8)));
  if (currentPin === undefined) return block;
  requireDigits(currentPin, 4, 12, 'currentPin');
  return xorBytes(block, packDigits(currentPin.padEnd(16, '0')));
}

/** Clear block that changes a PIN on Mastercard cards: ISO 9564-1 format 2. */
export function mastercardPinChangeBlock(newPin: string): Uint8Array {
  return encodePinBlock(newPin, { format: 2 });
}

/** The parts of a PIN change command. */
export interface PinChange {
  /** CLA INS P1 P2 Lc. */
  readonly header: Uint8Array;
  /** Clear block from `visaPinChangeBlock` or `mastercardPinChangeBlock`. */
  readonly pinBlock: Uint8Array;
  readonly encipherment: ScriptEncipherment;
  /** What the MAC covers between header and data without being sent: ATC and ARQC where the scheme says so. */
  readonly macContext?: Uint8Array;
}

/**
 * The whole command: header, enciphered PIN block, MAC of 8 bytes (EMV Book 3 clause 6.5.10, PIN CHANGE/UNBLOCK).
 * @throws CryptoRefusal `length` when the header has not 5 bytes or its Lc is not that of the command; as the parts.
 */
export function pinChangeCommand(macKey: SecretKey, enciphermentKey: SecretKey, change: PinChange): Uint8Array {
  const { header, pinBlock, encipherment, macContext = new Uint8Array(0) } = change;
  requireLength(header, 5, 'header');
  const enciphered = encryptScriptData(enciphermentKey, pinBlock, encipherment);
  requireThat(header[4] === enciphered.length + BLOCK, 'length', 'the header says another length than the command has');
  const mac = computeScriptMac(macKey, concatBytes(header, macContext, enciphered));
  return concatBytes(header, enciphered, mac);
}

function paddedWhereNeeded(data: Uint8Array): Uint8Array {
  return data.length % BLOCK === 0 ? data : padIso9797(data, 2);
}
