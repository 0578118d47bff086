/** The most that a customer hands over for one payment, in fen; more was mistyped. */
export const MOST_TENDERED_MINOR = 100_000_000;
