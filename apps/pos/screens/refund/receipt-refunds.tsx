import { useQuery } from '@tanstack/react-query';
import { formatMoney } from '@zhanggui/base';
import type { PaymentView } from '@zhanggui/modules/payments/api.ts';
import type { ReceiptView } from '@zhanggui/modules/sales/api.ts';
import { Button } from '@zhanggui/ui/button.tsx';
import { Icon } from '@zhanggui/ui/icon.tsx';
import { useState } from 'react';
import { api } from '../../api.ts';
import { useSetting } from '../../controller/use-till.ts';
import type { Sale } from '../../till/contract.ts';
import { useMethodTitle } from '../tender/use-method-title.ts';
import { RefundDialog } from './refund-dialog.tsx';
import './refund.css';
import { useText } from './texts.ts';

/** On a receipt: for each payment a button that gives back what is left of it, for whoever may do that. */
export function ReceiptRefunds({ receipt }: { readonly receipt: ReceiptView }) {
  const t = useText();
  const { session } = useSetting();
  const mayRefund = session.permissions.includes('refund');
  const { token, kind } = receipt;
  const sale = useQuery({
    queryKey: ['receipt', token, 'sale'],
    queryFn: () => api.get<Sale>(`/sales/by-receipt/${encodeURIComponent(token)}`),
    enabled: mayRefund && kind === 'sale',
  });
  const [chosen, setChosen] = useState<PaymentView | null>(null);
  if (kind === 'return') return null;
  if (!mayRefund)
    return (
      <p className="refund-locked" data-testid="refund-locked">
        <Icon name="lock" size={18} /> {t('mayNot')}
      </p>
    );
  const payments = sale.data?.payments.filter(({ result }) => result === 'succeeded') ?? [];
  return (
    <div className="receipt-refunds">
      {payments.map((payment) => (
        <RefundButton
          key={payment.id}
          payment={payment}
          leftMinor={leftOf(payment, receipt)}
          onChoose={() => setChosen(payment)}
        />
      ))}
      {chosen !== null && (
        <RefundDialog payment={chosen} leftMinor={leftOf(chosen, receipt)} onClose={() => setChosen(null)} />
      )}
    </div>
  );
}

interface RefundButtonProps {
  readonly payment: PaymentView;
  readonly leftMinor: number;
  readonly onChoose: () => void;
}

function RefundButton({ payment, leftMinor, onChoose }: RefundButtonProps) {
  const t = useText();
  const method = useMethodTitle(payment.method);
  if (payment.provisional) return <p>{t(payment.tipMinor > 0 ? 'tipPending' : 'provisional')}</p>;
  if (leftMinor === 0)
    return (
      <p>
        {method} · {t('nothingLeft')}
      </p>
    );
  return (
    <Button icon="refund" wide onClick={onChoose} data-testid="refund">
      {method} · {t('refundOf', { amount: formatMoney(leftMinor) })}
    </Button>
  );
}

/** What can still be given back: what was paid, less every refund that did not fail. */
function leftOf({ id, amountMinor }: PaymentView, { refunds }: ReceiptView): number {
  const claimed = refunds.filter(({ paymentId, result }) => paymentId === id && result !== 'failed');
  return claimed.reduce((left, refund) => left - refund.amountMinor, amountMinor);
}
