import { fromHex, toHex, utf8Encode } from '@zhanggui/base';
import { expect, describe as group, test } from 'vitest';
import {
  formatApplicationList,
  formatBalances,
  formatBinList,
  formatBinListRequest,
  formatCaKeyList,
  formatCupsHeader,
  formatDownloadPart,
  formatInstitutions,
  formatListRequest,
  formatOrganisationTexts,
  formatPaymentCode,
  formatTerminalSerial,
  formatTerminalSettings,
  formatUploadCount,
  nextBatchNumber,
  nextTraceNumber,
  parseApplicationList,
  parseBalances,
  parseBinList,
  parseBinListRequest,
  parseCaKeyList,
  parseCupsHeader,
  parseDownloadPart,
  parseInstitutions,
  parseListRequest,
  parseOrganisationTexts,
  parsePaymentCode,
  parseTerminalSerial,
  parseTerminalSettings,
  parseUploadCount,
  processingRequestDigit,
  processingRequestOf,
  trackCipherBlock,
  withTrackCipherBlock,
} from '../index.ts';

const bytes = (text: string): Uint8Array => utf8Encode(text);

group('the header', () => {
  test('of a published message has its parts', () => {
    const header = parseCupsHeader('613100311108');
    expect(header).toEqual({
      applicationClass: '61',
      softwareVersion: '31',
      terminalState: '0',
      processingRequest: '0',
      softwareRevision: '311108',
    });
    expect(formatCupsHeader(header)).toBe('613100311108');
  });

  test.each([
    ['0', 'none'],
    ['1', 'download-terminal-parameters'],
    ['2', 'upload-status'],
    ['3', 'sign-on'],
    ['4', 'update-ca-keys'],
    ['5', 'download-ic-parameters'],
    ['6', 'download-program'],
    ['7', 'download-bin-blacklist'],
  ] as const)('asks with %s for %s', (digit, request) => {
    expect(processingRequestOf(parseCupsHeader(`60310${digit}310100`))).toBe(request);
    expect(processingRequestDigit(request)).toBe(digit);
  });

  test('asks with digits that are not agreed on for something else', () => {
    expect(processingRequestOf(parseCupsHeader('603108310100'))).toBe('other');
    expect(processingRequestOf(parseCupsHeader('60310F310100'))).toBe('other');
    expect(() => processingRequestDigit('other')).toThrow(expect.objectContaining({ code: 'bad-header' }));
  });

  test('of another length is refused', () => {
    for (const wrong of ['', '60310031010', '6031003101000', '60310031010G'])
      expect(() => parseCupsHeader(wrong)).toThrow(expect.objectContaining({ code: 'bad-header', path: 'header' }));
    const shifted = { ...parseCupsHeader('603100310100'), applicationClass: '6', softwareVersion: '031' };
    expect(() => formatCupsHeader(shifted)).toThrow(expect.objectContaining({ code: 'bad-header' }));
  });
});

test('numbers start again behind the last one', () => {
  expect([nextTraceNumber('000001'), nextTraceNumber('999998'), nextTraceNumber('999999')]).toEqual([
    '000002',
    '999999',
    '000001',
  ]);
  expect([nextBatchNumber('000185'), nextBatchNumber('999999')]).toEqual(['000186', '000001']);
  expect(() => nextTraceNumber('12345')).toThrow(expect.objectContaining({ path: '11' }));
  expect(() => nextBatchNumber('00018X')).toThrow(expect.objectContaining({ path: '60.2' }));
});

test('the sixteen digits before the last one of a track are encrypted, and nothing else changes', () => {
  const track = '6222620710010001234D27062207001000100';
  const block = trackCipherBlock(track);
  expect(toHex(block)).toBe('2706220700100010');
  const hidden = withTrackCipherBlock(track, fromHex('8C34DB509A8C85E1'));
  expect(hidden).toBe('6222620710010001234D8C34DB509A8C85E10');
  expect(hidden).toHaveLength(track.length);
  expect(withTrackCipherBlock(hidden, block)).toBe(track);
  expect(toHex(trackCipherBlock('6222620710010001234=2706220'))).toBe('010001234D270622');
  expect(() => trackCipherBlock('1234567890123456')).toThrow(expect.objectContaining({ code: 'bad-length' }));
  expect(() => withTrackCipherBlock(track, new Uint8Array(7))).toThrow(expect.objectContaining({ code: 'bad-length' }));
});

