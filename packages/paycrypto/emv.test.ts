import { concatBytes, fromHex, toHex, xorBytes } from '@zhanggui/base';
import {
  arpcMatches,
  CryptoRefusal,
  computeArpc1,
  computeArpc2,
  computeCryptogram,
  computeScriptMac,
  counterDiversifier,
  deriveCardMasterKey,
  deriveCommonSessionKey,
  deriveCryptogramKey,
  deriveScriptKey,
  deriveTreeSessionKey,
  deriveUnionPaySessionKey,
  deriveVisaSessionKey,
  EMV_PROFILES,
  encryptScriptData,
  hasOddParity,
  importKey,
  mastercardDiversifier,
  mastercardPinChangeBlock,
  pinChangeBlock,
  pinChangeCommand,
  revealKeyBytes,
  type ScriptEncipherment,
  type SecretKey,
  scriptMacContext,
  verifyCryptogram,
  verifyScriptMac,
  visaPinChangeBlock,
} from '@zhanggui/paycrypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cipherOf } from './key.ts';

const HEX = '0123456789ABCDEFFEDCBA9876543210';
const issuerKey = importKey(HEX, { algorithm: 'TDES', usage: 'emv-issuer-master' });
const cardKey = deriveCardMasterKey(issuerKey, { pan: '1234567890123456' }, 'A');
const session = deriveCommonSessionKey(cardKey, fromHex('001C000000000000'));
const atc = fromHex('001C');
const arqc = fromHex('19C1FBC83EBDC0D5');

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof CryptoRefusal) return error.code;
    throw error;
  }
  return 'nothing was refused';
}

const hexOf = (key: SecretKey) => toHex(revealKeyBytes(key));
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

