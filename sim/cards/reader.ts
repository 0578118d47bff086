import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { makeId } from '@zhanggui/base';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { cardById, maskedPan, type TestCard, testCards } from './cards.ts';
import { ReaderKeys, type SealedCard } from './reader-device.ts';

/** A card as the till gets it. */
interface PresentedCard {
  readonly credential: SealedCard;
  readonly maskedPan: string;
  readonly scheme: TestCard['scheme'];
  readonly entryMode: TestCard['entryMode'];
}

/** What became of a till's request for a card. */
type ReaderResult =
  | { readonly state: 'waiting' }
  | { readonly state: 'presented'; readonly card: PresentedCard }
  | { readonly state: 'cancelled' };

interface ReaderRequest {
  readonly requestId: string;
  readonly amountMinor: number;
  readonly currency: string;
  result: ReaderResult;
  readonly waiters: Set<() => void>;
}

interface Reader {
  request: ReaderRequest | null;
  readonly pages: Set<ServerResponse>;
}

/** The virtual card readers, one a till. */
export interface Readers {
  readonly keys: ReaderKeys;
  readonly byId: ReadonlyMap<string, Reader>;
  /** Ends what waits and the pages' streams. */
  close(): void;
}

const LONG_POLL_MS = 25_000;
const PING_MS = 15_000;
const PIN_SHAPE = /^\d{4,12}$/;

/** The readers with their keys from `dataFolder`. */
export function openReaders(dataFolder: string): Readers {
  const keys = new ReaderKeys(join(dataFolder, 'readers.json'));
  const byId = new Map<string, Reader>(keys.readerIds().map((id) => [id, { request: null, pages: new Set() }]));
  const ping = setInterval(() => pingAll(byId), PING_MS).unref();
  return {
    keys,
    byId,
    close() {
      clearInterval(ping);
      for (const reader of byId.values()) {
        if (reader.request !== null) finish(reader, { state: 'cancelled' });
        for (const page of reader.pages) page.end();
      }
    },
  };
}

/** Routes of the readers: requests of the till, and the page on which a card is held to one. */
export function registerReader(app: FastifyInstance, { keys, byId }: Readers): void {
  tillRoutes(app, byId);
  pageRoutes(app, byId, keys);
}

interface ReaderParams {
  readerId: string;
}
interface RequestParams extends ReaderParams {
  requestId: string;
}

function tillRoutes(app: FastifyInstance, readers: ReadonlyMap<string, Reader>): void {
  app.post<{ Params: ReaderParams; Body: { amountMinor?: unknown; currency?: unknown } | null }>(
    '/readers/:readerId/requests',
    async ({ params, body }, reply) => {
      const reader = readers.get(params.readerId);
      if (reader === undefined) return refuse(reply, 404, 'no-such-reader');
      const { amountMinor, currency = 'CNY' } = body ?? {};
      if (!Number.isSafeInteger(amountMinor) || Number(amountMinor) <= 0 || typeof currency !== 'string')
        return refuse(reply, 422, 'bad-amount');
      if (reader.request?.result.state === 'waiting') finish(reader, { state: 'cancelled' });
      const requestId = makeId('evt', Date.now(), randomBytes(8));
      reader.request = {
        requestId,
        amountMinor: Number(amountMinor),
        currency,
        result: { state: 'waiting' },
        waiters: new Set(),
      };
      tellPages(reader);
      return reply.code(201).send({ requestId });
    },
  );

  app.get<{ Params: RequestParams; Querystring: { wait?: string } }>(
    '/readers/:readerId/requests/:requestId/result',
    async ({ params, query }, reply) => {
      const request = readers.get(params.readerId)?.request;
      if (request?.requestId !== params.requestId) return refuse(reply, 404, 'no-such-request');
      if (request.result.state === 'waiting' && query.wait !== '0') await changed(request, reply.raw);
      return request.result;
    },
  );

  app.delete<{ Params: RequestParams }>('/readers/:readerId/requests/:requestId', async ({ params }, reply) => {
    const reader = readers.get(params.readerId);
    if (reader?.request?.requestId !== params.requestId) return refuse(reply, 404, 'no-such-request');
    if (reader.request.result.state === 'waiting') finish(reader, { state: 'cancelled' });
    return reply.code(204).send();
  });
}

