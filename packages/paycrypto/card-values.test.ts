import { fromHex } from '@zhanggui/base';
import {
  CryptoRefusal,
  CVV2_SERVICE_CODE,
  computeCavv,
  computeCvc3,
  computeCvv,
  computeDcvv,
  computeIbm3624Offset,
  computeIbm3624Pin,
  computePvv,
  decimalise,
  deriveCardMasterKey,
  ICVV_SERVICE_CODE,
  importKey,
  verifyCvv,
  verifyIbm3624Pin,
  verifyPvv,
} from '@zhanggui/paycrypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const HEX = '0123456789ABCDEFFEDCBA9876543210';
const cvk = importKey(HEX, { algorithm: 'TDES', usage: 'cvk' });
const pvk = importKey(HEX, { algorithm: 'TDES', usage: 'pvk' });
const card = { pan: '4123456789012345', expiry: '8701', serviceCode: '101' };
const cardKey = deriveCardMasterKey(importKey(HEX, { algorithm: 'TDES', usage: 'emv-issuer-master' }), card, 'A');

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof CryptoRefusal) return error.code;
    throw error;
  }
  return 'nothing was refused';
}

const digits = (minimum: number, maximum = minimum) => fc.stringMatching(new RegExp(`^\\d{${minimum},${maximum}}$`));

describe('decimalisation', () => {
  test('takes digits first and then letters less ten', () => {
    expect(decimalise(fromHex('A1B2C3'), 3)).toBe('123');
    expect(decimalise(fromHex('A1B2C3'), 6)).toBe('123012');
    expect(decimalise(fromHex('FFFF'), 4)).toBe('5555');
    expect(decimalise('A1B', 3)).toBe('101');
    expect(codeOf(() => decimalise('A1G', 1))).toBe('decimalise-text');
  });

  test('refuses more digits than there are, and none', () => {
    for (const count of [0, 5, 1.5, -1])
      expect(codeOf(() => decimalise(fromHex('FFFF'), count))).toBe('decimalise-length');
  });

  test('gives as many decimal digits as were asked for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 20 }), fc.nat(), (bytes, seed) => {
        const count = 1 + (seed % (bytes.length * 2));
        expect(decimalise(bytes, count)).toMatch(new RegExp(`^\\d{${count}}$`));
      }),
    );
  });
});

describe('card verification values', () => {
  test('CVV, CVV2 and iCVV differ by their service code and verify', () => {
    const values = [card.serviceCode, CVV2_SERVICE_CODE, ICVV_SERVICE_CODE].map((serviceCode) =>
      computeCvv(cvk, { ...card, serviceCode }),
    );
    expect(values[0]).toBe('561');
    expect(new Set(values).size).toBe(3);
    expect(verifyCvv(cvk, card, '561')).toBe(true);
    expect(verifyCvv(cvk, card, '562')).toBe(false);
    expect(codeOf(() => verifyCvv(cvk, card, '5611'))).toBe('digits');
  });

  test('a CAVV is the CVV of its number and result codes', () => {
    const cavv = computeCavv(cvk, {
      pan: card.pan,
      unpredictableNumber: '1108',
      authenticationResultCode: '1',
      secondFactorCode: '00',
    });
    expect(cavv).toBe(computeCvv(cvk, { pan: card.pan, expiry: '1108', serviceCode: '100' }));
  });

  test('a dCVV is the CVV of the PAN that begins with the counter, under the card’s own key', () => {
    const asCvk = importKey(HEX, { algorithm: 'TDES', usage: 'emv-card-master' });
    expect(computeDcvv(asCvk, { ...card, atc: '0042' })).toBe(computeCvv(cvk, { ...card, pan: '0042456789012345' }));
  });

  test('a CVC3 from the track is the one from its stored MAC', () => {
    const atc = fromHex('005E');
    const unpredictableNumber = fromHex('00000899');
    const track = fromHex('5123456789012345D35121010000000000000F');
    const first = computeCvc3(cardKey, { track, atc, unpredictableNumber });
    expect(computeCvc3(cardKey, { ivCvc3: first.ivCvc3, atc, unpredictableNumber })).toEqual(first);
    expect(first.digits).toMatch(/^\d{5}$/);
    expect(codeOf(() => computeCvc3(cardKey, { track, ivCvc3: first.ivCvc3, atc, unpredictableNumber }))).toBe(
      'cvc3-input',
    );
    expect(codeOf(() => computeCvc3(cardKey, { atc, unpredictableNumber }))).toBe('cvc3-input');
    expect(codeOf(() => computeCvc3(cardKey, { track, atc: track, unpredictableNumber }))).toBe('length');
  });

  test('wrong lengths, letters, single-length and foreign keys are refused without being shown', () => {
    const refused: readonly (readonly [string, () => unknown])[] = [
      ['digits', () => computeCvv(cvk, { ...card, pan: '41234567890123456789' })],
      ['digits', () => computeCvv(cvk, { ...card, pan: '41234567A9012345' })],
      ['digits', () => computeCvv(cvk, { ...card, expiry: '870' })],
      ['digits', () => computeCvv(cvk, { ...card, serviceCode: '1010' })],
      ['key-usage', () => computeCvv(pvk, card)],
      ['key-length', () => computeCvv(importKey(HEX + HEX.slice(0, 16), { algorithm: 'TDES', usage: 'cvk' }), card)],
      ['key-algorithm', () => computeCvv(importKey(HEX, { algorithm: 'AES', usage: 'cvk' }), card)],
      ['key-usage', () => computeDcvv(cvk, { ...card, atc: '0042' })],
    ];
    for (const [code, run] of refused) expect(codeOf(run)).toBe(code);
    expect(() => computeCvv(cvk, { ...card, pan: '4123456789012345X' })).toThrow(/^(?!.*4123)/);
  });
});

