import { constants, createHash, generateKeyPairSync, type KeyObject, privateEncrypt } from 'node:crypto';
import { concatBytes, fromHex, toHex } from '@zhanggui/base';
import { sm2Sign } from '@zhanggui/paycrypto/sm2.ts';
import { generateSm2Key, type Sm2PrivateKey } from '@zhanggui/paycrypto/sm2-key.ts';
import { sm3 } from '@zhanggui/paycrypto/sm3.ts';
import { expect, test } from 'vitest';
import {
  authenticateCombined,
  authenticateDynamic,
  authenticateStatic,
  type CaKey,
  caKeyCheckSum,
  checkCaKey,
  EmvRefusal,
  encodeCaKey,
  encodeTlv,
  findCaKey,
  type OdaKey,
  openSignedDynamicData,
  parseCaKey,
  type RsaPublicKey,
  readSmIccCertificate,
  readSmIssuerCertificate,
  recoverIccKey,
  recoverIssuerKey,
  recoverRsa,
  requireIccKey,
  staticData,
  verifyCda,
  verifyDda,
  verifySda,
  verifySmDda,
  verifySmSda,
} from './index.ts';

interface Signer {
  readonly key: KeyObject;
  readonly publicKey: RsaPublicKey;
}

const PAN = fromHex('6210948000000011');
const TODAY = fromHex('261122');
const THREE = Uint8Array.of(3);
const STATIC = fromHex('5F24033012315A086210948000000011');
const NOTHING: Uint8Array = new Uint8Array(0);

function signer(bits: number): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: bits, publicExponent: 3 });
  const modulus = Uint8Array.from(Buffer.from(publicKey.export({ format: 'jwk' }).n ?? '', 'base64url'));
  return { key: privateKey, publicKey: { modulus, exponent: THREE } };
}

const sha1 = (...parts: readonly Uint8Array[]): Uint8Array =>
  createHash('sha1')
    .update(concatBytes(...parts))
    .digest();

/** Signs as EMV Book 2 Annex A2.1 says: 6A, content, hash of content and rest, BC. */
function sign({ key, publicKey }: Signer, content: Uint8Array, rest: Uint8Array): Uint8Array {
  const padded = new Uint8Array(publicKey.modulus.length - 22).fill(0xbb);
  padded.set(content);
  const data = concatBytes(Uint8Array.of(0x6a), padded, sha1(padded, rest), Uint8Array.of(0xbc));
  return Uint8Array.from(privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, data));
}

/** A certificate over a key, with what did not fit as its remainder. */
function certify(
  by: Signer,
  head: string,
  subject: Signer,
  space: number,
  rest: Uint8Array,
): { certificate: Uint8Array; remainder: Uint8Array } {
  const { modulus } = subject.publicKey;
  const remainder = modulus.subarray(Math.min(space, modulus.length));
  const lengths = Uint8Array.of(0x01, 0x01, modulus.length, 1);
  const content = concatBytes(fromHex(head), lengths, modulus.subarray(0, space));
  return { certificate: sign(by, content, concatBytes(remainder, THREE, rest)), remainder };
}

const authority = signer(1152);
const issuer = signer(1152);
const card = signer(1024);
const issuerPart = certify(authority, '02621094FF1230000001', issuer, 144 - 36, NOTHING);
const cardPart = certify(issuer, '046210948000000011FFFF1230000002', card, 144 - 42, STATIC);

const issuerInput = { ...issuerPart, exponent: THREE, pan: PAN, transactionDate: TODAY };
const cardInput = { ...cardPart, exponent: THREE, pan: PAN, transactionDate: TODAY, staticData: STATIC };

test('a chain of certificates gives the keys that were certified', () => {
  const issuerKey = recoverIssuerKey(authority.publicKey, issuerInput);
  expect(issuerKey).toMatchObject({ issuerId: '621094FF', expiry: '1230', serial: '000001' });
  expect(issuerKey.modulus).toEqual(issuer.publicKey.modulus);
  const cardKey = requireIccKey(issuerKey, cardInput);
  expect(cardKey).toMatchObject({ pan: '6210948000000011FFFF', serial: '000002', hashValid: true });
  expect(cardKey.modulus).toEqual(card.publicKey.modulus);
});

