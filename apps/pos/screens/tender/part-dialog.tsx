import { formatMoney } from '@zhanggui/base';
import { Amount } from '@zhanggui/ui/amount.tsx';
import { Button } from '@zhanggui/ui/button.tsx';
import { Dialog } from '@zhanggui/ui/dialog.tsx';
import { NumberPad } from '@zhanggui/ui/number-pad.tsx';
import { type PadKey, typeKey, unitsOf } from '@zhanggui/ui/number-text.ts';
import { usePadKeyboard } from '@zhanggui/ui/use-pad-keyboard.ts';
import { useState } from 'react';
import { useText } from '../../texts.ts';

interface PartDialogProps {
  readonly dueMinor: number;
  readonly onClose: () => void;
  readonly onChosen: (partMinor: number) => void;
}

/** How much of what is due is taken by the next payment: a sum, or an equal share. */
export function PartDialog({ dueMinor, onClose, onChosen }: PartDialogProps) {
  const t = useText();
  const [typed, setTyped] = useState('');
  const part = Math.min(unitsOf(typed, 2), dueMinor);
  const press = (key: PadKey) => setTyped((text) => typeKey(text, key, 2));
  const accept = () => part > 0 && onChosen(part);
  usePadKeyboard(press, accept);
  const shares = [
    { parts: 1, label: t('partAll') },
    { parts: 2, label: t('partHalf') },
    { parts: 3, label: t('partThird') },
  ];
  return (
    <Dialog
      onClose={onClose}
      title={t('partTitle')}
      aside={<span className="num">{formatMoney(dueMinor)}</span>}
      testId="part-dialog"
    >
      <div className="part">
        <div className="part-shares">
          {shares.map(({ parts, label }) => (
            <Button key={parts} onClick={() => onChosen(Math.ceil(dueMinor / parts))} data-testid={`share-${parts}`}>
              {label}
            </Button>
          ))}
        </div>
        <div className="part-figures">
          <Amount minor={part} size="due" />
          <span className="num">{t('partLeft', { amount: formatMoney(dueMinor - part) })}</span>
        </div>
        <NumberPad mode="decimal" onKey={press} label={t('partTitle')} />
        <Button
          kind="primary"
          size="large"
          wide
          shortcut="Enter"
          disabled={part === 0}
          onClick={accept}
          data-testid="part-take"
        >
          {t('partTake', { amount: formatMoney(part) })}
        </Button>
      </div>
    </Dialog>
  );
}
