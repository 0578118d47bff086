import { fromHex, toHex, utf8Encode } from '@zhanggui/base';
import { parseTlv } from '@zhanggui/emv';
import {
  formatField61,
  formatPaymentCode,
  parseBalances,
  trackCipherBlock,
  withTrackCipherBlock,
} from '@zhanggui/iso8583';
import { encryptEcb } from '@zhanggui/paycrypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BankHost } from './bank-host.ts';
import { AMOUNT, type CupsFields, cardFacts, chipData, type Heard, newHost, TestTerminal } from './testing.ts';

let host: BankHost;
let close: () => void;
let terminal: TestTerminal;

beforeEach(async () => {
  ({ host, close } = newHost());
  terminal = new TestTerminal(host);
  await terminal.signOn();
});
afterEach(() => close());

const CARD = 'debit-approves';
const amountText = (minor: number): string => String(minor).padStart(12, '0');
const newest = () => host.book.authorizations(1)[0];
const spent = (cardId = CARD): number => host.book.accountOf(cardId).spentMinor;
const held = (cardId = CARD): number => host.book.accountOf(cardId).heldMinor;

/** Fields of a request whose card was swiped with its PIN. */
function swiped(cardId = CARD, amountMinor = AMOUNT, pin?: string): CupsFields {
  const { pan, stripe, pin: right } = cardFacts(cardId);
  return {
    3: '000000',
    4: amountText(amountMinor),
    11: terminal.nextStan(),
    22: '021',
    25: '00',
    26: '12',
    35: stripe,
    49: '156',
    52: terminal.pinBlock(pan, pin ?? right),
    53: '2600000000000000',
    60: terminal.field60('22'),
  };
}

/** The same from the chip, by contact with online PIN. */
function inserted(cardId = CARD, amountMinor = AMOUNT, atc = 1): CupsFields {
  const { pan, chipTrack, expiry } = cardFacts(cardId);
  return {
    ...swiped(cardId, amountMinor),
    2: pan,
    14: expiry,
    22: '051',
    23: '001',
    35: chipTrack,
    55: chipData(cardId, { amountMinor, atc }),
  };
}

/** Held to the reader without a PIN. */
function tapped(cardId: string, amountMinor: number, atc = 1): CupsFields {
  const { 26: _, 52: __, ...rest } = inserted(cardId, amountMinor, atc);
  return { ...rest, 22: '072', 55: chipData(cardId, { amountMinor, atc, cvm: '1F0300' }) };
}

const sell = (fields: CupsFields): Promise<Heard> => terminal.send('0200', fields);
const stripeSale = (changes: CupsFields = {}): Promise<Heard> => sell({ ...swiped('debit-swipe'), ...changes });

/** Marks of the original in a void, refund, completion. */
function backTo(original: CupsFields, answer: Heard, date?: string): CupsFields {
  const batchNumber = original[60]?.slice(2, 8) ?? '';
  const dated = date === undefined ? {} : { date };
  return {
    ...(answer.fields[37] === undefined ? {} : { 37: answer.fields[37] }),
    61: formatField61({ batchNumber, traceNumber: original[11] ?? '', ...dated }),
  };
}

function follow(cardId: string, transactionType: string, processingCode: string, conditionCode = '00'): CupsFields {
  const { pan, expiry } = cardFacts(cardId);
  return {
    2: pan,
    3: processingCode,
    4: amountText(AMOUNT),
    11: terminal.nextStan(),
    14: expiry,
    22: '012',
    25: conditionCode,
    49: '156',
    60: terminal.field60(transactionType),
  };
}

const reversed = (request: CupsFields): CupsFields => {
  const { 26: _, 35: __, 37: ___, 52: ____, 53: _____, 55: ______, ...rest } = request;
  return { ...rest, 39: '98' };
};

test('a stripe sale is approved, sealed and booked with settlement date, numbers and institutions', async () => {
  const { mti, fields, macHolds } = await stripeSale();
  expect(mti).toBe('0210');
  expect(macHolds).toBe(true);
  expect(fields).toMatchObject({ 4: amountText(AMOUNT), 15: host.settlementOn, 32: '48021000', 39: '00', 49: '156' });
  expect(fields[37]).toBe(newest()?.rrn);
  expect(fields[38]).toBe(newest()?.authorizationCode);
  expect(fields[44]?.slice(0, 8)).toBe('01020000');
  expect(fields[63]).toEqual(utf8Encode('CUP'));
  expect(newest()).toMatchObject({
    kind: 'sale',
    cardId: 'debit-swipe',
    state: 'approved',
    settlementOn: host.settlementOn,
  });
  expect(spent('debit-swipe')).toBe(AMOUNT);
});

