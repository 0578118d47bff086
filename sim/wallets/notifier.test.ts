import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FaultBox, type FaultKind } from './faults.ts';
import { Notifier } from './notifier.ts';

const rules = { retriesS: [1, 2, 3], isTaken: (status: number) => status === 200 };

let folder: string;
let server: Server;
let url: string;
let status: number;
let bodies: string[];
let faults: FaultBox;
const notifiers: Notifier[] = [];

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'notifier-'));
  status = 200;
  bodies = [];
  faults = new FaultBox('wechat');
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => {
      body += part.toString();
    });
    request.on('end', () => {
      bodies.push(body);
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/n`;
});
afterEach(async () => {
  for (const notifier of notifiers.splice(0)) notifier.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

function open(timeScale = 0.01): Notifier {
  const notifier = new Notifier(rules, faults, timeScale, path.join(folder, 'log.jsonl'));
  notifiers.push(notifier);
  return notifier;
}

let composed = 0;
const notice = (id: string, to = url) => ({
  id,
  url: to,
  compose: () => {
    composed += 1;
    return { headers: { 'content-type': 'text/plain' }, body: `${id} ${composed}` };
  },
});
const fault = (kind: FaultKind) => faults.add({ kind, count: 1, operation: 'notify', delayMs: 500 });
const states = (notifier: Notifier) => notifier.log().map(({ state, attempts }) => [state, attempts.length]);

test('a notice is told by the schedule until it is taken, composed anew each time', async () => {
  status = 500;
  const notifier = open();
  await notifier.tell(notice('A'));
  expect(states(notifier)).toEqual([['waiting', 1]]);
  status = 200;
  await expect.poll(() => states(notifier)).toEqual([['taken', 2]]);
  expect(new Set(bodies).size).toBe(2);
  await notifier.tell(notice('A'));
  expect(bodies).toHaveLength(2);
});

test('after the last attempt nobody is told any more', async () => {
  status = 404;
  const notifier = open();
  await notifier.tell(notice('A'));
  await expect.poll(() => states(notifier)).toEqual([['given-up', 4]]);
});

test('the next start goes on where this one ended', async () => {
  status = 500;
  const before = open(100);
  await before.tell(notice('A'));
  before.stop();
  status = 200;
  const after = open();
  await after.tell(notice('A'));
  expect(states(after)).toEqual([['taken', 2]]);
});

test('nothing outside this machine is ever told', async () => {
  const notifier = open();
  await notifier.tell(notice('A', 'https://example.com/n'));
  expect(notifier.log()[0]?.attempts).toMatchObject([{ status: null, taken: false }]);
});

test('a duplicate is composed anew, a replay is byte for byte the same', async () => {
  const notifier = open();
  fault('duplicate');
  await notifier.tell(notice('A'));
  fault('replay');
  await notifier.tell(notice('B'));
  expect(bodies).toHaveLength(4);
  expect(bodies[0]).not.toBe(bodies[1]);
  expect(bodies[2]).toBe(bodies[3]);
});

test('a notice that breaks off arrives as its first half', async () => {
  const notifier = open();
  fault('truncated');
  await notifier.tell(notice('half-a-notice'));
  expect(bodies[0]).toMatch(/^half-a-n?$/);
});

test('a notice that is overtaken arrives after the next one', async () => {
  const notifier = open();
  fault('reordered');
  const first = notifier.tell(notice('A'));
  await notifier.tell(notice('B'));
  await first;
  expect(bodies.map((body) => body[0])).toEqual(['B', 'A']);
});

test('an answer that is lost on its way back is told again', async () => {
  const notifier = open();
  fault('lost-answer');
  await notifier.tell(notice('A'));
  await expect.poll(() => states(notifier)).toEqual([['taken', 2]]);
});
