import { beijingDate, fromHex, NUMERIC_CODE, utf8Encode } from '@zhanggui/base';
import { formatField60, formatField61, formatPaymentCode, Iso8583Error } from '@zhanggui/iso8583';
import type { OriginalRequest, RequestKind } from '@zhanggui/modules/switch/api.ts';
import { schemeOf } from '@zhanggui/modules/switch/card-record.ts';
import type { CardDetails, DialectRequest } from '@zhanggui/modules/switch/dialect.ts';
import { chipField } from './chip.ts';
import {
  CONTENTS,
  type Contents,
  isWithPin,
  MARKS,
  marksOf,
  type OwnKind,
  REVERSIBLE,
  TIP_ADJUSTMENT,
} from './kinds.ts';
import { type CupsFields, type CupsMessage, type CupsSettings, NO_MAC } from './spec.ts';

const SCRIPT_RESULT_CODE = '951';
const NO_RRN = '000000000000';
const NO_ORIGINAL = '000000';
const NO_DATE = '0000';
const NO_INSTITUTION = '00000000000';
/** 61.4: how a sale without the issuer was approved. */
const BY_PHONE = '01';
const IN_ITS_STEAD = '02';
const ENTRY = { swipe: '02', chip: '05', contactless: '07', fallback: '02' } as const;
const CODE_SHOWN = '03';
const FALLBACK = '2';
const ORGANISATIONS: Readonly<Record<string, string>> = { visa: 'VIS', mastercard: 'MCC', amex: 'AMX', jcb: 'JCB' };

/**
 * A financial request or its reversal, with an empty MAC (CUPS.md 3, 4 and 8).
 * @throws Iso8583Error `not-reversible`, or `missing-part` for a card or an original that the kind needs.
 */
export function financialMessage(request: DialectRequest, settings: CupsSettings): CupsMessage {
  return request.kind === 'reversal' ? reversal(request, settings) : ownMessage(request, request.kind, settings);
}

/** Fields that every financial message has, whatever it is about. */
export function commonFields(
  {
    trace,
    card,
    amountMinor,
    currency,
    code,
  }: Pick<DialectRequest, 'trace' | 'card' | 'amountMinor' | 'currency' | 'code'>,
  pinEntered: boolean,
): CupsFields {
  return {
    4: String(amountMinor).padStart(12, '0'),
    11: trace.stan,
    22: `${card === null ? CODE_SHOWN : ENTRY[card.entryMode]}${pinEntered ? '1' : '2'}`,
    41: trace.terminalId,
    42: trace.acceptorId,
    49: NUMERIC_CODE[currency],
    ...(code === null ? {} : { 59: formatPaymentCode(code) }),
    ...(card === null ? {} : cardFields(card)),
    64: NO_MAC,
  };
}

/** Field 63.1: three letters of the card organisation. */
export function organisationOf(pan: string): string {
  return ORGANISATIONS[schemeOf(pan)] ?? 'CUP';
}

/** Field 60 of a financial message. */
export function field60Of(
  transactionType: string,
  batchNumber: string,
  networkCode: string,
  card: CardDetails | null,
  { readCapability, partialApproval }: CupsSettings,
): string {
  const chipCondition = card?.entryMode === 'fallback' ? FALLBACK : '0';
  return formatField60({
    transactionType,
    batchNumber,
    networkCode,
    readCapability,
    chipCondition,
    ...(partialApproval === null ? {} : { partialApproval }),
  });
}

/** Field 61 for the transaction that a message goes back to; its date is the one that the host told. */
export function field61Of(
  { trace, createdAt, hostOn }: OriginalRequest,
  form: 'undated' | 'dated' | 'zero-date',
): string {
  const { batchNumber, stan: traceNumber } = trace;
  const [, month = '', day = ''] = (hostOn ?? beijingDate(createdAt)).split('-');
  const date = form === 'dated' ? month + day : NO_DATE;
  return formatField61({ batchNumber, traceNumber, ...(form === 'undated' ? {} : { date }) });
}

