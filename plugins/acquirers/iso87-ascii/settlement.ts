import { NUMERIC_CODE } from '@zhanggui/base';
import { required } from '@zhanggui/modules/switch/answer-fields.ts';
import type { BatchTotals, PartVerdict } from '@zhanggui/modules/switch/api.ts';
import type { SettlementAnswer, SettlementMessages } from '@zhanggui/modules/switch/dialect.ts';
import { managementAnswerOf } from './management.ts';
import { type Iso87Fields, type Iso87Settings, messageOf, payloadOf } from './spec.ts';

const REQUEST = '0500';
const ANSWER = '0510';
const APPROVED = '00';
/** Field 66 (ISO 8583:1987): in balance, out of balance. */
const VERDICTS: Readonly<Record<string, PartVerdict>> = { '1': 'balanced', '2': 'unbalanced' };

/**
 * The close of a batch by reconciliation (0500, ISO 8583:1987 fields 74 to 89 and 97): cards of all organisations together,
 * sales and completions as debits, refunds and voids as credits. The answer ends it; nothing is uploaded.
 */
export function settlementMessages(settings: Iso87Settings): SettlementMessages {
  return {
    toSettlement({ stan, terminalId, acceptorId }, totals, currency) {
      const fields: Iso87Fields = {
        11: stan,
        41: terminalId,
        42: acceptorId,
        49: NUMERIC_CODE[currency],
        ...totalFields(totals),
      };
      return { message: payloadOf(settings, { mti: REQUEST, fields }, true), mac: true };
    },
    fromSettlement: (payload) => settlementAnswerOf(payload, settings),
  };
}

function totalFields({ domestic, foreign }: BatchTotals): Iso87Fields {
  const debitMinor = domestic.debitMinor + foreign.debitMinor;
  const creditMinor = domestic.creditMinor + foreign.creditMinor;
  return {
    74: digits(domestic.creditCount + foreign.creditCount, 10),
    75: digits(0, 10),
    76: digits(domestic.debitCount + foreign.debitCount, 10),
    77: digits(0, 10),
    86: digits(creditMinor, 16),
    87: digits(0, 16),
    88: digits(debitMinor, 16),
    89: digits(0, 16),
    97: (debitMinor >= creditMinor ? 'D' : 'C') + digits(Math.abs(debitMinor - creditMinor), 16),
  };
}

/** @throws Iso8583Error `bad-mti`, or `missing-field` for an approval without its word on the totals. */
function settlementAnswerOf(payload: Uint8Array, settings: Iso87Settings): SettlementAnswer {
  const { fields } = messageOf(settings, payload);
  const told = { ...managementAnswerOf(payload, ANSWER, settings), settlementDate: fields[15] ?? null };
  if (told.responseCode !== APPROVED) return { ...told, domestic: 'error', foreign: 'error' };
  const verdict = VERDICTS[required(fields[66], '66')] ?? 'error';
  return { ...told, domestic: verdict, foreign: verdict };
}

function digits(value: number, length: number): string {
  return String(value).padStart(length, '0');
}
