import type { BookRules } from '../book.ts';
import type { Customer } from '../orders.ts';

/** What a wallet of a grade may pay; the operator decides it, and no shop needs to know. Amounts are fen. */
interface Grade {
  readonly perPaymentMinor: number;
  readonly perDayMinor: number;
}

/** From the first grade (opened at a counter, as agreed) to the fourth (a telephone number and no name). */
const GRADES = {
  1: { perPaymentMinor: Number.MAX_SAFE_INTEGER, perDayMinor: Number.MAX_SAFE_INTEGER },
  2: { perPaymentMinor: 5_000_000, perDayMinor: 10_000_000 },
  3: { perPaymentMinor: 500_000, perDayMinor: 1_000_000 },
  4: { perPaymentMinor: 200_000, perDayMinor: 500_000 },
} as const satisfies Readonly<Record<number, Grade>>;

const GRADE_OF: Readonly<Record<string, keyof typeof GRADES>> = { wangfang: 1, liqiang: 4, zhaomin: 3 };

/** Whether the customer's wallet may not pay this any more today. */
export const isOverGrade: NonNullable<BookRules['isOverLimit']> = (
  { id }: Customer,
  { amountMinor },
  paidTodayMinor,
) => {
  const { perPaymentMinor, perDayMinor } = GRADES[GRADE_OF[id] ?? 4];
  return amountMinor > perPaymentMinor || paidTodayMinor() + amountMinor > perDayMinor;
};
