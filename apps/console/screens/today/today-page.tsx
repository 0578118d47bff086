import { formatMoney } from '@zhanggui/base';
import { IconButton } from '@zhanggui/ui/button.tsx';
import { useLanguage } from '@zhanggui/ui/language.ts';
import { useNow } from '@zhanggui/ui/use-now.ts';
import { addDays, dayTitle, hourNow, todayOn } from '../../dates.ts';
import { useDayReport } from '../../queries.ts';
import { hrefOf } from '../../routes.ts';
import { useText } from '../../texts.ts';
import { DayField } from '../day-field.tsx';
import { Page } from '../page.tsx';
import { Reading, Trouble } from '../trouble.tsx';
import { Alerts } from './alerts.tsx';
import { ByMethod } from './by-method.tsx';
import { Figures } from './figures.tsx';
import { Hours } from './hours.tsx';
import { Latest } from './latest.tsx';
import './today.css';

const MINUTE_MS = 60_000;

/** The owner's first screen: how much, how much arrives and what it cost, what is not certain, what needs attention. */
export function TodayPage({ on }: { readonly on: string | undefined }) {
  const t = useText();
  const language = useLanguage();
  const now = useNow(MINUTE_MS);
  const today = todayOn(now);
  const day = on ?? today;
  const { data, error, refetch } = useDayReport(day);
  const title = day === today ? `${t('nav_today')} · ${dayTitle(day, language)}` : dayTitle(day, language);
  return (
    <Page title={title} actions={<DayStepper day={day} today={today} />}>
      {error && <Trouble error={error} onAgain={refetch} />}
      {data === undefined && !error && <Reading />}
      {data && (
        <div className="today" aria-busy={data.on !== day}>
          <Figures report={data} isToday={data.on === today} hourNow={data.on === today ? hourNow(now) : null} />
          {data.on === today && data.alerts.length > 0 && <Alerts alerts={data.alerts} />}
          <div className="today-two">
            <Hours report={data} isToday={data.on === today} />
            <ByMethod report={data} />
          </div>
          <Latest on={day} />
          <p className="sr-only" role="status">
            {t('takingsOf', { amount: formatMoney(data.takingsMinor) })}
          </p>
        </div>
      )}
    </Page>
  );
}

interface DayStepperProps {
  readonly day: string;
  readonly today: string;
}

function DayStepper({ day, today }: DayStepperProps) {
  const t = useText();
  const go = (on: string): void => {
    location.hash = hrefOf(on === today ? { page: 'today' } : { page: 'today', on });
  };
  return (
    <div className="day-stepper">
      {day !== today && (
        <a className="zg-button is-ghost is-small" href={hrefOf({ page: 'today' })}>
          {t('backToToday')}
        </a>
      )}
      <span className="day-stepper-earlier">
        <IconButton icon="chevron" label={t('dayBefore')} onClick={() => go(addDays(day, -1))} />
      </span>
      <DayField value={day} max={today} onChange={(on) => go(on === '' ? today : on)} />
      <span className="day-stepper-later">
        <IconButton icon="chevron" label={t('dayAfter')} disabled={day >= today} onClick={() => go(addDays(day, 1))} />
      </span>
    </div>
  );
}
