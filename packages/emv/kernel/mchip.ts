import { equalBytes } from '@zhanggui/base';
import { type CryptogramRequest, encodeCommand, generateAcCommand, type ResponseApdu } from '../apdu.ts';
import { initiateApplication } from '../initiate.ts';
import { judged, prepareCda } from './authenticate-card.ts';
import { lacksKeyData } from './card-keys.ts';
import {
  type CardTransaction,
  cardSupports,
  dolData,
  panOf,
  panSequenceNumberOf,
  resultOf,
  setTsi,
  setTvr,
  takeCardData,
  terminalSupports,
} from './card-transaction.ts';
import { analyse, checkRestrictions } from './contact.ts';
import { type Dialogue, Ending, relay, transmit } from './dialogue.ts';
import { type Cryptogram, takeCryptogram } from './generate-cryptogram.ts';
import { approvedOffline } from './issuer-answer.ts';
import { checkExceptionFile } from './manage-risk.ts';
import { MESSAGES } from './messages.ts';
import type { KernelOutcome } from './outcome.ts';
import { readData } from './read-data.ts';
import { resistRelay } from './resist-relay.ts';
import type { ContactlessSettings } from './settings.ts';
import type { TornLog, TornRecord } from './torn.ts';
import { verifyCardholder } from './verify-cardholder.ts';

const RELAY_TAGS = ['DF8301', 'DF8302', 'DF8303', 'DF8304', 'DF8305', 'DF8306', 'DF8307'];
const TORN_TAGS: readonly string[] = [
  ...['9F02', '9F03', '5F2A', '9F37', '9A', '9F21', '9C', '9F33', '9F34', '95', '9F41'],
  ...RELAY_TAGS,
];
/** Book C-2, mandatory data objects of the card. */
const MANDATORY_DATA: readonly string[] = ['5A', '5F24', '8C'];
const RECOVER_AC = 0xd0;

/** Online PIN, signature, none: bits of 9F33 byte 2 that make sense without contact. */
const WITHOUT_OFFLINE_PIN = 0x68;

/**
 * Kernel 2 (Mastercard M/Chip) in EMV mode: relay resistance, records, combined authentication, restrictions, CVM, floor limit, one GENERATE AC; an answer
 * that got lost is recovered when the same card comes back. Book C-2, EMV mode. Magnetic stripe mode is not accepted.
 * @returns an outcome, or that the next application of the card is to be tried, for its amount or otherwise.
 */
export function* mchip(
  transaction: CardTransaction,
  settings: ContactlessSettings,
  torn: TornLog,
): Dialogue<KernelOutcome | 'select-next' | 'over-limit'> {
  const { card, values, input } = transaction;
  const pdol = card.get('9F38');
  const options = yield* relay(initiateApplication(pdol, values, card));
  if (options.outcome !== 'ok') return 'select-next';
  transaction.pdolData = pdol === undefined ? new Uint8Array(0) : dolData(transaction, pdol);
  takeCardData(transaction, options.values);
  if (!cardSupports(transaction, 2, 8)) return 'select-next';
  const onDevice = settings.onDeviceCvm === true && cardSupports(transaction, 1, 2);
  const limit = onDevice ? settings.onDeviceTransactionLimitMinor : undefined;
  if (input.amountMinor > (limit ?? settings.transactionLimitMinor)) return 'over-limit';
  yield* resistRelay(transaction, settings.relayResistance);
  yield* readData(transaction, MANDATORY_DATA);
  authenticateLater(transaction);
  checkRestrictions(transaction);
  checkExceptionFile(transaction);
  yield* verify(transaction, settings, onDevice);
  if (input.amountMinor > settings.floorLimitMinor) setTvr(transaction, 4, 8);
  if (input.forcedOnline === true) setTvr(transaction, 4, 4);
  const request = analyse(transaction);
  const cryptogram = yield* firstCryptogram(transaction, request, torn);
  return cryptogram === 'torn'
    ? { outcome: 'try-again', reason: 'torn', message: MESSAGES.presentAgain }
    : conclude(transaction, cryptogram);
}

/** Only combined authentication exists here. Book C-2, ODA status; EMV Book 3 clause 7.5. */
function authenticateLater(transaction: CardTransaction): void {
  if (!cardSupports(transaction, 1, 1) || !terminalSupports(transaction, 3, 4)) {
    setTvr(transaction, 1, 8);
    return;
  }
  if (lacksKeyData(transaction, 'CDA')) setTvr(transaction, 1, 6);
  prepareCda(transaction);
}

/** CVM selection: the device itself where it can, else the card's list with what the reader can do at this amount. Book C-2, CVM selection. */
function* verify(transaction: CardTransaction, settings: ContactlessSettings, onDevice: boolean): Dialogue<void> {
  const above = transaction.input.amountMinor > settings.cvmLimitMinor;
  if (onDevice) {
    transaction.values.set('9F34', above ? Uint8Array.of(0x01, 0x00, 0x02) : Uint8Array.of(0x3f, 0x00, 0x02));
    if (above) transaction.verification = 'cdcvm';
    return;
  }
  const capabilities = settings.cvmCapabilities ?? { required: 0x60, notRequired: 0x08 };
  const byte = (above ? capabilities.required : capabilities.notRequired) & WITHOUT_OFFLINE_PIN;
  const terminal = (transaction.values.get('9F33') ?? new Uint8Array(3)).slice();
  terminal[1] = byte;
  transaction.values.set('9F33', terminal);
  yield* later(transaction, byte);
}

