import { openEventStream } from '@zhanggui/ui/event-stream.ts';

/** A test card as the page may see it: its face, not its number. */
export interface CardFace {
  readonly id: string;
  readonly title: { readonly zh: string; readonly en: string };
  readonly issuer: { readonly zh: string; readonly en: string };
  readonly kind: 'debit' | 'credit';
  /** `YYMM`. */
  readonly expiry: string;
  readonly entryMode: 'swipe' | 'chip' | 'contactless';
  readonly pinAboveMinor: number;
  readonly offeredPin: string;
  readonly note: { readonly zh: string; readonly en: string };
  readonly face: string;
  readonly maskedPan: string;
}

/** What the till wants of the reader now. */
export type ReaderState =
  | { readonly state: 'idle' }
  | { readonly state: 'waiting' | 'presented' | 'cancelled'; readonly amountMinor: number; readonly currency: 'CNY' };

/** All test cards. */
export async function fetchCards(): Promise<readonly CardFace[]> {
  const answer = await fetch('/sim/readers/cards');
  if (!answer.ok) throw new Error(`cards: ${answer.status}`);
  return ((await answer.json()) as { cards: CardFace[] }).cards;
}

/** Holds a card to the reader; resolves to whether it was read. */
export async function presentCard(readerId: string, cardId: string, pin: string | null): Promise<boolean> {
  const answer = await fetch(`/sim/readers/${encodeURIComponent(readerId)}/present`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(pin === null ? { cardId } : { cardId, pin }),
  });
  return answer.ok;
}

/** Follows what the till wants of the reader; returns a function that ends it. */
export function followReader(
  readerId: string,
  onState: (state: ReaderState) => void,
  onLink: (live: boolean) => void,
): () => void {
  return openEventStream({
    url: `/sim/readers/${encodeURIComponent(readerId)}/events`,
    on: { request: (data) => onState(data as ReaderState) },
    onState: (link) => onLink(link !== 'lost'),
  });
}
