import { fromHex, toHex } from '@zhanggui/base';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  atrFaults,
  buildCandidateList,
  type CommandApdu,
  commandCase,
  directoryEntries,
  EmvRefusal,
  encodeCommand,
  encodeResponse,
  encodeTlv,
  exchangeT0,
  generateAcCommand,
  getDataCommand,
  getProcessingOptionsCommand,
  initiateApplication,
  missingMandatoryTags,
  orderByPriority,
  PPSE_NAME,
  parseAfl,
  parseAtr,
  parseCommand,
  parseGenerateAc,
  parseProcessingOptions,
  parseResponse,
  readApplicationData,
  selectApplication,
  type TlvItem,
} from './index.ts';

/** Answers each command with what the card says; fails the test on a command the card does not know. */
function talk<Result>(
  dialogue: Generator<Uint8Array, Result, Uint8Array>,
  card: (command: string) => string | undefined,
): { result: Result; commands: string[] } {
  const commands: string[] = [];
  let step = dialogue.next();
  while (step.done !== true) {
    const command = toHex(step.value);
    commands.push(command);
    const answer = card(command);
    if (answer === undefined) throw new Error(`unexpected command ${command}`);
    step = dialogue.next(fromHex(answer));
  }
  return { result: step.value, commands };
}

const script =
  (answers: Readonly<Record<string, string>>) =>
  (command: string): string | undefined =>
    answers[command];

/** Answers in the order given, whatever is asked. */
function inTurn(...answers: readonly string[]): () => string | undefined {
  let next = 0;
  return () => {
    next += 1;
    return answers[next - 1];
  };
}

const optional = <Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(arbitrary, { nil: undefined });
const byte = fc.nat(255);

test('a command of any case reads back as it was written', () => {
  const parts = fc.tuple(
    fc.record({ cla: byte, ins: byte, p1: byte, p2: byte }),
    optional(fc.uint8Array({ minLength: 1, maxLength: 255 })),
    optional(fc.integer({ min: 1, max: 256 })),
  );
  fc.assert(
    fc.property(parts, ([header, data, le]) => {
      const command: CommandApdu = {
        ...header,
        ...(data === undefined ? {} : { data }),
        ...(le === undefined ? {} : { le }),
      };
      expect(parseCommand(encodeCommand(command))).toEqual(command);
      expect(commandCase(command)).toBe(1 + (le === undefined ? 0 : 1) + (data === undefined ? 0 : 2));
    }),
  );
});

test('commands whose Lc lies, and values outside their range, are refused', () => {
  for (const hex of ['', '00A404', '00A4040000A0', '00A4040005A000000003100000', '00A4040005A0'])
    expect(() => parseCommand(fromHex(hex)), hex).toThrow(EmvRefusal);
  const header = { cla: 0, ins: 0xa4, p1: 4, p2: 0 };
  expect(() => encodeCommand({ ...header, le: 257 })).toThrow(EmvRefusal);
  expect(() => encodeCommand({ ...header, cla: 256 })).toThrow(EmvRefusal);
  expect(() => encodeCommand({ ...header, data: new Uint8Array(0) })).toThrow(EmvRefusal);
  expect(() => parseResponse(fromHex('90'))).toThrow(EmvRefusal);
  expect(toHex(encodeResponse(parseResponse(fromHex('AABB9000'))))).toBe('AABB9000');
});

test('the commands of the books have their bytes', () => {
  expect(toHex(encodeCommand(getDataCommand('9F36')))).toBe('80CA9F3600');
  expect(toHex(encodeCommand(generateAcCommand('ARQC', fromHex('0102'), true)))).toBe('80AE900002010200');
  const long = getProcessingOptionsCommand(new Uint8Array(130));
  expect(toHex(encodeCommand(long)).slice(0, 16)).toBe('80A8000085838182');
});

test('T=0 gives command data byte by byte where the card asks so, and waits on 60', () => {
  const command = { cla: 0, ins: 0x82, p1: 0, p2: 0, data: fromHex('DEADBE') };
  const { result, commands } = talk(exchangeT0(command), inTurn('60607D', '7D', '6082', '9000'));
  expect(commands).toEqual(['0082000003', 'DE', 'AD', 'BE']);
  expect(result).toEqual({ data: new Uint8Array(0), sw: 0x9000 });
});

