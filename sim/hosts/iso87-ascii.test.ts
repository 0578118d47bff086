import { concatBytes, fromHex, toHex } from '@zhanggui/base';
import {
  formatOriginalElements,
  iso87Terminal,
  type Message,
  pack,
  parseBalances,
  parseKeyElements,
  setLastMac,
  splitLastMac,
  unpack,
} from '@zhanggui/iso8583';
import { decryptEcb, encipherPinBlock, importKey, retailMac, type SecretKey } from '@zhanggui/paycrypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BankHost } from './bank-host.ts';
import { iso87AsciiDialect } from './dialects/iso87-ascii/dialect.ts';
import { AMOUNT, cardFacts, chipData, newHost } from './testing.ts';

type Fields = Message<typeof iso87Terminal>['fields'];

let host: BankHost;
let close: () => void;
let keys: { pik: SecretKey; mak: SecretKey };
let stan = 0;

beforeEach(async () => {
  ({ host, close } = newHost({ dialect: iso87AsciiDialect }));
  stan = 0;
  keys = await signOn();
});
afterEach(() => close());

const terminal = () => {
  const [grant] = host.terminals.grants();
  if (grant === undefined) throw new Error('no terminal');
  return { 41: grant.terminalId, 42: grant.acceptorId, tmk: grant.tmk };
};

async function receive(payload: Uint8Array): Promise<Uint8Array> {
  const [reaction] = await host.receive(payload);
  if (!(reaction instanceof Uint8Array)) throw new Error('the host has not answered');
  return reaction;
}

async function signOn(): Promise<typeof keys> {
  const { 41: terminalId, 42: acceptorId, tmk } = terminal();
  const fields = { 11: '900001', 41: terminalId, 42: acceptorId, 70: '001' };
  const answer = unpack(iso87Terminal, await receive(pack(iso87Terminal, { mti: '0800', fields })));
  expect([answer.mti, answer.fields[39], answer.fields[70]]).toEqual(['0810', '00', '001']);
  const { pin, mac } = parseKeyElements(answer.fields[48] ?? '');
  const master = importKey(tmk, { algorithm: 'TDES', usage: 'key-encryption' });
  const pik = importKey(decryptEcb(master, pin.cryptogram), { algorithm: 'TDES', usage: 'pin' });
  const mak = importKey(decryptEcb(master, mac.cryptogram), { algorithm: 'TDES', usage: 'mac' });
  expect(mak.checkValue(4)).toBe(toHex(mac.checkValue));
  return { pik, mak };
}

async function send(mti: string, fields: Fields): Promise<Message<typeof iso87Terminal>> {
  const { 41: terminalId, 42: acceptorId } = terminal();
  const macField = fields[90] === undefined && mti !== '0500' ? 64 : 128;
  const whole = { 41: terminalId, 42: acceptorId, 49: '344', ...fields, [macField]: new Uint8Array(8) };
  const packed = pack(iso87Terminal, { mti, fields: whole });
  const payload = setLastMac(iso87Terminal, packed, retailMac(keys.mak, splitLastMac(iso87Terminal, packed).covered));
  const answer = await receive(payload);
  const read = unpack(iso87Terminal, answer);
  if (read.fields[64] === undefined && read.fields[128] === undefined) return read;
  const { covered, mac } = splitLastMac(iso87Terminal, answer);
  expect(toHex(mac)).toBe(toHex(retailMac(keys.mak, covered)));
  return read;
}

function request(processingCode: string, conditionCode = '00', minor = AMOUNT): Fields {
  stan += 1;
  const { pan, expiry } = cardFacts('visa');
  return {
    2: pan,
    3: processingCode,
    4: String(minor).padStart(12, '0'),
    7: '1123020000',
    11: String(stan).padStart(6, '0'),
    12: '100000',
    13: '1123',
    14: expiry,
    22: '051',
    25: conditionCode,
  };
}

function inserted(processingCode = '000000', conditionCode = '00', minor = AMOUNT): Fields {
  const { pan, pin, chipTrack } = cardFacts('visa');
  const fields = request(processingCode, conditionCode, minor);
  return {
    ...fields,
    35: chipTrack.replace('D', '='),
    52: encipherPinBlock(keys.pik, pin, { format: 0, pan }),
    55: chipData('visa', { amountMinor: minor, atc: stan, currency: '344' }),
  };
}