test('a wrong PIN is counted: 55 twice, 75 at the third, 38 afterwards, and a day later it starts anew', async () => {
  const codes: (string | undefined)[] = [];
  for (const pin of ['111111', '222222', '333333', '123456'])
    codes.push((await sell(swiped('debit-swipe', AMOUNT, pin))).fields[39]);
  expect(codes).toEqual(['55', '55', '75', '38']);
  host.changeDay(0);
  expect((await stripeSale()).fields[39]).toBe('00');
});

test('the right PIN forgives what was wrong before, and all its digits count', async () => {
  for (const pin of ['111111', '123456', '123450', '12345', '123456']) await sell(swiped('debit-swipe', AMOUNT, pin));
  expect(host.book.authorizations(5).map(({ responseCode }) => responseCode)).toEqual(['00', '55', '55', '00', '55']);
  expect(host.states.of('debit-swipe').pinTriesLeft).toBe(3);
});

test('a PIN block that is none asks for a new sign-on, and one without account number is read where field 53 says so', async () => {
  expect((await stripeSale({ 52: fromHex('0011223344556677') })).fields[39]).toBe('99');
  expect((await stripeSale({ 52: undefined, 26: undefined })).fields[39]).toBe('55');
  expect(newest()?.why).toBe('pin-missing');
  const plain = terminal.plainPinBlock('06123456FFFFFFFF');
  expect((await stripeSale({ 52: plain, 53: '1600000000000000' })).fields[39]).toBe('00');
});

test('the value in the track is checked, of the stripe and of the chip', async () => {
  const { stripe } = cardFacts('debit-swipe');
  const other = stripe.endsWith('0') ? '1' : '0';
  expect((await stripeSale({ 35: stripe.slice(0, -1) + other })).fields[39]).toBe('59');
  expect(newest()?.why).toBe('cvv');
  expect((await sell({ ...inserted(), 35: cardFacts(CARD).stripe })).fields[39]).toBe('59');
  expect(newest()?.why).toBe('icvv');
  expect((await stripeSale({ 35: stripe.replace(/D(....)120/, 'D$1121') })).fields[39]).toBe('59');
  expect(newest()?.why).toBe('service-code');
});

test('a chip’s cryptogram is checked with its own key, and the bank proves itself in tag 91', async () => {
  const { fields } = await sell(inserted());
  expect(fields[39]).toBe('00');
  const tags = parseTlv(fields[55] ?? new Uint8Array(0));
  expect(tags.map(({ tag }) => tag)).toEqual(['91', '8A']);
  expect(tags[0]?.length).toBe(10);
  const wrong = {
    ...inserted(CARD, AMOUNT, 2),
    55: chipData(CARD, { atc: 2, change: { '9F26': '0000000000000000' } }),
  };
  const refused = await sell(wrong);
  expect(refused.fields[39]).toBe('63');
  expect(refused.fields[55]).toBeUndefined();
  expect(newest()?.why).toBe('arqc');
  const changed = { ...inserted(CARD, AMOUNT, 3), 55: chipData(CARD, { atc: 3, change: { '9F02': '000000000001' } }) };
  expect((await sell(changed)).fields[39]).toBe('63');
});

test('an amount or a currency other than the chip has signed is refused, however right its cryptogram', async () => {
  const signed = inserted(CARD, AMOUNT, 4);
  expect((await sell({ ...signed, 4: amountText(AMOUNT + 1) })).fields[39]).toBe('63');
  expect(newest()).toMatchObject({ why: 'chip-amount', state: 'declined' });
  const abroad = { ...inserted(CARD, AMOUNT, 5), 55: chipData(CARD, { atc: 5, currency: '840' }) };
  expect((await sell(abroad)).fields[39]).toBe('63');
  expect(newest()?.why).toBe('chip-amount');
  expect((await sell(inserted(CARD, AMOUNT, 6))).fields[39]).toBe('00');
  expect(spent()).toBe(AMOUNT);
});

