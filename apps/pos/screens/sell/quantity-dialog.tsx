import { formatMoney } from '@zhanggui/base';
import { Button } from '@zhanggui/ui/button.tsx';
import { Dialog } from '@zhanggui/ui/dialog.tsx';
import { nameIn, useLanguage } from '@zhanggui/ui/language.ts';
import { NumberPad } from '@zhanggui/ui/number-pad.tsx';
import { type PadKey, typeKey } from '@zhanggui/ui/number-text.ts';
import { usePadKeyboard } from '@zhanggui/ui/use-pad-keyboard.ts';
import { useState } from 'react';
import { useSend, useTillState } from '../../controller/use-till.ts';
import { useText } from '../../texts.ts';

const LONGEST_QUANTITY = 4;

/** Sets how many of the selected line. */
export function QuantityDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useText();
  const language = useLanguage();
  const send = useSend();
  const { cart, selected } = useTillState();
  const [typed, setTyped] = useState('');
  const line = cart.lines.find(({ lineId }) => lineId === selected);
  const press = (key: PadKey) => setTyped((text) => typeKey(text, key, 0, LONGEST_QUANTITY));
  const quantity = typed === '' ? (line?.quantity ?? 1) : Number(typed);
  function accept(): void {
    if (line === undefined || quantity === 0) return;
    send({ kind: 'quantity-set', lineId: line.lineId, quantity });
    onClose();
  }
  usePadKeyboard(press, accept);
  if (line === undefined || line.grams !== null) return null;
  return (
    <Dialog
      onClose={onClose}
      title={nameIn(language, line.item)}
      aside={<span className="num">{formatMoney(line.unitPriceMinor)}</span>}
      width="narrow"
      testId="quantity-dialog"
    >
      <div className="quantity">
        <output className={typed === '' ? 'num is-faint' : 'num'}>× {quantity}</output>
        <NumberPad mode="whole" onKey={press} label={t('quantity')} />
        <Button kind="primary" size="large" wide shortcut="Enter" disabled={quantity === 0} onClick={accept}>
          {t('setQuantity')}
        </Button>
      </div>
    </Dialog>
  );
}
