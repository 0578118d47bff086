import { Button, IconButton } from '@zhanggui/ui/button.tsx';
import { EmptyState } from '@zhanggui/ui/empty-state.tsx';
import { useLanguage } from '@zhanggui/ui/language.ts';
import { Segmented } from '@zhanggui/ui/segmented.tsx';
import { dayTitle } from '../../dates.ts';
import { inLanguage, useMethods, usePayments } from '../../queries.ts';
import { replacePlace } from '../../router.ts';
import { type PaymentsFilter, RESULTS, type ResultFilter } from '../../routes.ts';
import { useText } from '../../texts.ts';
import { DayField } from '../day-field.tsx';
import { Page } from '../page.tsx';
import { Reading, Trouble } from '../trouble.tsx';
import { PaymentTable } from './payment-table.tsx';
import './payments.css';

/** Every payment, newest first, narrowed by day, way to pay and outcome; the address keeps the choice. */
export function PaymentsPage({ filter }: { readonly filter: PaymentsFilter }) {
  const t = useText();
  const language = useLanguage();
  const list = usePayments(filter);
  const payments = list.data?.pages.flatMap((page) => page.payments) ?? [];
  const narrowed = filter.on !== undefined || filter.method !== undefined || filter.result !== undefined;
  const caption =
    filter.on === undefined ? t('nav_payments') : `${t('nav_payments')} · ${dayTitle(filter.on, language)}`;
  return (
    <Page title={t('nav_payments')}>
      <Filters filter={filter} />
      {list.error && <Trouble error={list.error} onAgain={list.refetch} />}
      {list.isPending && <Reading />}
      {list.data && payments.length === 0 && (
        <div className="box">
          <EmptyState icon="search" title={t('noPayments')}>
            {narrowed ? t('noPaymentsHint') : t('noPaymentsYet')}
          </EmptyState>
        </div>
      )}
      {payments.length > 0 && (
        <section className="box">
          <PaymentTable payments={payments} caption={caption} withDate={filter.on === undefined} />
          <footer className="more">
            {list.hasNextPage ? (
              <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()} data-testid="more">
                {t('earlier')}
              </Button>
            ) : (
              <p>{t('allShown', { count: payments.length })}</p>
            )}
          </footer>
        </section>
      )}
    </Page>
  );
}

function Filters({ filter }: { readonly filter: PaymentsFilter }) {
  const t = useText();
  const language = useLanguage();
  const methods = useMethods();
  const { on, method, result } = filter;
  const choose = (next: { [Name in keyof PaymentsFilter]: PaymentsFilter[Name] | undefined }): void => {
    const { on, method, result } = { ...filter, ...next };
    replacePlace({ page: 'payments', ...(on && { on }), ...(method && { method }), ...(result && { result }) });
  };
  return (
    <div className="filters">
      <span className="filters-day">
        <DayField value={on ?? ''} empty={t('everyDay')} onChange={(day) => choose({ on: day })} testId="filter-day" />
        {on !== undefined && (
          <IconButton icon="close" label={t('everyDay')} onClick={() => choose({ on: undefined })} />
        )}
      </span>
      <select
        className="control"
        aria-label={t('method')}
        value={method ?? ''}
        onChange={(event) => choose({ method: event.target.value })}
        data-testid="filter-method"
      >
        <option value="">{t('everyMethod')}</option>
        {methods.map(({ id, title }) => (
          <option key={id} value={id}>
            {inLanguage(title, language)}
          </option>
        ))}
      </select>
      <Segmented<ResultFilter | 'all'>
        label={t('state')}
        value={result ?? 'all'}
        options={[
          { value: 'all', label: t('everyResult') },
          ...RESULTS.map((value) => ({ value, label: t(`result_${value}`) })),
        ]}
        onChange={(value) => choose({ result: value === 'all' ? undefined : value })}
      />
    </div>
  );
}
