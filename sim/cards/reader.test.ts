import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromHex, toHex, utf8Decode, utf8Encode } from '@zhanggui/base';
import { parseField55 } from '@zhanggui/emv';
import { aesDukptHostKey, cmac, decipherPinBlock, decryptCbc, importKey, type SecretKey } from '@zhanggui/paycrypto';
import type { CardRecord, CompletionRecord, PresentedCard, ReadResult, SealedCard } from '@zhanggui/terminal';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { issuerDataOf } from './cards.ts';
import { cryptogramHolds, issuerAnswer } from './chip/card-issuer.ts';
import { openReaders, type Readers, registerReader } from './reader.ts';
import { ReaderKeys } from './reader-keys.ts';

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

const AMOUNT = 12_345;

async function post(url: string, payload: object): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await app.inject({ method: 'POST', url: `/readers/till_1${url}`, payload });
  return { status: answer.statusCode, body: answer.json() };
}

async function ask(body: object = { amountMinor: AMOUNT }): Promise<string> {
  return String((await post('/requests', body)).body.requestId);
}

async function result(requestId: string, after?: number): Promise<ReadResult> {
  const query = after === undefined ? '' : `?wait=1&after=${after}`;
  return (await app.inject({ url: `/readers/till_1/requests/${requestId}/result${query}` })).json();
}

/** Result once it has come to `state`. */
async function until(requestId: string, state: ReadResult['state']): Promise<ReadResult> {
  let now = await result(requestId);
  while (now.state !== state) now = await result(requestId, now.version);
  return now;
}

async function present(requestId: string, body: object): Promise<PresentedCard> {
  expect((await post('/present', body)).body).toEqual({ state: 'presented' });
  const now = await result(requestId);
  if (now.state !== 'presented') throw new Error(`not presented but ${now.state}`);
  return now.card;
}

/** The host's side: opens what a reader has sealed, its MAC first. */
function open<Record>({ readerId, ksn, entryMode, sealed, mac, pinBlock = '' }: SealedCard): Record {
  const grant = readers.keys.grants().find((each) => each.readerId === readerId);
  const key = (usage: Parameters<typeof aesDukptHostKey>[2]): SecretKey =>
    aesDukptHostKey(importKey(grant?.bdk ?? '', { algorithm: 'AES', usage: 'bdk' }), fromHex(ksn), usage);
  const lines = [readerId, ksn, entryMode, sealed, pinBlock].join('\n');
  expect(toHex(cmac(key('mac-generate'), utf8Encode(lines)))).toBe(mac);
  const padded = decryptCbc(key('data-encrypt'), fromHex(sealed));
  return JSON.parse(utf8Decode(padded.subarray(0, padded.lastIndexOf(0x80))));
}

function pinIn(card: SealedCard, pan: string): string | null {
  const grant = readers.keys.grants().find((each) => each.readerId === card.readerId);
  if (card.pinBlock === undefined) return null;
  const bdk = importKey(grant?.bdk ?? '', { algorithm: 'AES', usage: 'bdk' });
  return decipherPinBlock(aesDukptHostKey(bdk, fromHex(card.ksn), 'pin'), fromHex(card.pinBlock), { format: 4, pan });
}

/** The bank's answer to a sealed chip, after it has checked the cryptogram. */
function bankAnswer(card: SealedCard, responseCode = '00'): object {
  const record = open<CardRecord>(card);
  const application = issuerDataOf(record.pan)?.application;
  const { values } = parseField55(fromHex(record.chip ?? ''));
  if (application === null || application === undefined) throw new Error('no chip was issued with this number');
  expect(cryptogramHolds(application, values)).toBe(true);
  const decision = responseCode === '00' ? 'approve' : 'decline';
  return { decision, responseCode, data: toHex(issuerAnswer(application, values, responseCode)) };
}

test('a chip with its PIN: sealed, answered by its bank, and its last word sealed again', async () => {
  const requestId = await ask();
  const card = await present(requestId, { cardId: 'debit-approves', pin: '123456' });
  expect(card).toMatchObject({
    ...{ maskedPan: '•••• 0018', scheme: 'unionpay', entryMode: 'chip', label: 'UnionPay Debit', device: 'card' },
    ...{ cvm: 'online-pin', offline: null, concludes: true, par: false, aid: 'A000000333010101' },
  });
  const record = open<CardRecord>(card.credential);
  expect(record).toMatchObject({ pan: '6200000000000000018', expiry: '3112', sequence: '001', cvm: 'online-pin' });
  expect(pinIn(card.credential, record.pan)).toBe('123456');
  expect((await post(`/requests/${requestId}/issuer-answer`, bankAnswer(card.credential))).status).toBe(202);
  const now = await until(requestId, 'concluded');
  expect(now).toMatchObject({ outcome: 'approved', signature: false });
  if (now.state !== 'concluded' || now.completion === null) throw new Error('no completion');
  expect(now.completion.ksn).not.toBe(card.credential.ksn);
  const completion = open<CompletionRecord>(now.completion);
  expect(completion.result).toBe('approved');
  expect(toHex(parseField55(fromHex(completion.chip ?? '')).values.get('9F27') ?? new Uint8Array(0))).toBe('40');
});

