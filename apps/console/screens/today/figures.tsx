import { formatMoney } from '@zhanggui/base';
import { Amount } from '@zhanggui/ui/amount.tsx';
import { useLanguage } from '@zhanggui/ui/language.ts';
import type { ReactNode } from 'react';
import type { DayReport } from '../../contract.ts';
import { weekdayName } from '../../dates.ts';
import { hrefOf } from '../../routes.ts';
import { useText } from '../../texts.ts';
import { compareWithWeekBefore, percentText } from './day-figures.ts';

interface FiguresProps {
  readonly report: DayReport;
  readonly isToday: boolean;
  /** The hour that is running, or null when the day is over. */
  readonly hourNow: number | null;
}

/** Four numbers, each of which opens the payments behind it. */
export function Figures({ report, isToday, hourNow }: FiguresProps) {
  const t = useText();
  const { on, unresolved } = report;
  return (
    <ul className="figures num">
      <Figure
        name={t(isToday ? 'takings' : 'takingsThen')}
        href={hrefOf({ page: 'payments', on, result: 'succeeded' })}
        note={
          <>
            <Against report={report} hourNow={hourNow} />
            {' · '}
            {t('countOfPayments', { count: report.count })}
          </>
        }
      >
        <Amount minor={report.takingsMinor} data-testid="takings" />
      </Figure>
      <Figure
        name={t(isToday ? 'payoutTomorrow' : 'payoutThen')}
        href={hrefOf({ page: 'ledger' })}
        note={t('feesOf', { amount: formatMoney(report.feesMinor) })}
      >
        <Amount minor={report.expectedPayoutMinor} />
      </Figure>
      <Figure
        name={t('unresolved')}
        href={hrefOf({ page: 'payments', result: 'pending' })}
        waiting={unresolved.count > 0}
        note={
          unresolved.count === 0
            ? t('nothingUnresolved')
            : t('unresolvedNote', { amount: formatMoney(unresolved.amountMinor) })
        }
      >
        <span className="figure-count">{unresolved.count}</span>
      </Figure>
      <Figure
        name={t('average')}
        href={hrefOf({ page: 'payments', on })}
        note={t('averageNote', { count: report.count })}
      >
        <Amount minor={report.averageMinor} />
      </Figure>
    </ul>
  );
}

interface FigureProps {
  readonly name: string;
  readonly href: string;
  readonly note: ReactNode;
  readonly waiting?: boolean;
  readonly children: ReactNode;
}

function Figure({ name, href, note, waiting, children }: FigureProps) {
  return (
    <li>
      <a className={waiting ? 'figure is-waiting' : 'figure'} href={href}>
        <span>{name}</span>
        {children}
        <small>{note}</small>
      </a>
    </li>
  );
}

/** ▲ or ▼ against the same weekday a week before. */
function Against({ report, hourNow }: { readonly report: DayReport; readonly hourNow: number | null }) {
  const t = useText();
  const language = useLanguage();
  const { changePermille, untilHour } = compareWithWeekBefore(report.byHour, hourNow);
  const weekday = weekdayName(report.on, language);
  if (changePermille === null) return t('nothingToCompare', { weekday });
  const sign = changePermille > 0 ? '▲' : changePermille < 0 ? '▼' : '＝';
  const words = changePermille >= 0 ? 'moreThanWeekBefore' : 'lessThanWeekBefore';
  const until = untilHour === null ? '' : ` ${t('untilHour', { hour: untilHour })}`;
  return (
    <>
      <span aria-hidden="true">{sign} </span>
      {t(words, { percent: percentText(changePermille), weekday })}
      {until}
    </>
  );
}
