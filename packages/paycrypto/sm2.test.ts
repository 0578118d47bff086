import { inspect } from 'node:util';
import { fromHex, toHex, utf8Encode } from '@zhanggui/base';
import {
  CryptoRefusal,
  generateSm2Key,
  importSm2Curve,
  importSm2PrivateKey,
  importSm2PublicKey,
  revealSm2PrivateKey,
  SM2_P256V1,
  sm2Decrypt,
  sm2Encrypt,
  sm2EncryptWithNonce,
  sm2Sign,
  sm2SignatureFromDer,
  sm2SignatureToDer,
  sm2SignWithNonce,
  sm2Verify,
  sm2Za,
} from '@zhanggui/paycrypto';
import fc from 'fast-check';
import { sm2 as peer } from 'sm-crypto-v2';
import { describe, expect, test } from 'vitest';

const PRIVATE = '3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8';
const ORDER = SM2_P256V1.order;
const key = importSm2PrivateKey(PRIVATE);
const message = utf8Encode('message digest');

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof CryptoRefusal) return error.code;
    throw error;
  }
  return 'nothing was refused';
}

const scalarHex = (scalar: bigint) => scalar.toString(16).padStart(64, '0');

/** A copy with one bit turned. */
function turned(bytes: Uint8Array, bit: number): Uint8Array {
  const at = bit % (bytes.length * 8);
  return bytes.map((byte, index) => (index === at >> 3 ? byte ^ (1 << (at & 7)) : byte));
}

describe('keys', () => {
  test('a private key shows only what it is, and gives its bytes to the one function that may ask', () => {
    for (const text of [String(key), JSON.stringify({ key }), inspect({ key }, { depth: 9, showHidden: true })])
      expect(text).not.toMatch(/3945208F|\b25901\d+n/i);
    expect(toHex(revealSm2PrivateKey(key))).toBe(PRIVATE);
  });

  test('both forms of a public key are one key', () => {
    const own = generateSm2Key().publicKey;
    for (const form of ['uncompressed', 'compressed'] as const)
      expect(importSm2PublicKey(own.toBytes(form)).toBytes()).toEqual(own.toBytes());
  });

  test('private keys out of range or length are refused', () => {
    for (const scalar of [0n, ORDER - 1n, ORDER, ORDER + 1n])
      expect(codeOf(() => importSm2PrivateKey(scalarHex(scalar)))).toBe('key-range');
    expect(codeOf(() => importSm2PrivateKey(PRIVATE.slice(2)))).toBe('key-length');
    expect(codeOf(() => importSm2PrivateKey(`G${PRIVATE.slice(1)}`))).toBe('key-hex');
    expect(importSm2PrivateKey(scalarHex(ORDER - 2n)).publicKey.toBytes().length).toBe(65);
  });

  test('points off the curve, the point at infinity and cut points are refused', () => {
    const point = key.publicKey.toBytes();
    for (const wrong of [turned(point, 100), Uint8Array.of(0), point.slice(1), point.slice(0, 64), new Uint8Array(65)])
      expect(codeOf(() => importSm2PublicKey(wrong))).toBe('point');
  });
});

describe('curves', () => {
  const { p, a, b, n, gx, gy } = {
    p: '8542D69E4C044F18E8B92435BF6FF7DE457283915C45517D722EDB8B08F1DFC3',
    a: '787968B4FA32C3FD2417842E73BBFEFF2F3C848B6831D7E0EC65228B3937E498',
    b: '63E4C6D3B23B0C849CF84241484BFE48F61D59A5B16BA06E6E12D1DA27C5249A',
    n: '8542D69E4C044F18E8B92435BF6FF7DD297720630485628D5AE74EE7C32E79B7',
    gx: '421DEBD61B62EAB6746434EBC3CC315E32220B3BADD50BDC4C4E6C147FEDD43D',
    gy: '0680512BCBB42C07D47349D2153B70C4E5D7FDFCBFA36EA1A85841B9E46E09A2',
  };

  test('a curve from outside signs and enciphers like the recommended one', () => {
    const own = generateSm2Key(importSm2Curve({ p, a, b, n, gx, gy }));
    expect(sm2Verify(own.publicKey, message, sm2Sign(own, message))).toBe(true);
    expect(sm2Decrypt(own, sm2Encrypt(own.publicKey, message))).toEqual(message);
  });

  test('parameters that make no curve are refused', () => {
    const good = { p, a, b, n, gx, gy };
    const wrong = [
      { ...good, gy: gx },
      { ...good, b: a },
      { ...good, n: `${n.slice(0, -1)}5` },
      { ...good, p: `${p.slice(0, -1)}4` },
      { ...good, p: '17', n: '1D' },
      { ...good, a: 'x' },
    ];
    for (const parameters of wrong) expect(codeOf(() => importSm2Curve(parameters))).toBe('curve');
  });
});

