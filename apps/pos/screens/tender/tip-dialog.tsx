import { useQueryClient } from '@tanstack/react-query';
import { formatMoney } from '@zhanggui/base';
import type { PaymentView } from '@zhanggui/modules/payments/api.ts';
import { Button } from '@zhanggui/ui/button.tsx';
import { useState } from 'react';
import { api } from '../../api.ts';
import { useCommand } from '../../controller/use-command.ts';
import { useSend } from '../../controller/use-till.ts';
import { useText } from '../../texts.ts';
import { mayHaveTip, tipShares } from '../../till/tip.ts';
import { AmountDialog } from './amount-dialog.tsx';

/** The button that adds a tip, where the payment may have one. */
export function TipButton({ payment }: { readonly payment: PaymentView }) {
  const t = useText();
  const [open, setOpen] = useState(false);
  if (!mayHaveTip(payment)) return null;
  return (
    <>
      <Button icon="plus" onClick={() => setOpen(true)} data-testid="add-tip">
        {t('tipAdd')}
      </Button>
      {open && <TipDialog payment={payment} onClose={() => setOpen(false)} />}
    </>
  );
}

interface TipDialogProps {
  readonly payment: PaymentView;
  readonly onClose: () => void;
}

/** How much the customer wrote under the amount when signing: a share of it, or a sum. Pressing again adds nothing twice. */
function TipDialog({ payment, onClose }: TipDialogProps) {
  const t = useText();
  const { amountMinor } = payment;
  const { busy, refusal, add } = useTip(payment, onClose);
  return (
    <AmountDialog
      name="tip"
      title={t('tipTitle')}
      wholeMinor={amountMinor}
      mostMinor={amountMinor}
      shares={tipShares(amountMinor).map((share) => ({
        id: `tip-${share.percent}`,
        label: `${share.percent}%`,
        minor: share.tipMinor,
      }))}
      under={(tipMinor) => t('tipTotal', { amount: formatMoney(amountMinor + tipMinor) })}
      action={(tipMinor) => t('tipTake', { amount: formatMoney(tipMinor) })}
      busy={busy}
      refusal={refusal}
      onTaken={add}
      onClose={onClose}
    />
  );
}

/** Tells the server of the tip; all that shows the payment is then read again. */
function useTip(payment: PaymentView, onAdded: () => void) {
  const send = useSend();
  const client = useQueryClient();
  const { busy, refusal, run } = useCommand();

  async function tell(tipMinor: number): Promise<void> {
    const tipped = await api.send<PaymentView>('POST', `/payments/${payment.id}/tip`, { tipMinor });
    send({ kind: 'payment-told', payment: tipped, at: new Date().toISOString() });
    void client.invalidateQueries({ queryKey: ['receipt'] });
    void client.invalidateQueries({ queryKey: ['last-payments'] });
    onAdded();
  }

  return { busy, refusal, add: (tipMinor: number) => void run(() => tell(tipMinor)) };
}