describe('keys', () => {
  test('option B is option A up to sixteen digits and another key beyond', () => {
    const derive = (pan: string, option: 'A' | 'B') => hexOf(deriveCardMasterKey(issuerKey, { pan }, option));
    expect(derive('1234567890123456', 'B')).toBe(derive('1234567890123456', 'A'));
    expect(derive('12345678901234567', 'B')).not.toBe(derive('12345678901234567', 'A'));
  });

  test('a card without a sequence number has number 00', () => {
    const pan = '1234567890123456';
    expect(hexOf(deriveCardMasterKey(issuerKey, { pan, panSequenceNumber: '00' }, 'A'))).toBe(hexOf(cardKey));
    expect(hexOf(deriveCardMasterKey(issuerKey, { pan, panSequenceNumber: '01' }, 'A'))).not.toBe(hexOf(cardKey));
  });

  test('every derived key has odd parity and its own usage', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{12,19}$/), bytes(2), bytes(4), (pan, counter, number) => {
        const card = deriveCardMasterKey(issuerKey, { pan }, 'B');
        const keys = [
          deriveCommonSessionKey(card, counterDiversifier(counter)),
          deriveCommonSessionKey(card, mastercardDiversifier(counter, number)),
          deriveVisaSessionKey(card, counter),
          deriveUnionPaySessionKey(card, counter),
          deriveTreeSessionKey(card, counter, { branchFactor: 4, height: 8 }),
        ];
        expect(hasOddParity(revealKeyBytes(card))).toBe(true);
        expect(card.usage).toBe('emv-card-master');
        for (const key of keys) expect(hasOddParity(revealKeyBytes(key)) && key.usage === 'emv-session').toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  test('neighbouring counters of one tree have different keys, and both shapes of tree reach the last', () => {
    for (const tree of [
      { branchFactor: 4, height: 8 },
      { branchFactor: 2, height: 16 },
    ]) {
      const keys = ['0000', '0001', '0004', 'FFFE', 'FFFF'].map((counter) =>
        hexOf(deriveTreeSessionKey(cardKey, fromHex(counter), tree)),
      );
      expect(new Set(keys).size).toBe(5);
    }
  });

  test('a tree too small, a short counter, wrong keys and digits are refused', () => {
    expect(codeOf(() => deriveTreeSessionKey(cardKey, atc, { branchFactor: 4, height: 7 }))).toBe('tree');
    expect(codeOf(() => deriveTreeSessionKey(cardKey, atc, { branchFactor: 1, height: 16 }))).toBe('tree');
    expect(codeOf(() => deriveTreeSessionKey(cardKey, atc, { branchFactor: 4, height: 8, iv: atc }))).toBe('length');
    expect(codeOf(() => deriveVisaSessionKey(cardKey, fromHex('1C')))).toBe('length');
    expect(codeOf(() => deriveCommonSessionKey(cardKey, atc))).toBe('length');
    expect(codeOf(() => deriveCommonSessionKey(issuerKey, arqc))).toBe('key-usage');
    expect(codeOf(() => deriveCardMasterKey(cardKey, { pan: '1234567890123456' }, 'A'))).toBe('key-usage');
    expect(codeOf(() => deriveCardMasterKey(issuerKey, { pan: '12345678901234567890' }, 'A'))).toBe('digits');
    const triple = importKey(HEX + HEX.slice(0, 16), { algorithm: 'TDES', usage: 'emv-issuer-master' });
    expect(codeOf(() => deriveCardMasterKey(triple, { pan: '1234567890123456' }, 'A'))).toBe('key-length');
  });
});

describe('cryptograms and responses', () => {
  test('the two paddings agree on whole blocks only where method 2 adds one', () => {
    const data = fromHex('0123456789ABCDEF0123456789ABCDEF');
    expect(toHex(computeCryptogram(session, data, { padding: 'zeros' }))).not.toBe(
      toHex(computeCryptogram(session, data)),
    );
    const filled = concatBytes(data, fromHex('80'));
    expect(toHex(computeCryptogram(session, filled, { padding: 'zeros' }))).toBe(
      toHex(computeCryptogram(session, data)),
    );
  });

  test('a cryptogram verifies, and not after any bit of it has changed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 80 }), fc.nat(63), (data, bit) => {
        const cryptogram = computeCryptogram(session, data);
        expect(verifyCryptogram(session, data, cryptogram)).toBe(true);
        const changed = cryptogram.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
        expect(verifyCryptogram(session, data, changed)).toBe(false);
      }),
    );
    expect(codeOf(() => verifyCryptogram(session, arqc, arqc.subarray(1)))).toBe('length');
    expect(codeOf(() => computeCryptogram(session, new Uint8Array(0)))).toBe('cryptogram-data');
    expect(codeOf(() => computeCryptogram(session, arqc, { length: 3 }))).toBe('mac-length');
    expect(codeOf(() => computeCryptogram(issuerKey, arqc))).toBe('key-usage');
  });

  test('method 1 gives the ARQC back when it is deciphered with the response code', () => {
    const arpc = computeArpc1(session, arqc, fromHex('3030'));
    const deciphered = cipherOf(session).decryptEcb(arpc);
    expect(toHex(xorBytes(deciphered, fromHex('3030000000000000')))).toBe(toHex(arqc));
    expect(arpcMatches(arpc, arpc.slice())).toBe(true);
    expect(arpcMatches(arpc, arqc)).toBe(false);
  });

  test('method 2 covers the issuer’s own data', () => {
    const csu = fromHex('00120000');
    const plain = computeArpc2(session, arqc, csu);
    expect(plain.length).toBe(4);
    expect(toHex(computeArpc2(session, arqc, csu, fromHex('01')))).not.toBe(toHex(plain));
  });

  test('wrong lengths are refused', () => {
    expect(codeOf(() => computeArpc1(session, arqc, fromHex('30')))).toBe('length');
    expect(codeOf(() => computeArpc1(session, arqc.subarray(1), fromHex('3030')))).toBe('length');
    expect(codeOf(() => computeArpc2(session, arqc, fromHex('1234567890')))).toBe('length');
    expect(codeOf(() => computeArpc2(session, arqc, fromHex('00120000'), new Uint8Array(9)))).toBe('proprietary-data');
  });
});