function pageRoutes(app: FastifyInstance, readers: ReadonlyMap<string, Reader>, keys: ReaderKeys): void {
  app.get('/readers', async () => ({ readers: [...readers.keys()] }));

  app.get('/readers/cards', async () => ({ cards: testCards.map(faceOf) }));

  app.get<{ Params: ReaderParams }>('/readers/:readerId/events', async ({ params }, reply) => {
    const reader = readers.get(params.readerId);
    if (reader === undefined) return refuse(reply, 404, 'no-such-reader');
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', connection: 'keep-alive' });
    reader.pages.add(raw);
    raw.on('close', () => reader.pages.delete(raw));
    raw.write(stateEvent(reader));
  });

  app.post<{ Params: ReaderParams; Body: { cardId?: unknown; pin?: unknown } | null }>(
    '/readers/:readerId/present',
    async ({ params, body }, reply) => {
      const reader = readers.get(params.readerId);
      if (reader === undefined) return refuse(reply, 404, 'no-such-reader');
      const { request } = reader;
      if (request === null || request.result.state !== 'waiting') return refuse(reply, 409, 'no-request');
      const card = typeof body?.cardId === 'string' ? cardById(body.cardId) : undefined;
      if (card === undefined) return refuse(reply, 422, 'no-such-card');
      const pin = typeof body?.pin === 'string' && body.pin !== '' ? body.pin : null;
      if (pin !== null && !PIN_SHAPE.test(pin)) return refuse(reply, 422, 'bad-pin');
      if (pin === null && request.amountMinor > card.pinAboveMinor) return refuse(reply, 422, 'pin-needed');
      const credential = keys.seal(params.readerId, card, pin);
      const { scheme, entryMode } = card;
      finish(reader, { state: 'presented', card: { credential, maskedPan: maskedPan(card), scheme, entryMode } });
      return { state: 'presented' };
    },
  );
}

/** What may be seen of a card: its face, never its number. */
function faceOf(card: TestCard) {
  const { id, title, issuer, scheme, kind, expiry, entryMode, pinAboveMinor, offeredPin, note, face } = card;
  const shown = { id, title, issuer, scheme, kind, expiry, entryMode, pinAboveMinor, offeredPin, note, face };
  return { ...shown, maskedPan: maskedPan(card) };
}

function finish(reader: Reader, result: ReaderResult): void {
  const { request } = reader;
  if (request === null) return;
  request.result = result;
  for (const wake of request.waiters) wake();
  tellPages(reader);
}

/** Resolves when the request is finished, the wait is over, or the asker has gone. */
function changed(request: ReaderRequest, asker: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      request.waiters.delete(done);
      asker.off('close', done);
      resolve();
    };
    const timer = setTimeout(done, LONG_POLL_MS);
    request.waiters.add(done);
    asker.on('close', done);
  });
}

function tellPages(reader: Reader): void {
  for (const page of reader.pages) page.write(stateEvent(reader));
}

function stateEvent({ request }: Reader): string {
  const view =
    request === null
      ? { state: 'idle' }
      : { state: request.result.state, amountMinor: request.amountMinor, currency: request.currency };
  return `event: request\ndata: ${JSON.stringify(view)}\n\n`;
}

function pingAll(readers: ReadonlyMap<string, Reader>): void {
  for (const { pages } of readers.values()) for (const page of pages) page.write('event: ping\ndata: {}\n\n');
}

function refuse(reply: FastifyReply, status: number, code: string): FastifyReply {
  return reply.code(status).send({ code });
}