test('accounts are held in yuan: another currency is no valid transaction', async () => {
  expect((await stripeSale({ 49: '840' })).fields[39]).toBe('12');
  expect(newest()).toMatchObject({ why: 'currency', state: 'declined' });
});

test('a counter that the chip has used already is refused, also after a restart', async () => {
  expect((await sell(inserted(CARD, AMOUNT, 7))).fields[39]).toBe('00');
  host.restart();
  expect((await sell(inserted(CARD, AMOUNT, 7))).fields[39]).toBe('63');
  expect(newest()?.why).toBe('counter-replayed');
  expect((await sell(inserted(CARD, AMOUNT, 6))).fields[39]).toBe('00');
});

test('field 55 that is cut, or no request, is refused', async () => {
  expect((await sell({ ...inserted(), 55: fromHex('9F2608') })).fields[39]).toBe('30');
  expect((await sell({ ...inserted(), 55: chipData(CARD, { kind: 'tc' }) })).fields[39]).toBe('63');
  const { 55: _, ...without } = inserted();
  expect((await sell(without)).fields[39]).toBe('30');
});

test('the bank sends scripts to a chip once: before its last word for the PIN, after it for the rest', async () => {
  host.states.change(CARD, { scripts: ['pin-unblock', 'application-block', 'counter-update'] });
  const { fields } = await sell(inserted());
  const tags = parseTlv(fields[55] ?? new Uint8Array(0));
  expect(tags.map(({ tag }) => tag)).toEqual(['91', '8A', '71', '72']);
  const commands = tags
    .slice(2)
    .map(({ children }) => children?.filter(({ tag }) => tag === '86').map(({ value }) => toHex(value)));
  expect(commands[0]?.[0]).toMatch(/^8424000008[0-9A-F]{16}$/);
  expect(commands[1]?.map((command) => command.slice(0, 12))).toEqual([
    expect.stringMatching(/^841E000008/),
    '04DA9F580905',
  ]);
  expect(parseTlv((await sell(inserted(CARD, AMOUNT, 2))).fields[55] ?? new Uint8Array(0))).toHaveLength(2);
});

test('what became of a script is told with the reference of its transaction', async () => {
  const request = inserted();
  const sold = await sell(request);
  const told = { ...follow(CARD, '00', '000000'), ...backTo(request, sold), 55: fromHex('DF310520000000019F36020001') };
  expect((await terminal.send('0620', told)).fields[39]).toBe('00');
  expect(host.book.byRrn(sold.fields[37] ?? '')?.scriptResult).toBe('2000000001');
  const { 37: _, 61: __, ...unknown } = told;
  expect((await terminal.send('0620', { ...unknown, 11: terminal.nextStan() })).fields[39]).toBe('25');
});

test('a small amount held to the reader needs no PIN, a larger one does, a phone none at all', async () => {
  expect((await sell(tapped(CARD, 100_000, 1))).fields[39]).toBe('00');
  expect((await sell(tapped(CARD, 100_001, 2))).fields[39]).toBe('55');
  expect((await sell(tapped('phone-huawei', 500_000, 1))).fields[39]).toBe('00');
  expect(newest()).toMatchObject({ cardId: CARD, maskedPan: `•••• ${cardFacts('phone-huawei').pan.slice(-4)}` });
  expect(spent()).toBe(600_000);
});

test('a chip that has verified a PIN itself needs none at the bank', async () => {
  const { 26: _, 52: __, ...rest } = inserted('mastercard', 200_000);
  expect(
    (await sell({ ...rest, 55: chipData('mastercard', { amountMinor: 200_000, cvm: '040302' }) })).fields[39],
  ).toBe('00');
  const failed = {
    ...rest,
    11: terminal.nextStan(),
    55: chipData('mastercard', { amountMinor: 200_000, atc: 2, cvm: '040301' }),
  };
  expect((await sell(failed)).fields[39]).toBe('55');
});

test('the stripe of a chip card is refused, unless its chip is broken and the terminal says so', async () => {
  expect((await sell(swiped('stripe-of-chip'))).fields[39]).toBe('45');
  const fallback = terminal.field60('22', { chipCondition: '2' });
  expect((await sell({ ...swiped('stripe-of-chip'), 60: fallback })).fields[39]).toBe('45');
  expect((await sell(swiped('broken-chip'))).fields[39]).toBe('45');
  expect((await sell({ ...swiped('broken-chip'), 60: fallback })).fields[39]).toBe('00');
});