function ownMessage(request: DialectRequest, kind: OwnKind, settings: CupsSettings): CupsMessage {
  const { card, trace, tipMinor } = request;
  requireInstrument(request);
  if (kind === 'script-result') return scriptResult(request, settings);
  if (kind === 'signature-upload') return signatureUpload(request);
  const tipped = kind === 'offline-adjustment' && tipMinor !== undefined;
  const { mti, processingCode, conditionCode, transactionType } = tipped ? TIP_ADJUSTMENT : marksOf(kind, card);
  const { fresh, organisation, ...contents } = CONTENTS[kind];
  const pinEntered = request.pinBlock !== undefined || (fresh && card?.pinEntered === true);
  const fields: CupsFields = {
    ...commonFields(request, pinEntered),
    3: processingCode,
    25: conditionCode,
    ...freshFields(request, settings),
    ...earlierFields(request, contents),
    ...(tipped ? { 48: String(tipMinor).padStart(12, '0') } : {}),
    60: field60Of(transactionType, trace.batchNumber, '000', card, settings),
    ...(organisation && card !== null ? { 63: utf8Encode(organisationOf(card.pan)) } : {}),
  };
  if (kind === 'balance-inquiry') delete fields[4];
  // The stripe's track holds the account number; only where none is sent does the number stand alone.
  if (fields[35] !== undefined && (card?.entryMode === 'swipe' || card?.entryMode === 'fallback')) delete fields[2];
  if (isStandIn(kind, card)) fields[61] = standInApproval(request.original?.authorizationCode ?? null);
  return { mti, fields };
}

/** What the card did with the issuer's script, told under a trace number of its own (0620). */
function scriptResult(request: DialectRequest, settings: CupsSettings): CupsMessage {
  const { card, trace } = request;
  const chip = chipField(card?.chip ?? null, 'script-result');
  if (chip === null) missing('55', 'there is no script result');
  const { processingCode } = marksOf(reversedKind(request), null);
  return {
    mti: MARKS['script-result'].mti,
    fields: {
      ...commonFields(request, isWithPin(reversedKind(request), card)),
      3: processingCode,
      ...earlierFields(request, CONTENTS['script-result']),
      55: chip,
      60: field60Of(MARKS['script-result'].transactionType, trace.batchNumber, SCRIPT_RESULT_CODE, card, settings),
    },
  };
}

/**
 * The cardholder's drawn signature (0920). Published ones repeat the trace number of their payment and name it by its
 * reference; here it is named by field 61 too, so that a number of its own tells the answers apart.
 */
function signatureUpload(request: DialectRequest): CupsMessage {
  const { card, amountMinor, original, signature } = request;
  if (original === undefined) missing('61', 'the payment of the signature is not told');
  if (signature === undefined) missing('62', 'there is no signature');
  const { mti, transactionType } = MARKS['signature-upload'];
  const { stan, terminalId, acceptorId, batchNumber } = request.trace;
  return {
    mti,
    fields: {
      ...(card === null ? {} : { 2: card.pan }),
      4: String(amountMinor).padStart(12, '0'),
      11: stan,
      37: original.rrn ?? NO_RRN,
      41: terminalId,
      42: acceptorId,
      60: formatField60({ transactionType, batchNumber }),
      61: field61Of(original, 'dated'),
      62: fromHex(signature),
      64: NO_MAC,
    },
  };
}