describe('signatures', () => {
  test('any message signed by any identity verifies, and a changed one does not', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.uint8Array({ maxLength: 40 }),
        fc.nat(),
        (text, userId, bit) => {
          const signature = sm2Sign(key, text, userId);
          expect(sm2Verify(key.publicKey, text, signature, userId)).toBe(true);
          expect(
            sm2Verify(key.publicKey, text, { ...signature, r: turned(signature.r, 8 + (bit % 240)) }, userId),
          ).toBe(false);
          expect(sm2Verify(key.publicKey, Uint8Array.of(...text, 0), signature, userId)).toBe(false);
          expect(sm2Verify(key.publicKey, text, signature, Uint8Array.of(...userId, 0))).toBe(false);
        },
      ),
      { numRuns: 15 },
    );
  });

  test('a prepared key says the same', () => {
    const prepared = importSm2PublicKey(key.publicKey.toBytes()).prepare();
    const signature = sm2Sign(key, message);
    expect(sm2Verify(prepared, message, signature)).toBe(true);
    expect(sm2Verify(prepared, utf8Encode('another'), signature)).toBe(false);
  });

  test('another implementation accepts ours, and we accept its', () => {
    const publicHex = toHex(key.publicKey.toBytes()).toLowerCase();
    const ours = toHex(sm2SignatureToDer(sm2Sign(key, message)));
    expect(peer.doVerifySignature(message, ours.toLowerCase(), publicHex, { der: true, hash: true })).toBe(true);
    const theirs = peer.doSignature(message, PRIVATE.toLowerCase(), { der: true, hash: true });
    expect(sm2Verify(key.publicKey, message, sm2SignatureFromDer(fromHex(theirs)))).toBe(true);
  });

  test('r and s out of range, or adding up to the order, are refused', () => {
    const { r, s } = sm2Sign(key, message);
    const verify = (change: Partial<typeof signature>) =>
      codeOf(() => sm2Verify(key.publicKey, message, { ...signature, ...change }));
    const signature = { r, s };
    for (const scalar of [0n, ORDER, ORDER + 5n]) {
      expect(verify({ r: fromHex(scalarHex(scalar)) })).toBe('signature-range');
      expect(verify({ s: fromHex(scalarHex(scalar)) })).toBe('signature-range');
    }
    expect(verify({ r: r.slice(1) })).toBe('signature-range');
    expect(verify({ r: fromHex(scalarHex(ORDER - 1n)), s: fromHex(scalarHex(1n)) })).toBe('signature-range');
  });

  test('nonces out of range are refused and two random signatures differ', () => {
    for (const scalar of [0n, ORDER])
      expect(codeOf(() => sm2SignWithNonce(key, message, fromHex(scalarHex(scalar))))).toBe('nonce');
    expect(codeOf(() => sm2SignWithNonce(key, message, Uint8Array.of(1)))).toBe('nonce');
    expect(toHex(sm2Sign(key, message).r)).not.toBe(toHex(sm2Sign(key, message).r));
  });

  test('an identity has its length in bits in front, so it may not be longer than that allows', () => {
    expect(sm2Za(key.publicKey, new Uint8Array(8191)).length).toBe(32);
    expect(codeOf(() => sm2Za(key.publicKey, new Uint8Array(8192)))).toBe('user-id');
  });
});

describe('DER', () => {
  test('any two integers come back as they were', () => {
    const scalar = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(scalar, scalar, fc.nat(30), (r, s, zeros) => {
        r.fill(0, 0, zeros);
        expect(sm2SignatureFromDer(sm2SignatureToDer({ r, s }))).toEqual({ r, s });
      }),
    );
  });

  test('only the one shortest encoding is taken', () => {
    const wrong: Readonly<Record<string, string>> = {
      'longer length': '30810602010102010 1',
      'longer integer': '30070202000102 0101',
      'negative integer': '300602018002 0101',
      'empty integer': '3005020002 0101',
      'bytes behind': '300602010102010100',
      'bytes inside': '3009020101020101020101',
      'indefinite length': '3080020101020101',
      'cut off': '30060201010201',
      'length cut off': '3082',
      'another type': '300604010102 0101',
      nothing: '',
    };
    for (const [name, hex] of Object.entries(wrong))
      expect(
        codeOf(() => sm2SignatureFromDer(fromHex(hex.replace(/ /g, '')))),
        name,
      ).toBe('der');
    expect(codeOf(() => sm2SignatureFromDer(fromHex(`3026022101${'00'.repeat(32)}020101`)))).toBe('signature-range');
  });
});

describe('ciphertexts', () => {
  test('any plaintext comes back in every format, and no turned bit is accepted', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.nat(), (plaintext, bit) => {
        for (const format of ['c1c3c2', 'c1c2c3', 'der'] as const) {
          const ciphertext = sm2Encrypt(key.publicKey, plaintext, format);
          expect(sm2Decrypt(key, ciphertext, format)).toEqual(plaintext);
          expect(codeOf(() => sm2Decrypt(key, turned(ciphertext, bit), format))).toMatch(
            /^(authentication|point|der|ciphertext-length)$/,
          );
        }
      }),
      { numRuns: 10 },
    );
  });

  test('another implementation opens ours, and we open its', () => {
    const publicHex = toHex(key.publicKey.toBytes()).toLowerCase();
    // The other one leaves out the leading 04 of the point.
    const theirs = peer.doEncrypt(message, publicHex, 1);
    expect(sm2Decrypt(key, fromHex(`04${theirs}`))).toEqual(message);
    const ours = toHex(sm2Encrypt(key.publicKey, message, 'c1c2c3'))
      .slice(2)
      .toLowerCase();
    expect(peer.doDecrypt(ours, PRIVATE.toLowerCase(), 0, { output: 'array' })).toEqual(message);
  });

  test('empty plaintexts, cut ciphertexts and nonces out of range are refused', () => {
    const none = new Uint8Array(0);
    expect(codeOf(() => sm2Encrypt(key.publicKey, none))).toBe('plaintext-length');
    expect(codeOf(() => sm2Decrypt(key, none))).toBe('ciphertext-length');
    expect(codeOf(() => sm2Decrypt(key, sm2Encrypt(key.publicKey, message).slice(0, 97)))).toBe('ciphertext-length');
    expect(codeOf(() => sm2EncryptWithNonce(key.publicKey, message, fromHex(scalarHex(0n))))).toBe('nonce');
  });
});
