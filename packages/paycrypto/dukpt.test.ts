import { createRequire } from 'node:module';
import { fromHex, toHex } from '@zhanggui/base';
import {
  AesDukptTerminal,
  aesDukptHostKey,
  aesDukptInitialKey,
  aesDukptTransactionKey,
  aesDukptWorkingKey,
  importKey,
  isAesKsnValid,
  isTdesKsnValid,
  nextAesKsn,
  nextTdesKsn,
  revealKeyBytes,
  type SecretKey,
  TdesDukptTerminal,
  tdesDukptHostKey,
  tdesDukptInitialKey,
  tdesDukptTransactionKey,
  tdesDukptWorkingKey,
} from '@zhanggui/paycrypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const KEY_ID = fromHex('A1B2C3D4E5F60718');
const KSN = fromHex('FFFF9876543210E00000');
const aesBdk = importKey('FEDCBA9876543210F1F1F1F1F1F1F1F1', { algorithm: 'AES', usage: 'bdk' });
const tdesBdk = importKey('0123456789ABCDEFFEDCBA9876543210', { algorithm: 'TDES', usage: 'bdk' });
const aesInitial = aesDukptInitialKey(aesBdk, KEY_ID);
const tdesInitial = tdesDukptInitialKey(tdesBdk, KSN);
const hex = (key: SecretKey) => toHex(revealKeyBytes(key));

test('a device and the host agree from the first transaction on, and skip the same counters', () => {
  const aes = new AesDukptTerminal(aesInitial, KEY_ID);
  const tdes = new TdesDukptTerminal(tdesInitial, KSN);
  let aesKsn: Uint8Array | undefined = new Uint8Array(12);
  aesKsn.set(KEY_ID);
  let tdesKsn: Uint8Array | undefined = KSN;
  for (let count = 0; count < 2100; count += 1) {
    const a = aes.next();
    const t = tdes.next();
    aesKsn = nextAesKsn(aesKsn ?? KEY_ID);
    tdesKsn = nextTdesKsn(tdesKsn ?? KSN);
    expect(toHex(a.ksn)).toBe(toHex(aesKsn ?? KEY_ID));
    expect(toHex(t.ksn)).toBe(toHex(tdesKsn ?? KSN));
    expect(hex(aesDukptWorkingKey(a.transactionKey, a.ksn, 'pin'))).toBe(hex(aesDukptHostKey(aesBdk, a.ksn, 'pin')));
    expect(hex(tdesDukptWorkingKey(t.transactionKey, 'pin'))).toBe(hex(tdesDukptHostKey(tdesBdk, t.ksn, 'pin')));
  }
});

