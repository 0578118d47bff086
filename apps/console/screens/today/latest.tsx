import { usePayments } from '../../queries.ts';
import { hrefOf } from '../../routes.ts';
import { useText } from '../../texts.ts';
import { PaymentTable } from '../payments/payment-table.tsx';
import { Reading, Trouble } from '../trouble.tsx';

const SHOWN = 8;

/** The last payments of the day. */
export function Latest({ on }: { readonly on: string }) {
  const t = useText();
  const { data, error, refetch, isPending } = usePayments({ on }, SHOWN);
  const payments = data?.pages[0]?.payments ?? [];
  return (
    <section className="box">
      <h2>
        {t('latest')}
        <a href={hrefOf({ page: 'payments', on })}>{t('allPayments')}</a>
      </h2>
      {error && <Trouble error={error} onAgain={refetch} />}
      {isPending && <Reading />}
      {data && payments.length === 0 && <p className="box-empty">{t('noPaymentsThatDay')}</p>}
      {payments.length > 0 && <PaymentTable payments={payments} caption={t('latest')} />}
    </section>
  );
}
