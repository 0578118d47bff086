import { type Currency, NUMERIC_CODE } from '@zhanggui/base';
import {
  type BalanceAmount,
  Iso8583Error,
  parseBalances,
  parseInstitutions,
  parseOrganisationTexts,
} from '@zhanggui/iso8583';
import type { AccountBalance, AnswerTexts } from '@zhanggui/modules/switch/api.ts';
import type { DialectAnswer } from '@zhanggui/modules/switch/dialect.ts';
import { type CupsFields, demandOf, hostTimeOf, messageOf, required } from './spec.ts';

const AVAILABLE = '02';

/** A financial answer: what the host decided and told (CUPS.md 4). @throws Iso8583Error */
export function answerOf(payload: Uint8Array): DialectAnswer {
  const { fields } = messageOf(payload);
  return {
    responseCode: required(fields[39], '39'),
    rrn: fields[37]?.trim() || null,
    authorizationCode: fields[38]?.trim() || null,
    amountMinor: fields[4] === undefined ? null : Number(fields[4]),
    terminalId: required(fields[41], '41'),
    stan: required(fields[11], '11'),
    chip: fields[55] ?? null,
    balance: optional(() => balanceOf(fields[54])) ?? null,
    settlementDate: fields[15] ?? null,
    hostTime: hostTimeOf(fields),
    texts: textsOf(fields),
    demand: demandOf(payload),
    mac: fields[64] ?? null,
  };
}

/** The balance that may be spent where several are told. */
function balanceOf(field54: string | undefined): AccountBalance | null {
  const balances = field54 === undefined ? [] : parseBalances(field54);
  const told = balances.find(({ amountType }) => amountType === AVAILABLE) ?? balances[0];
  const currency = told === undefined ? undefined : currencyOf(told);
  if (told === undefined || currency === undefined) return null;
  const { amountMinor } = told;
  return { amountMinor: Math.abs(amountMinor), currency, sign: amountMinor < 0 ? 'debit' : 'credit' };
}

function currencyOf({ currencyCode }: BalanceAmount): Currency | undefined {
  const currencies = Object.keys(NUMERIC_CODE) as Currency[];
  return currencies.find((currency) => NUMERIC_CODE[currency] === currencyCode);
}

function textsOf({ 44: field44, 63: field63 }: CupsFields): AnswerTexts {
  const institutions = field44 === undefined ? undefined : parseInstitutions(field44);
  const texts = field63 === undefined ? undefined : optional(() => parseOrganisationTexts(field63));
  return {
    issuerCode: institutions?.issuer || null,
    acquirerCode: institutions?.acquirer || null,
    issuer: texts?.issuer || null,
    network: texts?.network || null,
    acquirer: texts?.acquirer || null,
    terminal: texts?.terminal || null,
  };
}

/** What is told besides is no reason to refuse a decision: where a field is built otherwise, it is left out. */
function optional<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Iso8583Error) return undefined;
    throw error;
  }
}