/** Same trace number and marks as the request that it undoes, without its secrets (CUPS.md 8). */
function reversal(request: DialectRequest, settings: CupsSettings): CupsMessage {
  const { card, trace, original, createdAt } = request;
  const kind = reversedKind(request);
  const form = REVERSIBLE[kind];
  if (form === undefined) throw new Iso8583Error('not-reversible', 'this kind of request is never reversed');
  requireInstrument(request);
  const { processingCode, conditionCode, transactionType } = marksOf(kind, card);
  const chip = chipField(card?.chip ?? null, 'reversal');
  const named = settings.reversalNames === 'original' ? original : { trace, createdAt };
  return {
    mti: '0400',
    fields: {
      ...commonFields(request, isWithPin(kind, card)),
      3: processingCode,
      25: conditionCode,
      ...(original?.authorizationCode === undefined ? {} : { 38: original.authorizationCode }),
      39: request.reversalReason ?? '98',
      ...(chip === null ? {} : { 55: chip }),
      60: field60Of(transactionType, trace.batchNumber, '000', card, settings),
      ...(form === 'none' || named === undefined ? {} : { 61: field61Of(named, form) }),
    },
  };
}

function cardFields({ pan, expiry, sequence }: CardDetails): CupsFields {
  return {
    2: pan,
    ...(expiry === null ? {} : { 14: expiry }),
    ...(sequence === null ? {} : { 23: sequence }),
  };
}

/** Track, PIN and chip data as the reader gave them for this request. */
function freshFields({ card, pinBlock }: DialectRequest, settings: CupsSettings): CupsFields {
  if (card === null) return {};
  const { track2, trackEncrypted } = card;
  const secured = pinBlock !== undefined || track2 !== null;
  const chip = chipField(card.chip, 'request');
  return {
    ...(track2 === null ? {} : { 35: track2 }),
    ...(pinBlock === undefined ? {} : { 26: settings.pinCaptureCode, 52: pinBlock }),
    ...(secured ? { 53: securityControl(pinBlock !== undefined, settings, track2 !== null && trackEncrypted) } : {}),
    ...(chip === null ? {} : { 55: chip }),
  };
}

/** Field 53: a PIN block with the account number in it, keys of double or single length, whether part of the track is encrypted. */
function securityControl(pin: boolean, { keyLength }: CupsSettings, trackEncrypted: boolean): string {
  return `${pin ? '2' : '0'}${keyLength}${trackEncrypted ? '1' : '0'}`.padEnd(16, '0');
}

/** Fields 37, 38 and 61. */
function earlierFields(
  { original }: DialectRequest,
  contents: Pick<Contents, 'original' | 'rrn' | 'approval'>,
): CupsFields {
  if (original === undefined)
    return contents.original === 'none' ? {} : missing('61', 'the earlier request is not told');
  const { authorizationCode, rrn } = original;
  return {
    ...(contents.rrn ? { 37: rrn ?? NO_RRN } : {}),
    ...(contents.approval && authorizationCode !== undefined ? { 38: authorizationCode } : {}),
    ...(contents.original === 'none' ? {} : { 61: field61Of(original, contents.original) }),
  };
}

/** Whether the terminal alone approved this, without a chip that did. */
export function isStandIn(kind: RequestKind, card: CardDetails | null): boolean {
  return kind === 'offline-sale' && (card === null || card.chip === null);
}

/** Field 61 of such a sale: nothing earlier, but whether somebody approved it by telephone. */
export function standInApproval(authorizationCode: string | null): string {
  return formatField61({
    batchNumber: NO_ORIGINAL,
    traceNumber: NO_ORIGINAL,
    date: NO_DATE,
    authorizationMode: authorizationCode === null ? IN_ITS_STEAD : BY_PHONE,
    authorizingInstitution: NO_INSTITUTION,
  });
}

/** What a reversal undoes or a script result reports on. */
function reversedKind({ reverses }: DialectRequest): OwnKind {
  return reverses === undefined || reverses === 'reversal' ? 'sale' : reverses;
}

/** @throws Iso8583Error `missing-part` */
function requireInstrument({ card, code }: DialectRequest): void {
  if (card === null && code === null) missing('2', 'neither card nor payment code is there');
}

function missing(path: string, why: string): never {
  throw new Iso8583Error('missing-part', `${path}: ${why}`, { path });
}
