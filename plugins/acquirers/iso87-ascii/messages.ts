import { NUMERIC_CODE } from '@zhanggui/base';
import { formatOriginalElements, Iso8583Error } from '@zhanggui/iso8583';
import type { ReversalReason } from '@zhanggui/modules/switch/api.ts';
import type { CardDetails, DialectRequest } from '@zhanggui/modules/switch/dialect.ts';
import { chipField } from './chip.ts';
import { isOwnKind, MARKS, type OwnKind, REVERSIBLE } from './kinds.ts';
import type { Iso87Fields, Iso87Message, Iso87Settings } from './spec.ts';

/** Field 22: digits 1 and 2 how the card was read, 80 where the chip failed; digit 3 that the terminal takes PINs. */
const ENTRY = { swipe: '021', chip: '051', contactless: '071', fallback: '801' } as const;
/** Field 39 of a reversal: answer too late, suspected malfunction, error. */
const REASONS: Readonly<Record<ReversalReason, string>> = { '98': '68', A0: '22', '06': '06' };
/** Field 26: the longest PIN that the terminal takes. */
const LONGEST_PIN = '12';

/**
 * A financial request or its reversal, without its MAC.
 * @throws Iso8583Error `bad-kind` for what the dialect has no message for, `not-reversible`, or `missing-part`.
 */
export function financialMessage(request: DialectRequest, settings: Iso87Settings): Iso87Message {
  if (request.kind === 'reversal') return reversal(request, settings);
  if (!isOwnKind(request.kind)) throw new Iso8583Error('bad-kind', 'the dialect has no message for this request');
  return ownMessage(request, request.kind, settings);
}

/** `MMDDhhmmss` of an instant, in coordinated universal time moved by `offsetMs`. */
export function timestamp(atMs: number, offsetMs = 0): string {
  return new Date(atMs + offsetMs).toISOString().slice(5, 19).replace(/\D/g, '');
}

function ownMessage(request: DialectRequest, kind: OwnKind, settings: Iso87Settings): Iso87Message {
  const { mti } = MARKS[kind];
  const { authorizationCode, rrn } = request.original ?? {};
  const about = kind === 'script-result' ? undone(request) : kind;
  const fields: Iso87Fields = {
    ...commonFields(request, about, settings),
    ...secretFields(request),
    ...(rrn === undefined ? {} : { 37: rrn }),
    ...(authorizationCode === undefined ? {} : { 38: authorizationCode }),
    ...originalOf(request, kind),
  };
  if (kind === 'balance-inquiry') delete fields[4];
  if (kind === 'script-result' && fields[55] === undefined) missing('55', 'there is no script result');
  return { mti, fields };
}

/** The request that it undoes, under the same trace number and without its secrets. */
function reversal(request: DialectRequest, settings: Iso87Settings): Iso87Message {
  const kind = undone(request);
  if (!REVERSIBLE.includes(kind)) throw new Iso8583Error('not-reversible', 'this kind of request is never reversed');
  const { trace, createdAt, original, reversalReason = '98' } = request;
  const chip = chipField(request.card?.chip ?? null);
  const elements = { mti: MARKS[kind].mti, traceNumber: trace.stan, transmittedAt: timestamp(createdAt) };
  return {
    mti: settings.reversalType,
    fields: {
      ...commonFields(request, kind, settings),
      ...(original?.authorizationCode === undefined ? {} : { 38: original.authorizationCode }),
      39: REASONS[reversalReason],
      ...(chip === null ? {} : { 55: chip }),
      90: formatOriginalElements(elements),
    },
  };
}

function commonFields(request: DialectRequest, kind: OwnKind, settings: Iso87Settings): Iso87Fields {
  const { trace, amountMinor, currency, createdAt } = request;
  const card = request.card ?? missing('2', 'the card is not there');
  const { processingCode, conditionCode } = MARKS[kind];
  const local = timestamp(createdAt, settings.utcOffsetMs);
  return {
    2: card.pan,
    3: processingCode,
    4: String(amountMinor).padStart(12, '0'),
    7: timestamp(createdAt),
    11: trace.stan,
    12: local.slice(4),
    13: local.slice(0, 4),
    ...cardFields(card),
    ...(settings.merchantType === null ? {} : { 18: settings.merchantType }),
    22: ENTRY[card.entryMode],
    25: conditionCode,
    ...(settings.acquirer === null ? {} : { 32: settings.acquirer }),
    41: trace.terminalId,
    42: trace.acceptorId,
    49: NUMERIC_CODE[currency],
  };
}

function cardFields({ expiry, sequence }: CardDetails): Iso87Fields {
  return { ...(expiry === null ? {} : { 14: expiry }), ...(sequence === null ? {} : { 23: sequence }) };
}

/** Track, PIN and chip data as the reader gave them; an encrypted track is another dialect's. */
function secretFields({ card, pinBlock }: DialectRequest): Iso87Fields {
  const chip = chipField(card?.chip ?? null);
  const track2 = card === null || card.trackEncrypted ? null : card.track2;
  return {
    ...(track2 === null ? {} : { 35: track2.replace('D', '=') }),
    ...(pinBlock === undefined ? {} : { 26: LONGEST_PIN, 52: pinBlock }),
    ...(chip === null ? {} : { 55: chip }),
  };
}

/** Field 90 of a request that goes back to an earlier one. */
function originalOf({ original }: DialectRequest, kind: OwnKind): Iso87Fields {
  const { originalType } = MARKS[kind];
  if (originalType === null) return {};
  if (original === undefined) return missing('90', 'the earlier request is not told');
  const elements = {
    mti: originalType,
    traceNumber: original.trace.stan,
    transmittedAt: timestamp(original.createdAt),
  };
  return { 90: formatOriginalElements(elements) };
}

/** What a reversal undoes or a script result reports on. */
function undone({ reverses = 'sale' }: DialectRequest): OwnKind {
  return isOwnKind(reverses) ? reverses : missing('90', 'what is to be undone has no message');
}

function missing(path: string, why: string): never {
  throw new Iso8583Error('missing-part', `${path}: ${why}`, { path });
}
