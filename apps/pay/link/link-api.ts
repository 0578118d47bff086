import type { LinkPaymentView, PayPageView } from '@zhanggui/modules/sales/link-routes.ts';
import { ApiProblem, ApiSilence, createApiClient } from '@zhanggui/ui/api-client.ts';
import { currentLanguage } from '@zhanggui/ui/language.ts';

const api = createApiClient({ base: '/api/v1', language: currentLanguage });

/** The page of a link. @throws ApiProblem, ApiSilence */
export function loadPage(token: string): Promise<PayPageView> {
  return api.get(`/pay/${encodeURIComponent(token)}`);
}

/**
 * Begins a payment; the same key after a silence finds the one that may have begun. Where a wallet's own browser shows the
 * page, its address names the wallet's customer. @throws ApiProblem, ApiSilence
 */
export function beginPayment(
  token: string,
  method: string,
  amountMinor: number | undefined,
  idempotencyKey: string,
): Promise<LinkPaymentView> {
  const asked = new URLSearchParams(location.search);
  const payer = asked.get('wallet') === method ? asked.get('payer') : null;
  const body = {
    method,
    ...(amountMinor === undefined ? {} : { amountMinor }),
    ...(payer === null ? {} : { payer }),
  };
  return api.send('POST', `/pay/${encodeURIComponent(token)}/payments`, body, { idempotencyKey });
}

/** Gives a payment up; what the answer says of it holds, for it may have been paid meanwhile. @throws ApiProblem, ApiSilence */
export function cancelPayment(token: string, paymentId: string): Promise<LinkPaymentView> {
  return api.send('POST', `/pay/${encodeURIComponent(token)}/payments/${encodeURIComponent(paymentId)}/cancel`);
}

/** How the payment stands now; null where nothing was heard. */
export async function askPayment(token: string, paymentId: string): Promise<LinkPaymentView | null> {
  try {
    return await api.get(`/pay/${encodeURIComponent(token)}/payments/${encodeURIComponent(paymentId)}`);
  } catch (error) {
    if (error instanceof ApiProblem || error instanceof ApiSilence) return null;
    throw error;
  }
}
