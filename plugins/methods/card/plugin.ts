import type { MethodPlugin } from '@zhanggui/modules/payments/method.ts';
import { batchRecordOf, slipOf } from './batch-record.ts';
import { cardCredentialSchema } from './credential.ts';
import { createCardMethod } from './method.ts';

const AUTHORIZE_TIMEOUT_MS = 30_000;

/**
 * Bank cards through an acquirer. A bank that does not answer is not asked again: the request is reversed at once, with the
 * same trace number, until the reversal is answered. Before the wait has ended nobody can cancel, because the request
 * and its reversal would overtake each other.
 */
export const card: MethodPlugin = {
  id: 'card',
  title: { zh: '银行卡', en: 'Bank card' },
  holds: 'channel',
  credential: cardCredentialSchema,
  preAuthorizes: true,
  policy: {
    local: false,
    authorizeTimeoutMs: AUTHORIZE_TIMEOUT_MS,
    firstInquiryMs: 0,
    intervalMs: 5_000,
    giveUpAfterMs: AUTHORIZE_TIMEOUT_MS,
    minimumBeforeCancelMs: AUTHORIZE_TIMEOUT_MS,
    confirmAfterCancelMs: null,
  },
  slipOf,
  batchRecordOf,
  create: createCardMethod,
};
