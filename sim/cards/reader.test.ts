import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cardById, type TestCard } from './cards.ts';
import { openReaders, type Readers, registerReader } from './reader.ts';
import { ReaderKeys } from './reader-device.ts';

let folder: string;
let app: FastifyInstance;
let readers: Readers;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zhanggui-reader-'));
  app = Fastify();
  readers = openReaders(folder);
  registerReader(app, readers);
});
afterEach(async () => {
  readers.close();
  await app.close();
  rmSync(folder, { recursive: true });
});

const request = async (body: object, reader = 'till_1') => {
  const answer = await app.inject({ method: 'POST', url: `/readers/${reader}/requests`, payload: body });
  return { status: answer.statusCode, requestId: String(answer.json().requestId) };
};
const present = (body: object) => app.inject({ method: 'POST', url: '/readers/till_1/present', payload: body });
const result = (requestId: string, wait = true) =>
  app.inject({ url: `/readers/till_1/requests/${requestId}/result${wait ? '' : '?wait=0'}` });

test('a till that waits is woken by the card, which is sealed', async () => {
  const { requestId } = await request({ amountMinor: 6_220, currency: 'CNY' });
  const waiting = result(requestId);
  expect((await present({ cardId: 'debit-approves', pin: '123456' })).statusCode).toBe(200);
  const answer = (await waiting).json();
  expect(answer).toMatchObject({ state: 'presented', card: { maskedPan: '•••• 0018', entryMode: 'chip' } });
  expect(answer.card.credential.pinBlock).toMatch(/^[0-9A-F]{32}$/);
  expect(JSON.stringify(answer)).not.toContain('000000000018');
  expect((await present({ cardId: 'debit-approves', pin: '123456' })).json()).toEqual({ code: 'no-request' });
});

test('a request that is cancelled or replaced wakes its till', async () => {
  const first = await request({ amountMinor: 100 });
  const waiting = result(first.requestId);
  await app.inject({ method: 'DELETE', url: `/readers/till_1/requests/${first.requestId}` });
  expect((await waiting).json()).toEqual({ state: 'cancelled' });
  const second = await request({ amountMinor: 100 });
  const replaced = result(second.requestId);
  const third = await request({ amountMinor: 200 });
  expect((await replaced).json()).toEqual({ state: 'cancelled' });
  expect((await result(third.requestId, false)).json()).toEqual({ state: 'waiting' });
  expect((await result(second.requestId)).statusCode).toBe(404);
});

test('what does not fit is refused', async () => {
  expect((await request({ amountMinor: 100 }, 'till_9')).status).toBe(404);
  for (const amountMinor of [0, -1, 1.5, '100', null]) expect((await request({ amountMinor })).status).toBe(422);
  await request({ amountMinor: 100_001 });
  for (const [body, code] of [
    [{ cardId: 'nobody' }, 'no-such-card'],
    [{ cardId: 'credit-contactless' }, 'pin-needed'],
    [{ cardId: 'credit-contactless', pin: '12' }, 'bad-pin'],
  ] as const)
    expect((await present(body)).json(), code).toEqual({ code });
});

test('the faces of the cards show no number', async () => {
  const text = (await app.inject({ url: '/readers/cards' })).body;
  expect(text).toContain('•••• 0018');
  expect(text).not.toMatch(/62\d{14}/);
});

test('a reader never uses a key twice, a restart included, and readers have different ones', () => {
  const card = cardById('debit-approves') as TestCard;
  const file = join(folder, 'readers.json');
  const serials: string[] = [];
  for (let start = 0; start < 3; start += 1) {
    const keys = new ReaderKeys(file);
    for (let times = 0; times < 5; times += 1) serials.push(keys.seal('till_1', card, null).ksn);
  }
  expect(new Set(serials).size).toBe(15);
  const other = new ReaderKeys(file).seal('till_2', card, null).ksn;
  expect(other.slice(0, 16)).not.toBe(serials[0]?.slice(0, 16));
  expect(() => new ReaderKeys(file).seal('till_9', card, null)).toThrow(RangeError);
});