test.each([
  ['another PAN', { pan: fromHex('6225948000000011') }, 'issuer-mismatch'],
  ['a day after the expiry month', { transactionDate: fromHex('310101') }, 'certificate-expired'],
  ['another exponent', { exponent: fromHex('010001') }, 'hash-mismatch'],
  ['a changed remainder', { remainder: issuerPart.remainder.with(0, 0) }, 'hash-mismatch'],
  ['a certificate of another length', { certificate: issuerPart.certificate.subarray(1) }, 'signature-length'],
  [
    'a changed certificate',
    { certificate: issuerPart.certificate.with(9, (issuerPart.certificate[9] ?? 0) ^ 1) },
    'recovered-malformed',
  ],
])('the issuer certificate is refused for %s', (_, change, code) => {
  expect(() => recoverIssuerKey(authority.publicKey, { ...issuerInput, ...change })).toThrow(
    expect.objectContaining({ code }) as Error,
  );
});

test.each([
  ['another PAN', { pan: fromHex('6210948000000029') }, 'pan-mismatch'],
  ['its expiry', { transactionDate: fromHex('310101') }, 'certificate-expired'],
  ['other static data', { staticData: fromHex('5F2403301231') }, 'hash-mismatch'],
])('the card certificate is refused for %s', (_, change, code) => {
  expect(() => requireIccKey(issuer.publicKey, { ...cardInput, ...change })).toThrow(
    expect.objectContaining({ code }) as Error,
  );
});

test('a key whose hash cannot be checked is told apart, and is not enough', () => {
  const { staticData: _, ...withoutStaticData } = cardInput;
  expect(recoverIccKey(issuer.publicKey, withoutStaticData).hashValid).toBeUndefined();
  expect(() => requireIccKey(issuer.publicKey, withoutStaticData)).toThrow(EmvRefusal);
});

test('static data authentication gives the data authentication code or fails', () => {
  const signature = sign(issuer, fromHex('0301DAC5'), STATIC);
  expect(verifySda(issuer.publicKey, signature, STATIC)).toEqual({ outcome: 'authenticated', value: fromHex('DAC5') });
  expect(verifySda(issuer.publicKey, signature, fromHex('00'))).toEqual({ outcome: 'failed', reason: 'hash-mismatch' });
  expect(verifySda(issuer.publicKey, NOTHING, STATIC)).toEqual({ outcome: 'failed', reason: 'signature-length' });
});

test('dynamic data authentication gives the dynamic number or fails', () => {
  const signature = sign(card, fromHex('05010302AABB'), fromHex('01020304'));
  expect(verifyDda(card.publicKey, signature, fromHex('01020304'))).toEqual({
    outcome: 'authenticated',
    value: fromHex('AABB'),
  });
  expect(verifyDda(card.publicKey, signature, fromHex('01020305')).outcome).toBe('failed');
  const lying = sign(card, fromHex('05010309AABB'), NOTHING);
  expect(() => openSignedDynamicData(card.publicKey, lying)).toThrow(/lengths/);
});

test('combined authentication holds the answer to what was exchanged', () => {
  const [cid, atc, iad] = [fromHex('80'), fromHex('0006'), fromHex('07010103A0A802')];
  const [unpredictableNumber, pdolData, cdol1Data] = [
    fromHex('CAFEBABE'),
    fromHex('36000000'),
    fromHex('000000006580'),
  ];
  const others = [
    { tag: '9F27', value: cid },
    { tag: '9F36', value: atc },
    { tag: '9F10', value: iad },
  ];
  const hash = sha1(pdolData, cdol1Data, encodeTlv(others));
  const cryptogram = fromHex('0011223344556677');
  const dynamic = concatBytes(fromHex('02AABB'), cid, cryptogram, hash);
  const signature = sign(card, concatBytes(Uint8Array.of(0x05, 0x01, dynamic.length), dynamic), unpredictableNumber);
  const answerOf = (value: Uint8Array, rest = others): Uint8Array =>
    encodeTlv([{ tag: '77', value: [...rest.slice(0, 2), { tag: '9F4B', value }, ...rest.slice(2)] }]);
  const input = { answer: answerOf(signature), unpredictableNumber, pdolData, cdol1Data };
  expect(verifyCda(card.publicKey, input)).toEqual({
    outcome: 'authenticated',
    value: cryptogram,
    iccDynamicNumber: fromHex('AABB'),
  });
  expect(verifyCda(card.publicKey, { ...input, cdol1Data: fromHex('000000006581') }).outcome).toBe('failed');
  const downgraded = [{ tag: '9F27', value: fromHex('40') }, ...others.slice(1)];
  expect(verifyCda(card.publicKey, { ...input, answer: answerOf(signature, downgraded) }).outcome).toBe('failed');
  expect(verifyCda(card.publicKey, { ...input, answer: fromHex('7700') }).outcome).toBe('failed');
});

