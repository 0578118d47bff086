import { concatBytes, fromHex, toHex, utf8Encode } from '@zhanggui/base';
import { type CaKey, encodeCaKey, encodeTlv } from '@zhanggui/emv';
import {
  cupsPos,
  formatApplicationList,
  formatBinList,
  formatCaKeyList,
  formatDownloadPart,
  formatTerminalSettings,
  joinWorkingKeys,
  type Message,
  pack,
} from '@zhanggui/iso8583';
import type { DownloadKind } from '@zhanggui/modules/switch/api.ts';
import type { DownloadAnswer, DownloadItem } from '@zhanggui/modules/switch/dialect.ts';
import { expect, test } from 'vitest';
import { cups } from './plugin.ts';
import { dialect, fieldsOf, SETTINGS, trace } from './testing.ts';

const { management } = dialect;
const downloads = management?.downloads;
const toStatusUpload = management?.toStatusUpload;
if (management === undefined || toStatusUpload === undefined || downloads === undefined)
  throw new Error('the dialect has no management messages');

const RID = 'A000000333';
const KEYS = [keyOf('02'), keyOf('03'), keyOf('04')];
const AIDS = ['A000000333010101', 'A000000333010102'];
const PARAMETERS = encodeTlv([
  { tag: 'DF01', value: fromHex('00') },
  { tag: 'DF11', value: fromHex('D84000A800') },
]);

/** An answer of the host with these fields, in which it may ask for something. */
function answer(mti: string, fields: Message<typeof cupsPos>['fields'], asks = '0'): Uint8Array {
  const front = fromHex(`${SETTINGS.tpdu}60310${asks}310000`);
  return concatBytes(front, pack(cupsPos, { mti, fields: { 11: trace.stan, 41: trace.terminalId, ...fields } }));
}

/** Runs a download against `host`, which is asked with type, network code and field 62, and gives field 62 of its answer. */
function downloaded(
  what: DownloadKind,
  host: (code: string, field62: string | undefined) => Uint8Array | undefined,
): { items: DownloadItem[]; asked: string[] } {
  const items: DownloadItem[] = [];
  const asked: string[] = [];
  let cursor: string | null = null;
  do {
    const { message, mac } = downloads?.toDownload(what, trace, cursor) ?? {};
    if (message === undefined) throw new Error('nothing was asked');
    expect(mac).toBe(false);
    const { mti = '', 60: field60 = '', 62: field62 } = fieldsOf(message);
    const code = field60.slice(8);
    asked.push(field62 === undefined ? `${mti} ${code}` : `${mti} ${code} ${field62}`);
    const told = host(code, field62);
    const reply = answer(mti === '0800' ? '0810' : '0830', {
      39: '00',
      60: field60,
      ...(told === undefined ? {} : { 62: told }),
    });
    const read: DownloadAnswer | undefined = downloads?.fromDownload(what, reply, cursor);
    items.push(...(read?.items ?? []));
    cursor = read?.next ?? null;
  } while (cursor !== null);
  return { items, asked };
}

function keyOf(index: string): CaKey {
  const modulus = Uint8Array.from({ length: 128 }, (_, at) => (at * 7 + Number.parseInt(index, 16)) | 1);
  return {
    rid: fromHex(RID),
    index: Number.parseInt(index, 16),
    algorithm: 'RSA',
    modulus,
    exponent: fromHex('03'),
    expiry: '20301231',
  };
}

test.each([
  ['single', '001'],
  ['double', '003'],
  ['track', '004'],
])('a terminal with %s keys signs on with %s', (workingKeys, code) => {
  const { toSignOn } = cups.create({ ...SETTINGS, workingKeys, operator: '07' });
  expect(fieldsOf(toSignOn(trace))).toMatchObject({ mti: '0800', 60: `00000012${code}`, 63: toHex(utf8Encode('07 ')) });
});

test('the answer to a sign-on may bring a track key, and may ask for more', () => {
  const key = (first: number) => ({
    cryptogram: new Uint8Array(16).fill(first),
    checkValue: new Uint8Array(4).fill(first),
  });
  const field62 = joinWorkingKeys({ pin: key(1), mac: key(2), track: key(3) });
  const fields = { 12: '163000', 13: '1122', 39: '00', 60: '00000013004', 62: field62 };
  expect(dialect.fromSignOn(answer('0810', fields, '4'))).toEqual({
    responseCode: '00',
    batchNumber: '000013',
    hostTime: '1122163000',
    workingKeys: [
      { usage: 'pin', ...key(1) },
      { usage: 'mac', ...key(2) },
      { usage: 'data', ...key(3) },
    ],
    demand: 'ca-keys',
  });
  const cut = { ...fields, 62: field62.subarray(1) };
  expect(() => dialect.fromSignOn(answer('0810', cut))).toThrow(expect.objectContaining({ path: '62' }));
  expect(() => dialect.fromSignOn(answer('0830', fields))).toThrow(expect.objectContaining({ code: 'bad-mti' }));
});

