import { type Clock, Fault } from '@zhanggui/base';
import { expect, test } from 'vitest';
import type { KeyVault } from '../keys/vault.ts';
import type { AcquirerDialect, SignOnAnswer } from './dialect.ts';
import type { LinkAnswer } from './link.ts';
import { type AcquirerLine, isSession, SignOn } from './sign-on.ts';
import type { SwitchStore } from './store.ts';

const NOW = Date.parse('2026-11-22T08:00:00Z');
const clock: Clock = { now: () => NOW, sleep: () => Promise.resolve() };
const terminal = { acquirerId: 'bank', terminalId: '12345678' };
const KEY = { usage: 'mac', cryptogram: new Uint8Array(16), checkValue: new Uint8Array(4) } as const;
const good: SignOnAnswer = {
  responseCode: '00',
  batchNumber: '000007',
  hostTime: null,
  workingKeys: [KEY],
  demand: null,
};

/** A sign-on against a bank that answers `answer` on a line that does `carried`; counts what was asked of it. */
function signOnWith(
  answer: SignOnAnswer | Error,
  carried: LinkAnswer = { kind: 'answer', message: new Uint8Array(1) },
) {
  const seen = { asked: 0, batches: [] as string[], imported: [] as string[], differences: [] as number[] };
  const store = {
    reserveTrace: async (acquirerId: string, terminalId: string) =>
      terminalId === terminal.terminalId
        ? { acquirerId, terminalId, acceptorId: '898310054110001', stan: '000001', batchNumber: '000001' }
        : null,
    saveSignOn: async (_acquirerId: string, _terminalId: string, batchNumber: string) => {
      seen.batches.push(batchNumber);
    },
  } as unknown as SwitchStore;
  const vault = {
    async importWorkingKeys(under: string, keys: { name: string }[]) {
      if (answer === wrongKeys) throw new Fault('key-check-value');
      seen.imported.push(under, ...keys.map(({ name }) => name));
    },
  } as unknown as KeyVault;
  const dialect = {
    toSignOn: () => new Uint8Array(1),
    correlationOf: () => '0800/000001/12345678',
    fromSignOn() {
      if (answer instanceof Error) throw answer;
      return answer;
    },
  } as unknown as AcquirerDialect;
  const link = {
    async request() {
      seen.asked += 1;
      return carried;
    },
  } as unknown as AcquirerLine['link'];
  const onClockDifference = (_acquirerId: string, differenceMs: number) => seen.differences.push(differenceMs);
  return { signOn: new SignOn({ store, vault, clock, onClockDifference }), line: { dialect, link }, seen };
}
const wrongKeys: SignOnAnswer = { ...good };

test('a terminal signs on once for all who wait, and takes batch and keys of the answer', async () => {
  const { signOn, line, seen } = signOnWith(good);
  const sessions = await Promise.all([signOn.ensure(line, terminal), signOn.ensure(line, terminal)]);
  expect(sessions).toEqual([{ batchNumber: '000007' }, { batchNumber: '000007' }]);
  expect(seen).toMatchObject({ asked: 1, batches: ['000007'] });
  expect(seen.imported).toEqual(['terminal/bank/12345678/tmk', 'terminal/bank/12345678/mac']);
});

test('whatever goes wrong leaves no session, and the next request tries again', async () => {
  const cases: [Parameters<typeof signOnWith>, string][] = [
    [[good, { kind: 'not-sent', cause: 'no connection' }], 'sign-on: no connection'],
    [[good, { kind: 'silent', cause: 'no answer' }], 'sign-on: no answer'],
    [[{ ...good, responseCode: '97' }], 'sign-on refused with 97'],
    [[{ ...good, workingKeys: [] }], 'sign-on gave no working keys'],
    [[wrongKeys], 'sign-on keys refused: key-check-value'],
    [[new Error('truncated')], 'sign-on answer cannot be read: truncated'],
  ];
  for (const [given, cause] of cases) {
    const { signOn, line, seen } = signOnWith(...given);
    expect(await signOn.ensure(line, terminal)).toEqual({ cause });
    await signOn.ensure(line, terminal);
    expect(seen).toMatchObject({ asked: 2, batches: [] });
  }
});

test('a terminal that nobody has provisioned does not even ask', async () => {
  const { signOn, line, seen } = signOnWith(good);
  const session = await signOn.ensure(line, { acquirerId: 'bank', terminalId: '00000000' });
  expect(session).toEqual({ cause: 'the terminal is not provisioned' });
  expect(seen.asked).toBe(0);
});

test('a session ends once, however many refusals of it arrive', async () => {
  const { signOn, line, seen } = signOnWith(good);
  const first = await signOn.ensure(line, terminal);
  if (!isSession(first)) throw new Error('no session');
  await signOn.end(terminal, first);
  await signOn.ensure(line, terminal);
  await signOn.end(terminal, first);
  await signOn.ensure(line, terminal);
  expect(seen.asked).toBe(2);
});

test('a clock that differs by more than a minute is told, also across the turn of the year', async () => {
  const differenceAt = async (hostTime: string | null) => {
    const { signOn, line, seen } = signOnWith({ ...good, hostTime });
    await signOn.ensure(line, terminal);
    return seen.differences;
  };
  expect(await differenceAt('1122160030')).toEqual([]);
  expect(await differenceAt('1122160200')).toEqual([120_000]);
  expect(await differenceAt('1122155000')).toEqual([-600_000]);
  expect(await differenceAt('0101000000')).toEqual([39 * 86_400_000 + 8 * 3_600_000]);
  expect(await differenceAt(null)).toEqual([]);
  expect(await differenceAt('9999999999')).toEqual([]);
});
