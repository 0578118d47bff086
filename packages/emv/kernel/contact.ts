import { utf8Encode } from '@zhanggui/base';
import { issuerActionCodes, terminalActionAnalysis, terminalResponseCode } from '../action.ts';
import { processingRestrictions } from '../restrictions.ts';
import { authenticateCard } from './authenticate-card.ts';
import {
  addFindings,
  applicationOf,
  type CardTransaction,
  capabilityOf,
  concluding,
  ended,
  resultOf,
  startTransaction,
} from './card-transaction.ts';
import { startApplication } from './choose-application.ts';
import type { Dialogue } from './dialogue.ts';
import { generateCryptogram, serviceNotAllowed } from './generate-cryptogram.ts';
import { approvedOffline, askIssuer } from './issuer-answer.ts';
import { manageRisk } from './manage-risk.ts';
import { MESSAGES } from './messages.ts';
import type { KernelOutcome } from './outcome.ts';
import { readData } from './read-data.ts';
import type { TerminalSettings, TransactionInput } from './settings.ts';
import { verifyCardholder } from './verify-cardholder.ts';

/**
 * A transaction with a chip by contact, from the candidate list to completion: yields what it needs, takes the answers, ends
 * with an outcome. EMV Book 3 clause 10; Book 4 clause 6. What the card does wrong is an outcome.
 * @throws EmvRefusal `settings`, `terminal-type`, `random-selection`, `kernel-answer`: mistakes of the caller.
 */
export function* contactTransaction(terminal: TerminalSettings, input: TransactionInput): Dialogue<KernelOutcome> {
  const transaction = startTransaction('contact', terminal, input);
  return yield* concluding(transaction, steps(transaction));
}

/** The steps in the order of EMV Book 3 clause 8. */
function* steps(transaction: CardTransaction): Dialogue<KernelOutcome> {
  const over = yield* startApplication(transaction);
  if (over !== undefined) return over;
  yield* readData(transaction);
  yield* authenticateCard(transaction);
  checkRestrictions(transaction);
  yield* verifyCardholder(transaction);
  yield* manageRisk(transaction);
  const request = analyse(transaction);
  const { kind, authentic } = yield* generateCryptogram(transaction, request, '8C');
  if (kind === 'ARQC' && authentic) return yield* askIssuer(transaction);
  if (kind === 'ARQC') return yield* refuseUnauthentic(transaction);
  if (kind === 'TC' && authentic) return approve(transaction);
  return decline(transaction);
}

/** EMV Book 3 clause 10.4. */
export function checkRestrictions(transaction: CardTransaction): void {
  const { values, card } = transaction;
  addFindings(transaction, processingRestrictions({ terminal: values, transaction: values, card }));
}

/** EMV Book 3 clause 10.7. */
export function analyse(transaction: CardTransaction): 'AAC' | 'TC' | 'ARQC' {
  const { actionCodes } = applicationOf(transaction);
  const capability = capabilityOf(transaction);
  const codes = issuerActionCodes(transaction.card);
  const { request: wanted } = terminalActionAnalysis(transaction.tvr, codes, actionCodes, capability);
  // Only a terminal without a line comes to a TC where the issuer must decide.
  const request = wanted === 'TC' && transaction.input.issuerMustDecide === true ? 'AAC' : wanted;
  if (request !== 'ARQC') transaction.values.set('8A', utf8Encode(terminalResponseCode(request === 'TC', false)));
  return request;
}

/** EMV Book 2 clause 6.6.2: an ARQC whose signature does not hold is not sent; the card is asked for an AAC at once. */
function* refuseUnauthentic(transaction: CardTransaction): Dialogue<KernelOutcome> {
  transaction.values.set('8A', utf8Encode('Z1'));
  yield* generateCryptogram(transaction, 'AAC', '8D');
  return { outcome: 'declined-offline', result: resultOf(transaction), message: MESSAGES.declined };
}

function approve(transaction: CardTransaction): KernelOutcome {
  transaction.values.set('8A', utf8Encode('Y1'));
  return approvedOffline(transaction);
}

/** EMV Book 3 clause 10.8; table 15: a card may say that the service is not allowed at all. */
function decline(transaction: CardTransaction): KernelOutcome {
  transaction.values.set('8A', utf8Encode('Z1'));
  if (serviceNotAllowed(transaction)) return ended(transaction, 'not-allowed');
  return { outcome: 'declined-offline', result: resultOf(transaction), message: MESSAGES.declined };
}
