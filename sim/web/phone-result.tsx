import { Amount } from '@zhanggui/ui/amount.tsx';
import { OutcomeMark } from '@zhanggui/ui/state-bar.tsx';
import type { PhoneOrder } from './phone-api.ts';
import { useText } from './phone-texts.ts';

/** What became of a payment, over the whole screen until it is dismissed. */
export function ResultScreen({ order, onDone }: { readonly order: PhoneOrder; readonly onDone: () => void }) {
  const t = useText();
  const isPaid = order.state === 'paid';
  return (
    <div className="phone-result" role="status">
      <OutcomeMark result={isPaid ? 'succeeded' : 'failed'} size={96} />
      <h2>{isPaid ? t('paid') : t('failed')}</h2>
      <Amount minor={order.amountMinor} size="due" />
      <p>{order.description}</p>
      {!isPaid && <p className="phone-why">{t(reasonText(order))}</p>}
      <button type="button" onClick={onDone}>
        {t('done')}
      </button>
    </div>
  );
}

function reasonText(order: PhoneOrder) {
  // What failed by itself is told so, also when the shop reversed it to be sure.
  if (order.state === 'revoked' && order.failure === null) return order.paidAt === null ? 'revoked' : 'returned';
  switch (order.failure) {
    case 'balance':
      return 'failureBalance';
    case 'limit':
      return 'failureLimit';
    case 'refused':
      return 'failureRefused';
    case 'password':
      return 'failurePassword';
    default:
      return 'failureTimeout';
  }
}
