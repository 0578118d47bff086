import { NUMERIC_CODE, utf8Encode } from '@zhanggui/base';
import {
  formatBatchUpload,
  formatSettlement,
  formatUploadCount,
  Iso8583Error,
  parseSettlement,
  type SettlementTotals,
  UPLOAD_RECORDS,
} from '@zhanggui/iso8583';
import { ofType, required } from '@zhanggui/modules/switch/answer-fields.ts';
import type { BatchPart, BatchTotals, PartVerdict } from '@zhanggui/modules/switch/api.ts';
import type { SettlementAnswer, SettlementMessages, UploadRecord } from '@zhanggui/modules/switch/dialect.ts';
import { chipField } from './chip.ts';
import { isWithPin, marksOf } from './kinds.ts';
import { commonFields, field60Of, field61Of, isStandIn, organisationOf, standInApproval } from './messages.ts';
import {
  type CupsFields,
  type CupsMessage,
  type CupsSettings,
  management,
  managementAnswerOf,
  messageOf,
  payloadOf,
} from './spec.ts';

/** Field 60.3 of a batch's close (CUPS.md 9). */
const STEP = {
  settlement: '201',
  upload: '201',
  chipApproved: '203',
  chipDeclined: '205',
  endUnbalanced: '202',
  endBalanced: '207',
} as const;
const APPROVED = '00';
const NOT_COMPARED = '0';
/** Of a count the message has room for the last three digits, at the end of an upload for the last four. */
const COUNTS = { totals: 1_000, upload: 10_000 } as const;
const VERDICTS: Readonly<Record<string, PartVerdict>> = { '1': 'balanced', '2': 'unbalanced' };

/** The close of a batch: totals (0500), uploads of what differs and of every chip (0320), the end (0320). */
export function settlementMessages(settings: CupsSettings): SettlementMessages {
  const plain = (message: CupsMessage) => ({ message: payloadOf(settings, message), mac: false });
  return {
    toSettlement(trace, totals, currency) {
      const fields = {
        48: formatSettlement(settlementOf(totals)),
        49: NUMERIC_CODE[currency],
        63: utf8Encode(settings.operator),
      };
      return plain(management('0500', trace, STEP.settlement, fields));
    },
    fromSettlement,
    uploads: {
      packedPerMessage: UPLOAD_RECORDS,
      toPackedUpload: (trace, records) =>
        plain(management('0320', trace, STEP.upload, { 48: formatBatchUpload(records.map(packed)) })),
      toSingleUpload({ terminalId, acceptorId }, record) {
        const trace = { ...record.trace, terminalId, acceptorId };
        const fields = singleFields({ ...record, trace }, settings);
        return { message: payloadOf(settings, { mti: '0320', fields }), mac: true };
      },
      toBatchEnd(trace, { count, balanced }) {
        const step = balanced ? STEP.endBalanced : STEP.endUnbalanced;
        return plain(management('0320', trace, step, { 48: formatUploadCount(count % COUNTS.upload) }));
      },
      fromUpload: (payload) => managementAnswerOf(payload, ['0330']),
    },
  };
}

function settlementOf({ domestic, foreign }: BatchTotals) {
  const part = (totals: BatchPart): SettlementTotals => ({
    ...totals,
    debitCount: totals.debitCount % COUNTS.totals,
    creditCount: totals.creditCount % COUNTS.totals,
    reconciliationCode: NOT_COMPARED,
  });
  return { domestic: part(domestic), foreign: part(foreign) };
}

/** A refusal tells verdicts only where it brings totals. @throws Iso8583Error `missing-field` for an approval without them. */
function fromSettlement(payload: Uint8Array): SettlementAnswer {
  const { fields } = ofType(messageOf(payload), ['0510']);
  const told = { ...managementAnswerOf(payload, ['0510']), settlementDate: fields[15] ?? null };
  if (told.responseCode !== APPROVED && fields[48] === undefined)
    return { ...told, domestic: 'error', foreign: 'error' };
  const { domestic, foreign } = parseSettlement(required(fields[48], '48'));
  return { ...told, domestic: verdictOf(domestic), foreign: verdictOf(foreign) };
}

function verdictOf({ reconciliationCode }: SettlementTotals): PartVerdict {
  return VERDICTS[reconciliationCode] ?? 'error';
}

function packed({ domestic, trace, card, amountMinor }: UploadRecord) {
  if (card === null) throw new Iso8583Error('missing-part', '48: a packed record has a card', { path: '48' });
  return { foreign: !domestic, traceNumber: trace.stan, pan: card.pan, amountMinor };
}

/** One transaction in full, under its own trace number. */
function singleFields(record: UploadRecord, settings: CupsSettings): CupsFields {
  const { kind, card, trace, rrn, authorizationCode, original } = record;
  const { processingCode, conditionCode, transactionType } = marksOf(kind, card);
  const chip = record.chipResult === null ? null : chipField(card?.chip ?? null, 'request');
  const earlier = original === undefined ? {} : { 61: field61Of(original, 'dated') };
  return {
    ...commonFields({ ...record, code: null }, isWithPin(kind, card)),
    3: processingCode,
    25: conditionCode,
    ...(rrn === null ? {} : { 37: rrn }),
    ...(authorizationCode === null ? {} : { 38: authorizationCode }),
    ...(chip === null ? {} : { 55: chip }),
    60: field60Of(transactionType, trace.batchNumber, stepOf(record, chip), card, settings),
    ...(isStandIn(kind, card) ? { 61: standInApproval(original?.authorizationCode ?? null) } : earlier),
    ...(card === null ? {} : { 63: utf8Encode(organisationOf(card.pan)) }),
  };
}

function stepOf({ chipResult }: UploadRecord, chip: Uint8Array | null): string {
  if (chip === null) return STEP.upload;
  return chipResult === 'approved' ? STEP.chipApproved : STEP.chipDeclined;
}
