import { fromHex, utf8Decode, utf8Encode } from '@zhanggui/base';
import { expect, test } from 'vitest';
import type { SealedCard } from './api.ts';
import {
  maskCode,
  maskPan,
  readCardRecord,
  readCompletionRecord,
  readVaulted,
  schemeOf,
  sealedCardMacInput,
  writeVaulted,
} from './card-record.ts';
import { LAST_STAN, stanText } from './stan.ts';

const sealed: SealedCard = {
  readerId: 'till_1',
  ksn: 'A60000010000000100000001',
  sealed: '00',
  mac: '00',
  pinBlock: 'FF',
  entryMode: 'chip',
};
const record = {
  pan: '6200000000000000018',
  expiry: '3112',
  sequence: '001',
  track2: '6200000000000000018D3112220000000',
};

test('a record gives the card, and what is kept of it has neither track nor PIN', () => {
  const { details, par } = readCardRecord(utf8Encode(JSON.stringify(record)), sealed);
  expect(details).toMatchObject({ ...record, chip: null, entryMode: 'chip', pinEntered: true, verification: null });
  expect(par).toBeNull();
  const kept = writeVaulted(details);
  expect(utf8Decode(kept)).not.toContain('D3112');
  expect(readVaulted(kept)).toEqual({ kept: { ...details, track2: null }, ksn: null });
});

test('a chip tells more, and its field 55 is kept for a reversal', () => {
  const told = {
    ...record,
    chip: '9F26080102030405060708',
    cvm: 'online-pin',
    offline: 'Y1',
    par: 'V0010013020261120000000000001',
    aid: 'A000000333010101',
    label: 'UnionPay Debit',
    device: 'phone',
  };
  const { details, ...rest } = readCardRecord(utf8Encode(JSON.stringify(told)), sealed);
  expect(details).toMatchObject({ chip: fromHex(told.chip), verification: 'online-pin' });
  expect(rest).toEqual({ offline: 'Y1', par: told.par, aid: told.aid, label: told.label, device: 'phone' });
  expect(readVaulted(writeVaulted(details, sealed.ksn))).toEqual({
    kept: { ...details, track2: null },
    ksn: sealed.ksn,
  });
});

test('a payment code is kept as one, and what is shown of it is not enough to pay with', () => {
  const code = '6200000000000000018';
  expect(readVaulted(writeVaulted({ code }))).toEqual({ kept: { code }, ksn: null });
  expect(maskCode(code)).toBe('6200 •••• 0018');
});

test('the chip’s last word is read, and nothing else is', () => {
  const read = (told: object) => readCompletionRecord(utf8Encode(JSON.stringify(told)));
  const word = { result: 'approved', arc: 'Y3', chip: '9F2608FF', scriptResults: '20', signature: true };
  expect(read(word)).toEqual(word);
  expect(read({ result: 'removed' })).toEqual({
    result: 'removed',
    arc: null,
    chip: null,
    scriptResults: null,
    signature: false,
  });
  const wrong = [{}, { result: 'maybe' }, { ...word, signature: 'yes' }, { ...word, constructor: 'x' }, record];
  for (const told of wrong) expect(() => read(told)).toThrow('credential-refused');
});

test('a record that is not one of a card is refused without being quoted', () => {
  const wrong = [
    '',
    'null',
    '[]',
    '{}',
    '{"pan":12}',
    '{"pan":"62x"}',
    JSON.stringify({ ...record, expiry: '3113' }),
    JSON.stringify({ ...record, track2: record.pan }),
    JSON.stringify({ ...record, chip: '9F2' }),
    JSON.stringify({ ...record, name: 'CARD/HOLDER' }),
    JSON.stringify({ ...record, offline: 'Y3' }),
    JSON.stringify({ ...record, toString: '1' }),
    JSON.stringify({ result: 'approved' }),
  ];
  for (const text of wrong) {
    const read = () => readCardRecord(utf8Encode(text), sealed);
    expect(read, text).toThrow(expect.objectContaining({ code: 'credential-refused' }));
    expect(read).not.toThrow(/62|3112/);
  }
  expect(() => readCardRecord(Uint8Array.of(0xff), sealed)).toThrow('credential-refused');
});

test('the MAC covers every part of a sealed card', () => {
  const base = utf8Decode(sealedCardMacInput(sealed));
  const { pinBlock: _, ...withoutPin } = sealed;
  const others: SealedCard[] = [
    { ...sealed, readerId: 'till_2' },
    { ...sealed, ksn: 'A60000010000000100000002' },
    { ...sealed, sealed: '01' },
    { ...sealed, pinBlock: 'FE' },
    withoutPin,
    { ...sealed, entryMode: 'swipe' },
  ];
  for (const other of others) expect(utf8Decode(sealedCardMacInput(other))).not.toBe(base);
});

test('card organisations, masks and trace numbers', () => {
  const schemes = {
    '6200': 'unionpay',
    '8112': 'unionpay',
    '4111': 'visa',
    '5105': 'mastercard',
    '2221': 'mastercard',
    '2720': 'mastercard',
    '2220': 'unknown',
    '2721': 'unknown',
  };
  for (const [start, scheme] of Object.entries(schemes)) expect(schemeOf(start)).toBe(scheme);
  expect(schemeOf('9999')).toBe('unknown');
  expect(maskPan(record.pan)).toBe('•••• 0018');
  expect([stanText(1), stanText(LAST_STAN)]).toEqual(['000001', '999999']);
  for (const stan of [0, 1_000_000, 1.5]) expect(() => stanText(stan)).toThrow(RangeError);
});
