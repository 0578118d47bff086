import { toHex } from '@zhanggui/base';
import type { Authorization } from '../bank-entries.ts';
import type { HostAnswer } from '../dialects/dialect.ts';
import type { FinancialKind } from '../dialects/message-kinds.ts';
import { valuesOf } from '../issuer/check-chip.ts';
import { type Desk, originalOf, traceOf } from './desk.ts';
import { holdAgain } from './void.ts';

/** Requests that a terminal may take back (CUPS.md 3). */
const REVERSIBLE: ReadonlySet<FinancialKind> = new Set<FinancialKind>([
  'sale',
  'qr-sale',
  'void',
  'pre-authorization',
  'pre-authorization-void',
  'completion',
  'completion-void',
]);

/**
 * Undoes a request by its own trace number, whatever its terminal heard of it. A repeated reversal is answered alike. One
 * that comes before its request is remembered, so that the request is refused when it comes.
 */
export function decideReversal(desk: Desk): HostAnswer {
  const { request, book, now } = desk;
  const undone = book.byTrace(traceOf(request));
  const responseCode = judge(desk, undone);
  if (undone !== undefined && responseCode === '00' && undone.state !== 'reversed') undo(desk, undone);
  const answered = responseCode === '00' ? undone : undefined;
  book.recordReversal({
    at: now.toISOString(),
    ...traceOf(request),
    kind: request.reverses ?? 'sale',
    amountMinor: request.amountMinor ?? 0,
    reason: request.reason,
    responseCode,
    rrn: answered?.rrn ?? null,
  });
  return {
    responseCode,
    rrn: answered?.rrn ?? null,
    authorizationCode: answered?.authorizationCode ?? null,
  };
}

/** The terminal tells what became of the scripts that went to a chip. */
export function decideScriptResult(desk: Desk): HostAnswer {
  const original = originalOf(desk);
  if (original === undefined || desk.request.chip === null) return { responseCode: '25' };
  const result = scriptResult(desk.request.chip);
  if (result === undefined) return { responseCode: '30' };
  desk.book.record({ ...original, scriptResult: toHex(result) });
  return { responseCode: '00', rrn: original.rrn };
}

/** A drawn signature is kept with its payment, as its size. */
export function keepSignature(desk: Desk): HostAnswer {
  const original = originalOf(desk);
  const { signature } = desk.request;
  if (original === undefined) return { responseCode: '25' };
  if (signature === null || signature.length === 0) return { responseCode: '30' };
  desk.book.record({ ...original, signatureBytes: signature.length });
  return { responseCode: '00', rrn: original.rrn };
}

/** UnionPay's tag for it, or EMV's. */
function scriptResult(field55: Uint8Array): Uint8Array | undefined {
  const values = valuesOf(field55);
  return values?.get('DF31') ?? values?.get('9F5B');
}

function judge({ request }: Desk, undone: Authorization | undefined): string {
  if (request.reverses === null || !REVERSIBLE.has(request.reverses)) return '12';
  if (undone === undefined || !isSameSort(undone.kind, request.reverses) || undone.state === 'declined') return '25';
  if (undone.state === 'reversed') return '00';
  return undone.state === 'approved' && undone.refundedMinor === 0 ? '00' : '12';
}

/** A reversal that left the payment code away looks like that of a sale with a card. */
function isSameSort(kind: FinancialKind, told: FinancialKind): boolean {
  return kind === told || (kind === 'qr-sale' && told === 'sale');
}

/** The entry is reversed, and what it had changed is as before. */
function undo({ book, request }: Desk, entry: Authorization): void {
  const result = request.chip === null ? undefined : scriptResult(request.chip);
  book.record({
    ...entry,
    state: 'reversed',
    ...(request.reason === null ? {} : { reversalReason: request.reason }),
    ...(result === undefined ? {} : { scriptResult: toHex(result) }),
  });
  const original = entry.originalRrn === null ? undefined : book.byRrn(entry.originalRrn);
  if (original === undefined) return;
  if (entry.kind === 'completion') holdAgain({ book }, entry);
  else if (original.state === 'voided') stand(book, original);
}

/** What was voided stands again; a completion that does so takes its hold again. */
function stand(book: Desk['book'], original: Authorization): void {
  book.record({ ...original, state: 'approved' });
  if (original.kind !== 'completion' || original.originalRrn === null) return;
  const hold = book.byRrn(original.originalRrn);
  if (hold?.state === 'approved') book.record({ ...hold, state: 'completed' });
}
