import { mulDivHalfUp, priceByWeight } from '@zhanggui/base';
import type { ScenarioPack } from '@zhanggui/modules/sales/scenario.ts';
import { demo } from './demo.ts';

/** Supermarket and convenience store: goods by the piece and by weight. */
export const retail: ScenarioPack = {
  id: 'retail',
  title: { zh: '零售', en: 'Retail' },
  lineKinds: [
    {
      id: 'piece',
      field: 'quantity',
      largest: 9_999,
      amountMinor: (unitPriceMinor, quantity) => mulDivHalfUp(unitPriceMinor, quantity, 1),
    },
    { id: 'weighed', field: 'grams', largest: 999_999, amountMinor: priceByWeight },
  ],
  demo,
};
