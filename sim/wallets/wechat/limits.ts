import type { BookRules } from '../book.ts';

const MOST_BY_CODE_MINOR = 2_000_000;

/** Whether the amount is more than a payment code pays; a code of the shop that the customer scans takes it. */
export const isOverCodeLimit: NonNullable<BookRules['isOverLimit']> = (_customer, { way, amountMinor }) =>
  way === 'code' && amountMinor > MOST_BY_CODE_MINOR;