group('downloads', () => {
  test.each([
    ['none', '30'],
    ['complete', '31'],
    ['more', '32'],
    ['last', '33'],
  ] as const)('%s is flag %s', (state, flag) => {
    const part = { state, content: fromHex('9F0605A000000333') };
    expect(toHex(formatDownloadPart(part))).toBe(`${flag}9F0605A000000333`);
    expect(parseDownloadPart(formatDownloadPart(part))).toEqual(part);
  });

  test('an unknown flag or none is refused', () => {
    for (const wrong of [new Uint8Array(0), fromHex('2F'), fromHex('34')])
      expect(() => parseDownloadPart(wrong)).toThrow(expect.objectContaining({ code: 'bad-flag', path: '62' }));
  });

  test('a list is asked for with the number of entries that are there', () => {
    expect(toHex(formatListRequest(7))).toBe('313037');
    expect(parseListRequest(bytes('107'))).toBe(7);
    expect(() => formatListRequest(100)).toThrow(expect.objectContaining({ code: 'bad-number' }));
    expect(() => parseListRequest(bytes('007'))).toThrow(expect.objectContaining({ code: 'bad-number' }));
  });

  test('keys are listed by RID, index and expiry', () => {
    const keys = [
      { rid: fromHex('A000000333'), index: 0x0b, expiry: fromHex('20301231') },
      { rid: fromHex('A000000003'), index: 0x94 },
    ];
    const content = formatCaKeyList(keys);
    expect(toHex(content)).toBe('9F0605A0000003339F22010BDF0504203012319F0605A0000000039F220194');
    expect(parseCaKeyList(content)).toEqual(keys);
    expect(toHex(formatCaKeyList([{ rid: fromHex('A000000333'), index: 2 }]))).toBe('9F0605A0000003339F220102');
  });

  test.each([
    ['9F220102', 'bad-order', '62.9F22'],
    ['9F0605A000000333', 'missing-part', '62.9F22'],
    ['9F0604A00000039F220102', 'bad-length', '62.9F06'],
    ['9F0605A0000003339F22020102', 'bad-length', '62.9F22'],
    ['9F0605A0000003339F220102DF0201FF', 'bad-tag', '62.DF02'],
    ['9F0605A0', 'truncated', '62.9F06'],
  ])('the list of keys %s is refused', (hex, code, path) => {
    expect(() => parseCaKeyList(fromHex(hex))).toThrow(expect.objectContaining({ code, path }));
  });

  test('parameters are listed by application', () => {
    const content = formatApplicationList(['A000000333010101', 'A0000000031010']);
    expect(toHex(content)).toBe('9F0608A0000003330101019F0607A0000000031010');
    expect(parseApplicationList(content)).toEqual(['A000000333010101', 'A0000000031010']);
    expect(() => parseApplicationList(fromHex('9F0604A0000003'))).toThrow(
      expect.objectContaining({ code: 'bad-length' }),
    );
    expect(() => parseApplicationList(fromHex('DF110100'))).toThrow(expect.objectContaining({ code: 'bad-tag' }));
  });

  test('refused card prefixes come in parts that number their last entry', () => {
    const part = { state: 'more' as const, last: 1, prefixes: ['621234', '6217001234'] };
    const field62 = formatBinList(part);
    expect(toHex(field62)).toBe(toHex(bytes('2001066212341062' + '17001234')));
    expect(parseBinList(field62)).toEqual(part);
    expect(toHex(formatBinListRequest(2))).toBe('303032');
    expect(parseBinListRequest(bytes('002'))).toBe(2);
    expect(parseBinList(formatBinList({ state: 'none', last: -1, prefixes: [] }))).toEqual({
      state: 'none',
      last: -1,
      prefixes: [],
    });
  });

  test.each([
    ['1', 'bad-number'],
    ['100', 'bad-number'],
    ['10000712345', 'truncated'],
    ['100000', 'truncated'],
    ['100006ABCDEF', 'bad-number'],
  ])('the list of prefixes %s is refused', (text, code) => {
    expect(() => parseBinList(bytes(text))).toThrow(expect.objectContaining({ code, path: '62' }));
  });
});

