import type { PadKey } from '@zhanggui/ui/number-text.ts';
import { padKeyOf } from '@zhanggui/ui/number-text.ts';
import type { Phase } from './state.ts';

/** What a key asks of the till. */
export type KeyCommand =
  | { readonly kind: 'digit'; readonly key: PadKey }
  | { readonly kind: 'select'; readonly by: 1 | -1 }
  | {
      readonly kind: 'quantity' | 'accept' | 'back' | 'pay' | 'hold' | 'recall' | 'remove' | 'search' | 'next';
    };

/** Keys as the buttons show them. */
export const SHORTCUTS = {
  quantity: '*',
  remove: 'Del',
  pay: 'Enter',
  hold: 'F6',
  recall: '⇧F6',
  search: 'F1',
  back: 'Esc',
} as const;

interface KeyPlace {
  readonly phase: Phase['name'];
  /** A text field has the focus: only keys that a text does not need are taken. */
  readonly inField: boolean;
}

/** The command of a key where the till stands, or undefined when the till leaves the key alone. */
export function keyCommand(key: string, shift: boolean, { phase, inField }: KeyPlace): KeyCommand | undefined {
  if (key === 'Escape' && !inField && (phase === 'selling' || phase === 'tendering' || phase === 'outcome'))
    return { kind: 'back' };
  if (phase === 'outcome') return key === 'Enter' && !inField ? { kind: 'next' } : undefined;
  if (phase !== 'selling') return undefined;
  if (key === 'F1') return { kind: 'search' };
  if (key === 'F6') return { kind: shift ? 'recall' : 'hold' };
  if (key === 'F9') return { kind: 'pay' };
  return inField ? undefined : sellingKey(key);
}

function sellingKey(key: string): KeyCommand | undefined {
  const digit = padKeyOf(key);
  if (digit !== undefined) return { kind: 'digit', key: digit };
  switch (key) {
    case '*':
      return { kind: 'quantity' };
    case 'Delete':
      return { kind: 'remove' };
    case 'Enter':
      return { kind: 'accept' };
    case 'ArrowDown':
      return { kind: 'select', by: 1 };
    case 'ArrowUp':
      return { kind: 'select', by: -1 };
    default:
      return undefined;
  }
}
