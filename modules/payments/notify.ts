import { type Clock, Fault } from '@zhanggui/base';
import { Type } from 'typebox';
import { RawReply, type RawRequest, type Route, route } from '../http.ts';
import { methodOf, type Payments, type RunningMethod } from './context.ts';
import type { KnownPayments, NotificationReading, Outcome, RawAnswer } from './method.ts';
import { recordOutcome } from './record.ts';
import { recordRefund } from './refund.ts';
import { type Refund, refundById } from './refund-store.ts';
import { paymentById } from './store.ts';

/** Channels give up on an answer after five seconds and send again; they are told to do so before that. */
const ANSWER_WITHIN_MS = 4_500;

/** What a channel is told that must send again: it repeats whatever is not answered with success. */
const SEND_AGAIN: RawAnswer = { status: 503, contentType: 'text/plain; charset=utf-8', body: 'fail' };

/** The public address to which channels send what became of payments and refunds; one a method and merchant. */
export function notificationRoute(payments: Payments): Route {
  return route({
    method: 'POST',
    path: '/notifications/:methodId/:merchantId',
    summary: 'A channel tells by itself what became of a payment or refund; believed only when its signature verifies',
    tag: 'notifications',
    permission: 'public',
    raw: true,
    params: Type.Object({ methodId: Type.String({ maxLength: 40 }), merchantId: Type.String({ maxLength: 60 }) }),
    handle: async ({ params, raw, clock }) =>
      new RawReply(
        await withinTime(clock, notified(payments, params.methodId, params.merchantId, raw), (error) =>
          payments.report(error, `notification ${params.methodId}`),
        ),
      ),
  });
}

/**
 * Takes one notification: the method verifies and reads it, the outcome is written as any other, and only then does the
 * channel hear that it was taken. A repeated one, one that is overtaken by another, and one of a payment that was given
 * up are all harmless: what is definite stays, and late money goes back.
 * @returns the answer in the channel's own form.
 * @throws Fault `not-found` for a method that takes no notifications.
 */
export async function notified(
  payments: Payments,
  methodId: string,
  merchantId: string,
  { headers, body }: RawRequest,
): Promise<RawAnswer> {
  const running = runningMethod(payments, methodId);
  const known = knownTo(payments, methodId, merchantId);
  const reading = await running.method.notified({ merchantId, headers, rawBody: body }, known);
  if (reading.kind === 'payment') await recordPayment(payments, running, reading.paymentId, reading.outcome);
  if (reading.kind === 'refund') await recordRefundUntilTaken(payments, running, reading.refundId, reading.outcome);
  return reading.answer;
}

type NotifiedMethod = RunningMethod & {
  readonly method: { notified(...parts: Parameters<Notified>): Promise<NotificationReading> };
};
type Notified = NonNullable<RunningMethod['method']['notified']>;

function runningMethod(payments: Payments, methodId: string): NotifiedMethod {
  const running = payments.methods.find(({ plugin }) => plugin.id === methodId);
  if (running?.method.notified === undefined) throw new Fault('not-found');
  return running as NotifiedMethod;
}

/** Only what was paid by this method at this merchant is known, so that nothing signed for one is booked for another. */
function knownTo({ db }: Payments, methodId: string, merchantId: string): KnownPayments {
  const own = async (id: string) => {
    const payment = await paymentById(db, id);
    return payment?.merchantId === merchantId && payment.method === methodId ? payment : undefined;
  };
  return {
    payment: own,
    refund: async (id) => {
      const refund = await refundById(db, id);
      const payment = refund === undefined ? undefined : await own(refund.paymentId);
      return refund === undefined || payment === undefined ? undefined : { refund, payment };
    },
  };
}

async function recordPayment(
  payments: Payments,
  running: RunningMethod,
  paymentId: string,
  outcome: Outcome,
): Promise<void> {
  const payment = await paymentById(payments.db, paymentId);
  if (payment === undefined) throw new Fault('payment-not-found');
  payments.milestone?.('answer-arrived', payment.id);
  await recordOutcome(payments, methodOf(payments, running.plugin.id), payment, outcome);
}

/** A refund whose end is known is left alone. A step that came first is followed by another try. */
async function recordRefundUntilTaken(
  payments: Payments,
  running: RunningMethod,
  refundId: string,
  outcome: Outcome,
): Promise<void> {
  for (;;) {
    const read = await refundById(payments.db, refundId);
    if (read === undefined) throw new Fault('payment-not-found');
    if (isOver(read)) return;
    const after = await recordRefund(payments, running, read, outcome);
    const wasTaken = outcome.kind === 'pending' || outcome.kind === 'unknown' || isOver(after);
    if (wasTaken) return;
  }
}

function isOver({ state }: Refund): boolean {
  return state === 'succeeded' || state === 'failed';
}

/** What is still running then goes on; the repeated notification finds it done. What it ends in then, nobody waits for. */
async function withinTime(
  clock: Clock,
  work: Promise<RawAnswer>,
  failedLate: (error: unknown) => void,
): Promise<RawAnswer> {
  let isAnswered = false;
  const late = clock.sleep(ANSWER_WITHIN_MS).then(() => {
    isAnswered = true;
    return SEND_AGAIN;
  });
  work.catch((error: unknown) => {
    if (isAnswered) failedLate(error);
  });
  return Promise.race([work, late]);
}
