import { Amount } from '@zhanggui/ui/amount.tsx';
import { Button } from '@zhanggui/ui/button.tsx';
import { NumberPad } from '@zhanggui/ui/number-pad.tsx';
import { type PadKey, typeKey, unitsOf } from '@zhanggui/ui/number-text.ts';
import { usePadKeyboard } from '@zhanggui/ui/use-pad-keyboard.ts';
import { type ReactNode, useState } from 'react';
import './cash-count.css';

interface CashCountProps {
  /** What is counted. */
  readonly label: string;
  readonly action: string;
  readonly busy: boolean;
  readonly testId: string;
  readonly onCounted: (minor: number) => void;
  /** Above the figure. */
  readonly children?: ReactNode;
}

/** A sum of cash that was counted, entered on a pad. */
export function CashCount({ label, action, busy, testId, onCounted, children }: CashCountProps) {
  const [typed, setTyped] = useState('');
  const press = (key: PadKey) => setTyped((text) => typeKey(text, key, 2));
  const done = () => {
    if (!busy && typed !== '') onCounted(unitsOf(typed, 2));
  };
  usePadKeyboard(press, done);
  return (
    <div className="cash-count">
      <div className="cash-count-main">
        {children}
        <div className="cash-count-figure">
          <span>{label}</span>
          <Amount minor={unitsOf(typed, 2)} size="due" data-testid={`${testId}-amount`} />
        </div>
      </div>
      <div className="cash-count-entry">
        <NumberPad mode="decimal" onKey={press} label={label} />
        <Button
          kind="primary"
          size="large"
          wide
          shortcut="Enter"
          busy={busy}
          disabled={typed === ''}
          onClick={done}
          data-testid={testId}
        >
          {action}
        </Button>
      </div>
    </div>
  );
}