test('cards that are lost, expired, unknown or poor are declined with their own codes', async () => {
  const codeOf = async (fields: CupsFields) => (await sell(fields)).fields[39];
  for (const [standing, code] of [
    ['lost', '41'],
    ['stolen', '43'],
    ['restricted', '62'],
    ['pick-up', '04'],
    ['inactive', '57'],
  ] as const) {
    host.states.change('debit-swipe', { standing });
    expect(await codeOf(swiped('debit-swipe')), standing).toBe(code);
  }
  expect(await codeOf(inserted('expired'))).toBe('54');
  expect(await codeOf(inserted('insufficient-funds'))).toBe('51');
  expect(await codeOf({ ...swiped(), 35: undefined, 2: '6200000000000099998', 22: '012' })).toBe('14');
  expect(await codeOf({ ...swiped(), 35: undefined, 2: '9900000000000000000', 22: '012' })).toBe('15');
  expect(await codeOf({ ...inserted(), 14: '3001' })).toBe('14');
  expect(await codeOf(inserted(CARD, 0))).toBe('13');
  expect(await codeOf(inserted(CARD, 10_000_001, 2))).toBe('61');
  expect(newest()?.state).toBe('declined');
  expect(spent()).toBe(0);
});

test('a part is approved where the terminal takes parts', async () => {
  const fields = { ...inserted('insufficient-funds'), 60: terminal.field60('22', { partialApproval: '1' }) };
  const answer = await sell(fields);
  expect(answer.fields).toMatchObject({ 4: amountText(100), 39: '10' });
  expect(newest()).toMatchObject({ amountMinor: 100, requestedMinor: AMOUNT, state: 'approved' });
});

test('a balance is told with its sign, currency and kind of account, and asks for the PIN', async () => {
  const inquiry = { ...inserted(), 3: '310000', 4: undefined, 60: terminal.field60('01') };
  const { fields } = await sell(inquiry);
  const amountMinor = cardFacts(CARD).balanceMinor;
  expect(parseBalances(fields[54] ?? '')).toEqual([
    { accountType: '10', amountType: '02', currencyCode: '156', amountMinor },
  ]);
  const { 26: _, 52: __, ...silent } = inquiry;
  const again = { ...silent, 11: terminal.nextStan(), 55: chipData(CARD, { atc: 2 }) };
  expect((await sell(again)).fields).toMatchObject({ 39: '55' });
  expect(spent()).toBe(0);
});

test('a void undoes a sale of the batch once, for its whole amount', async () => {
  const request = inserted();
  const sold = await sell(request);
  const undo = (changes: CupsFields = {}) => {
    const fields = { ...follow(CARD, '23', '200000'), ...backTo(request, sold), ...changes };
    return sell(fields).then((answer) => answer.fields[39]);
  };
  expect(await undo({ 4: amountText(1) })).toBe('64');
  expect(await undo({ 2: cardFacts('wrong-pin').pan, 14: cardFacts('wrong-pin').expiry })).toBe('14');
  expect(await undo({ 61: '000001999999', 37: '000000000000' })).toBe('25');
  expect(await undo()).toBe('00');
  expect(spent()).toBe(0);
  expect(await undo()).toBe('12');
  expect(host.book.byRrn(sold.fields[37] ?? '')?.state).toBe('voided');
});

test('refunds return no more than was taken, and a repeated one is answered as before', async () => {
  const request = inserted();
  const sold = await sell(request);
  const refund = (minor: number): CupsFields => ({
    ...follow(CARD, '25', '200000'),
    ...backTo(request, sold, '1123'),
    4: amountText(minor),
    63: utf8Encode('CUP'),
  });
  const first = refund(2_000);
  const answers = [await terminal.send('0220', first), await terminal.send('0220', first)];
  expect(answers.map(({ mti, fields }) => [mti, fields[39], fields[37]])).toEqual([
    ['0230', '00', '000000000002'],
    ['0230', '00', '000000000002'],
  ]);
  expect((await terminal.send('0220', refund(4_221))).fields[39]).toBe('64');
  expect((await terminal.send('0220', refund(4_220))).fields[39]).toBe('00');
  expect((await terminal.send('0220', refund(1))).fields[39]).toBe('64');
  expect(spent()).toBe(0);
});

