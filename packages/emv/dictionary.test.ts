import { fromHex, toHex } from '@zhanggui/base';
import { expect, test } from 'vitest';
import {
  allTags,
  bitLegend,
  bitWords,
  buildDol,
  buildField55,
  describeTlv,
  EmvRefusal,
  issuerScriptResult,
  issuerScripts,
  parseDol,
  parseField55,
  parseIssuerApplicationData,
  parseTlv,
  RESPONSE_TAGS,
  tagForm,
  tagInfo,
  tagInfos,
} from './index.ts';

const values = (record: Readonly<Record<string, string>>): ReadonlyMap<string, Uint8Array> =>
  new Map(Object.entries(record).map(([tag, hex]) => [tag, fromHex(hex)]));

test('every definition of the dictionary is whole', () => {
  const seen = new Set<string>();
  for (const { tag, name, format, length, book } of allTags()) {
    expect(tagForm(tag), tag).toBeDefined();
    expect(name.en, tag).toMatch(/^[\x20-\x7e–]+$/);
    expect(name.zh, tag).toMatch(/\p{Script=Han}|^[A-Z ]+$/u);
    expect(format, tag).toMatch(/^(?:a|an|ans|b|cn|n)(?: \d+(?:-\d+)?)?$/);
    expect(length, tag).toMatch(/^(?:var|\d+(?:-\d+)?)$/);
    expect(seen.has(`${book} ${tag}`), `${book} ${tag} twice`).toBe(false);
    seen.add(`${book} ${tag}`);
  }
  expect(seen.size).toBeGreaterThan(380);
});

test('a tag that kernels use differently has all its meanings, and the asked one first', () => {
  expect(tagInfos('9F66').map(({ book }) => book)).toEqual(['C-2', 'C-3', 'C-6', 'C-7/PBOC']);
  expect(tagInfo('9F66', 'C-3')?.name.en).toContain('TTQ');
  expect(tagInfo('9F26')?.name).toEqual({ en: 'Application Cryptogram (AC)', zh: '应用密文' });
  expect(tagInfo('9F99')).toBeUndefined();
});

test('bits are told in both languages, and reserved ones as reserved', () => {
  expect(bitWords('TVR', fromHex('0400000001'))).toEqual([
    { byte: 1, bit: 3, text: { en: 'CDA failed', zh: '复合动态数据认证失败' } },
    {
      byte: 5,
      bit: 1,
      text: { en: 'kernel 2: relay resistance protocol not performed', zh: '内核 2：未执行抗中继协议' },
    },
  ]);
  expect(bitWords('TSI', fromHex('0001'))).toEqual([{ byte: 2, bit: 1, text: { en: 'RFU', zh: '保留' } }]);
  expect(bitWords('terminal-capabilities', fromHex('E0F8C8')).map(({ text }) => text.en)).toContain('CDA');
  expect(bitWords('CTQ', fromHex('0080'))[0]?.text.zh).toContain('CDCVM');
  expect(() => bitWords('TSI', fromHex('E8'))).toThrow(EmvRefusal);
});

test('every named bit has words in both languages and lies in its field', () => {
  for (const field of ['TVR', 'TSI', 'AIP', 'AUC', 'TTQ', 'CTQ', 'CVR-CCD', 'CVR-PBOC'] as const)
    for (const { byte, bit, text } of bitLegend(field)) {
      expect(byte >= 1 && bit >= 1 && bit <= 8, field).toBe(true);
      expect(text.en.length > 0 && /\p{Script=Han}/u.test(text.zh), `${field} ${byte}.${bit}`).toBe(true);
    }
});

test('issuer application data of PBOC, of VIS and of the common core are told apart', () => {
  const pboc = parseIssuerApplicationData(fromHex('07010103A0A80201'));
  expect(pboc).toMatchObject({ format: 'PBOC', derivationKeyIndex: 1, cryptogramVersion: 1, algorithm: 1 });
  expect(pboc.cvrWords.map(({ text }) => text.en)).toEqual([
    'second GENERATE AC not requested',
    'first GENERATE AC: ARQC',
    'last online transaction not completed',
    'velocity checking counters exceeded',
    'issuer authentication failure on last online transaction',
    'offline dynamic data authentication performed',
  ]);
  expect(parseIssuerApplicationData(fromHex('06010A03A4A002'))).toMatchObject({ format: 'VIS', cryptogramVersion: 10 });
  const core = parseIssuerApplicationData(fromHex(`0FA501A000000000${'00'.repeat(8)}0F${'00'.repeat(15)}`));
  expect(core).toMatchObject({ format: 'CCD', derivationKeyIndex: 1, cryptogramVersion: 0xa5 });
  expect(parseIssuerApplicationData(fromHex('0110')).format).toBe('unknown');
});

