import { formatMoney } from '@zhanggui/base';
import { Button } from '@zhanggui/ui/button.tsx';
import { useLanguage } from '@zhanggui/ui/language.ts';
import { lazy, Suspense, useState } from 'react';
import type { DayReport } from '../../contract.ts';
import { weekdayName } from '../../dates.ts';
import { useText } from '../../texts.ts';
import { bestHour, type Hour, shownHours } from './day-figures.ts';

const HoursChart = lazy(() => import('./hours-chart.tsx').then(({ HoursChart }) => ({ default: HoursChart })));

interface HoursProps {
  readonly report: DayReport;
  readonly isToday: boolean;
}

/** Takings hour by hour beside those of the week before, as a drawing or as a table. */
export function Hours({ report, isToday }: HoursProps) {
  const t = useText();
  const language = useLanguage();
  const [view, setView] = useState<'chart' | 'table'>('chart');
  const hours = shownHours(report.byHour);
  const day = isToday ? t('today') : weekdayName(report.on, language);
  const before = t('weekBefore', { weekday: weekdayName(report.on, language) });
  const best = bestHour(report.byHour);
  const summary =
    best === undefined
      ? t('nothingTaken')
      : t('bestHour', { from: best.hour, to: best.hour + 1, amount: formatMoney(best.amountMinor) });
  return (
    <section className="box hours">
      <h2>
        {t('byHour')}
        <Button kind="ghost" size="small" onClick={() => setView(view === 'chart' ? 'table' : 'chart')}>
          {t(view === 'chart' ? 'asTable' : 'asChart')}
        </Button>
      </h2>
      <p className="hours-legend">
        <span>
          <i className="is-day" />
          {day}
        </span>
        <span>
          <i className="is-before" />
          {before}
        </span>
        <span className="num">{summary}</span>
      </p>
      {view === 'chart' ? (
        <figure aria-label={`${t('byHour')}: ${summary}`} role="img" className="hours-chart">
          <Suspense>
            <HoursChart hours={hours} day={day} before={before} />
          </Suspense>
        </figure>
      ) : (
        <HoursTable hours={hours} day={day} before={before} />
      )}
    </section>
  );
}

interface HoursTableProps {
  readonly hours: readonly Hour[];
  readonly day: string;
  readonly before: string;
}

function HoursTable({ hours, day, before }: HoursTableProps) {
  const t = useText();
  return (
    <div className="hours-table">
      <table className="zg-table num">
        <caption className="sr-only">{t('byHour')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('hour')}</th>
            <th scope="col" className="is-figures">
              {day}
            </th>
            <th scope="col" className="is-figures">
              {before}
            </th>
          </tr>
        </thead>
        <tbody>
          {hours.map(({ hour, amountMinor, previousWeekMinor }) => (
            <tr key={hour}>
              <th scope="row">{`${hour}:00 – ${hour + 1}:00`}</th>
              <td className="is-figures">{formatMoney(amountMinor)}</td>
              <td className="is-figures">{formatMoney(previousWeekMinor)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
