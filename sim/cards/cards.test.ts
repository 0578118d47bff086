import { isLuhnValid } from '@zhanggui/identifiers';
import { expect, test } from 'vitest';
import { cardById, cardByPan, maskedPan, testCards, track2 } from './cards.ts';

test('test cards have valid, distinct numbers of the invented range, and ids of their own', () => {
  for (const { pan } of testCards) {
    expect(isLuhnValid(pan)).toBe(true);
    expect(pan).toMatch(/^620000(\d{10}|\d{13})$/);
  }
  expect(new Set(testCards.map(({ pan }) => pan)).size).toBe(testCards.length);
  expect(new Set(testCards.map(({ id }) => id)).size).toBe(testCards.length);
});

test('a card is found by its number and by its id, and shows its last digits alone', () => {
  for (const card of testCards) {
    expect(cardByPan(card.pan)).toBe(card);
    expect(cardById(card.id)).toBe(card);
    expect(maskedPan(card)).toBe(`•••• ${card.pan.slice(-4)}`);
    expect(track2(card)).toMatch(/^\d{16,19}D\d{4}[12]20\d{6}$/);
    expect(track2(card).length).toBeLessThanOrEqual(37);
  }
  expect(cardByPan('6200000000000000000')).toBeUndefined();
});

test('only the card that shows a wrong PIN offers one', () => {
  expect(testCards.filter(({ pin, offeredPin }) => pin !== offeredPin).map(({ id }) => id)).toEqual(['wrong-pin']);
});
