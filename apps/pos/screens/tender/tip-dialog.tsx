import { useQueryClient } from '@tanstack/react-query';
import { formatMoney } from '@zhanggui/base';
import type { PaymentView } from '@zhanggui/modules/payments/api.ts';
import { Amount } from '@zhanggui/ui/amount.tsx';
import { Button } from '@zhanggui/ui/button.tsx';
import { Dialog } from '@zhanggui/ui/dialog.tsx';
import { NumberPad } from '@zhanggui/ui/number-pad.tsx';
import { type PadKey, typeKey, unitsOf } from '@zhanggui/ui/number-text.ts';
import { usePadKeyboard } from '@zhanggui/ui/use-pad-keyboard.ts';
import { useState } from 'react';
import { api } from '../../api.ts';
import { useCommand } from '../../controller/use-command.ts';
import { useSend } from '../../controller/use-till.ts';
import { useText } from '../../texts.ts';
import { mayHaveTip, tipShares } from '../../till/tip.ts';
import { Refusal } from '../refusal.tsx';
import './tender.css';

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
  const [typed, setTyped] = useState('');
  const { busy, refusal, add } = useTip(payment, onClose);
  const tipMinor = unitsOf(typed, 2);
  const press = (key: PadKey) => setTyped((text) => typeKey(text, key, 2));
  const done = () => {
    if (tipMinor > 0 && !busy) add(tipMinor);
  };
  usePadKeyboard(press, done);
  return (
    <Dialog
      onClose={onClose}
      title={t('tipTitle')}
      aside={<span className="num">{formatMoney(payment.amountMinor)}</span>}
      testId="tip-dialog"
    >
      <div className="part">
        <Refusal words={refusal} />
        <div className="part-shares">
          {tipShares(payment.amountMinor).map((share) => (
            <Button
              key={share.percent}
              disabled={busy || share.tipMinor === 0}
              onClick={() => setTyped(`${share.tipMinor / 100}`)}
              data-testid={`tip-${share.percent}`}
            >
              {share.percent}%
            </Button>
          ))}
        </div>
        <div className="part-figures">
          <Amount minor={tipMinor} size="due" data-testid="tip-amount" />
          <span className="num">{t('tipTotal', { amount: formatMoney(payment.amountMinor + tipMinor) })}</span>
        </div>
        <NumberPad mode="decimal" onKey={press} label={t('tipTitle')} />
        <Button
          kind="primary"
          size="large"
          wide
          shortcut="Enter"
          busy={busy}
          disabled={tipMinor === 0}
          onClick={done}
          data-testid="tip-take"
        >
          {t('tipTake', { amount: formatMoney(tipMinor) })}
        </Button>
      </div>
    </Dialog>
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
