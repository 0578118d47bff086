import { type Static, Type } from 'typebox';

/** asset and expense accounts grow on the debit side, liability and income accounts on the credit side. */
export type AccountKind = 'asset' | 'liability' | 'income' | 'expense';

/** What the ids of a merchant's accounts begin with; their trial balance is zero by itself. */
export function bookOf(merchantId: string): string {
  return `merchant:${merchantId}:`;
}

/** An account to be opened before anything is posted to it. */
export interface NewAccount {
  readonly id: string;
  readonly kind: AccountKind;
  readonly currency: string;
  readonly title: { readonly zh: string; readonly en: string };
}

/** One movement: `amountMinor` is added to the debits of one account and to the credits of another. */
export interface NewTransfer {
  /** Unique for ever; posting the same id twice is a bug and fails. */
  readonly id: string;
  readonly debitAccount: string;
  readonly creditAccount: string;
  readonly currency: string;
  readonly amountMinor: number;
  /** Kebab-case word for what happened: `payment`, `fee`, `refund`, `rounding`, `float`. */
  readonly reason: string;
  readonly paymentId: string | null;
  /** A client's own word for a group of sales, such as one import. */
  readonly label: string | null;
  /** Business date `YYYY-MM-DD` in Beijing. */
  readonly businessOn: string;
  /** Milliseconds since the epoch. */
  readonly postedAt: number;
}

/** A transfer as the API shows it. */
export const TransferView = Type.Object({
  sequence: Type.Integer(),
  id: Type.String(),
  at: Type.String({ format: 'date-time' }),
  businessOn: Type.String({ format: 'date' }),
  debitAccount: Type.String(),
  creditAccount: Type.String(),
  currency: Type.String(),
  amountMinor: Type.Integer(),
  reason: Type.String(),
  paymentId: Type.Union([Type.String(), Type.Null()]),
  label: Type.Union([Type.String(), Type.Null()]),
  hash: Type.String(),
});
export type TransferView = Static<typeof TransferView>;

/** The trial balance: every account with its totals; the two sums must be equal. */
export const TrialBalance = Type.Object({
  accounts: Type.Array(
    Type.Object({
      id: Type.String(),
      kind: Type.String(),
      title: Type.Object({ zh: Type.String(), en: Type.String() }),
      currency: Type.String(),
      debitMinor: Type.Integer(),
      creditMinor: Type.Integer(),
      balanceMinor: Type.Integer({ description: 'on the side on which an account of this kind grows' }),
    }),
  ),
  totalDebitMinor: Type.Integer(),
  totalCreditMinor: Type.Integer(),
  differenceMinor: Type.Integer(),
  chain: Type.Object({ length: Type.Integer(), headHash: Type.String() }),
});
export type TrialBalance = Static<typeof TrialBalance>;
