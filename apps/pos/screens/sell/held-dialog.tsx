import { Amount } from '@zhanggui/ui/amount.tsx';
import { clockTime } from '@zhanggui/ui/clock-time.ts';
import { Dialog } from '@zhanggui/ui/dialog.tsx';
import { EmptyState } from '@zhanggui/ui/empty-state.tsx';
import { nameIn, useLanguage } from '@zhanggui/ui/language.ts';
import { newTicketId } from '../../controller/ticket-storage.ts';
import { useSend, useTillState } from '../../controller/use-till.ts';
import { useText } from '../../texts.ts';
import { cartCount, cartTotal } from '../../till/cart.ts';

/** Tickets put aside; one tap takes one up, and the one in work is held in its place. */
export function HeldDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useText();
  const language = useLanguage();
  const send = useSend();
  const { held } = useTillState();
  return (
    <Dialog onClose={onClose} title={t('heldTitle')} testId="held-dialog">
      {held.length === 0 ? (
        <EmptyState icon="hold" title={t('heldEmpty')}>
          {t('heldEmptyHint')}
        </EmptyState>
      ) : (
        <ul className="held">
          {held.map(({ id, heldAt, cart }) => (
            <li key={id}>
              <button
                type="button"
                data-testid="held-ticket"
                onClick={() => {
                  send({ kind: 'recalled', id, newId: newTicketId(), at: new Date().toISOString() });
                  onClose();
                }}
              >
                <span>
                  <b>{cart.lines.map(({ item }) => nameIn(language, item)).join('、')}</b>
                  <small className="num">
                    {t('heldAt', { time: clockTime(heldAt).slice(0, 5) })} · {t('items', { count: cartCount(cart) })}
                  </small>
                </span>
                <Amount minor={cartTotal(cart)} size="line" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}
