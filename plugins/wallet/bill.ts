import type { BillReading } from '@zhanggui/modules/payments/method.ts';
import { WalletRefusal } from '@zhanggui/wallets';
import { silenceOf } from './reply.ts';

/** How long a question for a bill may take, and the file itself. */
export const BILL_QUESTION_MS = 10_000;
export const BILL_DOWNLOAD_MS = 60_000;
/** A bill of this size has some two million lines. */
export const MOST_BILL_BYTES = 512 * 1024 * 1024;

/** There is no bill, for a reason that is no answer of the channel's. */
export function failedBill(cause: string): BillReading & { readonly kind: 'failed' } {
  return { kind: 'failed', cause };
}

/** Why a bill could not be fetched or read. @throws error what is neither silence nor a malformed file. */
export function unreadableBill(error: unknown): BillReading {
  if (error instanceof WalletRefusal) return failedBill(`${error.code}${error.path === '' ? '' : ` at ${error.path}`}`);
  return failedBill(silenceOf(error).cause);
}