describe('PIN verification values', () => {
  test('four digits of the PIN are verified, and a longer one is not taken for them', () => {
    const input = { pan: '1122334455667788', pvki: '1', pin: '4524' };
    expect(computePvv(pvk, input)).toBe('8523');
    expect(codeOf(() => computePvv(pvk, { ...input, pin: '452499' }))).toBe('digits');
    expect(verifyPvv(pvk, input, '8523')).toBe(true);
    expect(verifyPvv(pvk, input, '8524')).toBe(false);
  });

  test('short PINs and account numbers, another index and other keys are refused', () => {
    const input = { pan: '1122334455667788', pvki: '1', pin: '4524' };
    expect(codeOf(() => computePvv(pvk, { ...input, pin: '452' }))).toBe('digits');
    expect(codeOf(() => computePvv(pvk, { ...input, pan: '11223344556' }))).toBe('digits');
    expect(codeOf(() => computePvv(pvk, { ...input, pvki: '12' }))).toBe('digits');
    expect(codeOf(() => computePvv(cvk, input))).toBe('key-usage');
  });
});

describe('IBM 3624', () => {
  const scheme = { decimalisationTable: '0123456789012345', start: 0, length: 12, pad: 'F' };

  test('the offset of a PIN leads back to the PIN, for any account, table and length', () => {
    fc.assert(
      fc.property(digits(13, 19), digits(16), digits(4, 16), (pan, decimalisationTable, pin) => {
        const own = { ...scheme, decimalisationTable };
        const offset = computeIbm3624Offset(pvk, pan, own, pin);
        expect(computeIbm3624Pin(pvk, pan, own, offset)).toBe(pin);
        expect(verifyIbm3624Pin(pvk, pan, own, { offset, pin })).toBe(true);
      }),
    );
  });

  test('another PIN is not verified', () => {
    const pan = '1122334455667788';
    const offset = computeIbm3624Offset(pvk, pan, scheme, '1234');
    expect(verifyIbm3624Pin(pvk, pan, scheme, { offset, pin: '1235' })).toBe(false);
    expect(verifyIbm3624Pin(pvk, pan, scheme, { offset, pin: '12340' })).toBe(false);
  });

  test('validation data outside the account number and malformed parameters are refused', () => {
    const compute = (change: Partial<typeof scheme>, offset = '0000') =>
      codeOf(() => computeIbm3624Pin(pvk, '1122334455667788', { ...scheme, ...change }, offset));
    expect(compute({ start: 5 })).toBe('validation-data');
    expect(compute({ start: -1 })).toBe('validation-data');
    expect(compute({ length: 0 })).toBe('validation-data');
    expect(compute({ pad: 'G' })).toBe('pad');
    expect(compute({ decimalisationTable: '012345678901234' })).toBe('digits');
    expect(compute({}, '000')).toBe('digits');
    expect(compute({}, '0'.repeat(17))).toBe('digits');
  });
});