describe('scripts', () => {
  test('each encipherment pads as it should', () => {
    const length = (method: ScriptEncipherment, count: number) =>
      encryptScriptData(session, new Uint8Array(count), method).length;
    expect([7, 8, 9].map((count) => length('emv', count))).toEqual([8, 16, 16]);
    expect([7, 8, 9].map((count) => length('mastercard', count))).toEqual([8, 8, 16]);
    expect([6, 7, 8].map((count) => length('visa', count))).toEqual([8, 16, 16]);
    expect([6, 7, 8].map((count) => length('unionpay', count))).toEqual([8, 8, 16]);
    expect(codeOf(() => length('visa', 0))).toBe('script-data');
    expect(codeOf(() => length('visa', 256))).toBe('script-data');
  });

  test('Visa’s PIN change block hides the PIN under the card key, and the current PIN where asked', () => {
    const documented = importKey(HEX, { algorithm: 'TDES', usage: 'emv-card-master' });
    expect(toHex(visaPinChangeBlock(documented, '1234'))).toBe('041234FF76543210');
    expect(toHex(visaPinChangeBlock(documented, '1234', '4321'))).toBe('473334FF76543210');
    expect(toHex(mastercardPinChangeBlock('123456789012'))).toBe('2C123456789012FF');
    expect(codeOf(() => visaPinChangeBlock(documented, '123'))).toBe('digits');
    expect(codeOf(() => visaPinChangeBlock(documented, '1234', '43211234567890'))).toBe('digits');
  });

  test('a PIN change says its true length and carries the MAC of everything', () => {
    const change = {
      header: fromHex('8424000210'),
      pinBlock: mastercardPinChangeBlock('9999'),
      encipherment: 'mastercard',
      macContext: concatBytes(atc, arqc),
    } as const;
    const command = pinChangeCommand(session, session, change);
    expect(command.length).toBe(5 + 16);
    const covered = concatBytes(change.header, change.macContext, command.slice(5, 13));
    expect(verifyScriptMac(session, covered, command.slice(13))).toBe(true);
    expect(toHex(computeScriptMac(session, covered, 4))).toBe(toHex(command.slice(13, 17)));
    expect(codeOf(() => pinChangeCommand(session, session, { ...change, header: fromHex('8424000218') }))).toBe(
      'length',
    );
    expect(codeOf(() => pinChangeCommand(session, session, { ...change, header: fromHex('84240002') }))).toBe('length');
  });
});

describe('profiles', () => {
  test('each says which key makes the cryptogram', () => {
    const context = { atc, unpredictableNumber: fromHex('ABCDEF12') };
    const key = (name: keyof typeof EMV_PROFILES) => hexOf(deriveCryptogramKey(cardKey, EMV_PROFILES[name], context));
    expect(key('visa-10')).toBe(hexOf(cardKey));
    expect(key('visa-18')).toBe(hexOf(session));
    expect(key('mchip-20')).toBe(key('visa-22'));
    expect(key('mchip-17')).toBe(key('interac-133'));
    expect(key('unionpay-01')).toBe(hexOf(deriveUnionPaySessionKey(cardKey, atc)));
  });

  test('each says which key makes scripts and what their MAC covers', () => {
    const key = (name: keyof typeof EMV_PROFILES) => hexOf(deriveScriptKey(cardKey, EMV_PROFILES[name], atc, arqc));
    expect(key('visa-10')).toBe(hexOf(deriveVisaSessionKey(cardKey, atc)));
    expect(key('visa-18')).toBe(key('visa-10'));
    expect(key('visa-22')).toBe(hexOf(deriveCommonSessionKey(cardKey, arqc)));
    expect(key('mchip-21')).toBe(hexOf(deriveCommonSessionKey(cardKey, arqc)));
    expect(key('unionpay-01')).toBe(hexOf(deriveUnionPaySessionKey(cardKey, atc)));
    expect(toHex(scriptMacContext(EMV_PROFILES['visa-18'], atc, arqc))).toBe('001C19C1FBC83EBDC0D5');
    expect(scriptMacContext(EMV_PROFILES['interac-133'], atc, arqc).length).toBe(0);
  });
});

test.each<[keyof typeof EMV_PROFILES, 'visa' | 'format 2', 'visa' | 'format 2']>([
  ['visa-10', 'visa', 'visa'],
  ['visa-18', 'visa', 'visa'],
  ['visa-22', 'format 2', 'visa'],
  ['mchip-16', 'format 2', 'format 2'],
  ['interac-133', 'format 2', 'format 2'],
  ['unionpay-01', 'visa', 'visa'],
])('under %s a PIN change has the block %s, and with the current PIN %s', (name, alone, withCurrent) => {
  const blocks = (currentPin?: string) => ({
    visa: toHex(visaPinChangeBlock(cardKey, '9999', currentPin)),
    'format 2': toHex(mastercardPinChangeBlock('9999')),
  });
  expect(toHex(pinChangeBlock(EMV_PROFILES[name], cardKey, '9999'))).toBe(blocks()[alone]);
  expect(toHex(pinChangeBlock(EMV_PROFILES[name], cardKey, '9999', '1234'))).toBe(blocks('1234')[withCurrent]);
});

test('UnionPay’s session key is the counter and its complement under the card key', () => {
  const key = deriveUnionPaySessionKey(importKey(HEX, { algorithm: 'TDES', usage: 'emv-card-master' }), atc);
  const expected = fromHex('000000000000001C000000000000FFE3');
  const enciphered = cipherOf(importKey(HEX, { algorithm: 'TDES', usage: 'data' })).encryptEcb(expected);
  expect(revealKeyBytes(key).map((byte) => byte & 0xfe)).toEqual(enciphered.map((byte) => byte & 0xfe));
});
