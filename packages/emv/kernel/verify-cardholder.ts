import { equalBytes } from '@zhanggui/base';
import { encodeCommand, getChallengeCommand, getDataCommand } from '../apdu.ts';
import { type CvmAttempt, type CvmContext, type CvmList, type CvmRule, parseCvmList, selectCvm } from '../cvm.ts';
import { soleTemplate } from '../template.ts';
import { judged } from './authenticate-card.ts';
import { pinKey } from './card-keys.ts';
import { addFindings, type CardTransaction, cardSupports, panOf, setTvr } from './card-transaction.ts';
import { type Dialogue, Ending, type KernelAnswer, type OfflinePinForm, transmit, wrongAnswer } from './dialogue.ts';
import { MESSAGES } from './messages.ts';
import type { Verification } from './outcome.ts';

const NO_RULES_BYTES = 8;

/**
 * Cardholder verification by the card's list. EMV Book 3 clause 10.5; Book 4 clause 6.3.4. A PIN that is passed over counts as passed
 * over for every rule that follows.
 * @param capabilities byte 2 of 9F33, or what a contactless reader puts in its place.
 * @throws Ending `cancelled`, `card-removed`, `card-error`; EmvRefusal `cvm-list-malformed`, `kernel-answer`, `apdu-malformed`.
 */
export function* verifyCardholder(
  transaction: CardTransaction,
  capabilities: number = transaction.values.get('9F33')?.[1] ?? 0,
): Dialogue<void> {
  const walk = selectCvm(cvmList(transaction), cvmContext(transaction, capabilities));
  const memory: PinMemory = { refusal: undefined };
  let step = walk.next();
  while (step.done !== true) {
    const attempt = yield* perform(transaction, step.value, memory);
    if (attempt === 'successful' || attempt === 'unknown')
      transaction.verification = VERIFICATIONS.get(step.value.method) ?? 'none';
    step = walk.next(attempt);
  }
  transaction.values.set('9F34', step.value.results);
  addFindings(transaction, step.value);
}

/** EMV Book 3 clauses 10.5 and 7.5: without rules the list counts as missing, which is told when the card says it has one. */
function cvmList(transaction: CardTransaction): CvmList | undefined {
  if (!cardSupports(transaction, 1, 5)) return undefined;
  const value = transaction.card.get('8E');
  if (value !== undefined && value.length !== NO_RULES_BYTES) return parseCvmList(value);
  setTvr(transaction, 1, 6);
  return undefined;
}

/** Last digits of 9F35 from 1 to 3 are attended terminals. EMV Book 4 Annex A1. */
const LAST_ATTENDED_DIGIT = 3;

function cvmContext({ input, card, values }: CardTransaction, capabilities: number): CvmContext {
  const currency = card.get('9F42');
  const own = values.get('5F2A');
  const type = values.get('9F35')?.[0] ?? 0;
  return {
    capabilities,
    attended: (type & 0x0f) <= LAST_ATTENDED_DIGIT,
    kind: kindOf(input.type, input.otherAmountMinor ?? 0),
    amountMinor: input.amountMinor,
    inApplicationCurrency: currency !== undefined && own !== undefined && equalBytes(currency, own),
  };
}

/** By the first two digits of the ISO 8583 processing code. */
function kindOf(type: number, otherAmountMinor: number): CvmContext['kind'] {
  if (type === 0x01 || type === 0x17) return 'cash';
  if (type === 0x09 || (type === 0x00 && otherAmountMinor > 0)) return 'cashback';
  return type === 0x00 ? 'purchase' : 'other';
}

interface PinMemory {
  /** Why no PIN is to be had any more. */
  refusal: CvmAttempt | undefined;
}

const VERIFICATIONS: ReadonlyMap<number, Verification> = new Map([
  [0x01, 'offline-pin'],
  [0x02, 'online-pin'],
  [0x03, 'offline-pin-and-signature'],
  [0x04, 'offline-pin'],
  [0x05, 'offline-pin-and-signature'],
  [0x1e, 'signature'],
]);

