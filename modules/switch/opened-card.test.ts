import { expect, test } from 'vitest';
import type { SealedCard } from './api.ts';
import type { CardDetails } from './dialect.ts';
import { OpenedCard } from './opened-card.ts';

const PAN = '6200000000000000018';
const sealed: SealedCard = {
  readerId: 'till_1',
  ksn: 'A60000010000000100000001',
  sealed: '00'.repeat(16),
  mac: '00'.repeat(16),
  entryMode: 'contactless',
};
const details: CardDetails = {
  pan: PAN,
  expiry: '3012',
  sequence: null,
  track2: `${PAN}D30122010000012345678`,
  trackEncrypted: false,
  chip: null,
  entryMode: 'contactless',
  pinEntered: false,
  verification: null,
};

test('an opened card is whole for the switch and shows nothing to a log, an error, JSON or a copy', () => {
  const card = new OpenedCard(sealed, details);
  expect(OpenedCard.detailsOf(card)).toBe(details);
  expect(() => OpenedCard.detailsOf(structuredClone(card))).toThrow('was opened by the switch');
  const shown = [JSON.stringify(card), JSON.stringify({ ...card }), String(new Error('refused', { cause: card }))];
  shown.push(JSON.stringify(structuredClone(card)), ...Object.values(card).map(String));
  for (const text of shown) expect(text).not.toContain(PAN);
  expect(JSON.parse(JSON.stringify(card))).toEqual({ ksn: sealed.ksn, pinBlock: null });
});
