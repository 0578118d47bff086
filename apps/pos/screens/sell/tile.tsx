import { formatMoney } from '@zhanggui/base';
import { Badge } from '@zhanggui/ui/chip.tsx';
import { nameIn, useLanguage } from '@zhanggui/ui/language.ts';
import { memo } from 'react';
import { useText } from '../../texts.ts';
import type { Item } from '../../till/contract.ts';

interface TileProps {
  readonly item: Item;
  readonly onTake: (item: Item) => void;
}

/** An item on the shelf; one tap puts it on the ticket, or asks for its weight. */
export const Tile = memo(function Tile({ item, onTake }: TileProps) {
  const t = useText();
  const language = useLanguage();
  const weighed = item.kind === 'weighed';
  return (
    <button type="button" className="tile" onClick={() => onTake(item)} data-testid={`tile-${item.code}`}>
      <b>{nameIn(language, item)}</b>
      <span className="tile-foot">
        <span className="tile-price">
          {formatMoney(item.unitPriceMinor)}
          {weighed && <small>/kg</small>}
        </span>
        {weighed && <Badge tone="copper">{t('weigh')}</Badge>}
      </span>
    </button>
  );
});
