import { formatMoney, priceByWeight } from '@zhanggui/base';
import { Amount } from '@zhanggui/ui/amount.tsx';
import { Button } from '@zhanggui/ui/button.tsx';
import { Dialog } from '@zhanggui/ui/dialog.tsx';
import { nameIn, useLanguage } from '@zhanggui/ui/language.ts';
import { NumberPad } from '@zhanggui/ui/number-pad.tsx';
import { type PadKey, typeKey, unitsOf } from '@zhanggui/ui/number-text.ts';
import { defineTexts } from '@zhanggui/ui/texts.ts';
import { usePadKeyboard } from '@zhanggui/ui/use-pad-keyboard.ts';
import { useState } from 'react';
import type { MeasureProps } from '../../../web/scenario-screen.ts';
import './weigh-dialog.css';

const { useText } = defineTexts(
  'retail-weigh',
  { weight: '净重（公斤）', add: '加入本单', price: '{{price}}/kg', grams: '{{grams}} 克' },
  { weight: 'Net weight (kg)', add: 'Add to ticket', price: '{{price}}/kg', grams: '{{grams}} g' },
);

const KILOGRAM_DECIMALS = 3;
const LONGEST_WEIGHT = 7;

/** Asks for the weight of goods sold by the kilogram and shows what it costs, half-up to the fen, while it is typed. */
export function WeighDialog({ item, onMeasured, onClose }: MeasureProps) {
  const t = useText();
  const language = useLanguage();
  const [typed, setTyped] = useState('');
  const grams = unitsOf(typed, KILOGRAM_DECIMALS);
  const press = (key: PadKey) => setTyped((text) => typeKey(text, key, KILOGRAM_DECIMALS, LONGEST_WEIGHT));
  const add = () => grams > 0 && onMeasured(grams);
  usePadKeyboard(press, add);
  return (
    <Dialog
      onClose={onClose}
      title={nameIn(language, item)}
      aside={<span className="num">{t('price', { price: formatMoney(item.unitPriceMinor) })}</span>}
      width="narrow"
      testId="weigh-dialog"
    >
      <div className="weigh">
        <div className="weigh-figures">
          <div>
            <span>{t('weight')}</span>
            <strong className={`num ${typed === '' ? 'is-faint' : ''}`} data-testid="weight">
              {typed === '' ? '0.000' : typed}
            </strong>
            <small className="num">{t('grams', { grams })}</small>
          </div>
          <Amount minor={priceByWeight(item.unitPriceMinor, grams)} size="title" data-testid="weigh-price" />
        </div>
        <NumberPad mode="decimal" onKey={press} label={t('weight')} />
        <Button
          kind="primary"
          size="large"
          wide
          shortcut="Enter"
          disabled={grams === 0}
          onClick={add}
          data-testid="weigh-add"
        >
          {t('add')}
        </Button>
      </div>
    </Dialog>
  );
}
