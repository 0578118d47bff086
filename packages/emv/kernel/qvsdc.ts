import { concatBytes, equalBytes } from '@zhanggui/base';
import { encodeCommand, getProcessingOptionsCommand } from '../apdu.ts';
import { parseDol, type TagValues } from '../dol.ts';
import { authenticateDynamic } from '../oda/verify.ts';
import { processingRestrictions } from '../restrictions.ts';
import { soleTemplate } from '../template.ts';
import { primitives } from '../tlv.ts';
import { judged } from './authenticate-card.ts';
import { iccKey } from './card-keys.ts';
import {
  type CardTransaction,
  cardSupports,
  dolData,
  panOf,
  panSequenceNumberOf,
  requireAccount,
  resultOf,
  takeCardData,
} from './card-transaction.ts';
import { type Dialogue, Ending, transmit } from './dialogue.ts';
import { approvedOffline } from './issuer-answer.ts';
import { MESSAGES } from './messages.ts';
import type { KernelOutcome } from './outcome.ts';
import { readRecords } from './read-data.ts';
import type { ContactlessSettings } from './settings.ts';

/**
 * Kernels 3 (Visa qVSDC) and 7 (UnionPay qPBOC): GET PROCESSING OPTIONS already brings the cryptogram; the reader checks what the card
 * decided. Book C-3; Book C-7; JR/T 0025.12. The TVR stays zero and 9F34 is not made.
 * @returns an outcome, or that the next application of the card is to be tried.
 */
export function* qvsdc(
  transaction: CardTransaction,
  settings: ContactlessSettings,
): Dialogue<KernelOutcome | 'select-next'> {
  transaction.values.set('9F66', qualifiers(transaction, settings));
  const pdol = transaction.card.get('9F38');
  const asked = pdol === undefined ? [] : (judged(() => parseDol(pdol)) ?? []);
  if (pdol === undefined || !asked.some(({ tag }) => tag === '9F66')) return 'select-next';
  transaction.pdolData = dolData(transaction, pdol);
  const { data, sw } = yield* transmit(encodeCommand(getProcessingOptionsCommand(transaction.pdolData)));
  if (sw === 0x6984) return another();
  if (sw === 0x6986) return { outcome: 'try-again', reason: 'see-phone', message: MESSAGES.seePhone };
  const options = sw === 0x9000 ? readOptions(data) : undefined;
  if (options === undefined) return 'select-next';
  takeCardData(transaction, options);
  // A card that asks for its issuer mostly has nothing to read. Book C-3, read application data.
  if ((transaction.card.get('94')?.length ?? 0) > 0) yield* readRecords(transaction);
  const decision = cardDecision(transaction);
  if (decision === 'AAC') return declined(transaction);
  const disposition = decision === 'TC' ? judgeApproval(transaction, settings) : 'online';
  if (disposition === 'declined') return declined(transaction);
  if (disposition === 'another-interface') return another();
  if (!verify(transaction, settings, decision, disposition)) return declined(transaction);
  if (disposition === 'approved') return approvedOffline(transaction);
  const pin = transaction.verification === 'online-pin' ? 'needed' : 'none';
  return { outcome: 'online-request', request: { ...resultOf(transaction), pin }, message: MESSAGES.authorizing };
}

/** 9F66 of this transaction: above the floor limit, or for nothing, an online cryptogram; from the CVM limit on a verified cardholder. EMV Book B clause 3.1. */
function qualifiers({ input }: CardTransaction, settings: ContactlessSettings): Uint8Array {
  const ttq = settings.ttq.slice(0, 4);
  const { amountMinor, forcedOnline = false, issuerMustDecide = false } = input;
  const online = amountMinor > settings.floorLimitMinor || amountMinor === 0 || forcedOnline || issuerMustDecide;
  const asks = (online ? 0x80 : 0) | (amountMinor >= settings.cvmLimitMinor ? 0x40 : 0);
  ttq[1] = ((ttq[1] ?? 0) & 0x3f) | asks;
  return ttq;
}

/** Answer to GET PROCESSING OPTIONS in either format; a file locator is not needed. Book C-3, initiate application processing. */
function readOptions(data: Uint8Array): TagValues | undefined {
  const template = soleTemplate(data);
  if (template?.tag === '80' && template.length >= 2)
    return new Map([
      ['82', template.value.subarray(0, 2)],
      ['94', template.value.subarray(2)],
    ]);
  if (template?.tag !== '77') return undefined;
  const values = new Map(primitives(template.children ?? []).map(({ tag, value }) => [tag, value]));
  return values.get('82')?.length === 2 ? values : undefined;
}

/**
 * The card's cryptogram: 9F27, or bits 6 and 5 of the first byte of results in 9F10. Book C-3, card read complete.
 * @throws Ending `card-data-missing`, `card-data-malformed`.
 */
