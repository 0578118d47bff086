import type { Clock } from '@zhanggui/base';
import { expect, test } from 'vitest';
import { LineMonitor } from './line-monitor.ts';
import type { AcquirerLink, LinkAnswer } from './link.ts';

const ANSWER: LinkAnswer = { kind: 'answer', message: new Uint8Array(1) };
const SILENT: LinkAnswer = { kind: 'silent', cause: 'no answer' };

/** A monitor over a line that answers what the test says, on a clock that the test moves. */
function monitored(limits: ConstructorParameters<typeof LineMonitor>[2] = {}) {
  const world = { now: 0, asked: 0, answer: SILENT as LinkAnswer | Promise<LinkAnswer>, takesMs: 0 };
  const clock: Clock = { now: () => world.now, sleep: () => Promise.resolve() };
  const link = {
    kind: 'persistent',
    connected: () => true,
    async request() {
      world.asked += 1;
      world.now += world.takesMs;
      return world.answer;
    },
  } as unknown as AcquirerLink;
  const monitor = new LineMonitor(link, clock, limits);
  const ask = () => monitor.request(new Uint8Array(1), 'x', 1_000);
  return { world, monitor, ask };
}

test('a host that is silent many times in a row is left alone, tried again, and trusted again once it answers', async () => {
  const { world, monitor, ask } = monitored({ failuresToOpen: 3, openMs: 1_000 });
  for (let times = 0; times < 3; times += 1) expect(await ask()).toEqual(SILENT);
  expect(monitor.health()).toMatchObject({ circuit: 'open', failuresInARow: 3, lastAnswerAt: null });
  expect(await ask()).toMatchObject({ kind: 'not-sent', cause: 'the acquirer has not answered for some time' });
  expect(world.asked).toBe(3);
  world.now = 1_000;
  expect(await ask()).toEqual(SILENT);
  world.now = 2_500;
  expect(await ask(), 'each failed trial doubles the pause').toMatchObject({ kind: 'not-sent' });
  world.now = 3_000;
  world.answer = ANSWER;
  expect(await ask()).toEqual(ANSWER);
  expect(monitor.health()).toMatchObject({ circuit: 'closed', failuresInARow: 0, lastAnswerAt: 3_000 });
});

test('one request at a time tries a host that was silent', async () => {
  const { world, ask } = monitored({ failuresToOpen: 1, openMs: 10 });
  await ask();
  world.now = 10;
  const { promise, resolve } = Promise.withResolvers<LinkAnswer>();
  world.answer = promise;
  const trial = ask();
  expect(await ask()).toMatchObject({ kind: 'not-sent' });
  resolve(ANSWER);
  expect(await trial).toEqual(ANSWER);
});

test('a line that was made anew is tried at once', async () => {
  const { world, monitor, ask } = monitored({ failuresToOpen: 1, openMs: 60_000 });
  await ask();
  monitor.reconnected();
  world.answer = ANSWER;
  expect(await ask()).toEqual(ANSWER);
});

test('no more requests wait than may', async () => {
  const { world, monitor, ask } = monitored({ maximumWaiting: 2 });
  const { promise, resolve } = Promise.withResolvers<LinkAnswer>();
  world.answer = promise;
  const waiting = [ask(), ask()];
  expect(monitor.health().waiting).toBe(2);
  expect(await ask()).toMatchObject({ kind: 'not-sent', cause: 'too many requests wait for this acquirer' });
  resolve(ANSWER);
  expect(await Promise.all(waiting)).toEqual([ANSWER, ANSWER]);
  expect(monitor.health().waiting).toBe(0);
});

test('round trips are told by their median and their slowest', async () => {
  const { world, monitor, ask } = monitored();
  expect(monitor.health().roundTripMs).toBeNull();
  world.answer = ANSWER;
  for (let each = 1; each <= 100; each += 1) {
    world.takesMs = each;
    await ask();
  }
  expect(monitor.health().roundTripMs).toEqual({ p50: 51, p99: 100 });
});