test.each([
  ['declined by its bank', '51', { result: 'declined' }],
  ['with a forged answer of its bank', 'forged', { result: 'declined' }],
  ['when nobody can be asked', 'down', { result: 'declined', arc: 'Z3' }],
])('a chip %s says so in its last word', async (_, responseCode, expected) => {
  const requestId = await ask();
  const { credential } = await present(requestId, { cardId: 'debit-approves', pin: '123456' });
  const forged = { decision: 'approve', responseCode: '00', data: '910A00112233445566773030' };
  const answers: Record<string, object> = { forged, down: { decision: 'unable-to-go-online' } };
  await post(`/requests/${requestId}/issuer-answer`, answers[responseCode] ?? bankAnswer(credential, responseCode));
  const now = await until(requestId, 'concluded');
  expect(now).toMatchObject({ outcome: 'declined' });
  if (now.state !== 'concluded' || now.completion === null) throw new Error('no completion');
  expect(open<CompletionRecord>(now.completion)).toMatchObject(expected);
});

test.each(['authorizing', 'completion'] as const)('a chip pulled out while %s has said nothing', async (pullOutAt) => {
  const requestId = await ask();
  const { credential } = await present(requestId, { cardId: 'debit-approves', pin: '123456', pullOutAt });
  await post(`/requests/${requestId}/issuer-answer`, bankAnswer(credential));
  const now = await until(requestId, 'concluded');
  expect(now).toMatchObject({ outcome: 'removed', prompt: { en: 'Card removed too early' } });
  if (now.state !== 'concluded' || now.completion === null) throw new Error('no completion');
  expect(open<CompletionRecord>(now.completion)).toEqual({ result: 'removed' });
});

test.each(['reading', 'pin'] as const)(
  'a chip pulled out while %s is asked for again, and then pays',
  async (pullOutAt) => {
    const requestId = await ask();
    const early = await post('/present', { cardId: 'debit-approves', pin: '123456', pullOutAt });
    expect(early.body).toMatchObject({ state: 'waiting', step: 'card', prompt: { en: 'Card removed too early' } });
    await present(requestId, { cardId: 'debit-approves', pin: '123456' });
  },
);

test('a chip that somebody takes out while the pad waits is asked for again', async () => {
  const requestId = await ask();
  expect((await post('/present', { cardId: 'debit-approves' })).body).toMatchObject({ step: 'pin' });
  const taken = await app.inject({ method: 'DELETE', url: '/readers/till_1/card' });
  expect(taken.statusCode).toBe(204);
  await expect
    .poll(() => result(requestId))
    .toMatchObject({ state: 'waiting', step: 'card', prompt: { en: 'Card removed too early' } });
  expect((await post('/pin', { pin: '123456' })).status).not.toBe(202);
  await present(requestId, { cardId: 'debit-approves', pin: '123456' });
});

test('without contact no PIN up to ¥1,000, above it one; the issuer’s word drives the display', async () => {
  const small = await ask({ amountMinor: 100_000 });
  const free = await present(small, { cardId: 'credit-contactless' });
  expect(free).toMatchObject({ entryMode: 'contactless', cvm: 'none', concludes: false });
  expect(free.credential.pinBlock).toBeUndefined();
  await post(`/requests/${small}/issuer-answer`, bankAnswer(free.credential));
  expect(await until(small, 'concluded')).toMatchObject({ outcome: 'approved', completion: null });
  const large = await ask({ amountMinor: 100_001 });
  expect((await post('/present', { cardId: 'credit-contactless' })).body).toMatchObject({
    state: 'waiting',
    step: 'pin',
  });
  expect((await post('/pin', { pin: '12' })).body).toEqual({ code: 'bad-pin' });
  expect((await post('/pin', { pin: '123456' })).status).toBe(202);
  const asked = await until(large, 'presented');
  expect(asked.state === 'presented' && asked.card).toMatchObject({ cvm: 'online-pin' });
});

test('at ¥50,000 and above the card is put in', async () => {
  const requestId = await ask({ amountMinor: 5_000_000 });
  const tapped = await post('/present', { cardId: 'debit-approves', way: 'tap' });
  expect(tapped.body).toMatchObject({ state: 'waiting', step: 'card', prompt: { en: 'Insert or swipe card' } });
  expect((await post('/present', { cardId: 'debit-approves', way: 'tap' })).body).toEqual({ code: 'not-wanted' });
  expect(await present(requestId, { cardId: 'debit-approves', pin: '123456' })).toMatchObject({ entryMode: 'chip' });
});

