import { fromHex, toHex, utf8Decode } from '@zhanggui/base';
import {
  contactTransaction,
  type KernelAnswer,
  type KernelOutcome,
  MESSAGES,
  type OnlineRequest,
  type TransactionResult,
} from '@zhanggui/emv';
import { chipCard } from './card-facts.ts';
import { type ChipTurn, startTurn, talk } from './kernel-talk.ts';
import type { ChipLink } from './ports.ts';
import { presentOffline, sayOutcome, sendElsewhere } from './present.ts';
import type { CompletionRecord, Conclusion } from './read.ts';
import { sealCard, sealCompletion } from './seal.ts';
import { type AfterTurn, lastPrompt, type Session, transactionInput } from './session.ts';

/** A chip by contact: to the issuer's answer and on to its last word. EMV Book 3 clause 8. */
export async function readContact(session: Session, chip: ChipLink | null): Promise<AfterTurn> {
  if (chip === null) return chipFailed(session);
  session.tell({ state: 'waiting', step: 'reading', readers: [], prompt: MESSAGES.pleaseWait.text });
  const turn = startTurn(session, chip);
  const asked = { issuer: false };
  const outcome = await talk(
    session,
    turn,
    contactTransaction(session.settings.emv, transactionInput(session)),
    (request) => {
      asked.issuer = true;
      return askIssuer(session, turn, request);
    },
  );
  return asked.issuer ? conclude(session, outcome) : endBeforeIssuer(session, turn, outcome);
}

/** The card goes to the till, and stays in until somebody has an answer for it. */
async function askIssuer(session: Session, turn: ChipTurn, request: OnlineRequest): Promise<KernelAnswer> {
  const { record, facts } = chipCard(request);
  const { readerId } = session.ports.keys;
  const credential = sealCard(readerId, await turn.keys.keys(), 'chip', record, turn.pinBlock);
  const card = { ...facts, credential, entryMode: 'chip', offline: null, concludes: true } as const;
  session.tell({ state: 'presented', card, prompt: MESSAGES.authorizing.text });
  const answer = await session.issuerAnswer(Promise.race([turn.chip.gone, session.cancelled]));
  if (answer === undefined) return { answer: 'card-removed' };
  if (answer.decision === 'unable-to-go-online') return { answer: 'unable-to-go-online' };
  const { decision, responseCode, data } = answer;
  return { answer: 'issuer', decision, responseCode, data: fromHex(data) };
}

/** The chip's last word goes to the till under the next key. */
async function conclude(session: Session, outcome: KernelOutcome): Promise<AfterTurn> {
  const record = completionOf(outcome);
  const keys = await session.ports.keys.next();
  session.tell({
    state: 'concluded',
    completion: sealCompletion(session.ports.keys.readerId, keys, record),
    outcome: record.result,
    signature: record.signature ?? false,
    prompt: lastPrompt(session, outcome.message),
  });
  return 'over';
}

function completionOf(outcome: KernelOutcome): CompletionRecord {
  switch (outcome.outcome) {
    case 'approved-online':
      return spoken('approved', outcome.result);
    case 'approved-offline':
      return { ...spoken('approved', outcome.result), arc: 'Y3' };
    case 'declined-online':
      return spoken('declined', outcome.result);
    case 'declined-offline':
      return { ...spoken('declined', outcome.result), ...unableCode(outcome.result) };
    default:
      return {
        result: outcome.outcome === 'end-application' && outcome.reason !== 'card-removed' ? 'declined' : 'removed',
      };
  }
}

function spoken(result: Conclusion, { field55, scriptResults, signature }: TransactionResult): CompletionRecord {
  return {
    result,
    chip: toHex(field55),
    ...(scriptResults.length === 0 ? {} : { scriptResults: toHex(scriptResults) }),
    ...(result === 'approved' ? { signature } : {}),
  };
}

function unableCode({ values }: TransactionResult): { readonly arc?: 'Z3' } {
  return utf8Decode(values.get('8A') ?? new Uint8Array(0)) === 'Z3' ? { arc: 'Z3' } : {};
}

/** Nothing has reached the till yet: the card is wanted again, or the read ends. */
async function endBeforeIssuer(session: Session, turn: ChipTurn, outcome: KernelOutcome): Promise<AfterTurn> {
  switch (outcome.outcome) {
    case 'approved-offline':
      return presentOffline(session, turn, 'chip', outcome.result, outcome.message);
    case 'try-another-interface':
      session.history.sentToStripe = true;
      return sendElsewhere(session, outcome.interfaces, outcome.message);
    case 'end-application':
      if (outcome.reason === 'card-removed') return { readers: session.settings.readers, prompt: outcome.message.text };
      if (outcome.reason === 'card-error' && !turn.applicationStarted) return chipFailed(session);
  }
  session.history.chipDecided = true;
  return sayOutcome(session, outcome);
}

/** The chip does not work; often enough, and its stripe may be read. EMV Book B clause 3.2. */
function chipFailed(session: Session): AfterTurn {
  session.history.chipFailures += 1;
  const { fallback, stripe, failuresBeforeFallback } = session.settings.stripe;
  const stripeNow = stripe && fallback && session.history.chipFailures >= failuresBeforeFallback;
  const { text } = stripeNow ? MESSAGES.useMagneticStripe : MESSAGES.tryAgain;
  return { readers: session.settings.readers, prompt: text };
}
