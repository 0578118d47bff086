import { issuerDataOf, testCards, virtualCards } from '../../cards/cards.ts';
import type { IssuedCard } from './issued-card.ts';
import { pinReference } from './pin-reference.ts';

/** Phones by the cards behind them: a device number moves the money of a card. */
const BEHIND_PHONE: Readonly<Record<string, string>> = {
  'phone-apple': 'visa',
  'phone-google': 'mastercard',
  'phone-huawei': 'debit-approves',
  'phone-locked': 'debit-approves',
};

/** Every card and phone that the test banks have issued. */
export function issuedCards(): readonly IssuedCard[] {
  const mute = new Set(virtualCards.filter(({ chipFault }) => chipFault === 'mute').map(({ id }) => id));
  return testCards.flatMap(({ id, title, kind, scheme, pan }) => {
    const data = issuerDataOf(pan);
    if (data === undefined) return [];
    const { expiry, serviceCode, cvv, icvv, application, isDevice, balanceMinor, perPaymentMinor } = data;
    const card: IssuedCard = {
      ...{ id, title, pan, expiry, serviceCode, cvv, icvv, balanceMinor, perPaymentMinor },
      accountId: BEHIND_PHONE[id] ?? id,
      credit: kind === 'credit',
      foreign: scheme !== 'unionpay',
      pin: pinReference({ pan, expiry, serviceCode }, data.pin),
      device: isDevice,
      chip: application,
      fallbackAllowed: mute.has(id),
    };
    return [card];
  });
}
