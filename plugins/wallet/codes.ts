import type { Bilingual } from '@zhanggui/base';
import type { Advice, Decline } from '@zhanggui/modules/payments/method.ts';

/** What a channel's code means for the request that it answers. */
export type CodeMeaning =
  | { readonly kind: 'done' }
  | { readonly kind: 'declined'; readonly message: Bilingual; readonly advice: Advice }
  /** The customer has still to act. */
  | { readonly kind: 'paying' }
  /** Our number is known there already, or the order is past what was asked: it must be asked about. */
  | { readonly kind: 'inquire' }
  /** It may or may not have been done. */
  | { readonly kind: 'unknown' }
  /** The channel does not know the order or refund. */
  | { readonly kind: 'not-found' };

/** Meanings by code. */
export type CodeTable = Readonly<Record<string, CodeMeaning>>;

export const DONE: CodeMeaning = { kind: 'done' };
export const PAYING: CodeMeaning = { kind: 'paying' };
export const INQUIRE: CodeMeaning = { kind: 'inquire' };
export const UNKNOWN: CodeMeaning = { kind: 'unknown' };
export const NOT_FOUND: CodeMeaning = { kind: 'not-found' };

/** Nothing was done: what the cashier is told, and should do. */
export function declined(advice: Advice, zh: string, en: string): CodeMeaning & { readonly kind: 'declined' } {
  return { kind: 'declined', message: { zh, en }, advice };
}

/** The meaning of a code by the first table that names it; one that none names is `unknown`, never a decline. */
export function meaningIn(code: string, ...tables: readonly CodeTable[]): CodeMeaning {
  const table = tables.find((each) => Object.hasOwn(each, code));
  return table?.[code] ?? UNKNOWN;
}

/** Nothing left this machine, so nothing can have been taken; a payment code is asked for anew all the same. */
export const NOT_SENT: Decline = {
  code: 'NOT_SENT',
  message: {
    zh: '网络不通，请求未发出，顾客未被扣款；请检查网络后请顾客刷新付款码重试',
    en: 'No network: nothing was sent and nothing was taken. Check the network and ask for a fresh code.',
  },
  advice: 'new-code',
};

/** The same, where the customer was to pay an order of ours. */
export const NOT_OFFERED: Decline = {
  code: 'NOT_SENT',
  message: {
    zh: '网络不通，未能生成收款码，顾客未被扣款；请检查网络后重试',
    en: 'No network: no code could be made and nothing was taken. Check the network and try again.',
  },
  advice: 'retry',
};

/** The same code was sent before, and a code is good for one attempt only. */
export const CODE_REUSED: Decline = {
  code: 'CODE_REUSED',
  message: {
    zh: '此付款码刚刚用过，请顾客刷新付款码',
    en: 'This payment code was just used. Ask the customer to refresh it.',
  },
  advice: 'new-code',
};