test('the tag list may add the interchange profile to the static data, and nothing else', () => {
  expect(toHex(staticData(fromHex('AA'), fromHex('82'), fromHex('7C00')))).toBe('AA7C00');
  expect(toHex(staticData(fromHex('AA'), undefined, fromHex('7C00')))).toBe('AA');
  expect(() => staticData(fromHex('AA'), fromHex('829F36'), fromHex('7C00'))).toThrow(EmvRefusal);
});

test('RSA keys that EMV could not mean are refused before any arithmetic', () => {
  const signature = new Uint8Array(96).fill(1);
  for (const key of [
    { modulus: new Uint8Array(96).fill(9), exponent: fromHex('01') },
    { modulus: new Uint8Array(96).fill(9), exponent: fromHex('01000001') },
    { modulus: new Uint8Array(257).fill(9), exponent: THREE },
    { modulus: new Uint8Array(96), exponent: THREE },
  ])
    expect(() => recoverRsa(signature, key)).toThrow(/RSA key/);
  expect(() =>
    recoverRsa(new Uint8Array(96).fill(9), { modulus: new Uint8Array(96).fill(9), exponent: THREE }),
  ).toThrow(/not below/);
});

const [smAuthority, smIssuer, smCard] = [generateSm2Key(), generateSm2Key(), generateSm2Key()];
const pointOf = (key: Sm2PrivateKey): Uint8Array => key.publicKey.toBytes().subarray(1);

/** The signed bytes with the signature r ‖ s over them and `rest`. */
function smSigned(by: Sm2PrivateKey, signed: Uint8Array, rest: Uint8Array = NOTHING): Uint8Array {
  const { r, s } = sm2Sign(by, concatBytes(signed, rest));
  return concatBytes(signed, r, s);
}

const smHead = (head: string, subject: Sm2PrivateKey): Uint8Array =>
  concatBytes(fromHex(`${head}04001140`), pointOf(subject));

test('a chain of SM2 certificates gives the keys, and signs static and dynamic data', () => {
  const context = { pan: PAN, transactionDate: TODAY };
  const certificate = smSigned(smAuthority, smHead('12621094FF1230000001', smIssuer));
  expect(certificate).toHaveLength(142);
  const issuerKey = readSmIssuerCertificate(pointOf(smAuthority), certificate, context);
  expect(issuerKey).toMatchObject({
    subject: '621094FF',
    expiry: '1230',
    serial: '000001',
    publicKey: pointOf(smIssuer),
  });
  const ofCard = smSigned(smIssuer, smHead('146210948000000011FFFF1230000002', smCard), STATIC);
  const cardKey = readSmIccCertificate(issuerKey.publicKey, ofCard, STATIC, context);
  expect(cardKey.publicKey).toEqual(pointOf(smCard));
  const signedStatic = smSigned(smIssuer, fromHex('13DAC5'), STATIC);
  expect(toHex(verifySmSda(issuerKey.publicKey, signedStatic, STATIC))).toBe('DAC5');
  const signedDynamic = smSigned(smCard, fromHex('150302AABB'), fromHex('01020304'));
  expect(toHex(verifySmDda(cardKey.publicKey, signedDynamic, fromHex('01020304')))).toBe('02AABB');
  expect(() => verifySmDda(cardKey.publicKey, signedDynamic, fromHex('01020305'))).toThrow(/does not hold/);
  expect(() => verifySmSda(issuerKey.publicKey, signedStatic, NOTHING)).toThrow(/does not hold/);
  expect(() => readSmIccCertificate(issuerKey.publicKey, ofCard, NOTHING, context)).toThrow(/does not hold/);
  expect(() => readSmIssuerCertificate(pointOf(smCard), certificate, context)).toThrow(/does not hold/);
  expect(() => readSmIssuerCertificate(new Uint8Array(64), certificate)).toThrow(/SM2 curve/);
  expect(() => readSmIssuerCertificate(pointOf(smAuthority), certificate.with(0, 0x14))).toThrow(/malformed/);
});

