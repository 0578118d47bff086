import { type Currency, NUMERIC_CODE } from '@zhanggui/base';
import { type BalanceAmount, Iso8583Error, parseBalances } from '@zhanggui/iso8583';
import type { AccountBalance } from './answer-parts.ts';

/** Amount type of ISO 8583:1987 for what the cardholder may spend. */
const AVAILABLE = '02';

/**
 * The balance that may be spent, of those in field 54 of an answer. Null where none is told or the field is built otherwise
 * than in ISO 8583:1987: that is no reason to refuse the decision that the answer brings.
 */
export function spendableBalance(field54: string | undefined): AccountBalance | null {
  const balances = field54 === undefined ? [] : readBalances(field54);
  const told = balances.find(({ amountType }) => amountType === AVAILABLE) ?? balances[0];
  const currencies = Object.keys(NUMERIC_CODE) as Currency[];
  const currency = currencies.find((candidate) => NUMERIC_CODE[candidate] === told?.currencyCode);
  if (told === undefined || currency === undefined) return null;
  const { amountMinor } = told;
  return { amountMinor: Math.abs(amountMinor), currency, sign: amountMinor < 0 ? 'debit' : 'credit' };
}

function readBalances(field54: string): BalanceAmount[] {
  try {
    return parseBalances(field54);
  } catch (error) {
    if (error instanceof Iso8583Error) return [];
    throw error;
  }
}
