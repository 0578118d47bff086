import type { PaymentView } from '@zhanggui/modules/payments/api.ts';
import { ApiProblem, ApiSilence } from '@zhanggui/ui/api-client.ts';
import type { PaymentSurroundings } from '../../../web/method-screen.ts';
import { concludeRead, type IssuerAnswer } from './reader-client.ts';

const REPEAT_AFTER_MS = 2_000;
const SILENT_DECLINE: IssuerAnswer = { decision: 'decline', responseCode: '', data: '' };

/** A card that was read and whose payment is not decided: a chip waits at the reader meanwhile. */
interface OpenRead {
  readonly requestId: string;
  readonly maskedPan: string;
  readonly amountMinor: number;
}

/** Payments whose read has had its answer, or that were told of while no card was read: they belong to earlier cards. */
const earlier = new Set<string>();

/** Keeps which request of the reader the till's next payment belongs to, through a reload of the page too. */
export function keepOpenRead(tillId: string, read: OpenRead): void {
  sessionStorage.setItem(keyOf(tillId), JSON.stringify(read));
}

/**
 * What a card payment of this till means to the reader: a chip gets the issuer's answer and its last word goes to the gateway; every other
 * outcome only ends what the display shows. Each request is answered once.
 * @returns the payment after the chip's last word, where there was one.
 */
export async function followPayment(
  payment: PaymentView,
  around: PaymentSurroundings,
): Promise<PaymentView | undefined> {
  const read = openReadOf(payment);
  const answer = answerFor(payment);
  if (read === undefined || answer === undefined) return undefined;
  // Forgotten before anything is sent, since the same payment may be told of twice: now, and when the same card is read again.
  sessionStorage.removeItem(keyOf(payment.tillId));
  earlier.add(payment.id);
  const concluded = await concludeRead(around.cardReader, read.requestId, answer);
  if (payment.handover?.kind !== 'issuer-answer' || !concluded?.completion) return undefined;
  return bringLastWord(payment.id, concluded.completion, around);
}

/** Undefined while nothing is decided. */
function answerFor({ handover, result, state }: PaymentView): IssuerAnswer | undefined {
  if (handover?.kind === 'issuer-answer') {
    const { decision, responseCode, data } = handover;
    return { decision, responseCode, data };
  }
  if (result === 'succeeded') return { decision: 'approve', responseCode: '00', data: '' };
  // What is being undone, or may have to be, is no approval at the reader.
  return result === 'failed' || state === 'unknown' || state === 'cancelling' ? SILENT_DECLINE : undefined;
}

/** The chip has spoken and cannot be asked again, so its word is brought until the gateway has it. */
async function bringLastWord(
  paymentId: string,
  completion: unknown,
  { api, sleep }: PaymentSurroundings,
): Promise<PaymentView | undefined> {
  for (;;) {
    try {
      return await api.send<PaymentView>('POST', `/payments/${paymentId}/advance`, { input: completion });
    } catch (error) {
      const again = error instanceof ApiSilence || (error instanceof ApiProblem && error.status >= 500);
      // Refused for good: the gateway has given the payment up meanwhile and tells so by itself.
      if (error instanceof ApiProblem && !again) return undefined;
      if (!again) throw error;
    }
    await sleep(REPEAT_AFTER_MS);
  }
}

/** The card that a payment was read from, while it waits. */
function openReadOf({ id, tillId, maskedInstrument, amountMinor }: PaymentView): OpenRead | undefined {
  const kept = sessionStorage.getItem(keyOf(tillId));
  if (kept === null) {
    earlier.add(id);
    return undefined;
  }
  const read = JSON.parse(kept) as OpenRead;
  const isOfRead = read.maskedPan === maskedInstrument && read.amountMinor === amountMinor && !earlier.has(id);
  return isOfRead ? read : undefined;
}

function keyOf(tillId: string): string {
  return `zg.card-read.${tillId}`;
}
