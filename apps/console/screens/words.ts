import type { PaymentState } from '../contract.ts';
import type { ConsoleKey, useText } from '../texts.ts';

type Translate = ReturnType<typeof useText>;

const REASONS: Readonly<Record<string, ConsoleKey>> = {
  payment: 'reason_payment',
  fee: 'reason_fee',
  rounding: 'reason_rounding',
  refund: 'reason_refund',
  'fee-returned': 'reason_fee-returned',
  'late-approval': 'reason_late-approval',
  'late-refund': 'reason_late-refund',
  'offline-loss': 'reason_offline-loss',
  tip: 'reason_tip',
  'tip-fee': 'reason_fee',
  'tip-refused': 'reason_tip-refused',
  'tip-fee-returned': 'reason_fee-returned',
  return: 'reason_return',
  float: 'reason_float',
  'cash-up': 'reason_cash-up',
  'cash-short': 'reason_cash-short',
  'cash-over': 'reason_cash-over',
};

/** Why something was posted; a reason that this page does not know yet is shown as the book has it. */
export function reasonWords(t: Translate, reason: string): string {
  const key = REASONS[reason];
  return key === undefined ? reason : t(key);
}

const KINDS: Readonly<Record<string, ConsoleKey>> = {
  asset: 'kind_asset',
  liability: 'kind_liability',
  income: 'kind_income',
  expense: 'kind_expense',
};

/** What an account is for. */
export function kindWords(t: Translate, kind: string): string {
  const key = KINDS[kind];
  return key === undefined ? kind : t(key);
}

const STATES = ['created', 'pending', 'unknown', 'cancelling', 'succeeded', 'failed', 'cancelled'] as const;

/** A state of a payment in one or two words. */
export function stateWords(t: Translate, state: string): string {
  const known: PaymentState | undefined = STATES.find((one) => one === state);
  return known === undefined ? state : t(`state_${known}`);
}

const WHY: Readonly<Record<string, ConsoleKey>> = {
  cashier: 'why_cashier',
  customer: 'why_customer',
  'gave-up-waiting': 'why_gave-up-waiting',
  'no-definite-answer': 'why_no-definite-answer',
};

/** Why it was decided to undo a payment. */
export function whyWords(t: Translate, why: string): string {
  const key = WHY[why];
  return key === undefined ? why : t(key);
}

const ALERTS = [
  'late-refund-failed',
  'late-approval',
  'late-void',
  'offline-refused',
  'tip-refused',
  'reversal-unanswered',
  'refund-unanswered',
  'advice-unanswered',
] as const;

/** What an alert is about. */
export function alertWords(t: Translate, kind: string, params: { method: string; amount: string }): string {
  const known = ALERTS.find((one) => one === kind);
  return known === undefined ? `${kind} · ${params.method} ${params.amount}` : t(`alert_${known}`, params);
}
