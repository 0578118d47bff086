import { contactlessTransaction, MESSAGES, type OnlineRequest } from '@zhanggui/emv';
import { chipCard } from './card-facts.ts';
import { type ChipTurn, startTurn, takeOnlinePin, talk } from './kernel-talk.ts';
import type { ChipLink } from './ports.ts';
import { presentOffline, sayIssuerAnswer, sayOutcome, sendElsewhere } from './present.ts';
import { sealCard } from './seal.ts';
import { type AfterTurn, type Session, transactionInput } from './session.ts';

/** A card or phone in the field. It may leave when the kernel has ended; a PIN is asked for afterwards. EMV Book B clause 3. */
export async function readContactless(session: Session, chip: ChipLink): Promise<AfterTurn> {
  session.tell({ state: 'waiting', step: 'reading', readers: [], prompt: MESSAGES.pleaseWait.text });
  const turn = startTurn(session, chip);
  const { settings, ports } = session;
  const kernel = contactlessTransaction(settings.emv, transactionInput(session), ports.torn);
  const outcome = await talk(session, turn, kernel, () => Promise.resolve({ answer: 'unable-to-go-online' }));
  switch (outcome.outcome) {
    case 'online-request':
      return present(session, turn, outcome.request);
    case 'approved-offline':
      return presentOffline(session, turn, 'contactless', outcome.result, outcome.message);
    case 'try-again':
      return { readers: settings.readers, prompt: outcome.message.text };
    case 'try-another-interface':
      // A chip that works is read by contact; its stripe does not take the place of a field that refused the amount.
      return sendElsewhere(session, ['contact', 'stripe'], outcome.message);
    case 'end-application':
      if (outcome.reason === 'no-application') return { readers: settings.readers, prompt: outcome.message.text };
      return sayOutcome(session, outcome);
    default:
      return sayOutcome(session, outcome);
  }
}

async function present(session: Session, turn: ChipTurn, request: OnlineRequest): Promise<AfterTurn> {
  if (request.pin === 'needed') {
    const taken = await takeOnlinePin(session, turn, request.pan, MESSAGES.enterPin.text, session.cancelled);
    if (taken === 'cancelled') {
      session.tell({ state: 'cancelled' });
      return 'over';
    }
    // Without the PIN that card and reader agreed on there is no contactless payment, but there may be one by contact.
    if (taken !== 'entered') return sendElsewhere(session, ['contact'], MESSAGES.insertCard);
  }
  const { record, facts } = chipCard(request);
  const keys = await turn.keys.keys();
  const credential = sealCard(session.ports.keys.readerId, keys, 'contactless', record, turn.pinBlock);
  const card = { ...facts, credential, entryMode: 'contactless', offline: null, concludes: false } as const;
  session.tell({ state: 'presented', card, prompt: MESSAGES.authorizing.text });
  return sayIssuerAnswer(session, request.signature);
}
