import { formatMoney } from '@zhanggui/base';
import { Amount } from '@zhanggui/ui/amount.tsx';
import { Button } from '@zhanggui/ui/button.tsx';
import { Kbd } from '@zhanggui/ui/kbd.tsx';
import { newTicketId } from '../../controller/ticket-storage.ts';
import { useSend, useTillState } from '../../controller/use-till.ts';
import { useText } from '../../texts.ts';
import { SHORTCUTS } from '../../till/keymap.ts';
import { dueMinor, roundingMayChange, subtotalMinor, type TillState } from '../../till/state.ts';
import type { Layer } from '../till-screen.tsx';

/** The sum, always in its place, and the way to the money. */
export function TicketFoot({ open }: { readonly open: (layer: Layer) => void }) {
  const t = useText();
  const send = useSend();
  const state = useTillState();
  const due = dueMinor(state);
  const selling = state.phase.name === 'selling';
  const hold = () => send({ kind: 'held', id: newTicketId(), at: new Date().toISOString() });
  return (
    <footer className="ticket-foot">
      <SumRows state={state} />
      <div className="ticket-due">
        <span>{t('due')}</span>
        <Amount minor={due} size="due" data-testid="due" data-minor={due} />
      </div>
      {selling && (
        <div className="ticket-actions">
          <Button className="is-stacked" disabled={state.cart.lines.length === 0} onClick={hold} data-testid="hold">
            {t('hold')}
            <Kbd>{SHORTCUTS.hold}</Kbd>
          </Button>
          <Button
            className="is-stacked"
            disabled={state.held.length === 0}
            onClick={() => open('held')}
            data-testid="recall"
          >
            {state.held.length > 0 ? `${t('recall')} · ${state.held.length}` : t('recall')}
            <Kbd>{SHORTCUTS.recall}</Kbd>
          </Button>
          <Button
            kind="primary"
            size="large"
            shortcut={SHORTCUTS.pay}
            disabled={due === 0}
            onClick={() => send({ kind: 'pay-pressed' })}
            data-testid="pay"
          >
            {t('pay')}
          </Button>
        </div>
      )}
    </footer>
  );
}

/** Shown only where they say something: without rounding and parts paid, the sum is the due. */
function SumRows({ state }: { readonly state: TillState }) {
  const t = useText();
  const rounding = state.sale && !roundingMayChange(state) ? state.sale.roundingMinor : state.roundingMinor;
  const paid = state.sale?.paidMinor ?? 0;
  const pending = state.sale?.pendingMinor ?? 0;
  if (rounding === 0 && paid === 0 && pending === 0) return null;
  return (
    <dl className="ticket-sums num">
      <dt>{t('subtotal')}</dt>
      <dd>{formatMoney(subtotalMinor(state))}</dd>
      {rounding > 0 && (
        <>
          <dt>{t('rounding')}</dt>
          <dd data-testid="rounding">{formatMoney(-rounding)}</dd>
        </>
      )}
      {paid > 0 && (
        <>
          <dt>{t('paid')}</dt>
          <dd>{formatMoney(-paid)}</dd>
        </>
      )}
      {pending > 0 && (
        <>
          <dt>{t('parked')}</dt>
          <dd>{formatMoney(-pending)}</dd>
        </>
      )}
    </dl>
  );
}
