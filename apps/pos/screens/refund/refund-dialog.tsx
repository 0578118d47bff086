import { useQueryClient } from '@tanstack/react-query';
import { formatMoney } from '@zhanggui/base';
import type { PaymentView, RefundView } from '@zhanggui/modules/payments/api.ts';
import { Amount } from '@zhanggui/ui/amount.tsx';
import { Button } from '@zhanggui/ui/button.tsx';
import { Dialog } from '@zhanggui/ui/dialog.tsx';
import { Instrument } from '@zhanggui/ui/instrument.tsx';
import { NumberPad } from '@zhanggui/ui/number-pad.tsx';
import { type PadKey, typeKey, unitsOf } from '@zhanggui/ui/number-text.ts';
import { Segmented } from '@zhanggui/ui/segmented.tsx';
import { StateBar } from '@zhanggui/ui/state-bar.tsx';
import { usePadKeyboard } from '@zhanggui/ui/use-pad-keyboard.ts';
import { useState } from 'react';
import { api } from '../../api.ts';
import { useCommandKey } from '../../controller/use-command-key.ts';
import { useSetting } from '../../controller/use-till.ts';
import { useMethodTitle } from '../tender/use-method-title.ts';
import './refund.css';
import { useCommand } from '../../controller/use-command.ts';
import { Refusal } from '../refusal.tsx';
import { RefundOutcome } from './refund-outcome.tsx';
import { useText } from './texts.ts';

interface RefundDialogProps {
  readonly payment: PaymentView;
  /** The most that can be given back. */
  readonly leftMinor: number;
  readonly onClose: () => void;
}

/** Gives a payment back by the route it came: the whole with one press, a part when figures are typed. */
export function RefundDialog({ payment, leftMinor, onClose }: RefundDialogProps) {
  const t = useText();
  const order = useRefundOrder(payment);
  if (order.refund !== null)
    return (
      <Dialog onClose={onClose} title={t('title')} testId="refund-dialog">
        <RefundOutcome refund={order.refund} payment={payment} onAgain={order.again} onClose={onClose} />
      </Dialog>
    );
  return (
    <Dialog onClose={onClose} title={t('title')} width="wide" testId="refund-dialog">
      <RefundForm payment={payment} leftMinor={leftMinor} order={order} />
    </Dialog>
  );
}

const REASONS = ['reasonReturn', 'reasonFault', 'reasonMistake'] as const;
type Reason = (typeof REASONS)[number];

interface RefundFormProps {
  readonly payment: PaymentView;
  readonly leftMinor: number;
  readonly order: RefundOrder;
}

function RefundForm({ payment, leftMinor, order }: RefundFormProps) {
  const t = useText();
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState<Reason>('reasonReturn');
  const amountMinor = typed === '' ? leftMinor : unitsOf(typed, 2);
  const fits = amountMinor > 0 && amountMinor <= leftMinor;
  const press = (key: PadKey) => setTyped((text) => typeKey(text, key, 2));
  const done = () => {
    if (fits && !order.busy) void order.send(amountMinor, t(reason));
  };
  usePadKeyboard(press, done);
  return (
    <div className="refund-form">
      <div className="refund-main">
        <PaymentFacts payment={payment} />
        <div className="refund-figure">
          <span>
            {t('amount')} · {t('left', { amount: formatMoney(leftMinor) })}
          </span>
          <Amount minor={amountMinor} size="due" data-testid="refund-amount" />
          <Button
            size="small"
            kind="plain"
            disabled={typed === ''}
            onClick={() => setTyped('')}
            data-testid="refund-whole"
          >
            {t('whole')}
          </Button>
        </div>
        {!fits && typed !== '' && (
          <StateBar tone="waiting" icon="alert" role="status">
            {t('tooMuch', { amount: formatMoney(leftMinor) })}
          </StateBar>
        )}
        <Segmented<Reason>
          label={t('reason')}
          value={reason}
          options={REASONS.map((one) => ({ value: one, label: t(one) }))}
          onChange={setReason}
        />
        <Refusal words={order.refusal} />
      </div>
      <div className="refund-entry">
        <NumberPad mode="decimal" onKey={press} label={t('amount')} />
        <Button
          kind="primary"
          size="large"
          icon="refund"
          shortcut="Enter"
          wide
          busy={order.busy}
          disabled={!fits}
          onClick={done}
          data-testid="refund-confirm"
        >
          {t('confirm', { amount: formatMoney(amountMinor) })}
        </Button>
      </div>
    </div>
  );
}

function PaymentFacts({ payment }: { readonly payment: PaymentView }) {
  const t = useText();
  const { methods } = useSetting();
  const title = useMethodTitle(payment.method);
  const fromDrawer = methods.find(({ id }) => id === payment.method)?.holds === 'drawer';
  return (
    <div className="refund-facts">
      <strong>
        {title} {payment.maskedInstrument && <Instrument masked={payment.maskedInstrument} />}
      </strong>
      <span className="num">
        {payment.saleNumber} · {t('paid', { amount: formatMoney(payment.amountMinor) })}
      </span>
      <span>{t(fromDrawer ? 'fromDrawer' : 'toInstrument')}</span>
    </div>
  );
}

interface RefundOrder {
  readonly busy: boolean;
  readonly refusal: string | null;
  readonly refund: RefundView | null;
  readonly send: (amountMinor: number, reason: string) => Promise<void>;
  /** Leaves a refund that failed; the next one is another command. */
  readonly again: () => void;
}

/** Sends the refund; pressing again after silence repeats the same command. */
function useRefundOrder(payment: PaymentView): RefundOrder {
  const t = useText();
  const client = useQueryClient();
  const keyFor = useCommandKey();
  const [tries, setTries] = useState(1);
  const { busy, refusal, run } = useCommand(t('silent'));
  const [refund, setRefund] = useState<RefundView | null>(null);

  async function send(amountMinor: number, reason: string): Promise<void> {
    const path = `/payments/${payment.id}/refunds`;
    const body = { amountMinor, reason };
    const key = keyFor({ path, body, tries });
    await run(async () => setRefund(await api.send<RefundView>('POST', path, body, { idempotencyKey: key })));
    // A refusal may mean that somebody else was faster.
    void client.invalidateQueries({ queryKey: ['receipt'] });
    void client.invalidateQueries({ queryKey: ['last-payments'] });
  }

  function again(): void {
    setTries(tries + 1);
    setRefund(null);
  }

  return { busy, refusal, refund, send, again };
}
