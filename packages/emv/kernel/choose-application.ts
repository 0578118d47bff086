import { parseResponse } from '../apdu.ts';
import { initiateApplication } from '../initiate.ts';
import {
  buildCandidateList,
  type CardApplication,
  matches,
  needsConfirmation,
  orderByPriority,
  selectApplication,
} from '../select.ts';
import { findTlv, primitives } from '../tlv.ts';
import { type CardTransaction, dolData, ended, enterApplication, takeCardData } from './card-transaction.ts';
import { type Dialogue, Ending, relay, wrongAnswer } from './dialogue.ts';
import { MESSAGES } from './messages.ts';
import type { KernelOutcome } from './outcome.ts';
import type { ApplicationSettings } from './settings.ts';

/**
 * Application selection and initiation by contact: candidate list, the cardholder's choice, SELECT, GET PROCESSING OPTIONS; an
 * application that fails is taken off the list and the next is tried. EMV Book 1 clause 12; Book 3 clause 10.1; Book 4 clause 11.3.
 * @returns an outcome when there is nothing to go on with, undefined when an application has been started.
 */
export function* startApplication(transaction: CardTransaction): Dialogue<KernelOutcome | undefined> {
  const blocked = { seen: false };
  const list = yield* relay(noticingBlocks(buildCandidateList(transaction.terminal.applications), blocked));
  if (list.outcome === 'card-blocked') return ended(transaction, 'card-blocked');
  let candidates = list.outcome === 'ok' ? orderByPriority(list.candidates) : [];
  let mayGoOnUnasked = true;
  while (candidates.length > 0) {
    const candidate = yield* choose(transaction, candidates, mayGoOnUnasked);
    if (candidate === undefined) break;
    const started = yield* tryApplication(transaction, candidate, blocked);
    if (started) return undefined;
    candidates = candidates.filter((each) => each !== candidate);
    // A cardholder who chose one application has not agreed to another.
    mayGoOnUnasked = false;
  }
  if (blocked.seen) return ended(transaction, 'application-blocked');
  if (!transaction.terminal.stripeWhenNoApplication || list.outcome === 'ok')
    return ended(transaction, 'no-application');
  return { outcome: 'try-another-interface', interfaces: ['stripe'], message: MESSAGES.useMagneticStripe };
}

/** The settings of the terminal that a card's application falls under: the longest name that matches. EMV Book 1 clause 12.3.1. */
export function settingsFor(
  applications: readonly ApplicationSettings[],
  aid: Uint8Array,
): ApplicationSettings | undefined {
  return applications
    .filter((application) => matches(application, aid))
    .toSorted((left, right) => right.aid.length - left.aid.length)[0];
}

/** EMV Book 1 clause 12.4: by choice or confirmation of the cardholder, or without either by priority. */
function* choose(
  { terminal }: CardTransaction,
  candidates: readonly CardApplication[],
  mayGoOnUnasked: boolean,
): Dialogue<CardApplication | undefined> {
  const [first, second] = candidates;
  if (first === undefined) return undefined;
  if (!terminal.cardholderSelection) return candidates.find((each) => !needsConfirmation(each));
  if (second === undefined) {
    if (mayGoOnUnasked && !needsConfirmation(first)) return first;
    const answer = yield { ask: 'confirm-application', candidate: first, message: MESSAGES.confirmApplication };
    if (answer.answer === 'cancelled' || answer.answer === 'refused') throw new Ending('cancelled');
    if (answer.answer === 'card-removed') throw new Ending('card-removed');
    if (answer.answer !== 'confirmed') throw wrongAnswer('confirm-application');
    return first;
  }
  const answer = yield { ask: 'choose-application', candidates, message: MESSAGES.chooseApplication };
  if (answer.answer === 'cancelled' || answer.answer === 'card-removed') throw new Ending(answer.answer);
  const chosen = answer.answer === 'chosen' ? candidates[answer.index] : undefined;
  if (chosen === undefined) throw wrongAnswer('choose-application');
  return chosen;
}

/** SELECT and GET PROCESSING OPTIONS. @returns whether the application runs; false takes it off the list. */
function* tryApplication(
  transaction: CardTransaction,
  candidate: CardApplication,
  blocked: { seen: boolean },
): Dialogue<boolean> {
  const application = settingsFor(transaction.terminal.applications, candidate.aid);
  if (application === undefined) return false;
  const selected = yield* relay(noticingBlocks(selectApplication(candidate.aid), blocked));
  if (selected.outcome !== 'ok') return false;
  enterApplication(transaction, application, selected.aid);
  transaction.candidate = candidate;
  takeCardData(transaction, new Map(primitives(selected.fci).map(({ tag, value }) => [tag, value])));
  const pdol = findTlv(selected.fci, '9F38')?.value;
  const sources = [transaction.values, transaction.card];
  const options = yield* relay(initiateApplication(pdol, ...sources));
  if (options.outcome === 'conditions-not-satisfied') return false;
  if (options.outcome !== 'ok') throw new Ending('card-error');
  transaction.pdolData = pdol === undefined ? new Uint8Array(0) : dolData(transaction, pdol);
  takeCardData(transaction, options.values);
  return true;
}

/** Keeps in mind whether a SELECT was answered with 6283: the application is there but blocked. EMV Book 1 clause 11.3.5. */
function* noticingBlocks<Result>(
  dialogue: Generator<Uint8Array, Result, Uint8Array>,
  blocked: { seen: boolean },
): Generator<Uint8Array, Result, Uint8Array> {
  let step = dialogue.next();
  while (step.done !== true) {
    const response = yield step.value;
    if (step.value[1] === 0xa4 && parseResponse(response).sw === 0x6283) blocked.seen = true;
    step = dialogue.next(response);
  }
  return step.value;
}
