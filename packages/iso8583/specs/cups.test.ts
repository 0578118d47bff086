import { fromHex, toHex } from '@zhanggui/base';
import fc from 'fast-check';
import { expect, describe as group, test } from 'vitest';
import {
  cupsPos,
  decodeCupsHostHeader,
  encodeCupsHostHeader,
  formatBatchUpload,
  formatField60,
  formatField61,
  formatSettlement,
  joinWorkingKeys,
  pack,
  parseBatchUpload,
  parseField60,
  parseField61,
  parseSettlement,
  setMac,
  splitMac,
  splitWorkingKeys,
  transactionKind,
  unpack,
} from '../index.ts';

const amount = fc.integer({ min: 0, max: 999_999_999_999 });
const count = fc.integer({ min: 0, max: 999 });

test('field 60 stops where the message needs no more', () => {
  expect(parseField60('07000727')).toEqual({ transactionType: '07', batchNumber: '000727' });
  const whole = {
    transactionType: '22',
    batchNumber: '000727',
    networkCode: '000',
    readCapability: '6',
    chipCondition: '0',
    partialApproval: '0',
    accountType: '070',
  };
  expect(parseField60('22000727000600070')).toEqual(whole);
  expect(formatField60(whole)).toBe('22000727000600070');
  expect(formatField60({ transactionType: '00', batchNumber: '000001', networkCode: '003' })).toBe('00000001003');
});

test('field 61 names the original', () => {
  expect(parseField61('0007270000790824')).toEqual({ batchNumber: '000727', traceNumber: '000079', date: '0824' });
  expect(formatField61({ batchNumber: '000727', traceNumber: '000079' })).toBe('000727000079');
});

group('fields 60 and 61 are refused', () => {
  test.each([
    ['a part that is cut', () => parseField60('2200072'), '60.2'],
    ['a part that is missing', () => parseField60('22'), '60.2'],
    ['letters', () => parseField60('22AB0727'), '60'],
    ['more than there is', () => parseField60('220007270006000701'), '60'],
    ['a gap', () => formatField60({ transactionType: '22', batchNumber: '000001', readCapability: '5' }), '60.4'],
    ['a short part', () => formatField60({ transactionType: '2', batchNumber: '000001' }), '60.1'],
    ['letters in a part', () => formatField61({ batchNumber: '00000X', traceNumber: '000001' }), '61.1'],
    ['an original without trace number', () => parseField61('000727'), '61.2'],
  ])('%s', (_, work, path) => {
    expect(work).toThrow(expect.objectContaining({ path }));
  });
});

test('settlement totals read back as they were written', () => {
  const code = fc.constantFrom('0', '1', '2', '3');
  const totals = fc.record({
    debitMinor: amount,
    debitCount: count,
    creditMinor: amount,
    creditCount: count,
    reconciliationCode: code,
  });
  fc.assert(
    fc.property(fc.record({ domestic: totals, foreign: totals }), (settlement) => {
      const text = formatSettlement(settlement);
      expect(text).toHaveLength(62);
      expect(parseSettlement(text)).toEqual(settlement);
    }),
    { numRuns: 40 },
  );
});

test('a total that does not fit is refused, not cut', () => {
  const none = { debitMinor: 0, debitCount: 0, creditMinor: 0, creditCount: 0, reconciliationCode: '0' };
  for (const wrong of [{ debitMinor: 1e12 }, { debitCount: 1000 }, { creditMinor: -1 }, { creditCount: 0.5 }])
    expect(() => formatSettlement({ domestic: { ...none, ...wrong }, foreign: none })).toThrow(
      expect.objectContaining({ code: 'bad-amount', path: '48' }),
    );
});

test('a batch upload reads back as it was written', () => {
  const records = [
    { foreign: false, traceNumber: '000079', pan: '6200000000000005', amountMinor: 2599 },
    { foreign: true, traceNumber: '000080', pan: '4000000000000002', amountMinor: 1 },
  ];
  const text = formatBatchUpload(records);
  expect(text).toBe(`020000007900006200000000000005000000002599${text.slice(42)}`);
  expect(parseBatchUpload(text)).toEqual(records);
  expect(() => parseBatchUpload(`03${text.slice(2)}`)).toThrow(expect.objectContaining({ code: 'bad-length' }));
  expect(() => parseBatchUpload(`0207${text.slice(4)}`)).toThrow(expect.objectContaining({ code: 'bad-card-type' }));
});

