import type { PaymentView } from '@zhanggui/modules/payments/api.ts';

/** Chips that wait in a reader for their issuer: the reader's request by the KSN of the sealed card. */
export const waitingChips = new Map<string, string>();

/**
 * Gives the issuer's answer to the chip that a payment was begun with, as a till does.
 * @returns its sealed last word; undefined when no chip waits for an answer of this payment.
 */
export async function lastWordOf(payment: PaymentView, credential: unknown): Promise<unknown> {
  const { handover } = payment;
  if (handover?.kind !== 'issuer-answer') return undefined;
  const request = waitingChips.get((credential as { readonly ksn: string }).ksn);
  if (request === undefined) throw new Error(`no chip waits for ${payment.id}`);
  const { decision, responseCode, data } = handover;
  await ask(`${request}/issuer-answer`, { decision, responseCode, data });
  let after = 0;
  for (;;) {
    const result = await ask(`${request}/result?wait=1&after=${after}`);
    if (result.state === 'concluded') return result.completion;
    after = Number(result.version);
  }
}

async function ask(url: string, body?: unknown): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}