test('settings of a terminal stand under their tags, names in GBK', () => {
  const settings = {
    keyboard: '1',
    applicationClass: '60',
    answerTimeoutS: '60',
    merchantName: '掌柜小店',
    masterKeyIndex: '1',
  };
  const field62 = formatTerminalSettings(settings);
  expect(toHex(field62.subarray(0, 13))).toBe(toHex(bytes('0111160126022')));
  expect(field62).toHaveLength(3 + 4 + 4 + 42 + 3);
  expect(parseTerminalSettings(field62)).toEqual({ settings, unread: 0 });
  expect(parseTerminalSettings(bytes('0111160' + '99XYZ'))).toEqual({
    settings: { keyboard: '1', applicationClass: '60' },
    unread: 5,
  });
  expect(() => parseTerminalSettings(bytes('12'))).toThrow(
    expect.objectContaining({ code: 'truncated', path: '62.12' }),
  );
  expect(() => parseTerminalSettings(bytes('011011'))).toThrow(expect.objectContaining({ code: 'duplicate-tag' }));
  expect(() => formatTerminalSettings({ keyboard: '11' })).toThrow(expect.objectContaining({ code: 'bad-length' }));
});

test('balances have a type, a currency and a sign', () => {
  const credit = { accountType: '10', amountType: '02', currencyCode: '156', amountMinor: 123_456 };
  const debit = { ...credit, amountType: '01', amountMinor: -1 };
  expect(formatBalances([credit, debit])).toBe('1002156C0000001234561001156D000000000001');
  expect(parseBalances('1002156C0000001234561001156D000000000001')).toEqual([credit, debit]);
  expect(parseBalances('1002156D000000000000')[0]?.amountMinor).toBe(0);
  expect(() => parseBalances('1002156C00000012345')).toThrow(expect.objectContaining({ code: 'bad-length' }));
  expect(() => parseBalances('1002156X000000123456')).toThrow(expect.objectContaining({ code: 'bad-amount' }));
  expect(() => formatBalances([{ ...credit, amountMinor: 1e12 }])).toThrow(expect.objectContaining({ path: '54' }));
});

test('the institutions of a published answer are read', () => {
  expect(parseInstitutions('03080000   48520000   ')).toEqual({ issuer: '03080000', acquirer: '48520000' });
  expect(formatInstitutions({ issuer: '03080000', acquirer: '48520000' })).toBe('03080000   48520000   ');
  expect(() => formatInstitutions({ issuer: '123456789012', acquirer: '' })).toThrow(
    expect.objectContaining({ path: '44' }),
  );
});

test('the texts behind the card organisation may stop early', () => {
  const silent = { organisation: 'CUP', issuer: '', network: '', acquirer: '', terminal: '' };
  expect(parseOrganisationTexts(fromHex('435550'))).toEqual(silent);
  expect(toHex(formatOrganisationTexts(silent))).toBe('435550');
  const spoken = { ...silent, issuer: '请联系发卡行', acquirer: 'CALL 95516' };
  expect(formatOrganisationTexts(spoken)).toHaveLength(3 + 20 + 20 + 20);
  expect(parseOrganisationTexts(formatOrganisationTexts(spoken))).toEqual(spoken);
  expect(() => parseOrganisationTexts(fromHex('4355'))).toThrow(expect.objectContaining({ code: 'bad-length' }));
  expect(() => formatOrganisationTexts({ ...silent, issuer: '一二三四五六七八九十一' })).toThrow(
    expect.objectContaining({ code: 'bad-length' }),
  );
});

test('a payment code stands in its element, beside others', () => {
  expect(toHex(formatPaymentCode('6212345678901234567'))).toBe(toHex(bytes('A30196212345678901234567')));
  expect(parsePaymentCode(bytes('A30196212345678901234567'))).toBe('6212345678901234567');
  expect(parsePaymentCode(bytes('A2002XYA30196212345678901234567'))).toBe('6212345678901234567');
  for (const wrong of ['', 'A3019621', 'A2002XY', 'A3000'])
    expect(() => parsePaymentCode(bytes(wrong))).toThrow(expect.objectContaining({ code: 'bad-code', path: '59' }));
  expect(() => formatPaymentCode('')).toThrow(expect.objectContaining({ code: 'bad-code' }));
});

test('a sign-in names the terminal', () => {
  expect(parseTerminalSerial(bytes('Sequence No12345678901234'))).toBe('345678901234');
  expect(toHex(formatTerminalSerial('345678901234'))).toBe(toHex(bytes('Sequence No12345678901234')));
  for (const wrong of ['', 'Sequence No13345678901234', 'Serial No00'])
    expect(() => parseTerminalSerial(bytes(wrong))).toThrow(expect.objectContaining({ code: 'bad-length' }));
});

test('a batch upload ends with the count of its records', () => {
  expect(formatUploadCount(12)).toBe('0012');
  expect(parseUploadCount('0012')).toBe(12);
  expect(() => formatUploadCount(10_000)).toThrow(expect.objectContaining({ code: 'bad-amount' }));
  expect(() => parseUploadCount('012')).toThrow(expect.objectContaining({ code: 'bad-length' }));
});
