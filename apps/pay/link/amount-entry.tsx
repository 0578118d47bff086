import { formatMoney } from '@zhanggui/base';
import { Amount } from '@zhanggui/ui/amount.tsx';
import { Button } from '@zhanggui/ui/button.tsx';
import { NumberPad } from '@zhanggui/ui/number-pad.tsx';
import { type PadKey, typeKey, unitsOf } from '@zhanggui/ui/number-text.ts';
import { usePadKeyboard } from '@zhanggui/ui/use-pad-keyboard.ts';
import { useState } from 'react';
import { useText } from './texts.ts';

interface AmountEntryProps {
  readonly largestMinor: number | null;
  readonly onTyped: (amountMinor: number) => void;
}

/** What the customer owes, typed by the customer: a printed code does not know it. */
export function AmountEntry({ largestMinor, onTyped }: AmountEntryProps) {
  const t = useText();
  const [typed, setTyped] = useState('');
  const minor = typed === '' ? 0 : unitsOf(typed, 2);
  const tooMuch = largestMinor !== null && minor > largestMinor;
  const press = (key: PadKey) => setTyped((text) => typeKey(text, key, 2));
  const done = () => {
    if (minor > 0 && !tooMuch) onTyped(minor);
  };
  usePadKeyboard(press, done);
  return (
    <div className="link-entry">
      <span>{t('howMuch')}</span>
      <Amount minor={minor} size="due" data-testid="typed-amount" />
      <NumberPad mode="decimal" onKey={press} label={t('amount')} />
      <Button
        kind="primary"
        size="large"
        wide
        disabled={minor === 0 || tooMuch}
        onClick={done}
        data-testid="amount-done"
      >
        {t('next')}
      </Button>
      {largestMinor !== null && (
        <small role={tooMuch ? 'alert' : undefined}>{t('limit', { amount: formatMoney(largestMinor) })}</small>
      )}
    </div>
  );
}