test.each([
  ['phone-apple', 'visa', true],
  ['phone-google', 'mastercard', true],
  ['phone-huawei', 'unionpay', true],
])('%s pays any amount without a PIN, and its account reference is kept', async (cardId, scheme, par) => {
  const requestId = await ask({ amountMinor: 900_000 });
  const card = await present(requestId, { cardId });
  expect(card).toMatchObject({ scheme, device: 'phone', cvm: 'device', par, entryMode: 'contactless' });
  expect(card.credential.pinBlock).toBeUndefined();
  expect(open<CardRecord>(card.credential).par).toMatch(/^ZGTEST\d{23}$/);
});

test('a locked phone is looked at, two cards in the field are one too many', async () => {
  await ask();
  expect((await post('/present', { cardId: 'phone-locked' })).body).toMatchObject({
    prompt: { en: 'See phone for instructions' },
  });
  expect((await post('/present', { cardId: 'credit-contactless', together: true })).body).toMatchObject({
    prompt: { en: 'Present one card only' },
  });
});

test('a stripe alone pays with its PIN, or signed for', async () => {
  const first = await ask();
  const card = await present(first, { cardId: 'debit-swipe', pin: '123456' });
  expect(card).toMatchObject({ entryMode: 'swipe', cvm: 'online-pin', aid: '', concludes: false });
  const second = await ask();
  const signed = await present(second, { cardId: 'debit-swipe', pin: 'bypassed' });
  expect(signed.cvm).toBe('signature');
  await post(`/requests/${second}/issuer-answer`, { decision: 'approve', responseCode: '00' });
  expect(await until(second, 'concluded')).toMatchObject({ signature: true, prompt: { en: 'Approved, please sign' } });
});

test('the stripe of a chip card is refused until its chip has failed three times', async () => {
  const requestId = await ask();
  expect((await post('/present', { cardId: 'stripe-of-chip' })).body).toMatchObject({
    prompt: { en: 'Use chip reader' },
  });
  for (const prompt of ['Try again', 'Try again', 'Use magnetic stripe'])
    expect((await post('/present', { cardId: 'broken-chip' })).body).toMatchObject({
      step: 'card',
      prompt: { en: prompt },
    });
  const card = await present(requestId, { cardId: 'broken-chip', way: 'swipe', pin: '123456' });
  expect(card).toMatchObject({ entryMode: 'fallback', credential: { entryMode: 'fallback' } });
});

test.each([
  ['unknown-aid', {}, { en: 'Not accepted' }, true],
  ['blocked-application', {}, { en: 'Not accepted' }, false],
  ['expired-offline', { pin: '123456' }, { en: 'Declined' }, false],
  ['wrong-cda', { pin: '123456' }, { en: 'Declined' }, false],
])('%s comes to nothing, and no bank is asked', async (cardId, options, prompt, again) => {
  const requestId = await ask();
  expect((await post('/present', { cardId, ...options })).body).toMatchObject({ state: 'failed' });
  expect(await result(requestId)).toMatchObject({ state: 'failed', prompt, again });
});

test('a card that approves by itself says so, and remembers how often', async () => {
  for (let times = 0; times < 5; times += 1) {
    const card = await present(await ask({ amountMinor: 1_000 }), { cardId: 'offline-approving', pin: '123456' });
    expect(card).toMatchObject({ offline: 'Y1', concludes: false, cvm: 'offline-pin' });
    expect(open<CardRecord>(card.credential)).toMatchObject({ offline: 'Y1' });
  }
  const sixth = await present(await ask({ amountMinor: 1_000 }), { cardId: 'offline-approving', pin: '123456' });
  expect(sixth).toMatchObject({ offline: null, concludes: true });
});

test('of two applications the cardholder takes one, at the page or by itself', async () => {
  const first = await ask({ amountMinor: 30_000 });
  expect((await post('/present', { cardId: 'two-applications', pin: '123456' })).body).toMatchObject({
    step: 'application',
  });
  const offered = await result(first);
  expect(offered.state === 'waiting' && offered.choices?.map(({ label }) => label)).toEqual([
    'UnionPay Credit',
    'UnionPay Debit',
  ]);
  expect((await post(`/requests/${first}/choose`, { id: '7' })).status).toBe(409);
  expect((await post(`/requests/${first}/choose`, { id: '1' })).status).toBe(202);
  const chosen = await until(first, 'presented');
  expect(chosen.state === 'presented' && chosen.card.label).toBe('UnionPay Debit');
  const card = await present(await ask({ amountMinor: 30_000 }), { cardId: 'two-applications', choice: 0 });
  expect(card).toMatchObject({ label: 'UnionPay Credit', cvm: 'signature' });
});