group('working keys', () => {
  const key = (length: number, first: number) => ({
    cryptogram: new Uint8Array(length).fill(first),
    checkValue: new Uint8Array(4).fill(first + 1),
  });
  test.each([
    [24, { pin: key(8, 1), mac: key(8, 3) }],
    [40, { pin: key(16, 1), mac: key(16, 3) }],
    [60, { pin: key(16, 1), mac: key(16, 3), track: key(16, 5) }],
    [56, { pin: key(24, 1), mac: key(24, 3) }],
    [84, { pin: key(24, 1), mac: key(24, 3), track: key(24, 5) }],
  ])('%i bytes', (length, keys) => {
    const field62 = joinWorkingKeys(keys);
    expect(field62).toHaveLength(length);
    expect(splitWorkingKeys(field62)).toEqual(keys);
  });

  test('a MAC key of single length is followed by zeros', () => {
    const keys = { pin: key(16, 1), mac: key(8, 3) };
    const field62 = joinWorkingKeys(keys);
    expect(toHex(field62.subarray(20))).toBe('0303030303030303' + '0000000000000000' + '04040404');
    expect(splitWorkingKeys(field62)).toEqual(keys);
  });

  test('any other length is refused', () => {
    expect(() => splitWorkingKeys(new Uint8Array(41))).toThrow(expect.objectContaining({ path: '62' }));
    expect(() => joinWorkingKeys({ pin: key(8, 1), mac: key(16, 1) })).toThrow(expect.objectContaining({ path: '62' }));
  });
});

test('the MAC covers everything from the MTI to the field before it', () => {
  const packed = pack(cupsPos, { mti: '0200', fields: { 3: '000000', 64: new Uint8Array(8) } });
  expect(toHex(splitMac(packed).covered)).toBe('0200' + '2000000000000001' + '000000');
  const signed = setMac(packed, fromHex('3841394539314238'));
  expect(toHex(unpack(cupsPos, signed).fields[64] ?? new Uint8Array())).toBe('3841394539314238');
  const lent = Buffer.from(packed);
  setMac(lent, fromHex('3841394539314238'));
  expect(toHex(lent)).toBe(toHex(packed));
  expect(() => splitMac(pack(cupsPos, { mti: '0200', fields: { 3: '000000' } }))).toThrow(
    expect.objectContaining({ code: 'no-mac' }),
  );
});

test.each([
  ['0200', '000000', '00', '22', 'sale', '0210', true],
  ['0200', '200000', '00', '23', 'void', '0210', true],
  ['0200', '310000', '00', '01', 'balance-inquiry', '0210', false],
  ['0100', '030000', '06', '10', 'pre-authorization', '0110', true],
  ['0220', '200000', '00', '25', 'refund', '0230', false],
  ['0220', '000000', '06', '24', 'completion-advice', '0230', false],
  ['0400', '000000', '00', '22', 'reversal', '0410', false],
  ['0500', undefined, undefined, '00', 'settlement', '0510', false],
  ['0620', '000000', '00', '00', 'script-result', '0630', false],
  ['0800', undefined, undefined, '00', 'sign-in', '0810', false],
] as const)(
  '%s %s %s %s is a %s',
  (mti, processingCode, conditionCode, transactionType, id, responseMti, reversedOnTimeout) => {
    expect(transactionKind({ mti, processingCode, conditionCode, transactionType })).toMatchObject({
      id,
      responseMti,
      reversedOnTimeout,
    });
  },
);

test('marks that fit nothing are refused', () => {
  expect(() => transactionKind({ mti: '0200', processingCode: '990000', transactionType: '22' })).toThrow(
    expect.objectContaining({ code: 'unknown-transaction' }),
  );
});

test('the host-to-host header reads back as it was written', () => {
  const header = {
    version: 2,
    totalLength: 223,
    destination: '00010000',
    source: '48523310',
    reserved: fromHex('000000'),
    batchNumber: 1,
    transactionInformation: '00000000',
    userInformation: 0,
    rejectCode: '00000',
  };
  const bytes = encodeCupsHostHeader(header);
  expect(toHex(bytes.subarray(0, 6))).toBe('2E02' + '30323233');
  expect(decodeCupsHostHeader(bytes)).toEqual(header);
  expect(() => decodeCupsHostHeader(bytes.subarray(1))).toThrow(expect.objectContaining({ code: 'truncated' }));
  expect(() => encodeCupsHostHeader({ ...header, totalLength: 10_000 })).toThrow(
    expect.objectContaining({ code: 'bad-header' }),
  );
});
