import type { PaymentView } from '@zhanggui/modules/payments/api.ts';
import { Amount } from '@zhanggui/ui/amount.tsx';
import { Button } from '@zhanggui/ui/button.tsx';
import { clockTime } from '@zhanggui/ui/clock-time.ts';
import { Dialog } from '@zhanggui/ui/dialog.tsx';
import { EmptyState } from '@zhanggui/ui/empty-state.tsx';
import { useLanguage } from '@zhanggui/ui/language.ts';
import { StateBar } from '@zhanggui/ui/state-bar.tsx';
import { api } from '../../api.ts';
import { cartOf, newTicketId } from '../../controller/ticket-storage.ts';
import { useSend, useSetting, useTillState } from '../../controller/use-till.ts';
import { useText } from '../../texts.ts';
import type { Sale } from '../../till/contract.ts';
import type { ParkedPayment } from '../../till/state.ts';
import { useAskedName, useMethodTitle } from './use-method-title.ts';
import './parked.css';
import { useCommand } from '../../controller/use-command.ts';
import { Refusal } from '../refusal.tsx';

/** Payments whose outcome is awaited, and those whose outcome has come and was not yet looked at. */
export function ParkedDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useText();
  const { parked } = useTillState();
  return (
    <Dialog onClose={onClose} title={t('parkedTitle')} shape="side" testId="parked-dialog">
      {parked.length === 0 ? (
        <EmptyState icon="check" title={t('parkedEmpty')} />
      ) : (
        <>
          <p className="parked-hint">{t('parkedHint')}</p>
          <ul className="parked">
            {parked.map((one) => (
              <ParkedItem key={one.payment.id} parked={one} onClose={onClose} />
            ))}
          </ul>
        </>
      )}
    </Dialog>
  );
}

interface ParkedItemProps {
  readonly parked: ParkedPayment;
  readonly onClose: () => void;
}

function ParkedItem({ parked: { payment, settled }, onClose }: ParkedItemProps) {
  const t = useText();
  const method = useMethodTitle(payment.method);
  return (
    <li data-testid={`parked-${payment.id}`} data-result={payment.result}>
      <header>
        <span>
          <b>{[method, ...marksOf(payment).map((mark) => t(mark))].join(' · ')}</b>
          <small className="num">
            {payment.saleNumber} · {clockTime(payment.createdAt).slice(0, 5)}
          </small>
        </span>
        <Amount minor={payment.amountMinor} size="line" />
      </header>
      <ParkedState payment={payment} />
      <ParkedActions payment={payment} settled={settled} onClose={onClose} />
    </li>
  );
}

/** What is special about a payment beside its method. */
function marksOf({ purpose, label }: PaymentView): readonly ('preAuthorization' | 'printedCode' | 'paymentLink')[] {
  if (purpose === 'pre-authorization') return ['preAuthorization'];
  if (label?.startsWith('code:')) return ['printedCode'];
  return label?.startsWith('link:') ? ['paymentLink'] : [];
}

function ParkedState({ payment }: { readonly payment: PaymentView }) {
  const t = useText();
  const language = useLanguage();
  const method = useAskedName(payment.method);
  if (payment.result === 'succeeded')
    return (
      <StateBar tone="paid" icon="check">
        {t(payment.purpose === 'sale' ? 'succeeded' : 'reserved')}
      </StateBar>
    );
  if (payment.result === 'failed')
    return (
      <StateBar tone="failed" icon="close">
        {payment.decline?.message[language === 'en' ? 'en' : 'zh'] ??
          t(payment.state === 'cancelled' ? 'cancelled' : 'failed')}
      </StateBar>
    );
  const reason = payment.state === 'pending' ? (payment.waitingFor ?? 'channel') : payment.state;
  return (
    <StateBar tone="waiting" icon="clock">
      {t(`waitFor_${reason === 'cancelling' || reason === 'unknown' ? reason : waitedFor(reason)}`, { method })}
    </StateBar>
  );
}

function waitedFor(reason: string): 'customer-password' | 'channel' | 'created' {
  return reason === 'customer-password' || reason === 'created' ? reason : 'channel';
}

interface ParkedActionsProps {
  readonly payment: PaymentView;
  readonly settled: boolean;
  readonly onClose: () => void;
}

function ParkedActions({ payment, settled, onClose }: ParkedActionsProps) {
  const t = useText();
  const send = useSend();
  const { index, controller, onReceipt } = useSetting();
  const { busy, refusal, run } = useCommand();

  async function ask(): Promise<void> {
    const told = await api.send<PaymentView>('POST', `/payments/${payment.id}/inquire`);
    send({ kind: 'payment-told', payment: told, at: new Date().toISOString() });
  }

  async function takeAgain(): Promise<void> {
    const sale = await api.get<Sale>(`/sales/${payment.saleId}`);
    const lines = sale.lines.map((line) => ({ ...line, quantity: line.quantity ?? 1 }));
    const cart = cartOf(lines, index);
    send({ kind: 'sale-resumed', sale, cart, id: newTicketId(), at: new Date().toISOString() });
    onClose();
  }

  async function showReceipt(): Promise<void> {
    const { receiptToken } = await api.get<Sale>(`/sales/${payment.saleId}`);
    if (receiptToken === null) return;
    onClose();
    onReceipt(receiptToken);
  }

  const isSale = payment.purpose === 'sale';
  const mayTakeAgain = payment.result === 'failed' && isSale && controller.state().phase.name === 'selling';
  return (
    <div className="parked-actions">
      <Refusal words={refusal} />
      {!settled && (
        <Button icon="repeat" busy={busy} onClick={() => void run(ask)}>
          {t('askNow')}
        </Button>
      )}
      {payment.result === 'succeeded' && isSale && (
        <Button icon="receipt" busy={busy} onClick={() => void run(showReceipt)}>
          {t('receipt')}
        </Button>
      )}
      {settled && (
        <Button onClick={() => send({ kind: 'parked-dismissed', paymentId: payment.id })} data-testid="parked-dismiss">
          {t('dismiss')}
        </Button>
      )}
      {mayTakeAgain && (
        <Button kind="primary" busy={busy} onClick={() => void run(takeAgain)} data-testid="take-again">
          {t('takeAgain')}
        </Button>
      )}
    </div>
  );
}
