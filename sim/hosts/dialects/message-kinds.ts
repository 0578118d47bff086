/** What moves or holds money, or asks about it. */
export const FINANCIAL_KINDS = [
  'sale',
  'qr-sale',
  'void',
  'refund',
  'pre-authorization',
  'pre-authorization-void',
  'completion',
  'completion-advice',
  'completion-void',
  'balance-inquiry',
  'offline-sale',
  'offline-adjustment',
  'chip-offline-sale',
] as const;

export type FinancialKind = (typeof FINANCIAL_KINDS)[number];

/** Every kind of message that the host knows; `unknown` is answered with 40. */
export const MESSAGE_KINDS = [
  ...FINANCIAL_KINDS,
  'reversal',
  'script-result',
  'signature-upload',
  'settlement',
  'batch-upload',
  'batch-end',
  'sign-on',
  'sign-off',
  'echo',
  'status-upload',
  'download',
  'unknown',
] as const;

export type MessageKind = (typeof MESSAGE_KINDS)[number];