/** One rule. EMV Book 3 clauses 10.5.1 to 10.5.4. */
function* perform(transaction: CardTransaction, rule: CvmRule, memory: PinMemory): Dialogue<CvmAttempt> {
  if (rule.method === 0x1e) return 'unknown';
  if (memory.refusal !== undefined) return memory.refusal;
  const attempt = yield* performPin(transaction, rule.method);
  if (attempt === 'pin-bypassed' || attempt === 'pin-pad-missing') memory.refusal = attempt;
  const combined = rule.method === 0x03 || rule.method === 0x05;
  return combined && attempt === 'successful' ? 'unknown' : attempt;
}

function* performPin(transaction: CardTransaction, method: number): Dialogue<CvmAttempt> {
  if (method === 0x02) return yield* onlinePin(transaction);
  const triesLeft = yield* pinTriesLeft();
  if (triesLeft === 0) return 'pin-try-limit-exceeded';
  return yield* offlinePin(transaction, method === 0x04 || method === 0x05, triesLeft);
}

/** EMV Book 3 clause 10.5.2: whether it is right the issuer will tell. */
function* onlinePin(transaction: CardTransaction): Dialogue<CvmAttempt> {
  const answer = yield { ask: 'online-pin', pan: panOf(transaction), message: MESSAGES.enterPin };
  if (answer.answer !== 'pin-entered') return notEntered(answer, 'online-pin');
  transaction.pinCaptured = true;
  return 'unknown';
}

/** EMV Book 3 clause 10.5.1: until the PIN is right, none is left, or the cardholder gives up. */
function* offlinePin(
  transaction: CardTransaction,
  enciphered: boolean,
  triesAtFirst: number | undefined,
): Dialogue<CvmAttempt> {
  let triesLeft = triesAtFirst;
  let message = triesLeft === 1 ? MESSAGES.lastPinTry : MESSAGES.enterPin;
  for (;;) {
    const pin = enciphered ? yield* encipheredForm(transaction) : ({ form: 'plaintext' } as const);
    if (pin === undefined) return 'failed';
    const answer = yield { ask: 'offline-pin', pin, triesLeft, message };
    if (answer.answer !== 'pin-presented') return notEntered(answer, 'offline-pin');
    if (answer.sw === 0x9000) return 'successful';
    if (answer.sw === 0x6983 || answer.sw === 0x6984) return 'pin-try-limit-exceeded';
    // Any other status ends the transaction: EMV Book 3 clause 6.3.5.
    if ((answer.sw & 0xfff0) !== 0x63c0) throw new Ending('card-error');
    const left = answer.sw & 0x0f;
    if (left === 0) return 'pin-try-limit-exceeded';
    // A card whose counter does not fall would have the cardholder type for ever.
    if (triesLeft !== undefined && left >= triesLeft) return 'failed';
    triesLeft = left;
    message = left === 1 ? MESSAGES.lastPinTry : MESSAGES.incorrectPin;
  }
}

/** EMV Book 2 clauses 7.1 and 7.2: a key that cannot be recovered or a card without a challenge fails the method. */
function* encipheredForm(transaction: CardTransaction): Dialogue<OfflinePinForm | undefined> {
  const key = judged(() => pinKey(transaction));
  if (key === undefined) return undefined;
  const { data, sw } = yield* transmit(encodeCommand(getChallengeCommand()));
  if (sw !== 0x9000 || data.length !== 8) return undefined;
  return { form: 'enciphered', key: { modulus: key.modulus, exponent: key.exponent }, challenge: data };
}

/** PIN try counter (9F17); undefined when the card does not tell. EMV Book 3 clause 10.5.1. */
function* pinTriesLeft(): Dialogue<number | undefined> {
  const { data, sw } = yield* transmit(encodeCommand(getDataCommand('9F17')));
  const node = sw === 0x9000 ? soleTemplate(data) : undefined;
  return node?.tag === '9F17' && node.length === 1 ? node.value[0] : undefined;
}

function notEntered(answer: KernelAnswer, asked: 'online-pin' | 'offline-pin'): CvmAttempt {
  if (answer.answer === 'pin-bypassed' || answer.answer === 'pin-pad-missing') return answer.answer;
  if (answer.answer === 'cancelled') throw new Ending('cancelled');
  if (answer.answer === 'card-removed') throw new Ending('card-removed');
  throw wrongAnswer(asked);
}
