import {
  CryptoRefusal,
  importKey,
  type KeyAlgorithm,
  type KeyBlockVersion,
  type KeyUsage,
  readKeyBlockHeader,
  revealKeyBytes,
  unwrapKeyBlock,
  wrapKeyBlock,
  writeKeyBlockHeader,
} from '@zhanggui/paycrypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const KBPK: Readonly<Record<KeyBlockVersion, readonly number[]>> = {
  A: [16, 24],
  B: [16, 24],
  C: [16, 24],
  D: [16, 24, 32],
  E: [16, 24, 32],
};
const WRAPPED: readonly [algorithm: KeyAlgorithm, usage: KeyUsage, keyUsage: string, lengths: readonly number[]][] = [
  ['TDES', 'pin', 'P0', [16, 24]],
  ['AES', 'bdk', 'B0', [16, 24, 32]],
  ['HMAC', 'mac', 'M7', [16, 20, 33]],
  ['TDES', 'key-encryption', 'K0', [16]],
];
const header = { modeOfUse: 'N', exportability: 'E' } as const;
const kbpkOf = (version: KeyBlockVersion, bytes: Uint8Array) =>
  importKey(bytes, { algorithm: version >= 'D' ? 'AES' : 'TDES', usage: 'key-block-protection' });
const kbpks = fc
  .constantFrom<KeyBlockVersion>('A', 'B', 'C', 'D', 'E')
  .chain((version) =>
    fc
      .constantFrom(...KBPK[version])
      .chain((length) => fc.tuple(fc.constant(version), fc.uint8Array({ minLength: length, maxLength: length }))),
  );
const keys = fc
  .constantFrom(...WRAPPED)
  .chain(([algorithm, usage, keyUsage, lengths]) =>
    fc
      .constantFrom(...lengths)
      .chain((length) =>
        fc
          .uint8Array({ minLength: length, maxLength: length })
          .map((bytes) => ({ key: importKey(bytes, { algorithm, usage }), keyUsage })),
      ),
  );
const optionalBlocks = fc.array(
  fc.record({ id: fc.constantFrom('KS', 'LB', 'TS', '10'), data: fc.stringMatching(/^[ -~]{0,300}$/) }),
  { maxLength: 3 },
);

test('every version gives back the key and the optional blocks that were wrapped', () => {
  fc.assert(
    fc.property(kbpks, keys, optionalBlocks, ([version, bytes], { key, keyUsage }, blocks) => {
      const kbpk = kbpkOf(version, bytes);
      const text = wrapKeyBlock(kbpk, key, { ...header, version, keyUsage, optionalBlocks: blocks });
      const block = unwrapKeyBlock(kbpk, text);
      const back = block.toKey();
      expect([back.algorithm, back.usage]).toEqual([key.algorithm, key.usage]);
      expect(revealKeyBytes(back)).toEqual(revealKeyBytes(key));
      expect(block.header.optionalBlocks.filter(({ id }) => id !== 'PB')).toEqual(blocks);
      expect(text.length).toBe(Number(text.slice(1, 5)));
    }),
    { numRuns: 150 },
  );
});

test('no changed character of a key block passes', () => {
  for (const version of ['A', 'B', 'C', 'D', 'E'] as const) {
    const kbpk = kbpkOf(version, new Uint8Array(16).fill(0x1c));
    const key = importKey('0123456789ABCDEFFEDCBA9876543210', { algorithm: 'TDES', usage: 'pin' });
    const optional = [{ id: 'KS', data: '00604B120F9292800000' }];
    const text = wrapKeyBlock(kbpk, key, { ...header, version, keyUsage: 'P0', optionalBlocks: optional });
    for (let index = 0; index < text.length; index += 1) {
      const character = text[index] === '1' ? '2' : '1';
      const changed = text.slice(0, index) + character + text.slice(index + 1);
      expect(() => unwrapKeyBlock(kbpk, changed), `${version} ${index}`).toThrow(CryptoRefusal);
    }
    expect(() => unwrapKeyBlock(kbpkOf(version, new Uint8Array(16).fill(0x2c)), text)).toThrow(CryptoRefusal);
  }
});

test('a shorter key is hidden among longer ones unless the caller says otherwise', () => {
  const kbpk = kbpkOf('D', new Uint8Array(32).fill(7));
  const short = importKey('11'.repeat(16), { algorithm: 'AES', usage: 'pin' });
  const long = importKey('11'.repeat(32), { algorithm: 'AES', usage: 'pin' });
  const length = (key: typeof short, paddedKeyLength?: number) =>
    wrapKeyBlock(kbpk, key, {
      ...header,
      version: 'D',
      keyUsage: 'P0',
      ...(paddedKeyLength === undefined ? {} : { paddedKeyLength }),
    }).length;
  expect(length(short)).toBe(length(long));
  expect(length(short, 16)).toBe(112);
});

test('purpose and algorithm of a block are kept: it cannot be wrapped or opened as something else', () => {
  const kbpk = kbpkOf('B', new Uint8Array(16).fill(7));
  const pin = importKey('0123456789ABCDEFFEDCBA9876543210', { algorithm: 'TDES', usage: 'pin' });
  const text = wrapKeyBlock(kbpk, pin, { ...header, version: 'B', keyUsage: 'P0' });
  const proprietary = wrapKeyBlock(kbpk, pin, { ...header, version: 'B', keyUsage: '10' });
  const refused: [code: string, act: () => unknown][] = [
    ['key-usage', () => wrapKeyBlock(kbpk, pin, { ...header, version: 'B', keyUsage: 'M3' })],
    ['key-usage', () => unwrapKeyBlock(kbpk, text).toKey('mac')],
    ['key-usage', () => unwrapKeyBlock(kbpk, proprietary).toKey()],
    ['key-usage', () => unwrapKeyBlock(pin, text)],
    ['key-algorithm', () => wrapKeyBlock(kbpk, pin, { ...header, version: 'D', keyUsage: 'P0' })],
    [
      'key-block-header',
      () => wrapKeyBlock(kbpk, pin, { version: 'B', keyUsage: 'P0', modeOfUse: '', exportability: 'E' }),
    ],
    [
      'key-block-optional',
      () =>
        wrapKeyBlock(kbpk, pin, { ...header, version: 'B', keyUsage: 'P0', optionalBlocks: [{ id: 'L_', data: '' }] }),
    ],
    [
      'key-block-length',
      () =>
        wrapKeyBlock(kbpk, pin, {
          ...header,
          version: 'B',
          keyUsage: 'P0',
          optionalBlocks: [{ id: 'LB', data: 'x'.repeat(9990) }],
        }),
    ],
  ];
  for (const [code, act] of refused)
    expect(act, code).toThrow(expect.objectContaining({ code, name: 'CryptoRefusal' }));
  expect(unwrapKeyBlock(kbpk, proprietary).toKey('pin').checkValue()).toBe(pin.checkValue());
});

test('a long optional block is written with an extended length and read back', () => {
  const data = 'C'.repeat(252);
  const written = writeKeyBlockHeader({
    version: 'D',
    keyUsage: 'S0',
    algorithm: 'R',
    modeOfUse: 'S',
    keyVersion: '00',
    exportability: 'N',
    context: '00',
    optionalBlocks: [{ id: 'CT', data }],
  });
  expect(written.slice(16, 26)).toBe('CT00040106');
  expect(readKeyBlockHeader(written).header.optionalBlocks[0]).toEqual({ id: 'CT', data });
});