test('a pre-authorization holds money, its void frees it, its completion takes up to 115 percent', async () => {
  const preauthorize = async (atc: number) => {
    const request = { ...inserted(CARD, 10_000, atc), 3: '030000', 25: '06', 60: terminal.field60('10') };
    return { request, answer: await terminal.send('0100', request) };
  };
  const after = (
    mti: string,
    type: string,
    code: string,
    { request, answer }: Awaited<ReturnType<typeof preauthorize>>,
    minor: number,
  ) =>
    terminal.send(mti, {
      ...follow(CARD, type, code, '06'),
      ...backTo(request, answer, '1123'),
      4: amountText(minor),
      ...(answer.fields[38] === undefined ? {} : { 38: answer.fields[38] }),
    });
  const first = await preauthorize(1);
  expect(first.answer).toMatchObject({ mti: '0110', fields: { 39: '00' } });
  expect([spent(), held()]).toEqual([0, 10_000]);
  expect((await after('0100', '11', '200000', first, 10_000)).fields[39]).toBe('00');
  expect(held()).toBe(0);
  expect((await after('0200', '20', '000000', first, 10_000)).fields[39]).toBe('12');

  const second = await preauthorize(2);
  expect((await after('0200', '20', '000000', second, 11_501)).fields[39]).toBe('64');
  const completion = await after('0200', '20', '000000', second, 11_500);
  expect(completion.fields[39]).toBe('00');
  expect([spent(), held()]).toEqual([11_500, 0]);
  expect((await after('0100', '11', '200000', second, 10_000)).fields[39]).toBe('12');
  const voided = await terminal.send('0200', {
    ...follow(CARD, '21', '200000', '06'),
    4: amountText(11_500),
    ...(completion.fields[37] === undefined ? {} : { 37: completion.fields[37] }),
    61: formatField61({ batchNumber: '000001', traceNumber: completion.fields[11] ?? '', date: '1123' }),
  });
  expect(voided.fields[39]).toBe('00');
  expect([spent(), held()]).toEqual([0, 10_000]);
  expect((await after('0220', '24', '000000', second, 9_000)).fields[39]).toBe('00');
  expect([spent(), held()]).toEqual([9_000, 0]);
});

test('a hold is found by card and authorization number from another terminal', async () => {
  const request = { ...inserted(CARD, 10_000), 3: '030000', 25: '06', 60: terminal.field60('10') };
  const { fields } = await terminal.send('0100', request);
  const other = new TestTerminal(host, 1);
  await other.signOn();
  const completion = {
    ...follow(CARD, '20', '000000', '06'),
    11: '000900',
    38: fields[38],
    61: formatField61({ batchNumber: '000001', traceNumber: request[11] ?? '', date: '1123' }),
  };
  expect((await other.send('0200', { ...completion, 38: '999999' })).fields[39]).toBe('25');
  expect((await other.send('0200', { ...completion, 11: '000901' })).fields[39]).toBe('00');
});

test('offline sales are booked when they are told, with the chip’s certificate where it approved', async () => {
  const told = { ...follow(CARD, '30', '000000'), 38: '123456' };
  expect((await terminal.send('0220', told)).fields[39]).toBe('00');
  const byChip = (atc: number, change = {}): CupsFields => ({
    ...follow('offline-approving', '36', '000000'),
    22: '052',
    55: chipData('offline-approving', { kind: 'tc', atc, change }),
  });
  expect((await sell(byChip(1))).fields[39]).toBe('00');
  expect((await sell(byChip(1))).fields[39]).toBe('63');
  expect((await sell(byChip(2, { '9F26': 'FFFFFFFFFFFFFFFF' }))).fields[39]).toBe('63');
  expect(spent() + spent('offline-approving')).toBe(2 * AMOUNT);
  const adjusted = {
    ...follow(CARD, '32', '000000'),
    4: amountText(7_000),
    61: formatField61({ batchNumber: '000001', traceNumber: told[11] ?? '' }),
  };
  expect((await terminal.send('0220', adjusted)).fields[39]).toBe('00');
  expect(spent()).toBe(7_000);
});

