import { formatMoney } from '@zhanggui/base';
import { kilograms } from '@zhanggui/ui/number-text.ts';
import type { LineDetailProps, ScenarioScreen } from '../../../web/scenario-screen.ts';
import { WeighDialog } from './weigh-dialog.tsx';

/** The small print of a line: what one costs, and how many; or the price of a kilogram, and how much. */
function RetailLineDetail({ item, unitPriceMinor, quantity, grams }: LineDetailProps) {
  const price = formatMoney(unitPriceMinor);
  if (grams !== null) return <>{`${price}/kg × ${kilograms(grams)} kg`}</>;
  return <>{quantity > 1 ? `${price} × ${quantity} · ${item.code}` : `${price} · ${item.code}`}</>;
}

/** The shop's screens: goods by the piece and by weight. */
export const retailScreen: ScenarioScreen = {
  id: 'retail',
  measure: { weighed: WeighDialog },
  LineDetail: RetailLineDetail,
};