test.each([
  ['0', null],
  ['1', 'terminal-parameters'],
  ['2', 'status-upload'],
  ['3', 'sign-on'],
  ['4', 'ca-keys'],
  ['5', 'ic-parameters'],
  ['6', null],
  ['7', 'bin-list'],
  ['9', null],
])('digit %s of the header asks for %s in any answer', (digit, demand) => {
  const fields = { 3: '000000', 4: '000000006220', 39: '00' };
  expect(dialect.fromMessage(answer('0210', fields, digit)).demand).toBe(demand);
  expect(management.fromManagement(answer('0830', { 39: '00' }, digit)).demand).toBe(demand);
});

test.each([
  ['CUP', true],
  ['VIS', false],
  ['   ', null],
  [undefined, null],
])('a host whose field 63 begins with %s counts the card as domestic: %s', (organisation, domestic) => {
  const told = organisation === undefined ? {} : { 63: utf8Encode(`${organisation}${' '.repeat(120)}`) };
  const fields = { 3: '000000', 4: '000000006220', 39: '00', ...told };
  expect(dialect.fromMessage(answer('0210', fields)).domestic).toBe(domestic);
});

test('a code asks for parameters where the header asks for nothing', () => {
  const fields = { 3: '000000', 4: '000000006220', 39: '78' };
  expect(dialect.fromMessage(answer('0210', fields, '0')).demand).toBe('terminal-parameters');
  expect(dialect.fromMessage(answer('0210', fields, '4')).demand).toBe('ca-keys');
  expect(management.fromManagement(answer('0830', { 39: '78' }, '0')).demand).toBe('terminal-parameters');
});

test('sign-off and status are told without a MAC', () => {
  const { message, mac } = management.toSignOff(trace);
  expect([fieldsOf(message), mac]).toMatchObject([{ mti: '0820', 60: '00000012002' }, false]);
  const status = {
    batchNumber: '000012',
    pendingAdvices: 1,
    downloads: {},
    parameters: { answerTimeoutS: '60', unknown: '1' },
  };
  expect(fieldsOf(toStatusUpload(trace, status).message)).toMatchObject({
    mti: '0820',
    60: '00000012362',
    62: toHex(utf8Encode('11601260')),
  });
  expect(management.fromManagement(answer('0830', { 39: '97' }))).toMatchObject({
    responseCode: '97',
    terminalId: trace.terminalId,
    stan: trace.stan,
    mac: null,
  });
  expect(() => management.fromManagement(answer('0210', { 39: '00' }))).toThrow(
    expect.objectContaining({ code: 'bad-mti' }),
  );
});

test('CA keys are listed in parts, fetched one by one and ended', () => {
  const reference = ({ rid, index }: CaKey) => ({ rid, index, expiry: fromHex('20301231') });
  const { items, asked } = downloaded('ca-keys', (code, field62) => {
    if (code === '372') {
      const rest = field62 === '313030' ? KEYS.slice(0, 2) : KEYS.slice(2);
      const state = field62 === '313030' ? 'more' : 'last';
      return formatDownloadPart({ state, content: formatCaKeyList(rest.map(reference)) });
    }
    const key = KEYS.find(({ index }) => field62?.endsWith(`9F22010${index}`));
    return key === undefined ? undefined : formatDownloadPart({ state: 'complete', content: encodeCaKey(key) });
  });
  expect(asked).toEqual([
    '0820 372 313030',
    '0820 372 313032',
    ...['02', '03', '04'].map((index) => `0800 370 9F0605${RID}9F2201${index}`),
    '0800 371',
  ]);
  expect(items).toHaveLength(3);
  expect(items[0]).toMatchObject({
    kind: 'ca-key',
    rid: RID,
    index: '02',
    modulus: toHex(KEYS[0]?.modulus ?? new Uint8Array()),
    exponent: '03',
    expiry: '20301231',
    hashAlgorithm: '01',
    keyAlgorithm: '01',
  });
});

test('a CA key with another check sum is refused', () => {
  const [key] = KEYS;
  if (key === undefined) throw new Error('no key');
  const forged = encodeCaKey({ ...key, checkSum: new Uint8Array(20) });
  const part = formatDownloadPart({ state: 'complete', content: forged });
  const cursor = JSON.stringify({ step: 'item', entries: ['00'] });
  expect(() => downloads.fromDownload('ca-keys', answer('0810', { 39: '00', 62: part }), cursor)).toThrow(
    expect.objectContaining({ code: 'bad-check-sum' }),
  );
});

