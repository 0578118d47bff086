import { beijingTime, NUMERIC_CODE, utf8Encode } from '@zhanggui/base';
import { type cupsPos, formatField60, formatField61, Iso8583Error, type Message } from '@zhanggui/iso8583';
import type { AcquirerTrace, RequestKind } from '@zhanggui/modules/switch/api.ts';
import type { CardDetails, DialectRequest } from '@zhanggui/modules/switch/dialect.ts';

type CupsMessage = Message<typeof cupsPos>;
type CupsFields = CupsMessage['fields'];

/** Processing code (field 3), condition code (25) and transaction type (60.1): CUPS.md 3. */
const KINDS = {
  sale: { mti: '0200', processingCode: '000000', transactionType: '22' },
  void: { mti: '0200', processingCode: '200000', transactionType: '23' },
  refund: { mti: '0220', processingCode: '200000', transactionType: '25' },
  reversal: { mti: '0400', processingCode: '000000', transactionType: '22' },
} as const;

type Kind = keyof typeof KINDS;
/** A request of a kind that has a message, with its card. */
type CardRequest = DialectRequest & { readonly kind: Kind; readonly card: CardDetails };

export const kinds = Object.keys(KINDS) as Kind[];

const NETWORK = { signOn: '003', echo: '301' } as const;
const NORMAL_CONDITION = '00';
const LONGEST_PIN = '12';
const NO_RRN = '000000000000';
const NO_MAC = new Uint8Array(8);
/** A stripe that is read because the chip failed is told apart in field 60.5. */
const ENTRY = { swipe: '02', chip: '05', contactless: '07', fallback: '02' } as const;

/** Sale (0200), void (0200), refund (0220) or reversal of a sale (0400), with an empty MAC. */
export function financialMessage(request: DialectRequest): CupsMessage {
  if (!isCardRequest(request)) throw new Iso8583Error('bad-kind', 'there is no message for this request');
  const { mti, processingCode, transactionType } = KINDS[request.kind];
  const { trace, card } = request;
  const fields: CupsFields = {
    3: processingCode,
    4: String(request.amountMinor).padStart(12, '0'),
    11: trace.stan,
    22: entryMode(request),
    25: NORMAL_CONDITION,
    41: trace.terminalId,
    42: trace.acceptorId,
    49: NUMERIC_CODE[request.currency],
    60: formatField60({
      transactionType,
      batchNumber: trace.batchNumber,
      networkCode: '000',
      readCapability: '6',
      chipCondition: card.entryMode === 'fallback' ? '2' : '0',
    }),
    64: NO_MAC,
    ...cardFields(card, request.kind),
    ...originalFields(request),
  };
  if (request.kind === 'sale') Object.assign(fields, saleOnlyFields(request));
  if (request.kind === 'refund') fields[63] = utf8Encode(organisationOf(card.pan));
  if (request.kind === 'reversal') fields[39] = request.reversalReason ?? '98';
  return { mti, fields };
}

function isCardRequest(request: DialectRequest): request is CardRequest {
  return request.kind in KINDS && request.card !== null && (request.reverses ?? 'sale') === 'sale';
}

/** Sign-on (0800) that asks for double-length working keys; it carries no MAC (CUPS.md 5). */
export function signOnMessage(trace: AcquirerTrace): CupsMessage {
  return management('0800', trace, NETWORK.signOn, { 63: utf8Encode('01 ') });
}

/** Line test (0820). */
export function echoMessage(trace: AcquirerTrace): CupsMessage {
  return management('0820', trace, NETWORK.echo, {});
}

function management(mti: string, trace: AcquirerTrace, networkCode: string, extra: CupsFields): CupsMessage {
  const { stan, terminalId, acceptorId, batchNumber } = trace;
  const kind = formatField60({ transactionType: '00', batchNumber, networkCode });
  return { mti, fields: { 11: stan, 41: terminalId, 42: acceptorId, 60: kind, ...extra } };
}

/** The account number stands alone unless the stripe's track, which holds it, is sent. */
function cardFields(card: CardDetails, kind: RequestKind): CupsFields {
  const insideTrack = kind === 'sale' && ['swipe', 'fallback'].includes(card.entryMode) && card.track2 !== null;
  return {
    ...(insideTrack ? {} : { 2: card.pan }),
    ...(card.expiry === null ? {} : { 14: card.expiry }),
    ...(card.sequence === null ? {} : { 23: card.sequence }),
  };
}

/** What only a sale carries; the reversal of it leaves all this out (CUPS.md 8). */
function saleOnlyFields({ card, pinBlock }: CardRequest): CupsFields {
  const secured = pinBlock !== undefined || card.track2 !== null;
  return {
    ...(card.track2 === null ? {} : { 35: card.track2 }),
    ...(pinBlock === undefined ? {} : { 26: LONGEST_PIN, 52: pinBlock }),
    // Digit 1: PIN block with account number; digit 2: double-length keys; digit 3: the track is not encrypted on its own.
    ...(secured ? { 53: pinBlock === undefined ? '0600000000000000' : '2600000000000000' } : {}),
    ...(card.chip === null ? {} : { 55: card.chip }),
  };
}

/** Fields 37, 38 and 61 of a void and a refund, 38 of a reversal. */
function originalFields({ kind, original }: DialectRequest): CupsFields {
  if (original === undefined) return {};
  const approval = original.authorizationCode === undefined ? {} : { 38: original.authorizationCode };
  if (kind === 'reversal') return approval;
  const { batchNumber, stan } = original.trace;
  const { month, day } = beijingTime(original.createdAt);
  const date = kind === 'refund' ? { date: `${month}${day}` } : {};
  const earlier = formatField61({ batchNumber, traceNumber: stan, ...date });
  return { ...(kind === 'void' ? approval : {}), 37: original.rrn ?? NO_RRN, 61: earlier };
}

/** Field 22: how the card was read, and whether a PIN was entered. A void or refund asks for none. */
function entryMode({ kind, card }: CardRequest): string {
  const withPin = card.pinEntered && (kind === 'sale' || kind === 'reversal');
  return `${ENTRY[card.entryMode]}${withPin ? '1' : '2'}`;
}

/** Field 63.1 of a refund: three letters of the card organisation. */
function organisationOf(pan: string): string {
  if (pan.startsWith('4')) return 'VIS';
  if (/^(5[1-5]|2[2-7])/.test(pan)) return 'MCC';
  if (/^3[47]/.test(pan)) return 'AMX';
  if (pan.startsWith('35')) return 'JCB';
  return 'CUP';
}