const after = (mti: string, original: Fields): Fields => ({
  90: formatOriginalElements({ mti, traceNumber: original[11] ?? '', transmittedAt: '1123020000' }),
});
const spent = (): number => host.book.accountOf('visa').spentMinor;

test('a chip sale is approved with a retail MAC, undone by a void, and the void by its reversal', async () => {
  const sale = inserted();
  const sold = await send('0200', sale);
  expect(sold).toMatchObject({ mti: '0210', fields: { 39: '00', 15: host.settlementOn, 32: '48021000' } });
  expect(sold.fields[55]?.[0]).toBe(0x91);
  const undo = { ...request('020000'), ...after('0200', sale), 37: sold.fields[37] };
  expect((await send('0200', undo)).fields[39]).toBe('00');
  expect(spent()).toBe(0);
  const { 37: _, ...repeated } = undo;
  const reversal = { ...repeated, ...after('0200', undo), 39: '68' };
  expect((await send('0420', reversal)).fields[39]).toBe('00');
  expect((await send('0421', reversal)).mti).toBe('0430');
  expect(spent()).toBe(AMOUNT);
});

test('hold, completion, refund and balance speak their own processing codes', async () => {
  const hold = inserted('000000', '06', 10_000);
  const held = await send('0100', hold);
  expect(held).toMatchObject({ mti: '0110', fields: { 39: '00' } });
  const completion = { ...request('000000', '06', 11_000), ...after('0100', hold), 38: held.fields[38] };
  const completed = await send('0200', completion);
  expect(completed.fields[39]).toBe('00');
  const refund = { ...request('200000', '00', 1_000), ...after('0200', completion), 37: completed.fields[37] };
  expect((await send('0220', refund)).fields[39]).toBe('00');
  expect((await send('0221', refund)).fields[39]).toBe('00');
  expect(spent()).toBe(10_000);
  const { 4: _, ...inquiry } = inserted('310000');
  const told = await send('0200', inquiry);
  const amountMinor = cardFacts('visa').balanceMinor - 10_000;
  expect(parseBalances(told.fields[54] ?? '')).toEqual([
    { accountType: '30', amountType: '02', currencyCode: '344', amountMinor },
  ]);
});

test('a reversal that comes first is remembered, and a repeated sale is a duplicate', async () => {
  const sale = inserted();
  const { 35: _, 52: __, 55: ___, ...rest } = sale;
  expect((await send('0400', { ...rest, ...after('0200', sale), 39: '68' })).fields[39]).toBe('25');
  expect((await send('0200', sale)).fields[39]).toBe('22');
  const second = inserted();
  expect((await send('0200', second)).fields[39]).toBe('00');
  expect((await send('0201', second)).fields[39]).toBe('94');
});

test('a wrong MAC and an unknown merchant are told in the codes of ISO 8583:1987', async () => {
  const { 41: terminalId } = terminal();
  const packed = pack(iso87Terminal, {
    mti: '0200',
    fields: { ...inserted(), 41: terminalId, 42: terminal()[42], 64: fromHex('0011223344556677') },
  });
  expect(unpack(iso87Terminal, await receive(packed)).fields[39]).toBe('63');
  expect((await send('0200', { ...inserted(), 42: '000000000000000' })).fields[39]).toBe('03');
  await expect(receive(concatBytes(fromHex('30323030'), new Uint8Array(40)))).rejects.toThrow();
});

test('a reconciliation is compared with the book, all cards together, and the next batch begins', async () => {
  await send('0200', inserted());
  const debits = (traceNumber: string, minor: number): Fields => ({
    ...{ 11: traceNumber, 74: '0000000000', 76: '0000000001', 86: '0'.repeat(16) },
    88: String(minor).padStart(16, '0'),
  });
  expect(await send('0500', debits('000500', AMOUNT))).toMatchObject({ mti: '0510', fields: { 39: '00', 66: '1' } });
  expect((await send('0500', debits('000500', AMOUNT))).fields[66]).toBe('1');
  expect((await send('0500', debits('000501', AMOUNT))).fields[66]).toBe('2');
  expect(host.book.settlements(10).map(({ balanced, state }) => [balanced, state])).toEqual([
    [false, 'closed'],
    [true, 'closed'],
  ]);
});

test('a new day begins trace numbers anew', async () => {
  expect((await send('0200', inserted())).fields[39]).toBe('00');
  host.changeDay(0);
  const again = inserted();
  expect((await send('0200', { ...again, 11: '000001' })).fields[39]).toBe('00');
});
