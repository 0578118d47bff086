import type { JsonObject } from '@zhanggui/modules/payments/api.ts';
import { type ApiClient, ApiProblem, ApiSilence } from '@zhanggui/ui/api-client.ts';

/** How a card that was presented may be shown, and what goes to the gateway: sealed, opaque to the till. */
export interface PresentedCard {
  readonly credential: JsonObject;
  readonly maskedPan: string;
  readonly scheme: string;
  readonly entryMode: string;
}

interface ReaderResult {
  readonly state: 'waiting' | 'presented' | 'cancelled';
  readonly card?: PresentedCard;
}

/** `cancelled`: at the reader, by the customer. `unreachable`: the reader does not answer. */
export type ReadOutcome =
  | { readonly kind: 'presented'; readonly card: PresentedCard }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'unreachable' };

/**
 * Asks the reader for a card and waits until one is presented. When `signal` is aborted the reader is told to stop, and the
 * promise resolves to `cancelled`.
 */
export async function readCard(
  client: ApiClient,
  readerId: string,
  amount: { readonly amountMinor: number; readonly currency: string },
  signal: AbortSignal,
): Promise<ReadOutcome> {
  const requests = `/readers/${encodeURIComponent(readerId)}/requests`;
  let requestId: string | undefined;
  try {
    requestId = (await client.send<{ requestId: string }>('POST', requests, amount, { signal })).requestId;
    for (;;) {
      const result = await client.get<ReaderResult>(`${requests}/${requestId}/result`, signal);
      if (result.state === 'presented' && result.card) return { kind: 'presented', card: result.card };
      if (result.state !== 'waiting') return { kind: 'cancelled' };
    }
  } catch (error) {
    if (!(error instanceof ApiProblem || error instanceof ApiSilence)) throw error;
    if (!signal.aborted) return { kind: 'unreachable' };
    if (requestId !== undefined) await stopReader(client, `${requests}/${requestId}`);
    return { kind: 'cancelled' };
  }
}

/** A reader that cannot be told to stop drops the request by itself when nobody asks for its result any more. */
async function stopReader(client: ApiClient, request: string): Promise<void> {
  try {
    await client.send('DELETE', request);
  } catch (error) {
    if (!(error instanceof ApiProblem || error instanceof ApiSilence)) throw error;
  }
}
