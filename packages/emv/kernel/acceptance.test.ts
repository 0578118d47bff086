import { expect, test } from 'vitest';
import { type Admission, admit, type ChipHistory, type Presented } from './acceptance.ts';
import { MESSAGES } from './messages.ts';

const fresh: ChipHistory = { chipFailures: 0, sentToStripe: false, chipDecided: false };
const policy = { stripe: true, fallback: true, failuresBeforeFallback: 2 };
const stripe = (serviceCode: string): Presented => ({ reader: 'stripe', serviceCode });
const one: Presented = { reader: 'contactless', cards: 1 };
const refused = (message: keyof typeof MESSAGES): Admission => ({ admit: 'none', message: MESSAGES[message] });

test.each<readonly [string, readonly Presented[], Partial<ChipHistory>, Partial<typeof policy>, Admission]>([
  ['a chip goes before a card in the field', [one, { reader: 'contact' }], {}, {}, { admit: 'contact' }],
  ['one card in the field', [one], {}, {}, { admit: 'contactless' }],
  ['one card in the field goes before a stripe', [stripe('101'), one], {}, {}, { admit: 'contactless' }],
  ['several cards in the field', [{ reader: 'contactless', cards: 2 }], {}, {}, refused('presentOneCard')],
  ['a card in each of two fields', [one, one], {}, {}, refused('presentOneCard')],
  [
    'a chip in each of two slots',
    [{ reader: 'contact' }, { reader: 'contact' }, one],
    {},
    {},
    refused('presentOneCard'),
  ],
  ['an empty field', [{ reader: 'contactless', cards: 0 }], {}, {}, refused('insertOrSwipe')],
  ['nothing', [], {}, {}, refused('insertOrSwipe')],
  ['a card without a chip', [stripe('101')], {}, {}, { admit: 'stripe', fallback: false }],
  ['the stripe of a chip card', [stripe('201')], {}, {}, refused('useChipReader')],
  ['the stripe of a chip card, domestic', [stripe('620')], { chipFailures: 1 }, {}, refused('useChipReader')],
  ['after enough failures of the chip', [stripe('201')], { chipFailures: 2 }, {}, { admit: 'stripe', fallback: true }],
  ['sent by the kernel', [stripe('201')], { sentToStripe: true }, {}, { admit: 'stripe', fallback: true }],
  ['fallback is forbidden', [stripe('201')], { chipFailures: 9 }, { fallback: false }, refused('useChipReader')],
  ['after a decision of the chip', [stripe('201')], { chipFailures: 9, chipDecided: true }, {}, refused('notAccepted')],
  ['a stripe that is no stripe', [stripe('2')], { chipFailures: 9 }, {}, refused('notAccepted')],
  ['stripes are forbidden', [stripe('101')], {}, { stripe: false }, refused('notAccepted')],
])('%s', (_, presented, history, changes, expected) => {
  expect(admit(presented, { ...fresh, ...history }, { ...policy, ...changes })).toEqual(expected);
});
