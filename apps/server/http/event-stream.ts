import type { SendEvent, StopSending } from '@zhanggui/modules/http.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';

const PING_MS = 15_000;
/** Of what a listener has not yet taken; then it is gone, or does not listen. */
const MOST_UNREAD_BYTES = 1_048_576;

/**
 * Server-sent events until the listener goes away or its session is over. A ping keeps proxies from closing a quiet line, and is
 * the moment at which the session is looked at again.
 */
export function openStream(
  subscribe: (send: SendEvent) => StopSending,
  mayStillListen: () => Promise<boolean>,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
  raw.flushHeaders();
  const send: SendEvent = (name, data) => {
    // The end is heard of a moment after it came.
    if (raw.writableEnded || raw.destroyed) return;
    raw.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
    if (raw.writableLength > MOST_UNREAD_BYTES) raw.destroy();
  };
  const ping = setInterval(() => {
    mayStillListen().then(
      (may) => (may ? send('ping', {}) : raw.end()),
      // Whether it may is not known now; the next ping asks again.
      (error: unknown) => request.log.warn({ err: error }, 'session of a listener could not be read'),
    );
  }, PING_MS);
  const stop = subscribe(send);
  raw.on('close', () => {
    clearInterval(ping);
    stop();
  });
  return reply;
}
