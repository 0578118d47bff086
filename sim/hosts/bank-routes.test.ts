import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Bank, openBank } from './bank.ts';
import { registerBank } from './bank-routes.ts';

let folder: string;
let bank: Bank;
let app: FastifyInstance;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'zhanggui-routes-'));
  bank = await openBank({ port: 0, dataFolder: folder, timeScale: 0.001 });
  app = Fastify();
  registerBank(app, bank);
});
afterEach(async () => {
  await app.close();
  await bank.close();
  rmSync(folder, { recursive: true });
});

async function post(path: string, body: object) {
  const answer = await app.inject({ method: 'POST', url: `/bank/${path}`, payload: body });
  return { status: answer.statusCode, body: answer.json() };
}

const view = async (path: string) => (await app.inject({ url: `/bank/${path}` })).json();

test('the book shows authorizations, reversals, settlements, accounts and sums; the status the line', async () => {
  const book = await view('book?limit=5');
  expect(Object.keys(book)).toEqual(['authorizations', 'reversals', 'settlements', 'accounts', 'sums']);
  expect(book.accounts[0]).toMatchObject({ cardId: 'debit-approves', standing: 'good', pinTriesLeft: 3, heldMinor: 0 });
  expect(await view('status')).toMatchObject({ up: true, dialect: 'cups', transport: 'tls', changingDay: false });
});

test('faults are planned by message, kind, card and count, and what is none is refused', async () => {
  const good = [
    { fault: { kind: 'silent' } },
    { fault: { kind: 'late', seconds: 3 }, messages: ['0400'], count: 2 },
    { fault: { kind: 'decline', code: '51' }, messages: ['completion'], count: null },
    { fault: { kind: 'decline', code: '51', withoutMac: true }, messages: ['sale'] },
    { fault: { kind: 'cut' }, cardId: 'debit-swipe', count: 1 },
    { fault: null, cardId: 'debit-swipe' },
    { fault: { kind: 'wrong-check-value' } },
  ];
  for (const body of good) expect((await post('faults', body)).status, JSON.stringify(body)).toBe(200);
  expect(bank.host.faults.view().next.map(({ messages, remaining }) => [messages, remaining])).toEqual([
    [['0100', '0200', '0220'], 1],
    [['0400'], 2],
    [['completion'], null],
    [['sale'], 1],
    [['sign-on'], 1],
  ]);
  const bad = [
    {},
    { fault: null },
    { fault: { kind: 'unheard-of' } },
    { fault: { kind: 'late' } },
    { fault: { kind: 'slow', seconds: 601 } },
    { fault: { kind: 'decline', code: '00' } },
    { fault: { kind: 'silent' }, count: 0 },
    { fault: { kind: 'silent' }, messages: '0200' },
    { fault: { kind: 'silent' }, cardId: 'nobody' },
    { fault: { kind: 'silent' }, messages: [] },
    { fault: { kind: 'silent' }, messages: ['sails'] },
    { fault: { kind: 'wrong-check-value' }, messages: ['0200'] },
    { fault: { kind: 'wrong-check-value' }, cardId: 'debit-swipe' },
  ];
  for (const body of bad) expect((await post('faults', body)).status, JSON.stringify(body)).toBe(422);
  await app.inject({ method: 'DELETE', url: '/bank/faults' });
  expect(bank.host.faults.view().next).toEqual([]);
});

test('the line goes down and up, the host restarts, the day changes, keys are forgotten', async () => {
  expect((await post('line', { up: false })).body).toEqual({ up: false });
  expect((await post('line', { up: true })).body).toEqual({ up: true });
  expect((await post('line', { up: 'yes' })).status).toBe(422);
  const { port } = bank.line;
  expect((await post('restart', { seconds: 0 })).body).toEqual({ up: true });
  expect(bank.line.port).toBe(port);
  const before = bank.host.settlementOn;
  expect((await post('day-change', { seconds: 5 })).body.settlementOn).not.toBe(before);
  expect((await post('day-change', { seconds: -1 })).status).toBe(422);
  const [grant] = bank.host.terminals.grants();
  bank.host.terminals.signOn(grant?.terminalId ?? '');
  const { terminals } = (await post('forget-keys', {})).body;
  expect(terminals.every(({ signedOn }: { signedOn: boolean }) => !signedOn)).toBe(true);
});

test('a card is reported lost, gets its PIN tries back and scripts to take along; codes are issued for it', async () => {
  bank.host.states.change('debit-swipe', { pinTriesLeft: 0 });
  const changed = await post('cards/debit-swipe', { standing: 'lost', pinTries: 'reset', scripts: ['pin-unblock'] });
  expect(changed.body).toEqual({ pinTriesLeft: 3, standing: 'lost', scripts: ['pin-unblock'] });
  expect((await post('cards/nobody', {})).status).toBe(422);
  expect((await post('cards/debit-swipe', { standing: 'odd' })).status).toBe(422);
  expect((await post('cards/debit-swipe', { scripts: ['format'] })).status).toBe(422);
  expect((await post('codes', { cardId: 'debit-swipe' })).body.code).toMatch(/^62\d{17}$/);
  expect((await post('codes', {})).status).toBe(422);
});

test('a terminal, or each of them, is asked to do something in the header', async () => {
  const { body } = await post('processing', { request: 'sign-on' });
  expect(body.terminals.map(({ processing }: { processing: string }) => processing)).toEqual(['sign-on', 'sign-on']);
  const terminalId = body.terminals[0].terminalId;
  const lifted = await post('processing', { terminalId, request: 'none' });
  expect(lifted.body.terminals[0].processing).toBe('none');
  expect((await post('processing', { request: 'dance' })).status).toBe(422);
  expect((await post('processing', { terminalId: 'x', request: 'none' })).status).toBe(422);
});

test('what terminals are told to keep to is changed one by one, and what does not fit is refused whole', async () => {
  expect(await post('parameters', { tips: '1', offlineCount: '3' })).toMatchObject({
    status: 200,
    body: { tips: '1', offlineCount: '3', answerTimeoutS: '60' },
  });
  const wrong = [
    { tips: '1', colour: 'red' },
    { tips: 1 },
    { tips: '0', answerTimeoutS: '600' },
    { merchantName: '😀' },
  ];
  for (const parameters of wrong)
    expect(await post('parameters', parameters)).toEqual({ status: 422, body: { code: 'bad-parameters' } });
  expect(bank.host.terminals.parameters).toMatchObject({ tips: '1', offlineCount: '3', answerTimeoutS: '60' });
});
