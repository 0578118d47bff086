import type { Bilingual } from '@zhanggui/base';
import type { Item } from '../catalog/api.ts';

/** A kind of line that a scenario sells by: how it is measured and what it comes to. */
export interface LineKind {
  readonly id: Item['kind'];
  /** The measure's field in a request: `quantity` or `grams`. */
  readonly field: 'quantity' | 'grams';
  readonly largest: number;
  /** Amount of one line in minor units, rounded half-up. */
  amountMinor(unitPriceMinor: number, measure: number): number;
}

/** A kind of shop. It says what can be sold and how it is counted, and knows nothing of payments. */
export interface ScenarioPack {
  readonly id: string;
  readonly title: Bilingual;
  readonly lineKinds: readonly LineKind[];
  /** Goods of the demo shop. */
  readonly demo: DemoCatalog;
}

/** What a demo shop of this kind sells. */
export interface DemoCatalog {
  readonly categories: readonly { readonly id: string; readonly name: string; readonly nameEn: string }[];
  readonly items: readonly Omit<Item, 'id'>[];
}
