import type { TagValues } from '@zhanggui/emv';
import {
  CryptoRefusal,
  decipherPinBlock,
  decipherPinField,
  decodePinFieldWithoutPan,
  type SecretKey,
} from '@zhanggui/paycrypto';
import type { ShownCard, ShownPin } from '../dialects/dialect.ts';
import { type CardStates, PIN_TRIES } from './card-states.ts';
import type { Refusal } from './check-card.ts';
import type { IssuedCard } from './issued-card.ts';
import { isPin } from './pin-reference.ts';

/** What decides whether a PIN is right, and whether one was needed at all. */
export interface PinQuestion {
  readonly card: IssuedCard;
  readonly shown: ShownCard;
  readonly pin: ShownPin | null;
  readonly pik: SecretKey;
  readonly amountMinor: number;
  /** What a chip has said, after its cryptogram has been believed. */
  readonly chip: TagValues | null;
}

/** Low six bits of the method, and the result, in the CVM results. EMV Book 3 clause 10.5, Annex C3; Book 4 Annex A4. */
const METHODS = { offlinePin: [0x01, 0x03, 0x04, 0x05], signature: 0x1e, none: 0x1f } as const;
const SUCCESSFUL = 0x02;
/** Up to here UnionPay's contactless cards ask for no PIN. */
const SMALL_AMOUNT_MINOR = 100_000;

/** Checks the PIN and counts the wrong ones: after three the card needs none any more. Null when all is well. */
export function checkPin(question: PinQuestion, states: CardStates): Refusal | null {
  const { card, pin } = question;
  if (pin === null) return needsPin(question) ? { responseCode: '55', why: 'pin-missing' } : null;
  const { pinTriesLeft } = states.of(card.id);
  if (pinTriesLeft === 0) return { responseCode: '38', why: 'pin-tries' };
  const entered = open(question, pin);
  if (entered === null) return { responseCode: '99', why: 'pin-block' };
  if (isPin(card, card.pin, entered)) {
    states.change(card.id, { pinTriesLeft: PIN_TRIES });
    return null;
  }
  states.change(card.id, { pinTriesLeft: pinTriesLeft - 1 });
  return pinTriesLeft === 1 ? { responseCode: '75', why: 'pin-tries' } : { responseCode: '55', why: 'pin' };
}

/** A phone needs none, nor a small amount held to the reader, nor a chip that has verified its holder otherwise. */
function needsPin({ card, shown, amountMinor, chip }: PinQuestion): boolean {
  if (card.device || (shown.entry === 'contactless' && amountMinor <= SMALL_AMOUNT_MINOR)) return false;
  const results = chip?.get('9F34');
  if (results === undefined) return !card.foreign;
  const method = (results[0] ?? METHODS.none) & 0x3f;
  if ((METHODS.offlinePin as readonly number[]).includes(method)) return results[2] !== SUCCESSFUL;
  return method !== METHODS.signature;
}

/** The PIN in its block; null when the block cannot be opened with the terminal's key. */
function open({ card, pik }: PinQuestion, { block, withPan }: ShownPin): string | null {
  try {
    if (withPan) return decipherPinBlock(pik, block, { format: 0, pan: card.pan });
    return decodePinFieldWithoutPan(decipherPinField(pik, block, { format: 0 }));
  } catch (error) {
    if (error instanceof CryptoRefusal) return null;
    throw error;
  }
}