test('chip parameters are fetched by application; one that is gone meanwhile is passed over', () => {
  const { items, asked } = downloaded('ic-parameters', (code, field62) => {
    if (code === '382') return formatDownloadPart({ state: 'complete', content: formatApplicationList(AIDS) });
    if (code === '381') return undefined;
    if (field62?.endsWith('02')) return formatDownloadPart({ state: 'none', content: new Uint8Array(0) });
    const content = concatBytes(formatApplicationList([AIDS[0] ?? '']), PARAMETERS);
    return formatDownloadPart({ state: 'complete', content });
  });
  expect(asked.map((line) => line.slice(0, 8))).toEqual(['0820 382', '0800 380', '0800 380', '0800 381']);
  expect(items).toEqual([{ kind: 'ic-parameter', aid: AIDS[0], parameters: toHex(PARAMETERS) }]);
});

test('refused prefixes come in parts', () => {
  const { items, asked } = downloaded('bin-list', (code, field62) => {
    if (code === '391') return undefined;
    return field62 === '303030'
      ? formatBinList({ state: 'more', last: 1, prefixes: ['621234', '621235'] })
      : formatBinList({ state: 'last', last: 2, prefixes: ['4000001'] });
  });
  expect(asked).toEqual(['0800 390 303030', '0800 390 303032', '0800 391']);
  expect(items.map((item) => item.kind === 'bin' && [item.prefix, item.refused])).toEqual([
    ['621234', true],
    ['621235', true],
    ['4000001', true],
  ]);
});

test('a list that leads nowhere ends', () => {
  const none = formatDownloadPart({ state: 'none', content: new Uint8Array(0) });
  expect(downloaded('ca-keys', (code) => (code === '372' ? none : undefined)).asked).toEqual([
    '0820 372 313030',
    '0800 371',
  ]);
  const more = formatDownloadPart({ state: 'more', content: new Uint8Array(0) });
  expect(downloaded('ca-keys', (code) => (code === '372' ? more : undefined)).asked).toHaveLength(2);
  const standing = formatBinList({ state: 'more', last: 0, prefixes: ['621234'] });
  const parts = downloaded('bin-list', (code) => (code === '391' ? undefined : standing));
  expect(parts.asked).toEqual(['0800 390 303030', '0800 390 303031', '0800 391']);
});

test('terminal parameters come in one answer', () => {
  const field62 = formatTerminalSettings({ answerTimeoutS: '45', merchantName: '示范小店' });
  const { items, asked } = downloaded('terminal-parameters', () => field62);
  expect(asked).toEqual(['0800 360']);
  expect(items).toEqual([
    { kind: 'terminal-parameter', name: 'answerTimeoutS', value: '45' },
    { kind: 'terminal-parameter', name: 'merchantName', value: '示范小店' },
  ]);
});

test('a refused download brings nothing and leads nowhere', () => {
  const refused = downloads.fromDownload('ca-keys', answer('0830', { 39: '57' }), null);
  expect(refused).toMatchObject({ responseCode: '57', items: [], next: null });
  expect(() => downloads.fromDownload('ca-keys', answer('0830', { 39: '00' }), null)).toThrow(
    expect.objectContaining({ path: '62' }),
  );
});

test('what is shown of a management message is explained and hides the keys', () => {
  const key = { cryptogram: new Uint8Array(16).fill(0xab), checkValue: new Uint8Array(4).fill(0xcd) };
  const signedOn = answer('0810', { 39: '00', 60: '00000013003', 62: joinWorkingKeys({ pin: key, mac: key }) }, '3');
  const text = dialect.describe(signedOn);
  expect(text).toContain('62: PIN key of 16 bytes\n62: MAC key of 16 bytes');
  expect(text).toContain('The host asks: sign-on');
  expect(text).not.toContain('ABABAB');
  const parameters = answer('0810', { 39: '00', 60: '00000013360', 62: utf8Encode('124599') });
  expect(dialect.describe(parameters)).toContain('62: answerTimeoutS "45"\n62: 2 bytes of settings without a name');
  const titles = ['003', '002', '301', '362', '370', '391', '999'].map((code) =>
    dialect.titleOf(answer('0830', { 39: '00', 60: `00000013${code}` })),
  );
  expect(titles).toEqual([
    '0830 sign-on',
    '0830 sign-off',
    '0830 line test',
    '0830 status upload',
    '0830 CA key',
    '0830 end of refused card prefixes',
    '0830 message',
  ]);
});
