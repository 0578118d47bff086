import { type Clock, Fault } from '@zhanggui/base';
import { expect, test } from 'vitest';
import type { KeyVault } from '../keys/vault.ts';
import type { AcquirerDialect, SignOnAnswer } from './dialect.ts';
import type { LinkAnswer } from './link.ts';
import type { AcquirerLine } from './messenger.ts';
import { isSession, SignOn } from './sign-on.ts';
import type { SavedSignOn, SwitchStore, Terminal } from './store.ts';
import { terminalParametersOf } from './terminal-parameters.ts';
import { scaledWaits } from './waits.ts';

const NOW = Date.parse('2026-11-22T08:00:00Z');
let now = NOW;
const clock: Clock = { now: () => now, sleep: () => Promise.resolve() };
const terminal = { acquirerId: 'bank', terminalId: '12345678' };
const KEY = { usage: 'mac', cryptogram: new Uint8Array(16), checkValue: new Uint8Array(4) } as const;
const good: SignOnAnswer = {
  responseCode: '00',
  batchNumber: '000007',
  hostTime: null,
  workingKeys: [KEY],
  demand: null,
};

/** A store that knows one terminal and keeps its session, as every server process sees it. */
function memoryTerminal(batches: string[]): SwitchStore {
  let row: Terminal = {
    ...terminal,
    tillId: 'till_1',
    acceptorId: '898310054110001',
    batchNumber: '000001',
    signedOnAt: null,
    session: 0,
    trackKey: false,
    clockOffsetMs: 0,
    demand: null,
    closingSince: null,
    parameters: terminalParametersOf([]),
  };
  let claimedUntil = 0;
  return {
    terminal: async ({ terminalId }: { terminalId: string }) => (terminalId === row.terminalId ? row : null),
    reserveTrace: async () => ({ ...row, stan: '000001' }),
    async claimSignOn(_key: object, session: number, atMs: number, untilMs: number) {
      if (session !== row.session || claimedUntil > atMs) return false;
      claimedUntil = untilMs;
      return true;
    },
    async saveSignOn(_key: object, { batchNumber, trackKey, clockOffsetMs, atMs }: SavedSignOn) {
      batches.push(batchNumber);
      claimedUntil = 0;
      row = { ...row, batchNumber, trackKey, clockOffsetMs, signedOnAt: atMs, session: row.session + 1 };
    },
    async releaseSignOn() {
      claimedUntil = 0;
    },
    async endSession(_key: object, session: number) {
      if (session === row.session) row = { ...row, signedOnAt: null };
    },
  } as unknown as SwitchStore;
}

/** A sign-on against a bank that answers `answer` on a line that does `carried`; counts what was asked of it. */
function signOnWith(
  answer: SignOnAnswer | Error,
  carried: LinkAnswer = { kind: 'answer', message: new Uint8Array(1) },
) {
  const seen = { asked: 0, batches: [] as string[], imported: [] as string[], differences: [] as number[] };
  const store = memoryTerminal(seen.batches);
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
  const signOn = () => new SignOn({ store, vault, clock, waits: scaledWaits(1), onClockDifference });
  return { signOn: signOn(), otherProcess: signOn(), line: { dialect, link }, seen };
}
const wrongKeys: SignOnAnswer = { ...good };

test('a terminal signs on once for all who wait, and takes batch and keys of the answer', async () => {
  const { signOn, line, seen } = signOnWith(good);
  const sessions = await Promise.all([signOn.ensure(line, terminal), signOn.ensure(line, terminal)]);
  const session = { number: 1, batchNumber: '000007', trackKey: false, closing: false };
  expect(sessions).toEqual([session, session]);
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

test('another server process trades under the same session, and waits where the first one is signing on', async () => {
  const { signOn, otherProcess, line, seen } = signOnWith({ ...good, workingKeys: [KEY, { ...KEY, usage: 'data' }] });
  const both = await Promise.all([signOn.renew(line, terminal), otherProcess.ensure(line, terminal)]);
  expect(both).toEqual([both[0], both[0]]);
  expect(both[0]).toMatchObject({ number: 1, trackKey: true });
  await otherProcess.renew(line, terminal);
  expect(await signOn.ensure(line, terminal)).toMatchObject({ number: 2 });
  expect(seen.asked).toBe(2);
});

test('a terminal signs on anew each day', async () => {
  const { signOn, line, seen } = signOnWith(good);
  await signOn.ensure(line, terminal);
  now = NOW + 8 * 3_600_000;
  try {
    expect(await signOn.ensure(line, terminal)).toMatchObject({ number: 2 });
  } finally {
    now = NOW;
  }
  expect(seen.asked).toBe(2);
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
