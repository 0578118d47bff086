import type { Bilingual } from '@zhanggui/base';
import { openEventStream } from '@zhanggui/ui/event-stream.ts';

/** How a card meets the reader; `hold` is a phone in the field. */
export type Way = 'insert' | 'tap' | 'swipe' | 'hold';

/** When a card is pulled out too early. */
export type PullOut = 'never' | 'reading' | 'pin' | 'authorizing' | 'completion';

/** A test card or phone as the page may see it: its face, not its number. */
export interface CardFace {
  readonly id: string;
  readonly title: Bilingual;
  readonly note: Bilingual;
  readonly issuer: Bilingual;
  readonly scheme: 'unionpay' | 'visa' | 'mastercard';
  readonly kind: 'debit' | 'credit';
  readonly form: 'card' | 'phone';
  readonly face: string;
  /** The first is its natural way. */
  readonly ways: readonly Way[];
  readonly offeredPin: string;
  /** `YYMM`. */
  readonly expiry: string;
  readonly maskedPan: string;
}

/** A request of the till, as far as it has come. */
export interface ReaderRequest {
  readonly state: 'waiting' | 'presented' | 'concluded' | 'failed' | 'cancelled';
  readonly requestId: string;
  readonly purpose: 'sale' | 'pre-authorization' | 'refund' | 'void' | 'balance';
  readonly amountMinor: number;
  readonly currency: 'CNY';
  readonly prompt?: Bilingual;
  readonly step?: 'card' | 'reading' | 'application' | 'pin';
  readonly readers?: readonly ('contact' | 'contactless' | 'stripe')[];
  readonly choices?: readonly { readonly id: string; readonly label: string }[];
  /** A chip waits for its issuer. */
  readonly concludes?: boolean;
  readonly outcome?: 'approved' | 'declined' | 'removed';
  readonly signature?: boolean;
  /** What the pad asks for now. */
  readonly pin: { readonly maskedPan: string; readonly triesLeft: number | null } | null;
  /** The card in the slot or the field. */
  readonly card: CardPlace | null;
}

/** Which card is at the reader, and how. */
export interface CardPlace {
  readonly id: string;
  readonly way: Way;
}

/** What the till wants of the reader now. */
export type ReaderState = ReaderRequest | { readonly state: 'idle'; readonly card: CardPlace | null };

/** All test cards. */
export async function fetchCards(): Promise<readonly CardFace[]> {
  const answer = await fetch('/sim/readers/cards');
  if (!answer.ok) throw new Error(`cards: ${answer.status}`);
  return ((await answer.json()) as { cards: CardFace[] }).cards;
}

/** Presents a card; resolves to whether the reader wanted it. */
export function presentCard(readerId: string, cardId: string, way: Way, pullOutAt: PullOut): Promise<boolean> {
  return post(readerId, '/card', { cardId, way, ...(pullOutAt === 'never' ? {} : { pullOutAt }) });
}

/** Takes the card out of the slot or the field. */
export async function takeCardOut(readerId: string): Promise<boolean> {
  return (await fetch(addressOf(readerId, '/card'), { method: 'DELETE' })).ok;
}

/** Types a PIN and confirms it. */
export function enterPin(readerId: string, pin: string): Promise<boolean> {
  return post(readerId, '/pin', { pin });
}

/** Passes the PIN over, or gives the payment up at the pad. */
export function enterNoPin(readerId: string, without: 'bypassed' | 'cancelled'): Promise<boolean> {
  return post(readerId, '/pin', { without });
}

/** Takes one of the card's applications. */
export function chooseApplication(readerId: string, requestId: string, id: string): Promise<boolean> {
  return post(readerId, `/requests/${requestId}/choose`, { id });
}

/** Follows what the till wants of the reader; returns a function that ends it. */
export function followReader(
  readerId: string,
  onState: (state: ReaderState) => void,
  onLink: (live: boolean) => void,
): () => void {
  return openEventStream({
    url: addressOf(readerId, '/events'),
    on: { reader: (data) => onState(data as ReaderState) },
    onState: (link) => onLink(link !== 'lost'),
  });
}

async function post(readerId: string, path: string, body: object): Promise<boolean> {
  const headers = { 'content-type': 'application/json' };
  return (await fetch(addressOf(readerId, path), { method: 'POST', headers, body: JSON.stringify(body) })).ok;
}

function addressOf(readerId: string, path: string): string {
  return `/sim/readers/${encodeURIComponent(readerId)}${path}`;
}
