import { MESSAGES } from '@zhanggui/emv';
import { stripeCard, type Track2 } from './card-facts.ts';
import { takeOnlinePin } from './kernel-talk.ts';
import { sayIssuerAnswer } from './present.ts';
import { sealCard } from './seal.ts';
import { type AfterTurn, type Session, TurnKeys } from './session.ts';

/** A stripe: the PIN is always asked for, and who passes it over signs. `fallback` tells that the chip of this card has failed. */
export async function readStripe(session: Session, track: Track2, fallback: boolean): Promise<AfterTurn> {
  const turn = { keys: new TurnKeys(session), pinBlock: undefined };
  const taken = await takeOnlinePin(session, turn, track.pan, MESSAGES.enterPin.text, session.cancelled);
  if (taken === 'cancelled') {
    session.tell({ state: 'cancelled' });
    return 'over';
  }
  const cvm = taken === 'entered' ? 'online-pin' : 'signature';
  const { record, facts } = stripeCard(track, cvm);
  const entryMode = fallback ? 'fallback' : 'swipe';
  const keys = await turn.keys.keys();
  const credential = sealCard(session.ports.keys.readerId, keys, entryMode, record, turn.pinBlock);
  const card = { ...facts, credential, entryMode, offline: null, concludes: false } as const;
  session.tell({ state: 'presented', card, prompt: MESSAGES.authorizing.text });
  return sayIssuerAnswer(session, cvm === 'signature');
}
