import { fromHex, toHex } from '@zhanggui/base';
import { caKeyCheckSum, DEFAULT_RELAY_RESISTANCE } from '@zhanggui/emv';
import { expect, it } from 'vitest';
import { type ReaderParameters, readerSettings } from './parameters.ts';

const KEY = { rid: 'A000000333', index: 11, algorithm: 'RSA', modulus: 'C0FFEE', exponent: '03' } as const;
const CHECK_SUM = toHex(
  caKeyCheckSum({ ...KEY, rid: fromHex(KEY.rid), modulus: fromHex(KEY.modulus), exponent: fromHex(KEY.exponent) }),
);
const APPLICATION = {
  aid: 'A000000333',
  match: 'partial',
  version: '0020',
  denial: '0010000000',
  online: 'D84004F800',
  default: 'D84000A800',
  floorLimitMinor: 20_000,
} as const;
const VALUES = { '9F1A': '0156', '9F33': 'E0F8C8', '9F35': '22', '9F40': '6000F0A001' };
const RANDOM = { thresholdMinor: 5000, targetPercent: 10, maximumTargetPercent: 90 };

const parameters = (changes: Partial<ReaderParameters> = {}): ReaderParameters => ({
  values: VALUES,
  applications: [APPLICATION],
  caKeys: [KEY],
  cardholderSelection: true,
  pinBlockFormat: 4,
  ...changes,
});

it('takes over what the kernel works with', () => {
  const { emv } = readerSettings(
    parameters({
      applications: [{ ...APPLICATION, random: RANDOM, defaultDdol: '9F3704', defaultTdol: '9F0206' }],
      caKeys: [{ ...KEY, checkSum: CHECK_SUM }],
      revokedCertificates: [{ rid: KEY.rid, index: KEY.index, serial: 'abcdef' }],
    }),
  );
  expect(emv.applications).toMatchObject([
    { random: RANDOM, defaultDdol: fromHex('9F3704'), defaultTdol: fromHex('9F0206'), floorLimitMinor: 20_000 },
  ]);
  expect(emv.caKeys).toMatchObject([{ index: 11, modulus: fromHex('C0FFEE') }]);
  expect(emv.revokedCertificates).toEqual([{ rid: fromHex(KEY.rid), index: 11, serial: 'ABCDEF' }]);
});

it('takes over what a reader for contactless cards knows of its own times', () => {
  const contactless = {
    kernel: 2,
    transactionLimitMinor: 500_000,
    cvmLimitMinor: 100_000,
    floorLimitMinor: 0,
    ttq: '26000080',
    relayResistance: DEFAULT_RELAY_RESISTANCE,
    extendedSelection: true,
  } as const;
  const { emv } = readerSettings(parameters({ applications: [{ ...APPLICATION, contactless }] }));
  expect(emv.applications[0]?.contactless).toEqual({ ...contactless, ttq: fromHex('26000080') });
  const late = { ...DEFAULT_RELAY_RESISTANCE, maximumGrace: 0x10000 };
  const wrong = { ...contactless, relayResistance: late };
  expect(() => readerSettings(parameters({ applications: [{ ...APPLICATION, contactless: wrong }] }))).toThrow(
    /maximumGrace/,
  );
});

it.each([
  ['a key whose check sum is another', { caKeys: [{ ...KEY, checkSum: CHECK_SUM.replace(/^../, 'FF') }] }, /check sum/],
  ['a key that can be none', { caKeys: [{ ...KEY, exponent: '' }] }, /check sum/],
  [
    'a threshold at the floor limit',
    { applications: [{ ...APPLICATION, random: { ...RANDOM, thresholdMinor: 20_000 } }] },
    /random selection/,
  ],
  [
    'a target that falls with the amount',
    { applications: [{ ...APPLICATION, random: { ...RANDOM, maximumTargetPercent: 5 } }] },
    /random selection/,
  ],
  ['no applications', { applications: [] }, /applications/],
  ['a name that no application can have', { applications: [{ ...APPLICATION, aid: 'A0000003' }] }, /aid/],
  [
    'values without the terminal’s type',
    { values: { '9F1A': '0156', '9F33': 'E0F8C8', '9F40': '6000F0A001' } },
    /9F35/,
  ],
  ['a type of terminal that there is not', { values: { ...VALUES, '9F35': '41' } }, /9F35/],
  ['abilities of another length', { values: { ...VALUES, '9F33': 'E0F8' } }, /9F33/],
  [
    'a default DDOL without the unpredictable number',
    { applications: [{ ...APPLICATION, defaultDdol: '9A03' }] },
    /DDOL/,
  ],
  ['a default TDOL that is no list', { applications: [{ ...APPLICATION, defaultTdol: '9F' }] }, /TDOL/],
])('refuses %s, and says where', (_, changes, words) => {
  expect(() => readerSettings(parameters(changes))).toThrow(RangeError);
  expect(() => readerSettings(parameters(changes))).toThrow(words);
});
