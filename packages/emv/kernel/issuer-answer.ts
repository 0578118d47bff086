import { utf8Encode } from '@zhanggui/base';
import { issuerActionCodes, terminalResponseCode, unableToGoOnline } from '../action.ts';
import { encodeCommand, externalAuthenticateCommand, parseCommand } from '../apdu.ts';
import { type IssuerScript, issuerScriptResult, issuerScripts } from '../issuer-script.ts';
import { EmvRefusal } from '../refusal.ts';
import { findTlv, parseTlv, type TlvNode } from '../tlv.ts';
import { judged } from './authenticate-card.ts';
import {
  addScriptResult,
  applicationOf,
  type CardTransaction,
  capabilityOf,
  cardSupports,
  resultOf,
  setTsi,
  setTvr,
} from './card-transaction.ts';
import { type Dialogue, Ending, type KernelAnswer, transmit, wrongAnswer } from './dialogue.ts';
import { generateCryptogram } from './generate-cryptogram.ts';
import { MESSAGES } from './messages.ts';
import type { KernelOutcome } from './outcome.ts';

/**
 * Online processing and completion: the issuer is asked; its authentication data goes to the card, then scripts 71, the second
 * GENERATE AC, and scripts 72. EMV Book 3 clauses 10.9 to 10.11; Book 4 clauses 6.3.7 to 6.3.9.
 * @throws Ending; EmvRefusal of what the card's data breaks.
 */
export function* askIssuer(transaction: CardTransaction): Dialogue<KernelOutcome> {
  const request = { ...resultOf(transaction), pin: transaction.pinCaptured ? 'captured' : 'none' } as const;
  const answer = yield { ask: 'online', request, message: MESSAGES.authorizing };
  if (answer.answer === 'unable-to-go-online') return yield* completeWithoutIssuer(transaction);
  if (answer.answer === 'card-removed') throw new Ending('card-removed');
  if (answer.answer !== 'issuer') throw wrongAnswer('online');
  return yield* completeWithIssuer(transaction, answer);
}

/** EMV Book 3 clause 10.7: default action codes, or an AAC at once where the issuer must decide; Book 4 Annex A6: Y3 and Z3. */
function* completeWithoutIssuer(transaction: CardTransaction): Dialogue<KernelOutcome> {
  const terminalCodes = applicationOf(transaction).actionCodes;
  const request =
    capabilityOf(transaction) === 'online-only'
      ? 'AAC'
      : unableToGoOnline(transaction.tvr, issuerActionCodes(transaction.card), terminalCodes).request;
  transaction.values.set('8A', utf8Encode(terminalResponseCode(request === 'TC', true)));
  const { kind, authentic } = yield* generateCryptogram(transaction, request, '8D');
  if (request === 'TC' && kind === 'TC' && authentic) return approvedOffline(transaction);
  return { outcome: 'declined-offline', result: resultOf(transaction), message: MESSAGES.declined };
}

/** An approval of the card alone, which a signature may still belong to. */
export function approvedOffline(transaction: CardTransaction): KernelOutcome {
  const result = resultOf(transaction);
  return { outcome: 'approved-offline', result, message: result.signature ? MESSAGES.approvedSign : MESSAGES.approved };
}

function* completeWithIssuer(
  transaction: CardTransaction,
  answer: Extract<KernelAnswer, { answer: 'issuer' }>,
): Dialogue<KernelOutcome> {
  const approved = answer.decision === 'approve';
  transaction.issuerApproved = approved;
  const nodes = issuerData(answer.data);
  transaction.values.set('8A', findTlv(nodes, '8A')?.value ?? utf8Encode(answer.responseCode));
  yield* authenticateIssuer(transaction, findTlv(nodes, '91')?.value);
  yield* runScripts(transaction, nodes, '71');
  const { kind, authentic } = yield* generateCryptogram(transaction, approved ? 'TC' : 'AAC', '8D');
  yield* runScripts(transaction, nodes, '72');
  const result = resultOf(transaction);
  if (approved && kind === 'TC' && authentic)
    return {
      outcome: 'approved-online',
      result,
      message: result.signature ? MESSAGES.approvedSign : MESSAGES.approved,
    };
  return { outcome: 'declined-online', result, reversal: approved, message: MESSAGES.declined };
}

/** @throws Ending `host-data-malformed`. */
function issuerData(data: Uint8Array): readonly TlvNode[] {
  try {
    return parseTlv(data);
  } catch (error) {
    if (error instanceof EmvRefusal) throw new Ending('host-data-malformed');
    throw error;
  }
}

/** EMV Book 3 clause 10.9: EXTERNAL AUTHENTICATE where the card wants it so; else 91 reaches it with CDOL2. */
function* authenticateIssuer(transaction: CardTransaction, data: Uint8Array | undefined): Dialogue<void> {
  if (data === undefined) return;
  transaction.values.set('91', data);
  if (!cardSupports(transaction, 1, 3)) return;
  setTsi(transaction, 5);
  const sound = data.length >= 8 && data.length <= 16;
  const accepted = sound && (yield* transmit(encodeCommand(externalAuthenticateCommand(data)))).sw === 0x9000;
  if (!accepted) setTvr(transaction, 5, 7);
}

/** EMV Book 3 clause 10.10: each script until one of its commands fails; a failure is told in the TVR and stops that script only. */
function* runScripts(transaction: CardTransaction, nodes: readonly TlvNode[], template: '71' | '72'): Dialogue<void> {
  for (const node of nodes.filter(({ tag }) => tag === template)) {
    setTsi(transaction, 3);
    const script = readScript(node);
    const failed = script === undefined ? 0 : yield* firstFailure(script);
    if (failed !== undefined) setTvr(transaction, 5, template === '71' ? 6 : 5);
    if (script === undefined) addScriptResult(transaction, new Uint8Array(5));
    else if (failed === undefined) addScriptResult(transaction, issuerScriptResult(script, { outcome: 'successful' }));
    else addScriptResult(transaction, issuerScriptResult(script, { outcome: 'failed', command: failed }));
  }
}

function readScript(node: TlvNode): IssuerScript | undefined {
  try {
    return issuerScripts([node])[0];
  } catch (error) {
    if (error instanceof EmvRefusal) return undefined;
    throw error;
  }
}

/** Number of the first command, from 1, that was answered with neither 9000 nor a warning, or is none. EMV Book 4 Annex A5. */
function* firstFailure({ commands, phase }: IssuerScript): Dialogue<number | undefined> {
  for (const [index, command] of commands.entries()) {
    if (judged(() => parseCommand(command)) === undefined) return index + 1;
    const sw = phase === 'after-final' ? yield* statusIfThere(command) : (yield* transmit(command)).sw;
    if (sw !== 0x9000 && sw >> 8 !== 0x62 && sw >> 8 !== 0x63) return index + 1;
  }
  return undefined;
}

/** The card has spoken its last word: one that is gone, or answers no answer, has failed the command and changes nothing else. 0 then. */
function* statusIfThere(command: Uint8Array): Dialogue<number> {
  try {
    return (yield* transmit(command)).sw;
  } catch (error) {
    const failed = error instanceof Ending || (error instanceof EmvRefusal && error.code === 'apdu-malformed');
    if (failed) return 0;
    throw error;
  }
}
