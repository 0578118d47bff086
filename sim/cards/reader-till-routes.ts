import type { ServerResponse } from 'node:http';
import type { Currency } from '@zhanggui/base';
import type { IssuerAnswer, ReadPurpose, ReadRequest } from '@zhanggui/terminal';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Readers } from './reader.ts';
import type { VirtualReader } from './virtual-reader.ts';

const LONG_POLL_MS = 25_000;
const PURPOSES: readonly ReadPurpose[] = ['sale', 'pre-authorization', 'refund', 'void', 'balance'];
const CURRENCIES: readonly Currency[] = ['CNY', 'HKD', 'USD', 'EUR', 'JPY'];
const DECISIONS: readonly IssuerAnswer['decision'][] = ['approve', 'decline', 'unable-to-go-online'];

interface RequestParams {
  readerId: string;
  requestId: string;
}

/** What a till asks of its reader. */
export function tillRoutes(app: FastifyInstance, { byId }: Readers): void {
  app.post<{ Params: { readerId: string }; Body: Record<string, unknown> | null }>(
    '/readers/:readerId/requests',
    async ({ params, body }, reply) => {
      const reader = byId.get(params.readerId);
      if (reader === undefined) return refuse(reply, 404, 'no-such-reader');
      const request = readRequest(body ?? {});
      if (typeof request === 'string') return refuse(reply, 422, request);
      return reply.code(201).send({ requestId: reader.request(request) });
    },
  );

  app.get<{ Params: RequestParams; Querystring: { wait?: string; after?: string } }>(
    '/readers/:readerId/requests/:requestId/result',
    async ({ params, query }, reply) => {
      const reader = byId.get(params.readerId);
      const read = reader?.readOf(params.requestId);
      if (reader === undefined || read === undefined) return refuse(reply, 404, 'no-such-request');
      const after = Number(query.after ?? 0) || 0;
      if (query.wait === '1') await changed(reader, reply.raw, () => read.result.version > after);
      return read.result;
    },
  );

  app.post<{ Params: RequestParams; Body: Record<string, unknown> | null }>(
    '/readers/:readerId/requests/:requestId/issuer-answer',
    async ({ params, body }, reply) => {
      const reader = byId.get(params.readerId);
      if (reader?.readOf(params.requestId) === undefined) return refuse(reply, 404, 'no-such-request');
      const answer = readIssuerAnswer(body ?? {});
      if (answer === undefined) return refuse(reply, 422, 'bad-answer');
      if (!reader.answer(params.requestId, answer)) return refuse(reply, 409, 'not-presented');
      return reply.code(202).send({});
    },
  );

  app.post<{ Params: RequestParams; Body: { id?: unknown } | null }>(
    '/readers/:readerId/requests/:requestId/choose',
    async ({ params, body }, reply) => {
      const chosen = byId.get(params.readerId)?.choose(params.requestId, String(body?.id));
      return chosen === true ? reply.code(202).send({}) : refuse(reply, 409, 'no-such-choice');
    },
  );

  app.delete<{ Params: RequestParams }>('/readers/:readerId/requests/:requestId', async ({ params }, reply) => {
    const cancelled = byId.get(params.readerId)?.cancel(params.requestId);
    return cancelled === true ? reply.code(204).send() : refuse(reply, 404, 'no-such-request');
  });
}

/** Resolves when `holds` does, the wait is over, the asker has gone, or the reader is closed. */
export function changed(reader: VirtualReader, asker: ServerResponse, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (holds() || reader.isClosed) done();
    };
    const done = (): void => {
      clearTimeout(timer);
      stop();
      asker.off('close', done);
      resolve();
    };
    const timer = setTimeout(done, LONG_POLL_MS);
    const stop = reader.listen(look);
    asker.on('close', done);
    look();
  });
}

/** The request, or why it is none. */
function readRequest(body: Record<string, unknown>): ReadRequest | string {
  const { purpose = 'sale', amountMinor, currency = 'CNY', language = 'zh' } = body;
  const known = PURPOSES.find((each) => each === purpose);
  if (known === undefined) return 'bad-purpose';
  const least = known === 'balance' ? 0 : 1;
  if (typeof amountMinor !== 'number' || !Number.isSafeInteger(amountMinor) || amountMinor < least) return 'bad-amount';
  const money = CURRENCIES.find((each) => each === currency);
  if (money === undefined) return 'bad-currency';
  if (language !== 'zh' && language !== 'en') return 'bad-language';
  return { purpose: known, amountMinor, currency: money, language };
}

function readIssuerAnswer({
  decision,
  responseCode = '',
  data = '',
}: Record<string, unknown>): IssuerAnswer | undefined {
  const known = DECISIONS.find((each) => each === decision);
  if (known === undefined || typeof responseCode !== 'string' || typeof data !== 'string') return undefined;
  if (!/^([0-9A-Za-z]{2})?$/.test(responseCode) || !/^([0-9A-Fa-f]{2})*$/.test(data)) return undefined;
  return { decision: known, responseCode, data };
}

export function refuse(reply: FastifyReply, status: number, code: string): FastifyReply {
  return reply.code(status).send({ code });
}
