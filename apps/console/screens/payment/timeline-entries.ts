import type { PaymentEvent } from '../../contract.ts';

/** One message, masked, as it was written down. */
export interface Said {
  readonly at: string;
  readonly title: string;
  readonly text: string;
}

/** A question to the outside and its answer; either may be missing: no answer came, or one came late. */
export interface Exchange {
  readonly request: Said | undefined;
  readonly answer: Said | undefined;
}

export interface Posting {
  readonly sequence: number;
  readonly reason: string;
  readonly debitAccount: string;
  readonly creditAccount: string;
  readonly amountMinor: number;
}

/** An entry of the timeline as people read it. */
export type Entry =
  | { readonly kind: 'intent'; readonly at: string; readonly amountMinor: number; readonly instrument: string }
  | { readonly kind: 'exchanges'; readonly at: string; readonly exchanges: readonly Exchange[] }
  | { readonly kind: 'state'; readonly at: string; readonly state: string; readonly why: string }
  | { readonly kind: 'postings'; readonly at: string; readonly postings: readonly Posting[] }
  | {
      readonly kind: 'refund';
      readonly at: string;
      readonly state: string;
      readonly amountMinor: number;
      readonly reason: string;
      readonly exchanges: readonly Exchange[];
    }
  | { readonly kind: 'alert'; readonly at: string; readonly alert: string };

/**
 * Events as entries: a request and its answer become one exchange, the same question asked again and again one entry, and
 * what was posted at one instant one entry.
 */
export function entriesOf(events: readonly PaymentEvent[]): readonly Entry[] {
  const entries: Entry[] = [];
  for (const event of events) {
    const joined = joinedWith(entries.at(-1), event);
    if (joined === undefined) entries.push(entryOf(event));
    else entries[entries.length - 1] = joined;
  }
  return entries;
}

function joinedWith(last: Entry | undefined, event: PaymentEvent): Entry | undefined {
  if (last?.kind === 'postings' && event.kind === 'posting' && last.at === event.at)
    return { ...last, postings: [...last.postings, postingOf(event)] };
  if (last?.kind !== 'exchanges') return undefined;
  const open = last.exchanges.at(-1);
  if (event.kind === 'answer' && open?.request !== undefined && open.answer === undefined)
    return { ...last, exchanges: [...last.exchanges.slice(0, -1), { ...open, answer: saidOf(event) }] };
  const first = last.exchanges[0]?.request;
  if (event.kind === 'request' && first?.title === event.title && first.text === textOf(event.detail.text))
    return { ...last, exchanges: [...last.exchanges, { request: saidOf(event), answer: undefined }] };
  return undefined;
}

function entryOf(event: PaymentEvent): Entry {
  const { at, detail } = event;
  switch (event.kind) {
    case 'intent':
      return {
        kind: 'intent',
        at,
        amountMinor: numberOf(detail.amountMinor),
        instrument: textOf(detail.maskedInstrument),
      };
    case 'request':
      return { kind: 'exchanges', at, exchanges: [{ request: saidOf(event), answer: undefined }] };
    case 'answer':
      return { kind: 'exchanges', at, exchanges: [{ request: undefined, answer: saidOf(event) }] };
    case 'state':
      return { kind: 'state', at, state: event.title, why: textOf(detail.why) };
    case 'posting':
      return { kind: 'postings', at, postings: [postingOf(event)] };
    case 'alert':
      return { kind: 'alert', at, alert: event.title };
    case 'refund':
      return {
        kind: 'refund',
        at,
        state: event.title,
        amountMinor: numberOf(detail.amountMinor),
        reason: textOf(detail.reason),
        exchanges: exchangesOf(detail.evidence, at),
      };
  }
}

function saidOf({ at, title, detail }: PaymentEvent): Said {
  return { at, title, text: textOf(detail.text) };
}

function postingOf({ sequence, title, detail }: PaymentEvent): Posting {
  return {
    sequence,
    reason: title,
    debitAccount: textOf(detail.debitAccount),
    creditAccount: textOf(detail.creditAccount),
    amountMinor: numberOf(detail.amountMinor),
  };
}

/** A refund's own messages are kept in its event, in their order. */
function exchangesOf(evidence: unknown, eventAt: string): readonly Exchange[] {
  if (!Array.isArray(evidence)) return [];
  const exchanges: Exchange[] = [];
  for (const message of evidence as readonly Readonly<Record<string, unknown>>[]) {
    const at = typeof message.at === 'number' ? new Date(message.at).toISOString() : eventAt;
    const said: Said = { at, title: textOf(message.title), text: textOf(message.text) };
    const open = exchanges.at(-1);
    if (message.direction === 'request') exchanges.push({ request: said, answer: undefined });
    else if (open?.request !== undefined && open.answer === undefined)
      exchanges[exchanges.length - 1] = { ...open, answer: said };
    else exchanges.push({ request: undefined, answer: said });
  }
  return exchanges;
}

/** How long the answer took, in milliseconds; undefined without both. */
export function tookMs({ request, answer }: Exchange): number | undefined {
  if (request === undefined || answer === undefined) return undefined;
  return Date.parse(answer.at) - Date.parse(request.at);
}

/** A message laid out for reading: JSON on lines of its own, anything else as it is. */
export function laidOut(text: string): string {
  const [, head = '', body = ''] = /^(HTTP \d{3} )?(\{.*\}|\[.*\])$/s.exec(text) ?? [];
  if (body === '') return text;
  try {
    const json = JSON.stringify(JSON.parse(body), null, 2);
    return head === '' ? json : `${head.trim()}\n${json}`;
  } catch {
    return text;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