test('either kind of key authenticates a cryptogram with all that was exchanged', () => {
  const [number, cryptogram, cdol1Data] = ['01020304', '1122334455667788', 'AABB'].map((hex) => fromHex(hex));
  if (number === undefined || cryptogram === undefined || cdol1Data === undefined) throw new Error('no data');
  const plain = fromHex('9F2701809F360200079F100101');
  const dynamic = concatBytes(fromHex('02CAFE80'), cryptogram, sm3(concatBytes(cdol1Data, plain)));
  const signature = smSigned(smCard, concatBytes(Uint8Array.of(0x15, dynamic.length), dynamic), number);
  const signed = encodeTlv([{ tag: '9F4B', value: signature }]);
  const answer = concatBytes(Uint8Array.of(0x77, 0x81, plain.length + signed.length), plain, signed);
  const key: OdaKey = { algorithm: 'SM2', point: pointOf(smCard) };
  const input = { answer, unpredictableNumber: number, pdolData: NOTHING, cdol1Data };
  expect(authenticateCombined(key, input)).toEqual({
    outcome: 'authenticated',
    value: cryptogram,
    iccDynamicNumber: fromHex('CAFE'),
  });
  for (const wrong of [
    { cdol1Data: fromHex('AABC') },
    { pdolData: fromHex('01') },
    { unpredictableNumber: fromHex('01020305') },
    { answer: answer.with(answer.indexOf(0x01, 4) + 1, 0x40) },
  ])
    expect(authenticateCombined(key, { ...input, ...wrong }).outcome).toBe('failed');
  const rsa: OdaKey = { algorithm: 'RSA', ...authority.publicKey };
  expect(authenticateCombined(rsa, input)).toEqual({ outcome: 'failed', reason: 'signature-length' });
});

test('dynamic and static data signed with SM2 give what a terminal keeps, or a reason', () => {
  const key: OdaKey = { algorithm: 'SM2', point: pointOf(smCard) };
  const signed = smSigned(smCard, fromHex('150302AABB'), fromHex('01020304'));
  expect(authenticateDynamic(key, signed, fromHex('01020304'))).toEqual({
    outcome: 'authenticated',
    value: fromHex('AABB'),
  });
  expect(authenticateDynamic(key, signed, NOTHING)).toEqual({ outcome: 'failed', reason: 'signature-mismatch' });
  const tooLong = smSigned(smCard, fromHex('150309AABB'), NOTHING);
  expect(authenticateDynamic(key, tooLong, NOTHING)).toEqual({ outcome: 'failed', reason: 'recovered-malformed' });
  const code = smSigned(smCard, fromHex('13DAC5'), STATIC);
  expect(authenticateStatic(key, code, STATIC)).toEqual({ outcome: 'authenticated', value: fromHex('DAC5') });
  expect(authenticateStatic(key, signed, STATIC)).toEqual({ outcome: 'failed', reason: 'signed-data-malformed' });
});

const RSA_CA: CaKey = {
  rid: fromHex('A000000333'),
  index: 0x0b,
  algorithm: 'RSA',
  modulus: authority.publicKey.modulus,
  exponent: THREE,
  expiry: '20301231',
};

test('an authority key survives the download form, in RSA and in SM2, and its check sum is held to it', () => {
  const key = parseCaKey(encodeCaKey(RSA_CA));
  expect(key).toMatchObject({ index: 0x0b, algorithm: 'RSA', expiry: '20301231', modulus: RSA_CA.modulus });
  expect(checkCaKey(key)).toMatchObject({ matches: true, misprint: undefined });
  expect(checkCaKey({ ...key, index: 0x0c }).matches).toBe(false);
  expect(checkCaKey(RSA_CA).matches).toBeUndefined();
  const sm: CaKey = { ...RSA_CA, algorithm: 'SM2', modulus: pointOf(smAuthority), exponent: NOTHING };
  expect(parseCaKey(encodeCaKey(sm))).toMatchObject({ algorithm: 'SM2', checkSum: caKeyCheckSum(sm) });
  expect(findCaKey([RSA_CA], fromHex('A000000333'), 0x0b)).toBe(RSA_CA);
  expect(findCaKey([RSA_CA], fromHex('A000000004'), 0x0b)).toBeUndefined();
});

test('a key with exponent 02 is known by the check sum that public lists print for it, which is that of exponent 03', () => {
  const key = { ...RSA_CA, exponent: Uint8Array.of(2) };
  const printed = caKeyCheckSum({ ...key, exponent: THREE });
  expect(checkCaKey({ ...key, checkSum: printed })).toMatchObject({ matches: false, misprint: printed });
  expect(checkCaKey({ ...key, checkSum: caKeyCheckSum(key) }).matches).toBe(true);
});

test('a download may write its date in ASCII, and is refused where a part is missing or wrong', () => {
  const parts = (expiry: string, algorithm = '01'): string =>
    `9F0605A0000003339F22010BDF05${expiry}DF0701${algorithm}DF0204C0FFEE01DF040103`;
  expect(parseCaKey(fromHex(parts('083230333031323331'))).expiry).toBe('20301231');
  for (const hex of [
    parts('0420301331'),
    parts('0420301231', '02'),
    '9F0605A000000333',
    parts('0420301231').slice(0, -8),
  ])
    expect(() => parseCaKey(fromHex(hex)), hex).toThrow(EmvRefusal);
});
