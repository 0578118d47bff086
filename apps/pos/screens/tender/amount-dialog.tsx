import { formatMoney } from '@zhanggui/base';
import { Amount } from '@zhanggui/ui/amount.tsx';
import { Button } from '@zhanggui/ui/button.tsx';
import { Dialog } from '@zhanggui/ui/dialog.tsx';
import { NumberPad } from '@zhanggui/ui/number-pad.tsx';
import { type PadKey, typeKey, unitsOf } from '@zhanggui/ui/number-text.ts';
import { usePadKeyboard } from '@zhanggui/ui/use-pad-keyboard.ts';
import { useState } from 'react';
import { Refusal } from '../refusal.tsx';
import './tender.css';

interface AmountDialogProps {
  /** Begins the names of the parts in tests: `tip` gives `tip-dialog`, `tip-amount`, `tip-take`. */
  readonly name: string;
  readonly title: string;
  /** What the amount is a share of, or comes on top of. */
  readonly wholeMinor: number;
  readonly mostMinor: number;
  readonly shares: readonly { readonly id: string; readonly label: string; readonly minor: number }[];
  /** Under the amount: what is left, or what it makes together. */
  readonly under: (minor: number) => string;
  readonly action: (minor: number) => string;
  readonly busy?: boolean;
  readonly refusal?: string | null;
  readonly onTaken: (minor: number) => void;
  /** A share that was pressed; without this it is put where the figures are typed. */
  readonly onShare?: (minor: number) => void;
  readonly onClose: () => void;
}

/** Asks for an amount beside another: a share of it with one press, or a sum on the pad. */
export function AmountDialog(props: AmountDialogProps) {
  const { name, title, wholeMinor, mostMinor, shares, busy = false, onTaken, onClose } = props;
  const [typed, setTyped] = useState('');
  const minor = Math.min(unitsOf(typed, 2), mostMinor);
  const press = (key: PadKey) => setTyped((text) => typeKey(text, key, 2));
  const onShare = props.onShare ?? ((share: number) => setTyped(`${share / 100}`));
  const take = () => {
    if (minor > 0 && !busy) onTaken(minor);
  };
  usePadKeyboard(press, take);
  return (
    <Dialog
      onClose={onClose}
      title={title}
      aside={<span className="num">{formatMoney(wholeMinor)}</span>}
      testId={`${name}-dialog`}
    >
      <div className="part">
        <Refusal words={props.refusal ?? null} />
        <div className="part-shares">
          {shares.map((share) => (
            <Button
              key={share.id}
              disabled={busy || share.minor === 0}
              onClick={() => onShare(share.minor)}
              data-testid={share.id}
            >
              {share.label}
            </Button>
          ))}
        </div>
        <div className="part-figures">
          <Amount minor={minor} size="due" data-testid={`${name}-amount`} />
          <span className="num">{props.under(minor)}</span>
        </div>
        <NumberPad mode="decimal" onKey={press} label={title} />
        <Button
          kind="primary"
          size="large"
          wide
          shortcut="Enter"
          busy={busy}
          disabled={minor === 0}
          onClick={take}
          data-testid={`${name}-take`}
        >
          {props.action(minor)}
        </Button>
      </div>
    </Dialog>
  );
}
