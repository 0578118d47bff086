import type { ComponentType } from 'react';

/** What a kind of shop brings to the named slots of the till. */
export interface ScenarioScreen {
  readonly id: string;
  /** Slot `measure`: asks how much of an item goes on the ticket, for the kinds of item that need asking. */
  readonly measure: Readonly<Record<string, ComponentType<MeasureProps>>>;
  /** Slot `line-detail`: the small print of a line on the ticket. */
  readonly LineDetail: ComponentType<LineDetailProps>;
}

/** An item as slots see it; prices are minor units a unit of measure. */
export interface MeasuredItem {
  readonly name: string;
  readonly nameEn: string | null;
  readonly unitPriceMinor: number;
  readonly unit: string;
}

export interface MeasureProps {
  readonly item: MeasuredItem;
  readonly onMeasured: (grams: number) => void;
  readonly onClose: () => void;
}

export interface LineDetailProps {
  readonly item: MeasuredItem & { readonly code: string };
  readonly unitPriceMinor: number;
  readonly quantity: number;
  readonly grams: number | null;
}
