import { type DisplayMessage, type KernelOutcome, MESSAGES, type TransactionResult } from '@zhanggui/emv';
import { chipCard } from './card-facts.ts';
import type { ChipTurn } from './kernel-talk.ts';
import type { ReaderKind } from './ports.ts';
import { sealCard } from './seal.ts';
import { type AfterTurn, lastPrompt, type Session } from './session.ts';

/** A card that has approved by itself (Y1): the till gets it with its word, and nothing is left to be said to it. */
export async function presentOffline(
  session: Session,
  turn: ChipTurn,
  entryMode: 'chip' | 'contactless',
  result: TransactionResult,
  message: DisplayMessage,
): Promise<AfterTurn> {
  const { record, facts } = chipCard(result);
  const sealed = { ...record, offline: 'Y1' } as const;
  const credential = sealCard(session.ports.keys.readerId, await turn.keys.keys(), entryMode, sealed, turn.pinBlock);
  const card = { ...facts, credential, entryMode, offline: 'Y1', concludes: false } as const;
  session.tell({ state: 'presented', card, prompt: message.text });
  return sayIssuerAnswer(session, result.signature);
}

/** Where the card has left already, the issuer's word only drives the display. EMV Book A clause 6. */
export async function sayIssuerAnswer(session: Session, signature: boolean): Promise<AfterTurn> {
  const answer = await session.issuerAnswer(session.cancelled);
  if (answer === undefined) return 'over';
  const approved = answer.decision === 'approve';
  const message = approved ? (signature ? MESSAGES.approvedSign : MESSAGES.approved) : MESSAGES.declined;
  session.tell({
    state: 'concluded',
    completion: null,
    outcome: approved ? 'approved' : 'declined',
    signature: approved && signature,
    prompt: lastPrompt(session, message),
  });
  return 'over';
}

/** The card is to be read in another way; a terminal that knows none of them cannot accept it. */
export function sendElsewhere(session: Session, readers: readonly ReaderKind[], message: DisplayMessage): AfterTurn {
  const there = readers.filter((reader) => session.settings.readers.includes(reader));
  if (there.length > 0) return { readers: there, prompt: message.text };
  session.tell({ state: 'failed', prompt: MESSAGES.notAccepted.text, again: true });
  return 'over';
}

/** Reasons after which another try with this card, or another, may do. */
const WORTH_ANOTHER_TRY: ReadonlySet<string> = new Set([
  'card-error',
  'card-data-missing',
  'card-data-malformed',
  'no-application',
]);

/** A card came to no payment. */
export function sayOutcome(session: Session, outcome: KernelOutcome): AfterTurn {
  const reason = outcome.outcome === 'end-application' ? outcome.reason : undefined;
  if (reason === 'cancelled') session.tell({ state: 'cancelled' });
  else
    session.tell({
      state: 'failed',
      prompt: outcome.message.text,
      again: reason !== undefined && WORTH_ANOTHER_TRY.has(reason),
    });
  return 'over';
}