test('an offline PIN that is wrong three times goes on with the online PIN', async () => {
  const card = await present(await ask(), { cardId: 'mastercard', pin: '111111' });
  expect(card).toMatchObject({ scheme: 'mastercard', cvm: 'online-pin' });
  const again = await present(await ask(), { cardId: 'mastercard', pin: '123456' });
  expect(again.cvm).toBe('online-pin');
  await app.inject({ method: 'POST', url: '/readers/cards/mastercard/renew' });
  const renewed = await present(await ask(), { cardId: 'mastercard', pin: '123456' });
  expect(renewed.cvm).toBe('offline-pin');
});

test('a till that gives up while a PIN is typed leaves the pad to the next one', async () => {
  const first = await ask({ amountMinor: 150_000 });
  await post('/present', { cardId: 'credit-contactless' });
  const second = await ask({ amountMinor: 150_000 });
  expect(await until(first, 'cancelled')).toMatchObject({ state: 'cancelled' });
  expect((await post('/present', { cardId: 'credit-contactless' })).body).toMatchObject({ step: 'pin' });
  expect((await post('/pin', { pin: '123456' })).status).toBe(202);
  expect((await until(second, 'presented')).state).toBe('presented');
});

test('a torn Mastercard is recovered when it comes back', async () => {
  const requestId = await ask();
  const torn = await post('/present', { cardId: 'mastercard', way: 'tap', pullOutAt: 'reading' });
  expect(torn.body).toMatchObject({ state: 'waiting', prompt: { en: 'Present card again' } });
  const { credential } = await present(requestId, { cardId: 'mastercard', way: 'tap' });
  expect(bankAnswer(credential)).toMatchObject({ decision: 'approve' });
  // The relay resistance protocol was performed, and found nothing.
  expect(open<CardRecord>(credential).chip).toMatch(/9505[0-9A-F]{8}02/);
});

test('a till that waits is woken by each change, and a request that is replaced or cancelled is over', async () => {
  const first = await ask();
  const woken = result(first, (await result(first)).version);
  const second = await ask();
  expect(await woken).toMatchObject({ state: 'cancelled' });
  const cancelled = result(second, (await result(second)).version);
  await app.inject({ method: 'DELETE', url: `/readers/till_1/requests/${second}` });
  expect(await cancelled).toMatchObject({ state: 'cancelled' });
  expect((await post('/present', { cardId: 'debit-approves' })).body).toEqual({ code: 'no-request' });
});

test('what does not fit is refused', async () => {
  expect((await app.inject({ method: 'POST', url: '/readers/till_9/requests', payload: {} })).statusCode).toBe(404);
  for (const amountMinor of [0, -1, 1.5, '100', null])
    expect((await post('/requests', { amountMinor })).status).toBe(422);
  expect((await post('/requests', { purpose: 'balance', amountMinor: 0 })).status).toBe(201);
  expect((await post('/requests', { purpose: 'gift', amountMinor: 1 })).body).toEqual({ code: 'bad-purpose' });
  const requestId = await ask();
  for (const [body, code] of [
    [{ cardId: 'nobody' }, 'no-such-card'],
    [{ cardId: 'credit-contactless', pin: '12' }, 'bad-pin'],
    [{ cardId: 'debit-swipe', way: 'insert' }, 'no-such-way'],
    [{ cardId: 'debit-approves', pullOutAt: 'noon' }, 'bad-pull-out'],
  ] as const)
    expect((await post('/present', body)).body, code).toEqual({ code });
  expect((await post(`/requests/${requestId}/issuer-answer`, { decision: 'approve' })).body).toEqual({
    code: 'not-presented',
  });
  expect((await post('/pin', { pin: '123456' })).body).toEqual({ code: 'no-pin-asked' });
});

test('neither the faces of the cards nor a till’s answer show a number', async () => {
  const faces = (await app.inject({ url: '/readers/cards' })).body;
  const card = await present(await ask(), { cardId: 'debit-approves', pin: '123456' });
  for (const text of [faces, JSON.stringify(card)]) {
    expect(text).toContain('•••• 0018');
    expect(text).not.toMatch(/620000\d{10}/);
  }
});

test('a reader never uses a key twice, a restart included, and readers have different ones', async () => {
  const file = join(folder, 'readers.json');
  const serials: string[] = [];
  for (let start = 0; start < 3; start += 1) {
    const device = new ReaderKeys(file).device('till_1');
    for (let times = 0; times < 5; times += 1) serials.push(toHex((await device.next()).ksn));
  }
  expect(new Set(serials).size).toBe(15);
  const other = toHex((await new ReaderKeys(file).device('till_2').next()).ksn);
  expect(other.slice(0, 16)).not.toBe(serials[0]?.slice(0, 16));
  expect(() => new ReaderKeys(file).device('till_9')).toThrow(RangeError);
});
