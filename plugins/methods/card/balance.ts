import type { BalanceOutcome } from '@zhanggui/modules/payments/method.ts';
import type { Exchange, SealedCard } from '@zhanggui/modules/switch/api.ts';
import { declineOf, noBalance, notSent } from './declines.ts';

/** Asks the issuer what the card's account holds; no answer changes nothing and is not asked for again. */
export async function askBalance(exchange: Exchange, tillId: string, card: SealedCard): Promise<BalanceOutcome> {
  const { acquirerId, maskedPan, answer } = await exchange.balance(tillId, card);
  const declined = (decline: BalanceOutcome['decline']): BalanceOutcome => ({
    maskedInstrument: maskedPan,
    balance: null,
    decline,
  });
  if (answer.kind === 'not-sent') return declined(notSent);
  if (answer.kind !== 'answered') return declined(noBalance);
  const meaning = exchange.meaningOf(acquirerId, answer.responseCode);
  if (!meaning.approved) return declined(declineOf(meaning, answer.responseCode));
  if (answer.balance === null) return declined(noBalance);
  const { amountMinor, currency, sign } = answer.balance;
  const signedMinor = sign === 'debit' ? -amountMinor : amountMinor;
  return { maskedInstrument: maskedPan, balance: { amountMinor: signedMinor, currency }, decline: null };
}
