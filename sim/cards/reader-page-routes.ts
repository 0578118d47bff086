import type { FastifyInstance, FastifyReply } from 'fastify';
import { maskedPan, testCards, virtualCardById, virtualCards } from './cards.ts';
import type { Personalisation } from './chip/personalisation.ts';
import type { Readers } from './reader.ts';
import { changed, refuse } from './reader-till-routes.ts';
import type { Presentation, VirtualReader } from './virtual-reader.ts';
import type { PullOut } from './virtual-slot.ts';

const PIN_SHAPE = /^\d{4,12}$/;
const PULL_OUTS: readonly PullOut[] = ['reading', 'pin', 'authorizing', 'completion'];
/** A chip is read about as fast as a real one, so that a hand can be too quick for it. */
const HAND_PAUSE_MS = 60;

interface ReaderParams {
  readerId: string;
}

/** What stands or happens at the readers' page, and what tests do in its place. */
export function pageRoutes(app: FastifyInstance, readers: Readers): void {
  app.get('/readers', async () => ({ readers: [...readers.byId.keys()] }));
  app.get('/readers/cards', async () => ({ cards: virtualCards.map(faceOf) }));
  eventRoute(app, readers);
  presentRoutes(app, readers);
  handRoutes(app, readers);
}

function eventRoute(app: FastifyInstance, { byId, streams }: Readers): void {
  app.get<{ Params: ReaderParams }>('/readers/:readerId/events', async ({ params }, reply) => {
    const reader = byId.get(params.readerId);
    if (reader === undefined) return refuse(reply, 404, 'no-such-reader');
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', connection: 'keep-alive' });
    const send = (): void => {
      raw.write(`event: reader\ndata: ${JSON.stringify(pageView(reader))}\n\n`);
    };
    const stop = reader.listen(send);
    streams.add(raw);
    raw.on('close', () => {
      stop();
      streams.delete(raw);
    });
    send();
  });
}

/** Presenting a card: as a hand does it at the page, or in one step, which resolves when something more is wanted than the card. */
function presentRoutes(app: FastifyInstance, { byId, box }: Readers): void {
  const present = async (
    reader: VirtualReader | undefined,
    body: Record<string, unknown>,
    reply: FastifyReply,
    byHand: boolean,
  ): Promise<unknown> => {
    if (reader === undefined) return refuse(reply, 404, 'no-such-reader');
    const presentation = readPresentation(body, byHand);
    if (typeof presentation === 'string') return refuse(reply, 422, presentation);
    const refusal = reader.present(presentation);
    if (refusal !== undefined) return refuse(reply, refusal === 'no-stripe' ? 422 : 409, refusal);
    if (!byHand) await changed(reader, reply.raw, () => reader.isAtRest);
    const result = reader.view.result;
    return {
      state: result?.state,
      ...(result?.state === 'waiting' ? { step: result.step, prompt: result.prompt } : {}),
    };
  };
  type Route = { Params: ReaderParams; Body: Record<string, unknown> | null };
  app.post<Route>('/readers/:readerId/present', ({ params, body }, reply) =>
    present(byId.get(params.readerId), body ?? {}, reply, false),
  );
  app.post<Route>('/readers/:readerId/card', ({ params, body }, reply) =>
    present(byId.get(params.readerId), body ?? {}, reply, true),
  );
  app.post<{ Params: { cardId: string } }>('/readers/cards/:cardId/renew', async ({ params }, reply) => {
    const card = virtualCardById(params.cardId);
    if (card === undefined) return refuse(reply, 404, 'no-such-card');
    box.renew(card);
    return reply.code(204).send();
  });
}

function handRoutes(app: FastifyInstance, { byId }: Readers): void {
  app.delete<{ Params: ReaderParams }>('/readers/:readerId/card', async ({ params }, reply) => {
    const reader = byId.get(params.readerId);
    if (reader === undefined) return refuse(reply, 404, 'no-such-reader');
    reader.pullOut();
    return reply.code(204).send();
  });

  app.post<{ Params: ReaderParams; Body: { pin?: unknown; without?: unknown } | null }>(
    '/readers/:readerId/pin',
    async ({ params, body }, reply) => {
      const reader = byId.get(params.readerId);
      if (reader === undefined) return refuse(reply, 404, 'no-such-reader');
      const { pin, without } = body ?? {};
      const typed = without === 'bypassed' || without === 'cancelled' ? without : pin;
      if (typeof typed !== 'string' || (typed === pin && !PIN_SHAPE.test(typed))) return refuse(reply, 422, 'bad-pin');
      return reader.enterPin(typed) ? reply.code(202).send({}) : refuse(reply, 409, 'no-pin-asked');
    },
  );
}

/** What the page shows: never a credential. */
function pageView(reader: VirtualReader) {
  const { request, requestId, result, pin, card } = reader.view;
  if (result === null || request === null) return { state: 'idle', card };
  const shown = { requestId, ...request, pin, card };
  switch (result.state) {
    case 'waiting':
      return { ...shown, ...result };
    case 'presented': {
      const { maskedPan, label, entryMode, concludes } = result.card;
      return { ...shown, state: result.state, prompt: result.prompt, maskedPan, label, entryMode, concludes };
    }
    case 'concluded': {
      const { state, outcome, signature, prompt } = result;
      return { ...shown, state, outcome, signature, prompt };
    }
    case 'failed':
      return { ...shown, state: result.state, prompt: result.prompt, again: result.again };
    case 'cancelled':
      return { ...shown, state: result.state };
  }
}

/** What may be seen of a card: its face, never its number. */
function faceOf(card: Personalisation) {
  const { id, title, note, issuer, scheme, kind, form, face, ways, pin, offeredPin = pin } = card;
  const account = testCards.find((each) => each.id === id);
  const shown = { id, title, note, issuer, scheme, kind, form, face, ways, offeredPin };
  return { ...shown, ...(account === undefined ? {} : { expiry: account.expiry, maskedPan: maskedPan(account) }) };
}

/** The presentation, or what is wrong with it. */
function readPresentation(body: Record<string, unknown>, byHand: boolean): Presentation | string {
  const card = typeof body.cardId === 'string' ? virtualCardById(body.cardId) : undefined;
  if (card === undefined) return 'no-such-card';
  const way = card.ways.find((each) => each === (body.way ?? card.ways[0]));
  if (way === undefined) return 'no-such-way';
  const pin = typeof body.pin === 'string' && body.pin !== '' ? body.pin : null;
  if (pin !== null && pin !== 'bypassed' && !PIN_SHAPE.test(pin)) return 'bad-pin';
  const pullOutAt = PULL_OUTS.find((each) => each === body.pullOutAt);
  if (body.pullOutAt !== undefined && pullOutAt === undefined) return 'bad-pull-out';
  const choice = typeof body.choice === 'number' && Number.isInteger(body.choice) ? body.choice : null;
  const together = body.together === true;
  return { card, way, pin, choice, pullOutAt, together, takenBack: !byHand, pauseMs: byHand ? HAND_PAUSE_MS : 0 };
}
