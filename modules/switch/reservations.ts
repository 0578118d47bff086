import { Fault } from '@zhanggui/base';
import type { PaymentCode, Reservation, SealedCard } from './api.ts';
import type { CardRanges } from './card-ranges.ts';
import { maskCode, maskPan, schemeOf } from './card-record.ts';
import { chipProof } from './chip-proof.ts';
import type { Credentials } from './credentials.ts';
import { OpenedCard } from './opened-card.ts';

/** Organisations whose cards a batch counts apart; a card of none of them is one of the bank's own country. */
const ABROAD: ReadonlySet<string> = new Set(['visa', 'mastercard', 'amex', 'jcb']);

/** What a card or payment code tells of itself. */
type Found = Omit<Reservation, 'trace' | 'answerTimeoutMs' | 'merchantName'>;

/** What is found out of a card or payment code, and set aside, when a request is reserved. */
export class Reservations {
  readonly #credentials: Credentials;
  readonly #ranges: CardRanges;

  constructor(credentials: Credentials, ranges: CardRanges) {
    this.#credentials = credentials;
    this.#ranges = ranges;
  }

  /** @throws Fault `credential-refused` when the acquirer refuses the card's range of numbers. */
  async ofCard(acquirerId: string, card: SealedCard): Promise<Found> {
    const credentials = this.#credentials;
    const { details, offline, par, aid, label, device } = await credentials.openCard(card);
    const range = await this.#ranges.rangeOf(acquirerId, details.pan);
    if (range?.refused === true) throw cardNotTaken();
    const scheme = range?.scheme ?? schemeOf(details.pan);
    return {
      card: new OpenedCard(card, details),
      vaulted: await credentials.vault(details, card.ksn),
      maskedPan: maskPan(details.pan),
      scheme,
      funding: range?.funding ?? null,
      domestic: range?.domestic ?? !ABROAD.has(scheme),
      cardKey: await credentials.cardKeyOf(details.pan),
      par: par === null ? null : await credentials.parKeyOf(par),
      sealedChip: details.chip === null ? null : await credentials.sealChip(details.chip),
      offline,
      verification: details.verification,
      label,
      aid,
      device,
      proof: chipProof(details.chip),
    };
  }

  async ofCode({ code }: PaymentCode): Promise<Found> {
    const unread = { funding: null, par: null, sealedChip: null, offline: null, verification: null } as const;
    return {
      card: { code },
      vaulted: await this.#credentials.vault({ code }),
      maskedPan: maskCode(code),
      scheme: 'unionpay',
      domestic: true,
      cardKey: await this.#credentials.cardKeyOf(code),
      ...unread,
      label: null,
      aid: null,
      device: 'phone',
      proof: null,
    };
  }
}

function cardNotTaken(): Fault {
  const message = { zh: '收单行不受理这类卡，请换一种付款方式', en: 'The acquirer does not take this kind of card' };
  return new Fault('credential-refused', { fields: [{ path: 'credential', message }] });
}
