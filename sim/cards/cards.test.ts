import { isLuhnValid } from '@zhanggui/identifiers';
import { expect, test } from 'vitest';
import { cardById, cardByPan, issuerDataOf, maskedPan, stripeOf, testCards, virtualCards } from './cards.ts';

test('test cards have valid, distinct numbers of the invented range, and ids of their own', () => {
  for (const { pan } of testCards) {
    expect(isLuhnValid(pan)).toBe(true);
    expect(pan).toMatch(/^(620000|400000|540000)\d{10}(\d{3})?$/);
  }
  expect(new Set(testCards.map(({ pan }) => pan)).size).toBe(testCards.length);
  expect(new Set(testCards.map(({ id }) => id)).size).toBe(testCards.length);
});

test('a card is found by its number and by its id, and shows its last digits alone', () => {
  for (const card of testCards) {
    expect(cardByPan(card.pan)).toBe(card);
    expect(cardById(card.id)).toBe(card);
    expect(maskedPan(card)).toBe(`•••• ${card.pan.slice(-4)}`);
  }
  expect(cardByPan('6200000000000000000')).toBeUndefined();
});

test('only the card that shows a wrong PIN offers one', () => {
  expect(testCards.filter(({ pin, offeredPin }) => pin !== offeredPin).map(({ id }) => id)).toEqual(['wrong-pin']);
});

test('there are cards of every kind, and a bank knows each of their numbers', () => {
  expect(virtualCards.length).toBeGreaterThanOrEqual(16);
  for (const { pan, expiry, pin, id } of testCards) {
    const data = issuerDataOf(pan);
    expect(data).toMatchObject({ cardId: id, pan, expiry, pin });
    expect(data?.pvv).toMatch(/^\d{4}$/);
    expect(data?.cvv).not.toBe(data?.icvv);
  }
  expect(issuerDataOf('6200000000000000000')).toBeUndefined();
});

test('a number of a chip is the one in its records, with the chip’s own check value', () => {
  for (const { applications } of virtualCards)
    for (const { pan, contact, contactless } of applications)
      for (const face of [contact, contactless]) {
        const record = face?.records['1.1'];
        if (typeof record !== 'object') continue;
        const data = issuerDataOf(pan);
        expect(record['57']).toMatch(new RegExp(`^${pan}D\\d{7}1${data?.pvv}${data?.icvv}F?$`));
      }
});

test('a stripe has the check values of a stripe, and phones have none', () => {
  for (const card of virtualCards) {
    const track2 = stripeOf(card);
    expect(track2 === undefined).toBe(card.form === 'phone');
    if (track2 === undefined) continue;
    const data = issuerDataOf(track2.split('D')[0] ?? '');
    expect(track2.length).toBeLessThanOrEqual(37);
    expect(track2).toMatch(new RegExp(`D${data?.expiry}${data?.serviceCode}1${data?.pvv}${data?.cvv}$`));
  }
});