test('T=0 takes answer data byte by byte, and in pieces', () => {
  const command = { cla: 0, ins: 0xb2, p1: 1, p2: 0x0c, le: 2 };
  expect(toHex(talk(exchangeT0(command), inTurn('4DAA4DBB9000')).result.data)).toBe('AABB');
  expect(toHex(talk(exchangeT0(command), inTurn('B2', 'AABB9000')).result.data)).toBe('AABB');
});

test('a card that breaks the T=0 procedure or never ends it is refused', () => {
  const read = { cla: 0, ins: 0xb2, p1: 1, p2: 0x0c, le: 256 };
  expect(() => talk(exchangeT0(read), inTurn('A5'))).toThrow(/procedure/);
  expect(() => talk(exchangeT0(read), () => '6C05')).toThrow(/more than/);
  const verify = { cla: 0, ins: 0x20, p1: 0, p2: 0x80, data: fromHex('24123456FFFFFFFF') };
  expect(() => talk(exchangeT0(verify), inTurn('20', '20'))).toThrow(/procedure/);
});

test('an answer to reset is taken apart group by group', () => {
  const atr = parseAtr(fromHex('3BF41300FF9101717C4100DEADBEEFE6'));
  expect(atr).toMatchObject({ convention: 'direct', protocols: [1, 1], tckOk: true, extraBytes: 0 });
  expect(atr.groups[2]).toMatchObject({ ta: 0x7c, tb: 0x41, tc: 0x00, protocol: 1 });
  expect(atrFaults(atr)).toEqual([]);
});

test.each([
  ['3B2000', []],
  ['3F2000', []],
  ['3B2005', ['TB1']],
  ['3B00', ['TB1']],
  ['3B200000', ['length']],
  ['3BE000FF81317C4193', ['TCK']],
  ['3BE000FF8131FF4111', ['TA3']],
  ['3BE000FF81317C5186', ['TCK', 'TB3']],
  ['3BE000008131204050', ['TCK', 'TB3']],
  ['3BA00082317C4128', ['TCK', 'TD1']],
  ['3B301400', []],
  ['3BB014001010', ['TA1', 'TA2']],
])('the answer to reset %s has the faults %j', (hex, faults) => {
  expect(atrFaults(parseAtr(fromHex(hex)))).toEqual(faults);
});

test('a warm reset may announce another programming voltage', () => {
  expect(atrFaults(parseAtr(fromHex('3B2005')), 'warm')).toEqual([]);
});

const SELECT_PSE = '00A404000E315041592E5359532E444446303100';
const VISA = { aid: fromHex('A0000000031010'), match: 'partial' } as const;
const SELECT_VISA = '00A4040007A000000003101000';

test('a blocked card ends the selection, and no application in common is not accepted', () => {
  expect(talk(buildCandidateList([VISA]), script({ [SELECT_PSE]: '6A81' })).result.outcome).toBe('card-blocked');
  const none = script({ [SELECT_PSE]: '6A82', [SELECT_VISA]: '6A82' });
  expect(talk(buildCandidateList([VISA]), none).result.outcome).toBe('not-accepted');
});

const PSE_FCI = '6F15840E315041592E5359532E4444463031A5038801019000';

test.each([
  ['its FCI is not TLV', ['6F1A840E9000']],
  ['its file identifier is out of range', [PSE_FCI.replace('880101', '880115')]],
  ['a record cannot be read', [PSE_FCI, '6985']],
  ['a record is no template', [PSE_FCI, '9000']],
  ['it names nothing the terminal has', [PSE_FCI, '700961074F05A0000000049000', '6A83']],
])('the terminal goes on with its own list when the directory fails: %s', (_, directory) => {
  const card = inTurn(...directory, '6F0E8407A0000000031010A5038701819000');
  const { result, commands } = talk(buildCandidateList([VISA]), card);
  expect(commands.at(-1)).toBe(SELECT_VISA);
  expect(result).toMatchObject({ outcome: 'ok', cardholderSelectionRequired: true });
});

test('a blocked application is passed over', () => {
  const card = script({ [SELECT_PSE]: '6A82', [SELECT_VISA]: '6F098407A00000000310106283' });
  expect(talk(buildCandidateList([VISA]), card).result.outcome).toBe('not-accepted');
});

