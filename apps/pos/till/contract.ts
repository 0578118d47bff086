import type { Currency } from '@zhanggui/base';
import type { PaymentResult, PaymentView } from '@zhanggui/modules/payments/api.ts';

/** What the HTTP API says, as far as the till reads it. Amounts are integer minor units, instants ISO 8601 in UTC. */
export interface Item {
  readonly id: string;
  readonly code: string;
  readonly barcodes: readonly string[];
  readonly name: string;
  readonly nameEn: string | null;
  readonly categoryId: string | null;
  readonly kind: 'piece' | 'weighed';
  readonly unitPriceMinor: number;
  readonly unit: string;
  /** Initials of the name's syllables: `nfsq` for 农夫山泉. */
  readonly pinyin: string;
  readonly favourite: boolean;
}

export interface Category {
  readonly id: string;
  readonly name: string;
  readonly nameEn: string | null;
}

export interface Catalog {
  readonly items: readonly Item[];
  readonly categories: readonly Category[];
}

export interface Named {
  readonly id: string;
  readonly name: string;
  readonly nameEn: string | null;
}

export interface Session {
  readonly staff: Named & { readonly username: string; readonly role: string };
  readonly permissions: readonly string[];
  readonly store: Named;
  readonly merchant: Named & { readonly currency: Currency };
}

export interface Shift {
  readonly id: string;
  readonly tillId: string;
  readonly staffName: string;
  readonly openedAt: string;
  readonly floatMinor: number;
  readonly salesCount: number;
  readonly takingsMinor: number;
  readonly expectedCashMinor: number;
  readonly byMethod: readonly { readonly method: string; readonly count: number; readonly amountMinor: number }[];
  readonly countedMinor?: number | null;
  readonly differenceMinor?: number | null;
}

export interface Till extends Named {
  readonly number: string | number;
  readonly openShift: Shift | null;
}

/** A way to pay that the server offers. */
export interface Method {
  readonly id: string;
  readonly title: { readonly zh: string; readonly en: string };
  readonly holds: 'drawer' | 'channel';
}

export interface SaleLine {
  readonly lineId: string;
  readonly itemId: string;
  readonly name: string;
  readonly nameEn: string | null;
  readonly kind: 'piece' | 'weighed';
  readonly quantity: number | null;
  readonly grams: number | null;
  readonly unitPriceMinor: number;
  readonly amountMinor: number;
}

export interface Sale {
  readonly id: string;
  readonly number: string;
  readonly tillId: string;
  readonly kind: 'sale' | 'return';
  readonly state: 'open' | 'paid' | 'abandoned';
  readonly lines: readonly SaleLine[];
  readonly subtotalMinor: number;
  readonly roundingMinor: number;
  readonly totalMinor: number;
  readonly paidMinor: number;
  readonly pendingMinor: number;
  readonly dueMinor: number;
  readonly payments: readonly PaymentView[];
  readonly receiptToken: string | null;
}

/** What the second screen shows. */
export interface DisplayState {
  readonly mode: 'idle' | 'selling' | 'paying' | 'done';
  readonly lines: readonly DisplayLine[];
  readonly subtotalMinor: number;
  readonly savingsMinor: number;
  readonly roundingMinor: number;
  readonly totalMinor: number;
  readonly method?: string;
  readonly paying?: { readonly amountMinor: number; readonly waitingFor: string };
  readonly result?: PaymentResult;
  readonly changeMinor?: number;
  readonly receiptUrl?: string;
}

export interface DisplayLine {
  readonly name: string;
  readonly nameEn: string | null;
  readonly detail: string;
  readonly amountMinor: number;
}
