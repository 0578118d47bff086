import { formatMoney } from '@zhanggui/base';
import { useLanguage } from '@zhanggui/ui/language.ts';
import type { DayReport } from '../../contract.ts';
import { inLanguage } from '../../queries.ts';
import { hrefOf } from '../../routes.ts';
import { useText } from '../../texts.ts';

/** What each way to pay brought, the largest first; each opens its payments. */
export function ByMethod({ report }: { readonly report: DayReport }) {
  const t = useText();
  const language = useLanguage();
  const most = Math.max(1, ...report.byMethod.map(({ amountMinor }) => amountMinor));
  return (
    <section className="box">
      <h2>
        {t('byMethod')}
        <small>{t('byMethodHint')}</small>
      </h2>
      {report.byMethod.length === 0 && <p className="box-empty">{t('nothingTaken')}</p>}
      <ul className="bars num">
        {report.byMethod.map(({ method, title, amountMinor, count }) => (
          <li key={method}>
            <a href={hrefOf({ page: 'payments', on: report.on, method, result: 'succeeded' })}>
              <span>{inLanguage(title, language)}</span>
              <span className="bars-count">{t('countOfPayments', { count })}</span>
              <span className="bars-amount">{formatMoney(amountMinor)}</span>
              <i>
                <b style={{ width: `${Math.max(1, (amountMinor / most) * 100)}%` }} />
              </i>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