test('candidates go by priority, those without one last', () => {
  const entry = (pix: string, priority: string): TlvItem => ({
    tag: '61',
    value: [
      { tag: '4F', value: fromHex(`A000000003${pix}`) },
      { tag: '87', value: fromHex(priority) },
    ],
  });
  const entries = [entry('03', '03'), entry('04', '00'), entry('05', '81')];
  const fci = encodeTlv([
    {
      tag: '6F',
      value: [
        { tag: '84', value: PPSE_NAME },
        { tag: 'A5', value: [{ tag: 'BF0C', value: entries }] },
      ],
    },
  ]);
  const ordered = orderByPriority(directoryEntries(fci));
  expect(ordered.map(({ aid }) => toHex(aid))).toEqual(['A00000000305', 'A00000000303', 'A00000000304']);
});

test('final selection takes only the application it asked for', () => {
  const ok = talk(selectApplication(VISA.aid), () => '6F098407A00000000310109000').result;
  expect(ok.outcome).toBe('ok');
  for (const answer of ['6A82', '6F098407A00000000310119000', '9000', '6F09840790006283'])
    expect(talk(selectApplication(VISA.aid), () => answer).result.outcome, answer).toBe('try-another');
});

test('processing options come in both formats, and anything else is a fault of the card', () => {
  expect(parseProcessingOptions(fromHex('80067C00080101009000'))).toMatchObject({
    outcome: 'ok',
    aip: fromHex('7C00'),
  });
  const second = parseProcessingOptions(fromHex('770E82027C0094040801010057029F029000'));
  expect(second).toMatchObject({ outcome: 'ok', afl: fromHex('08010100') });
  expect(parseProcessingOptions(fromHex('6985')).outcome).toBe('conditions-not-satisfied');
  for (const hex of ['9000', '80017C9000', '770482027C009000', '6A82', '7C009000'])
    expect(parseProcessingOptions(fromHex(hex)).outcome, hex).toBe('card-error');
});

test('a card without a PDOL is started with an empty template', () => {
  const { commands } = talk(initiateApplication(undefined), () => '80067C00080101009000');
  expect(commands).toEqual(['80A8000002830000']);
});

test('records are read in order and their data kept, authenticated ones without their template', () => {
  const { result, commands } = talk(
    readApplicationData(fromHex('0801020158010101')),
    script({ '00B2010C00': '70065F24033012319000', '00B2020C00': '70035701119000', '00B2015C00': '7004DF0101229000' }),
  );
  expect(commands).toHaveLength(3);
  expect(result.outcome).toBe('ok');
  expect([...result.values.keys()]).toEqual(['5F24', '57', 'DF01']);
  expect(toHex(result.odaRecords)).toBe('5F24033012317004DF010122');
  expect(missingMandatoryTags(result.values)).toEqual(['5A', '8C', '8D']);
});

test.each([
  ['6A83', 'read-record-failed'],
  ['9000', 'read-record-invalid'],
  ['61035701119000', 'read-record-invalid'],
  ['70065701115701129000', 'redundant-data'],
])('a record answered with %s ends reading: %s', (answer, outcome) => {
  expect(talk(readApplicationData(fromHex('08010100')), () => answer).result.outcome).toBe(outcome);
});

test('file locators that break the rules are refused with the place', () => {
  for (const hex of ['', '080101', '00010100', 'F8010100', '08000100', '08020100', '08010102', '0A010100'])
    expect(() => parseAfl(fromHex(hex)), hex).toThrow(EmvRefusal);
  expect(parseAfl(fromHex('0801010010020401'))).toEqual([
    { sfi: 1, first: 1, last: 1, odaRecords: 0 },
    { sfi: 2, first: 2, last: 4, odaRecords: 1 },
  ]);
});

test('a cryptogram is read in both formats', () => {
  const first = parseGenerateAc(fromHex('8013800006B04398D218017BF907000103A0A80201'));
  expect(first.cryptogram).toBe('ARQC');
  expect(toHex(first.values.get('9F10') ?? new Uint8Array(0))).toBe('07000103A0A80201');
  const second = parseGenerateAc(fromHex('77149F2701409F360200019F26080011223344556677'));
  expect(second.cryptogram).toBe('TC');
  expect(() => parseGenerateAc(fromHex('77049F270140'))).toThrow(EmvRefusal);
});
