import { formatMoney } from '@zhanggui/base';
import { clockTime } from '@zhanggui/ui/clock-time.ts';
import { Icon } from '@zhanggui/ui/icon.tsx';
import type { DayReport } from '../../contract.ts';
import { useMethodTitle } from '../../queries.ts';
import { hrefOf } from '../../routes.ts';
import { useText } from '../../texts.ts';
import { alertWords } from '../words.ts';

/** What needs a person's eyes, each leading to its payment. */
export function Alerts({ alerts }: { readonly alerts: DayReport['alerts'] }) {
  const t = useText();
  const methodTitle = useMethodTitle();
  return (
    <section className="alerts" aria-label={t('alerts')}>
      <h2>
        <Icon name="alert" />
        {t('alertsCount', { count: alerts.length })}
      </h2>
      <ul>
        {alerts.map((alert) => (
          <li key={`${alert.paymentId} ${alert.at}`}>
            <a href={hrefOf({ page: 'payment', id: alert.paymentId })}>
              <span className="num">{clockTime(alert.at).slice(0, 5)}</span>
              <span>
                {alertWords(t, alert.kind, {
                  method: methodTitle(alert.method),
                  amount: formatMoney(alert.amountMinor),
                })}
              </span>
              <Icon name="chevron" size={20} />
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
