import { formatMoney } from '@zhanggui/base';
import { nameIn, useLanguage } from '@zhanggui/ui/language.ts';
import { useTillState } from '../../controller/use-till.ts';
import { useText } from '../../texts.ts';
import { subtotalMinor } from '../../till/state.ts';

/** Tells screen readers what came onto the ticket and what it now sums to. */
export function LiveRegion() {
  const t = useText();
  const language = useLanguage();
  const state = useTillState();
  return (
    <div className="sr-only" aria-live="polite">
      {state.lastAdded &&
        t('added', { name: nameIn(language, state.lastAdded.line.item), total: formatMoney(subtotalMinor(state)) })}
    </div>
  );
}