test('a payment code of the bank’s app pays once', async () => {
  const { code } = host.codes.issue(CARD, new Date());
  const scan = (shown: string): CupsFields => ({
    3: '000000',
    4: amountText(AMOUNT),
    11: terminal.nextStan(),
    22: '032',
    25: '00',
    49: '156',
    59: formatPaymentCode(shown),
    60: terminal.field60('22'),
  });
  const first = scan(code);
  expect((await sell(first)).fields[39]).toBe('00');
  expect(newest()).toMatchObject({ kind: 'qr-sale', cardId: CARD });
  expect((await sell(scan(code))).fields[39]).toBe('14');
  expect((await terminal.send('0400', { ...reversed(first), 59: undefined })).fields[39]).toBe('00');
  expect(spent()).toBe(0);
});

test('a track that is enciphered on its own is read with the terminal’s track key', async () => {
  await terminal.signOn('004');
  const tdk = terminal.keys?.tdk;
  if (tdk == null) throw new Error('no track key');
  const { stripe } = cardFacts('debit-swipe');
  const hidden = withTrackCipherBlock(stripe, encryptEcb(tdk, trackCipherBlock(stripe)));
  expect(hidden).not.toBe(stripe);
  expect((await stripeSale({ 35: hidden, 53: '2610000000000000' })).fields[39]).toBe('00');
});

test('a repeated request is a duplicate when it was approved, and declined again when it was declined', async () => {
  const request = swiped('debit-swipe');
  expect((await sell(request)).fields[39]).toBe('00');
  expect((await sell(request)).fields[39]).toBe('94');
  expect((await sell({ ...request, 4: amountText(1) })).fields[39]).toBe('94');
  expect(spent('debit-swipe')).toBe(AMOUNT);
  const declined = inserted('insufficient-funds');
  expect((await sell(declined)).fields[39]).toBe('51');
  expect((await sell(declined)).fields[39]).toBe('51');
  expect(host.book.authorizations(9)).toHaveLength(2);
});

test('a reversal undoes each request that can be reversed, once, and what they had changed is as before', async () => {
  const request = inserted();
  const sold = await sell(request);
  const undo = { ...follow(CARD, '23', '200000'), ...backTo(request, sold) };
  await sell(undo);
  expect((await terminal.send('0400', reversed(undo))).fields[39]).toBe('00');
  expect(spent()).toBe(AMOUNT);
  expect((await terminal.send('0400', reversed(request))).fields).toMatchObject({ 39: '00', 37: sold.fields[37] });
  expect((await terminal.send('0400', reversed(request))).fields[39]).toBe('00');
  expect(spent()).toBe(0);
  const hold = { ...inserted(CARD, 10_000, 2), 3: '030000', 25: '06', 60: terminal.field60('10') };
  const heldAnswer = await terminal.send('0100', hold);
  const complete = {
    ...follow(CARD, '20', '000000', '06'),
    ...backTo(hold, heldAnswer, '1123'),
    4: amountText(10_000),
  };
  await sell(complete);
  expect((await terminal.send('0400', reversed(complete))).fields[39]).toBe('00');
  expect([spent(), held()]).toEqual([0, 10_000]);
  expect((await terminal.send('0400', reversed(hold))).fields[39]).toBe('00');
  expect(held()).toBe(0);
  expect(host.book.reversals(9).map(({ kind, responseCode }) => `${kind} ${responseCode}`)).toEqual([
    'pre-authorization 00',
    'completion 00',
    'sale 00',
    'sale 00',
    'void 00',
  ]);
});

test('a reversal finds nothing to undo where nothing was approved, and refuses what is never reversed', async () => {
  expect((await terminal.send('0400', reversed(inserted()))).fields[39]).toBe('25');
  const poor = inserted('insufficient-funds');
  await sell(poor);
  expect((await terminal.send('0400', reversed(poor))).fields[39]).toBe('25');
  const inquiry = { ...inserted(CARD, AMOUNT, 2), 3: '310000', 60: terminal.field60('01') };
  await sell(inquiry);
  expect((await terminal.send('0400', reversed(inquiry))).fields[39]).toBe('12');
});

test('a request that comes after its own reversal is refused, also after a restart', async () => {
  const request = inserted();
  expect((await terminal.send('0400', reversed(request))).fields[39]).toBe('25');
  host.restart();
  expect((await sell(request)).fields[39]).toBe('22');
  expect(newest()).toMatchObject({ state: 'declined', why: 'reversed-before' });
  expect(spent()).toBe(0);
});