test('the remembered path gives what a fresh derivation gives, in any order of counters and devices', () => {
  const counters = fc.array(fc.tuple(fc.integer({ min: 1, max: 0x1fffff }), fc.integer({ min: 0, max: 3 })), {
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(counters, (asked) => {
      for (const [counter, device] of asked) {
        const aesKsn = fromHex(`A1B2C3D4E5F6070${device}${counter.toString(16).padStart(8, '0')}`);
        if (isAesKsnValid(aesKsn)) {
          const root = aesDukptInitialKey(aesBdk, aesKsn.subarray(0, 8));
          const fresh = aesDukptWorkingKey(aesDukptTransactionKey(root, aesKsn), aesKsn, 'mac-generate');
          expect(hex(aesDukptHostKey(aesBdk, aesKsn, 'mac-generate'))).toBe(hex(fresh));
        }
        const tdesKsn = fromHex(`FFFF987654321${device}${(0xe00000 + counter).toString(16)}`);
        if (isTdesKsnValid(tdesKsn)) {
          const fresh = tdesDukptWorkingKey(
            tdesDukptTransactionKey(tdesDukptInitialKey(tdesBdk, tdesKsn), tdesKsn),
            'data-request',
          );
          expect(hex(tdesDukptHostKey(tdesBdk, tdesKsn, 'data-request'))).toBe(hex(fresh));
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('a device that reaches its last counter is exhausted and says so', () => {
  const aes = new AesDukptTerminal(aesInitial, KEY_ID, 0xffff0000);
  const last = aes.next();
  expect(toHex(last.ksn)).toBe('A1B2C3D4E5F60718FFFF0000');
  expect(hex(last.transactionKey)).toBe(hex(aesDukptTransactionKey(aesInitial, last.ksn)));
  expect(aes.counter).toBeUndefined();
  expect(() => aes.next()).toThrow(expect.objectContaining({ code: 'dukpt-exhausted' }));
  const tdes = new TdesDukptTerminal(tdesInitial, KSN, 0x1ff400);
  expect([tdes.next(), tdes.next()].map(({ ksn }) => toHex(ksn))).toEqual([
    'FFFF9876543210FFF400',
    'FFFF9876543210FFF800',
  ]);
  expect(tdes.counter).toBeUndefined();
  expect(() => tdes.next()).toThrow(expect.objectContaining({ code: 'dukpt-exhausted' }));
});

test('a device that goes on at any counter agrees with the host to the next ones', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 0xfffeffff }), (start) => {
      const ksn = new Uint8Array(12);
      ksn.set(KEY_ID);
      new DataView(ksn.buffer).setUint32(8, start);
      if (!isAesKsnValid(ksn)) {
        expect(() => new AesDukptTerminal(aesInitial, KEY_ID, start)).toThrow(
          expect.objectContaining({ code: 'ksn-counter' }),
        );
        return;
      }
      const device = new AesDukptTerminal(aesInitial, KEY_ID, start);
      for (let count = 0; count < 5 && device.counter !== undefined; count += 1) {
        const { ksn: used, transactionKey } = device.next();
        expect(hex(transactionKey)).toBe(hex(aesDukptTransactionKey(aesInitial, used)));
      }
    }),
    { numRuns: 60 },
  );
});

test('counters follow the rule of one-bits: none valid is skipped and none invalid used', () => {
  let ksn: Uint8Array | undefined = KSN;
  let expected = 1;
  while (ksn !== undefined && expected < 0x3000) {
    ksn = nextTdesKsn(ksn);
    while (expected.toString(2).replaceAll('0', '').length > 10) expected += 1;
    expect(toHex(ksn ?? KSN)).toBe(`FFFF98765432${(0x10e00000 + expected).toString(16).toUpperCase()}`);
    expected += 1;
  }
});

test('another implementation computes the same TDES keys', () => {
  type Peer = new (bdk: string, ksn: string, mode: string) => { readonly _sessionKey: string };
  const Peer = createRequire(import.meta.url)('dukpt') as Peer;
  const peerMode = { datakey: 'data-request', pinkey: 'pin', mackey: 'mac-request' } as const;
  const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(bytes, fc.uint8Array({ minLength: 10, maxLength: 10 }), (bdkBytes, ksn) => {
      fc.pre(isTdesKsnValid(ksn));
      const bdk = importKey(bdkBytes, { algorithm: 'TDES', usage: 'bdk' });
      for (const [mode, usage] of Object.entries(peerMode)) {
        const theirs = new Peer(toHex(bdkBytes), toHex(ksn), mode)._sessionKey;
        expect(theirs.toUpperCase()).toBe(hex(tdesDukptHostKey(bdk, ksn, usage)));
      }
    }),
    { numRuns: 50 },
  );
});

test('a working key is never stronger than its root, and counters that no device uses are refused', () => {
  const ksn = fromHex('A1B2C3D4E5F6071800000001');
  const refused: [code: string, act: () => unknown][] = [
    ['key-strength', () => aesDukptHostKey(aesBdk, ksn, 'pin', 'AES256')],
    ['key-strength', () => aesDukptHostKey(aesBdk, ksn, 'mac-generate', 'HMAC192')],
    ['ksn-counter', () => aesDukptHostKey(aesBdk, fromHex('A1B2C3D4E5F6071800000000'), 'pin')],
    ['ksn-counter', () => aesDukptHostKey(aesBdk, fromHex('A1B2C3D4E5F607180001FFFF'), 'pin')],
    ['ksn-counter', () => tdesDukptHostKey(tdesBdk, fromHex('FFFF9876543210FFFFFF'), 'pin')],
    ['ksn-length', () => aesDukptHostKey(aesBdk, KSN, 'pin')],
    ['ksn-length', () => tdesDukptHostKey(tdesBdk, ksn, 'pin')],
    ['ksn-length', () => aesDukptInitialKey(aesBdk, ksn)],
    ['key-usage', () => aesDukptTransactionKey(aesBdk, ksn)],
    ['key-algorithm', () => tdesDukptInitialKey(aesBdk, KSN)],
    ['ksn-counter', () => new TdesDukptTerminal(tdesInitial, KSN, 0)],
  ];
  for (const [code, act] of refused)
    expect(act, code).toThrow(expect.objectContaining({ code, name: 'CryptoRefusal' }));
});
