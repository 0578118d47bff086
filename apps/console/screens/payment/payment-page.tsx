import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Amount } from '@zhanggui/ui/amount.tsx';
import { Button } from '@zhanggui/ui/button.tsx';
import { useState } from 'react';
import { api } from '../../api.ts';
import type { Payment, PaymentDetail } from '../../contract.ts';
import { useMay, useMethodTitle, usePayment } from '../../queries.ts';
import { hrefOf } from '../../routes.ts';
import { useText } from '../../texts.ts';
import { Page } from '../page.tsx';
import { PaymentState } from '../payments/payment-state.tsx';
import { Reading, Trouble } from '../trouble.tsx';
import { Facts } from './facts.tsx';
import { RefundDialog } from './refund-dialog.tsx';
import { Refunds } from './refunds.tsx';
import { Timeline } from './timeline.tsx';
import './payment.css';

/** One payment: what it is, how it stands, all that happened to it, and giving its money back. */
export function PaymentPage({ id }: { readonly id: string }) {
  const t = useText();
  const { data, error, refetch } = usePayment(id);
  return (
    <Page
      title={data === undefined ? t('payment') : t('paymentOfSale', { number: data.saleNumber })}
      up={{ href: hrefOf({ page: 'payments' }), words: t('nav_payments') }}
    >
      {error && <Trouble error={error} onAgain={refetch} />}
      {data === undefined && !error && <Reading />}
      {data && (
        <div className="payment">
          <Summary payment={data} />
          <Facts payment={data} />
          <Refunds refunds={data.refunds} />
          <Timeline events={data.events} />
        </div>
      )}
    </Page>
  );
}

function Summary({ payment }: { readonly payment: PaymentDetail }) {
  const t = useText();
  const methodTitle = useMethodTitle();
  const mayRefund = useMay('refund');
  const mayAsk = useMay('sell');
  const [refunding, setRefunding] = useState(false);
  const leftMinor = refundableMinor(payment);
  return (
    <section className="box summary">
      <div>
        <p>{methodTitle(payment.method)}</p>
        <Amount minor={payment.amountMinor} size="due" />
        <PaymentState payment={payment} />
      </div>
      {mayRefund && leftMinor > 0 && (
        <Button icon="refund" onClick={() => setRefunding(true)} aria-haspopup="dialog" data-testid="refund">
          {t('refund')}
        </Button>
      )}
      {mayAsk && payment.result === 'pending' && <AskNow payment={payment} />}
      {refunding && <RefundDialog payment={payment} leftMinor={leftMinor} onClose={() => setRefunding(false)} />}
    </section>
  );
}

/** What can still be given back: what was paid, less every refund that did not fail. */
function refundableMinor({ state, amountMinor, refunds }: PaymentDetail): number {
  if (state !== 'succeeded') return 0;
  const claimed = refunds.filter(({ result }) => result !== 'failed');
  return claimed.reduce((left, refund) => left - refund.amountMinor, amountMinor);
}

/** Asks the channel at once instead of at the next planned time. */
function AskNow({ payment }: { readonly payment: Payment }) {
  const client = useQueryClient();
  const t = useText();
  const asking = useMutation({
    mutationFn: () => api.send<Payment>('POST', `/payments/${encodeURIComponent(payment.id)}/inquire`),
    onSettled: () => client.invalidateQueries({ queryKey: ['payment', payment.id] }),
  });
  return (
    <div className="ask-now">
      <Button icon="repeat" busy={asking.isPending} onClick={() => asking.mutate()}>
        {t('askNow')}
      </Button>
      {asking.error && <Trouble error={asking.error} onAgain={() => asking.mutate()} />}
    </div>
  );
}