/** Contactless, a PIN is asked for when the card has left: what the walk through the list asks is answered here. Book C-2, CVM selection. */
function* later(transaction: CardTransaction, capabilities: number): Dialogue<void> {
  const walk = verifyCardholder(transaction, capabilities);
  let step = walk.next();
  while (step.done !== true)
    step = walk.next(step.value.ask === 'online-pin' ? { answer: 'pin-entered' } : yield step.value);
}

/** GENERATE AC, or RECOVER AC for a card whose last answer got lost in a purchase of the same amount. Book C-2, torn transaction recovery. */
function* firstCryptogram(
  transaction: CardTransaction,
  request: CryptogramRequest,
  torn: TornLog,
): Dialogue<Cryptogram | 'torn'> {
  const record = torn.take(panOf(transaction), panSequenceNumberOf(transaction));
  if (record !== undefined && samePurchase(transaction, record)) {
    const answer = yield* unlessTorn(record, torn, recoverAcCommand(record.drdolData));
    if (answer === 'torn') return answer;
    if (answer.sw === 0x9000) {
      restore(transaction, record);
      return takeCryptogram(transaction, record.request, answer.data);
    }
  }
  const cdol = transaction.card.get('8C') ?? new Uint8Array(0);
  transaction.cdol1Data = dolData(transaction, cdol);
  const signed = transaction.cdaKey !== undefined && request !== 'AAC';
  const command = encodeCommand(generateAcCommand(request, transaction.cdol1Data, signed));
  const answer = yield* unlessTorn(tornRecord(transaction, request), torn, command);
  if (answer === 'torn') return answer;
  if (answer.sw !== 0x9000) throw new Ending('card-error');
  return takeCryptogram(transaction, request, answer.data);
}

/** One command; a card that leaves meanwhile leaves the record behind, where there is one. Book C-2, torn transaction recovery. */
function* unlessTorn(
  record: TornRecord | undefined,
  torn: TornLog,
  command: Uint8Array,
): Dialogue<ResponseApdu | 'torn'> {
  try {
    return yield* transmit(command);
  } catch (error) {
    if (record === undefined || !(error instanceof Ending) || error.reason !== 'card-removed') throw error;
    torn.keep(record);
    return 'torn';
  }
}

/** RECOVER AC. Book C-2, commands. */
function recoverAcCommand(drdolData: Uint8Array): Uint8Array {
  return encodeCommand({ cla: 0x80, ins: RECOVER_AC, p1: 0, p2: 0, data: drdolData, le: 256 });
}

/** Cards with a DRDOL (9F51) keep their answer. Book C-2, torn transaction recovery. */
function tornRecord(transaction: CardTransaction, request: CryptogramRequest): TornRecord | undefined {
  const drdol = transaction.card.get('9F51');
  const drdolData = drdol === undefined ? undefined : judged(() => dolData(transaction, drdol));
  if (drdolData === undefined || drdolData.length === 0) return undefined;
  return {
    pan: panOf(transaction),
    panSequenceNumber: panSequenceNumberOf(transaction),
    cdol1Data: transaction.cdol1Data,
    drdolData,
    request,
    pdolData: transaction.pdolData,
    relayData: transaction.relayData,
    values: new Map(
      TORN_TAGS.flatMap((tag) => {
        const value = transaction.values.get(tag);
        return value === undefined ? [] : [[tag, value.slice()] as const];
      }),
    ),
    verification: transaction.verification,
  };
}

function samePurchase({ values }: CardTransaction, record: TornRecord): boolean {
  return ['9F02', '9F03', '5F2A', '9C'].every((tag) =>
    equalBytes(values.get(tag) ?? new Uint8Array(0), record.values.get(tag) ?? new Uint8Array(0)),
  );
}

/** The recovered cryptogram belongs to the data of that time. Book C-2, torn transaction recovery. */
function restore(transaction: CardTransaction, record: TornRecord): void {
  for (const [tag, value] of record.values) if (tag !== '95') transaction.values.set(tag, value);
  transaction.tvr.set(record.values.get('95') ?? new Uint8Array(5));
  transaction.cdol1Data = record.cdol1Data;
  transaction.pdolData = record.pdolData;
  transaction.relayData = record.relayData;
  transaction.verification = record.verification;
}

/** Book C-2, outcome after GENERATE AC. A device that wants its holder first says so in DF4B. */
function conclude(transaction: CardTransaction, { kind, authentic }: Cryptogram): KernelOutcome {
  setTsi(transaction, 7);
  if (kind === 'TC' && authentic) return approvedOffline(transaction);
  if (kind === 'ARQC' && authentic) {
    const pin = transaction.verification === 'online-pin' ? 'needed' : 'none';
    return { outcome: 'online-request', request: { ...resultOf(transaction), pin }, message: MESSAGES.authorizing };
  }
  const interaction = transaction.card.get('DF4B')?.[1] ?? 0;
  if (kind === 'AAC' && (interaction & 0x03) !== 0)
    return { outcome: 'try-again', reason: 'see-phone', message: MESSAGES.seePhone };
  return { outcome: 'declined-offline', result: resultOf(transaction), message: MESSAGES.declined };
}
