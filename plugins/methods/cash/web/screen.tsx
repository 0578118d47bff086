import type { MethodScreen } from '../../../web/method-screen.ts';
import { MOST_TENDERED_MINOR } from '../most-tendered.ts';
import { CashPanel } from './panel.tsx';
import { CashQuickTender } from './quick-tender.tsx';

/** Cash on the till's screens. */
export const cashScreen: MethodScreen = {
  id: 'cash',
  icon: 'cash',
  Panel: CashPanel,
  QuickTender: CashQuickTender,
  ofTypedAmount: (typedMinor, dueMinor) =>
    typedMinor >= dueMinor && typedMinor <= MOST_TENDERED_MINOR ? { tenderedMinor: typedMinor } : undefined,
};
