import { Amount } from '@zhanggui/ui/amount.tsx';
import { dateAndTime } from '@zhanggui/ui/clock-time.ts';
import { useLanguage } from '@zhanggui/ui/language.ts';
import type { Refund } from '../../contract.ts';
import { inLanguage } from '../../queries.ts';
import { useText } from '../../texts.ts';
import { ResultTag } from '../payments/payment-state.tsx';

/** What went back to the customer, or is on its way. */
export function Refunds({ refunds }: { readonly refunds: readonly Refund[] }) {
  const t = useText();
  const language = useLanguage();
  if (refunds.length === 0) return null;
  return (
    <section className="box refunds">
      <h2>{t('refunds')}</h2>
      <ul>
        {refunds.map((refund) => (
          <li key={refund.id} data-testid="refund-row">
            <Amount minor={refund.amountMinor} />
            <ResultTag
              result={refund.result}
              words={refund.decline ? inLanguage(refund.decline.message, language) : t(`refund_${refund.result}`)}
            />
            <p className="refund-note num">
              {refund.cause === 'late-approval' ? t('cause_late-approval') : refund.reason} ·{' '}
              {dateAndTime(refund.createdAt)}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