test('what names the card or its holder is masked, and so is what nobody knows', () => {
  const nodes = parseTlv(fromHex('70165A0862109480000000119F0206000000000100DF7A00'));
  const [record] = describeTlv(nodes);
  expect(record?.children.map(({ tag, value }) => [tag, value])).toEqual([
    ['5A', '•'.repeat(16)],
    ['9F02', '000000000100'],
    ['DF7A', ''],
  ]);
  expect(describeTlv(parseTlv(fromHex('DF7A0112')))[0]?.value).toBe('••');
  expect(describeTlv(nodes, { reveal: true })[0]?.children[0]?.value).toBe('6210948000000011');
  expect(describeTlv(parseTlv(fromHex('95050000048000')))[0]?.bits.map(({ bit }) => bit)).toEqual([3, 8]);
});

test('a data object list is filled by format: numeric on the left, compressed numeric with F, the rest on the right', () => {
  const data = values({ '9F02': '000000001234', '5A': '123456', '9F37': '01020304', '9F1A': '0156' });
  expect(toHex(buildDol(fromHex('9F0208'), data))).toBe('0000000000001234');
  expect(toHex(buildDol(fromHex('9F0202'), data))).toBe('1234');
  expect(toHex(buildDol(fromHex('5A05'), data))).toBe('123456FFFF');
  expect(toHex(buildDol(fromHex('5A02'), data))).toBe('1234');
  expect(toHex(buildDol(fromHex('9F3706'), data))).toBe('010203040000');
  expect(toHex(buildDol(fromHex('9F3702'), data))).toBe('0102');
  expect(toHex(buildDol(fromHex('9F1A02950570029F0300'), data))).toBe('015600000000000000');
});

test('the first source that has a tag gives its value', () => {
  expect(toHex(buildDol(fromHex('9A039C01'), values({ '9A': '261122' }), values({ '9A': '000000', '9C': '20' })))).toBe(
    '26112220',
  );
});

test('lists that lack a length, or ask for more than a command can carry, are refused', () => {
  for (const hex of ['9F38', '9F', '9F0206959A039F', '00', '9F33FF', '9F33809F3780'])
    expect(() => parseDol(fromHex(hex)), hex).toThrow(EmvRefusal);
  expect(parseDol(fromHex('9F33FC'))).toEqual([{ tag: '9F33', length: 252 }]);
});

test('field 55 keeps the order it is asked for and leaves out what is absent', () => {
  const bytes = buildField55(values({ '95': '0000000000', '9F26': '0011223344556677', '5A': '6210948000000011' }));
  expect(toHex(bytes)).toBe('9F2608001122334455667795050000000000');
  expect(parseField55(bytes).values.get('95')).toEqual(fromHex('0000000000'));
});

test('field 55 may hold several scripts but no other tag twice, and has a longest length', () => {
  const answer = parseField55(fromHex('8A023030720386019072038601910000'));
  expect(answer.nodes.map(({ tag }) => tag)).toEqual(['8A', '72', '72']);
  expect([...answer.values.keys()].every((tag) => RESPONSE_TAGS.includes(tag))).toBe(true);
  expect(() => parseField55(fromHex('9A032611229A03261122'))).toThrow(/twice/);
  expect(() => buildField55(values({ '9F10': '00'.repeat(300) }))).toThrow(EmvRefusal);
});

test('scripts of the issuer are read in order, with their results in five bytes', () => {
  const { nodes } = parseField55(fromHex('8A023030710E9F180400000001860584240000007206860400C00000'));
  const [first, second] = issuerScripts(nodes);
  expect(first).toMatchObject({ phase: 'before-final', commands: [fromHex('8424000000')] });
  expect(second).toMatchObject({ phase: 'after-final', identifier: new Uint8Array(4) });
  if (first === undefined) throw new Error('no script');
  expect(toHex(issuerScriptResult(first, { outcome: 'successful' }))).toBe('2000000001');
  expect(toHex(issuerScriptResult(first, { outcome: 'failed', command: 2 }))).toBe('1200000001');
  expect(toHex(issuerScriptResult(first, { outcome: 'not-performed' }))).toBe('0000000001');
  for (const hex of ['71059F180200009000', '7203950100', '720E9F1804000000019F180400000002'])
    expect(() => issuerScripts(parseTlv(fromHex(hex), { mode: 'lenient' })), hex).toThrow(EmvRefusal);
});
