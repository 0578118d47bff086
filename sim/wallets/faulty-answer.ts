import type { Clock } from '@zhanggui/base';
import type { FastifyReply } from 'fastify';
import type { Fault } from './faults.ts';

/** An answer ready to be sent: its text is signed already. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Connections that a fault keeps open without an answer; the server closes them when it stops. */
export type HeldReplies = Set<FastifyReply>;

const GATEWAY_PAGE = '<html><head><title>500 Internal Server Error</title></head><body>simulated fault</body></html>';

/** Whether the request is to be forgotten before it is processed; the reply is taken care of then. */
export function failsBefore(fault: Fault | undefined, reply: FastifyReply, held: HeldReplies): boolean {
  if (fault?.kind === 'silence') {
    reply.hijack();
    held.add(reply);
    reply.raw.once('close', () => held.delete(reply));
    return true;
  }
  if (fault?.kind === '500') {
    reply.hijack();
    reply.raw.writeHead(500, { 'content-type': 'text/html' });
    reply.raw.end(GATEWAY_PAGE);
    return true;
  }
  return false;
}

/** Sends the answer of a processed request, as whole as the fault leaves it. */
export async function sendAnswer(
  answer: Answer,
  fault: Fault | undefined,
  reply: FastifyReply,
  clock: Clock,
): Promise<void> {
  reply.hijack();
  const { raw } = reply;
  if (fault?.kind === 'lost-answer') {
    raw.destroy();
    return;
  }
  if (fault?.kind === 'delay') await clock.sleep(fault.delayMs);
  if (raw.destroyed) return;
  const whole = Buffer.from(answer.body as string);
  raw.writeHead(answer.status, { ...answer.headers, 'content-length': String(whole.length) });
  if (fault?.kind !== 'truncated') {
    raw.end(whole);
    return;
  }
  raw.write(whole.subarray(0, Math.floor(whole.length / 2)), () => raw.destroy());
}