function cardDecision(transaction: CardTransaction): 'AAC' | 'TC' | 'ARQC' {
  const { card } = transaction;
  const complete = ['9F36', '9F26', '9F10'].every((tag) => card.has(tag)) && (card.has('5A') || card.has('57'));
  if (!complete) throw new Ending('card-data-missing');
  requireAccount(transaction);
  const results = ((card.get('9F10')?.[4] ?? 0) >> 4) & 0x03;
  const information = card.get('9F27')?.[0];
  const kind = (['AAC', 'TC', 'ARQC'] as const)[information === undefined ? results : information >> 6];
  if (kind === undefined) throw new Ending('card-data-malformed');
  if (information === undefined) card.set('9F27', Uint8Array.of(results << 6));
  return kind;
}

/** What an offline approval of the card is worth. Book C-3, processing restrictions and offline data authentication. */
function judgeApproval(
  transaction: CardTransaction,
  settings: ContactlessSettings,
): 'approved' | 'online' | 'declined' | 'another-interface' {
  const { terminal, values, card } = transaction;
  // A reader that demanded an online cryptogram got a wrong one.
  if (((values.get('9F66')?.[1] ?? 0) & 0x80) !== 0) return 'declined';
  const online = !has(settings.ttq, 1, 4);
  if (terminal.isOnExceptionFile?.(panOf(transaction), panSequenceNumberOf(transaction)) === true) return 'declined';
  const { tvr } = processingRestrictions({ terminal: values, transaction: values, card });
  if (has(tvr, 2, 7)) return online && cardAsks(transaction, 1, 4) ? 'online' : 'declined';
  if (fastSignatureHolds(transaction)) return 'approved';
  if (online && cardAsks(transaction, 1, 6)) return 'online';
  return cardAsks(transaction, 1, 5) && has(settings.ttq, 1, 5) ? 'another-interface' : 'declined';
}

/** fDDA of a card whose profile has DDA: version 01 over number, amount, currency and 9F69, else over the number alone. Book C-3, fDDA. */
function fastSignatureHolds(transaction: CardTransaction): boolean {
  const { card, values } = transaction;
  const signature = card.get('9F4B');
  const key = cardSupports(transaction, 1, 6) ? judged(() => iccKey(transaction)) : undefined;
  if (signature === undefined || key === undefined) return false;
  const related = card.get('9F69');
  const own = (related?.[0] === 0x01 ? ['9F37', '9F02', '5F2A'] : ['9F37']).map(
    (tag) => values.get(tag) ?? new Uint8Array(0),
  );
  const data = concatBytes(...own, related?.[0] === 0x01 ? related : new Uint8Array(0));
  return authenticateDynamic(key, signature, data).outcome === 'authenticated';
}

/**
 * Cardholder verification by the card's qualifiers (9F6C): online PIN, the device itself, signature. Book C-3, cardholder verification; JR/T 0025.12.
 * @returns whether it is possible as the reader wants it.
 */
function verify(
  transaction: CardTransaction,
  settings: ContactlessSettings,
  decision: 'TC' | 'ARQC',
  disposition: 'approved' | 'online',
): boolean {
  const { values, card, input } = transaction;
  const ttq = values.get('9F66') ?? new Uint8Array(4);
  const required = has(ttq, 2, 7);
  const free =
    settings.kernel === 7 && settings.smallAmountsFree === true && input.amountMinor < settings.cvmLimitMinor;
  const ctq = card.get('9F6C');
  if (ctq === undefined) {
    transaction.verification = required ? readersChoice(ttq, settings, disposition) : 'none';
    return !required || transaction.verification !== 'none';
  }
  if (has(ctq, 1, 8) && has(ttq, 1, 3) && !free) {
    // What the card approves by itself brings no PIN before its issuer.
    transaction.verification = 'online-pin';
    return disposition === 'online';
  }
  if (has(ctq, 2, 8)) {
    const related = card.get('9F69');
    if (related === undefined ? decision !== 'ARQC' : !equalBytes(related.subarray(5, 7), ctq)) return false;
    transaction.verification = 'cdcvm';
    return true;
  }
  if (has(ctq, 1, 7) && has(ttq, 1, 2) && !free) {
    transaction.verification = 'signature';
    return true;
  }
  return !required;
}

/** Without qualifiers of the card: a signature, for UnionPay rather a PIN. Book C-3, cardholder verification; JR/T 0025.12. */
function readersChoice(
  ttq: Uint8Array,
  settings: ContactlessSettings,
  disposition: 'approved' | 'online',
): 'signature' | 'online-pin' | 'none' {
  const pin = has(ttq, 1, 3) && disposition === 'online';
  if (pin && settings.kernel === 7) return 'online-pin';
  if (has(ttq, 1, 2)) return 'signature';
  return pin ? 'online-pin' : 'none';
}

function declined(transaction: CardTransaction): KernelOutcome {
  return { outcome: 'declined-offline', result: resultOf(transaction), message: MESSAGES.declined };
}

function another(): KernelOutcome {
  return { outcome: 'try-another-interface', interfaces: ['contact', 'stripe'], message: MESSAGES.insertOrSwipe };
}

function cardAsks({ card }: CardTransaction, byte: number, bit: number): boolean {
  return has(card.get('9F6C') ?? new Uint8Array(2), byte, bit);
}

function has(field: Uint8Array, byte: number, bit: number): boolean {
  return ((field[byte - 1] ?? 0) & (1 << (bit - 1))) !== 0;
}
