import { formatMoney } from '@zhanggui/base';
import { unitsOf } from '@zhanggui/ui/number-text.ts';
import type { QuickTenderProps } from '../../../web/method-screen.ts';
import { suggestNotes } from './suggest-notes.ts';
import { useCashText } from './texts.ts';
import './cash.css';

/** Notes on the sale screen: one tap takes the money and says the change. */
export function CashQuickTender({ dueMinor, typed, submit }: QuickTenderProps) {
  const t = useCashText();
  const take = (tenderedMinor: number) => submit({ tenderedMinor }, dueMinor);
  const typedMinor = unitsOf(typed, 2);
  if (typed !== '')
    return (
      <output className="cash-quick-typed num" data-testid="typed-cash">
        {t('typed', { typed: `¥${typed}` })}
        {typedMinor > dueMinor && <small>{t('giveChange', { change: formatMoney(typedMinor - dueMinor) })}</small>}
      </output>
    );
  return (
    <fieldset className="cash-quick num" aria-label={t('notes')}>
      <span>{t('quick')}</span>
      {[dueMinor, ...suggestNotes(dueMinor, 3).map(({ tenderedMinor }) => tenderedMinor)].map((tenderedMinor) => (
        <button
          type="button"
          key={tenderedMinor}
          data-testid={tenderedMinor === dueMinor ? 'quick-exact' : `quick-${tenderedMinor / 100}`}
          onClick={() => take(tenderedMinor)}
        >
          {tenderedMinor === dueMinor ? t('exact') : `¥${tenderedMinor / 100}`}{' '}
          <span className="sr-only">{t('quickLabel', { amount: formatMoney(tenderedMinor) })}</span>
        </button>
      ))}
    </fieldset>
  );
}
