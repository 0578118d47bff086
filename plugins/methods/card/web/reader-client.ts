import type { Bilingual, Currency } from '@zhanggui/base';
import type { Handover, JsonObject } from '@zhanggui/modules/payments/api.ts';
import { ApiProblem, ApiSilence } from '@zhanggui/ui/api-client.ts';
import type { CardReader, ReadPurpose } from '../../../web/method-screen.ts';

/** What a reader is asked for. */
export interface ReadRequest {
  readonly purpose: ReadPurpose;
  readonly amountMinor: number;
  readonly currency: Currency;
  readonly language: 'zh' | 'en';
}

/** How a card that was presented may be shown, and what goes to the gateway: sealed, opaque to the till. */
export interface PresentedCard {
  readonly credential: JsonObject;
  readonly maskedPan: string;
  readonly scheme: string;
  readonly entryMode: 'swipe' | 'chip' | 'contactless' | 'fallback';
  /** Application label; empty for a stripe. */
  readonly label: string;
  readonly device: 'card' | 'phone';
  /** A chip waits in the reader for the issuer's answer. */
  readonly concludes: boolean;
}

/** A reader at work, as the till shows it. */
export interface ReaderWaiting {
  readonly state: 'waiting';
  readonly prompt: Bilingual;
  readonly step: 'card' | 'reading' | 'application' | 'pin';
  readonly choices?: readonly { readonly id: string; readonly label: string }[];
}

/** The reader's last word on a request. */
export interface Concluded {
  readonly state: 'concluded';
  /** Sealed; null where no chip was waited for. */
  readonly completion: JsonObject | null;
  readonly outcome: 'approved' | 'declined' | 'removed';
}

type ReaderResult = (
  | ReaderWaiting
  | { readonly state: 'presented'; readonly card: PresentedCard }
  | Concluded
  | { readonly state: 'failed'; readonly prompt: Bilingual; readonly again: boolean }
  | { readonly state: 'cancelled' }
) & { readonly version: number };

/** `cancelled`: at the reader, by the customer. `unreachable`: the reader does not answer. */
export type ReadOutcome =
  | { readonly kind: 'presented'; readonly card: PresentedCard; readonly requestId: string }
  | { readonly kind: 'failed'; readonly prompt: Bilingual }
  | { readonly kind: 'cancelled' | 'unreachable' };

/** What a chip, or only the display, is told of the issuer's decision. */
export type IssuerAnswer = Omit<Extract<Handover, { kind: 'issuer-answer' }>, 'kind'>;

/**
 * Asks the reader for a card and waits until one is presented; `onWaiting` hears of each step with the request's id. When `signal` is
 * aborted the reader is told to stop, and the promise resolves to `cancelled`.
 */
export async function readCard(
  reader: CardReader,
  request: ReadRequest,
  onWaiting: (waiting: ReaderWaiting, requestId: string) => void,
  signal: AbortSignal,
): Promise<ReadOutcome> {
  const { client, base } = reader;
  let requestId: string | undefined;
  try {
    requestId = (await client.send<{ requestId: string }>('POST', `${base}/requests`, request, { signal })).requestId;
    for await (const result of results(reader, requestId, signal)) {
      if (result.state === 'waiting') onWaiting(result, requestId);
      else return outcomeOf(result, requestId);
    }
  } catch (error) {
    if (!isRefusedOrSilent(error)) throw error;
    if (!signal.aborted) return { kind: 'unreachable' };
  }
  if (requestId !== undefined) await stopReader(reader, requestId);
  return { kind: 'cancelled' };
}

/** Chooses in the cardholder's place, where the reader has offered it. */
export async function chooseApplication(reader: CardReader, requestId: string, id: string): Promise<void> {
  try {
    await reader.client.send('POST', `${reader.base}/requests/${requestId}/choose`, { id });
  } catch (error) {
    // The cardholder was quicker; what was chosen is told with the next state.
    if (!isRefusedOrSilent(error)) throw error;
  }
}

/** Gives the issuer's answer to the reader and waits for its last word; undefined when the reader does not know the request any more. */
export async function concludeRead(
  reader: CardReader,
  requestId: string,
  answer: IssuerAnswer,
): Promise<Concluded | undefined> {
  try {
    await reader.client.send('POST', `${reader.base}/requests/${requestId}/issuer-answer`, answer);
    for await (const result of results(reader, requestId)) {
      if (result.state === 'concluded') return result;
      if (result.state === 'failed' || result.state === 'cancelled') return undefined;
    }
  } catch (error) {
    if (!isRefusedOrSilent(error)) throw error;
  }
  return undefined;
}

/** Every state of a request from now on: each question waits at the reader for the next one. */
async function* results(
  { client, base }: CardReader,
  requestId: string,
  signal?: AbortSignal,
): AsyncGenerator<ReaderResult, void> {
  let after = 0;
  while (signal?.aborted !== true) {
    const path = `${base}/requests/${requestId}/result?wait=1&after=${after}`;
    const result = await client.get<ReaderResult>(path, signal);
    if (result.version !== after) yield result;
    after = result.version;
  }
}

function outcomeOf(result: Exclude<ReaderResult, ReaderWaiting>, requestId: string): ReadOutcome {
  switch (result.state) {
    case 'presented':
      return { kind: 'presented', card: result.card, requestId };
    case 'failed':
      return { kind: 'failed', prompt: result.prompt };
    // A card that was presented and is gone already cannot be paid with: nobody has been asked for money yet.
    case 'concluded':
    case 'cancelled':
      return { kind: 'cancelled' };
  }
}

/** A reader that cannot be told to stop gives up by itself when the next request comes. */
async function stopReader({ client, base }: CardReader, requestId: string): Promise<void> {
  try {
    await client.send('DELETE', `${base}/requests/${requestId}`);
  } catch (error) {
    if (!isRefusedOrSilent(error)) throw error;
  }
}

function isRefusedOrSilent(error: unknown): boolean {
  return error instanceof ApiProblem || error instanceof ApiSilence;
}
