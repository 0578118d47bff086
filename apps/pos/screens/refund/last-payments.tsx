import { useQuery } from '@tanstack/react-query';
import { formatMoney } from '@zhanggui/base';
import type { PaymentView } from '@zhanggui/modules/payments/api.ts';
import { Amount } from '@zhanggui/ui/amount.tsx';
import { ApiProblem, ApiSilence } from '@zhanggui/ui/api-client.ts';
import { dateAndTime } from '@zhanggui/ui/clock-time.ts';
import { Dialog } from '@zhanggui/ui/dialog.tsx';
import { EmptyState } from '@zhanggui/ui/empty-state.tsx';
import { Icon } from '@zhanggui/ui/icon.tsx';
import { Instrument } from '@zhanggui/ui/instrument.tsx';
import { useState } from 'react';
import { api } from '../../api.ts';
import { useSetting } from '../../controller/use-till.ts';
import type { Sale } from '../../till/contract.ts';
import { TipButton } from '../tender/tip-dialog.tsx';
import { useMethodTitle } from '../tender/use-method-title.ts';
import { RefundDialog } from './refund-dialog.tsx';
import './refund.css';
import { Refusal } from '../refusal.tsx';
import { useText } from './texts.ts';

/** The till's newest payments: each opens its receipt, from where money goes back. */
export function LastPayments({ onClose }: { readonly onClose: () => void }) {
  const t = useText();
  const { till } = useSetting();
  const payments = useQuery({
    queryKey: ['last-payments', till.id],
    queryFn: async () =>
      (await api.get<{ payments: PaymentView[] }>(`/tills/${encodeURIComponent(till.id)}/payments`)).payments,
    staleTime: 0,
  });
  const opening = useOpening();
  const failed = payments.isError || opening.failed;
  return (
    <Dialog onClose={onClose} title={t('lastPayments')} shape="side" testId="last-payments">
      <p className="refund-hint">{t('lastHint')}</p>
      <Refusal words={failed ? t('serverSilent') : null} />
      {payments.isPending && <p role="status">{t('loading')}</p>}
      {payments.data?.length === 0 && (
        <EmptyState icon="receipt" title={t('none')}>
          {t('noneHint')}
        </EmptyState>
      )}
      <ul className="last-payments">
        {payments.data?.map((payment) => (
          <li key={payment.id}>
            <Row payment={payment} onOpen={() => void opening.open(payment)} />
            <TipButton payment={payment} />
          </li>
        ))}
      </ul>
      {opening.unfinished !== null && (
        <RefundDialog
          payment={opening.unfinished}
          leftMinor={opening.unfinished.amountMinor - opening.unfinished.refundedMinor}
          onClose={opening.close}
        />
      )}
    </Dialog>
  );
}

/** Opens a payment's receipt. A sale that is not paid in full has none: there the payment itself is given back. */
function useOpening() {
  const { onReceipt, session } = useSetting();
  const [failed, setFailed] = useState(false);
  const [unfinished, setUnfinished] = useState<PaymentView | null>(null);

  async function open(payment: PaymentView): Promise<void> {
    setFailed(false);
    try {
      const { receiptToken } = await api.get<Sale>(`/sales/${payment.saleId}`);
      if (receiptToken !== null) onReceipt(receiptToken);
      else if (session.permissions.includes('refund')) setUnfinished(payment);
    } catch (error) {
      if (!(error instanceof ApiProblem || error instanceof ApiSilence)) throw error;
      setFailed(true);
    }
  }

  return { failed, unfinished, open, close: () => setUnfinished(null) };
}

function Row({ payment, onOpen }: { readonly payment: PaymentView; readonly onOpen: () => void }) {
  const t = useText();
  const { methods } = useSetting();
  const method = useMethodTitle(payment.method);
  const icon = methods.find(({ id }) => id === payment.method)?.screen.icon ?? 'wallet';
  const { refundedMinor, amountMinor, tipMinor } = payment;
  return (
    <button type="button" className="last-payment" onClick={onOpen} data-testid="last-payment">
      <Icon name={icon} size={26} />
      <span>
        <b>
          {method} {payment.maskedInstrument && <Instrument masked={payment.maskedInstrument} />}
        </b>
        <small className="num">
          {payment.saleNumber} · {dateAndTime(payment.createdAt).slice(5)}
        </small>
        {tipMinor > 0 && <small className="last-tip num">{t('tip', { amount: formatMoney(tipMinor) })}</small>}
        {refundedMinor > 0 && (
          <small className="last-refunded num">
            {refundedMinor === amountMinor ? t('refundedAll') : t('refunded', { amount: formatMoney(refundedMinor) })}
          </small>
        )}
      </span>
      <Amount minor={amountMinor} size="line" />
    </button>
  );
}
