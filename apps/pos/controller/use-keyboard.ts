import { pressesButton } from '@zhanggui/ui/focus-origin.ts';
import { unitsOf } from '@zhanggui/ui/number-text.ts';
import { openLayers, typingInField } from '@zhanggui/ui/use-pad-keyboard.ts';
import { useEffect, useRef } from 'react';
import type { Layer } from '../screens/till-screen.tsx';
import { MOST_PIECES } from '../till/cart.ts';
import { type KeyCommand, keyCommand } from '../till/keymap.ts';
import { dueMinor } from '../till/state.ts';
import { chargeNow } from './scan-handler.ts';
import { newTicketId } from './ticket-storage.ts';
import { type TillSetting, useSetting } from './use-till.ts';
import type { TypedFigures } from './use-typed-figures.ts';

interface KeyboardOptions {
  readonly open: (layer: Layer) => void;
  readonly figures: TypedFigures;
}

/** Keys of the till's own screens. A scanner's burst never reaches this: it is taken out before. */
export function useKeyboard(options: KeyboardOptions): void {
  const setting = useSetting();
  const latest = useRef({ options, setting });
  useEffect(() => {
    latest.current = { options, setting };
  });
  useEffect(() => {
    function listen(event: KeyboardEvent): void {
      const now = latest.current;
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || pressesButton(event)) return;
      if (openLayers() > 0) return;
      const phase = now.setting.controller.state().phase.name;
      const command = keyCommand(event.key, event.shiftKey, { phase, inField: typingInField(event) });
      if (command === undefined) return;
      event.preventDefault();
      if (event.key === 'Enter' && event.repeat) return;
      obey(command, now.options, now.setting);
    }
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
}

function obey(command: KeyCommand, options: KeyboardOptions, setting: TillSetting): void {
  const { controller } = setting;
  const state = controller.state();
  switch (command.kind) {
    case 'digit':
      if (dueMinor(state) > 0) options.figures.press(command.key);
      break;
    case 'quantity':
      setTypedQuantity(options, setting);
      break;
    case 'accept':
      accept(options, setting);
      break;
    case 'back':
      if (options.figures.take() !== '') break;
      if (state.notice !== null) controller.send({ kind: 'noticed', notice: null });
      else controller.send({ kind: 'back' });
      break;
    case 'pay':
      controller.send({ kind: 'pay-pressed' });
      break;
    case 'hold':
      controller.send({ kind: 'held', id: newTicketId(), at: new Date().toISOString() });
      break;
    case 'recall':
      options.open('held');
      break;
    case 'remove':
      if (state.selected !== null) controller.send({ kind: 'line-removed', lineId: state.selected });
      break;
    case 'select':
      controller.send({ kind: 'selection-moved', by: command.by });
      break;
    case 'search':
      document.querySelector<HTMLInputElement>('#till-search')?.focus();
      break;
    case 'next':
      controller.send({ kind: state.sale?.dueMinor === 0 ? 'next-sale' : 'pay-pressed' });
  }
}

/** Enter on the sale screen: figures that were typed are cash handed over, otherwise the choice of methods opens. */
function accept(options: KeyboardOptions, { controller, methods }: TillSetting): void {
  const due = dueMinor(controller.state());
  const typedMinor = unitsOf(options.figures.take(), 2);
  for (const { id, screen } of typedMinor > 0 ? methods : []) {
    const credential = screen.ofTypedAmount?.(typedMinor, due);
    if (credential) {
      chargeNow(controller, id, credential, due);
      return;
    }
  }
  controller.send({ kind: 'pay-pressed' });
}

function setTypedQuantity(options: KeyboardOptions, { controller }: TillSetting): void {
  const { selected } = controller.state();
  const quantity = Number(options.figures.take());
  if (selected === null) return;
  if (Number.isInteger(quantity) && quantity > 0 && quantity <= MOST_PIECES)
    controller.send({ kind: 'quantity-set', lineId: selected, quantity });
  else options.open('quantity');
}
