import { Amount } from '@zhanggui/ui/amount.tsx';
import { IconButton } from '@zhanggui/ui/button.tsx';
import { nameIn, useLanguage } from '@zhanggui/ui/language.ts';
import { useSend, useSetting } from '../../controller/use-till.ts';
import { useText } from '../../texts.ts';
import { type CartLine, lineAmount } from '../../till/cart.ts';

interface TicketLineProps {
  readonly line: CartLine;
  readonly selected: boolean;
  readonly editable: boolean;
}

/** A line of the ticket: tap it to select it; pieces are counted up and down, and down from one means away. */
export function TicketLine({ line, selected, editable }: TicketLineProps) {
  const language = useLanguage();
  const send = useSend();
  const { scenario } = useSetting();
  const { lineId, item, unitPriceMinor, quantity, grams } = line;
  return (
    <li className={selected && editable ? 'ticket-line is-selected' : 'ticket-line'} data-testid={`line-${lineId}`}>
      <button
        type="button"
        className="ticket-line-name"
        disabled={!editable}
        aria-pressed={selected}
        onClick={() => send({ kind: 'line-selected', lineId })}
      >
        <b>{nameIn(language, item)}</b>
        <span className="num">
          <scenario.LineDetail item={item} unitPriceMinor={unitPriceMinor} quantity={quantity} grams={grams} />
        </span>
      </button>
      {editable && <LineControl line={line} selected={selected} />}
      {!editable && <span className="ticket-line-times num">{grams === null && `× ${quantity}`}</span>}
      <Amount minor={lineAmount(line)} size="line" bare />
    </li>
  );
}

function LineControl({ line, selected }: Omit<TicketLineProps, 'editable'>) {
  const t = useText();
  const language = useLanguage();
  const send = useSend();
  const { lineId, quantity, grams } = line;
  const remove = () => send({ kind: 'line-removed', lineId });
  if (grams !== null) return selected ? <IconButton icon="trash" label={t('removeLine')} onClick={remove} /> : <span />;
  return (
    <fieldset className="stepper num" aria-label={t('quantityOf', { name: nameIn(language, line.item) })}>
      {quantity === 1 ? (
        <IconButton icon="trash" label={t('removeLine')} onClick={remove} />
      ) : (
        <IconButton
          icon="minus"
          label={t('fewer')}
          onClick={() => send({ kind: 'quantity-set', lineId, quantity: quantity - 1 })}
        />
      )}
      <output>{quantity}</output>
      <IconButton
        icon="plus"
        label={t('more')}
        onClick={() => send({ kind: 'quantity-set', lineId, quantity: quantity + 1 })}
      />
    </fieldset>
  );
}
