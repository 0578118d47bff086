import { type Currency, type Db, Fault } from '@zhanggui/base';
import { Type } from 'typebox';
import { type Route, route } from '../http.ts';
import { merchantById } from '../merchants/store.ts';
import { ownTill } from '../sales/sale.ts';
import { tillsOf } from '../sales/till-store.ts';
import { BatchView } from './api.ts';
import { closeBatch, type OpenTerminal, type Settlement, terminalsOf } from './close.ts';
import { type Batch, batchById, batchesOf, closingAt, endOfBatch, putSchedule, scheduleOf } from './store.ts';
import { countBatch } from './totals.ts';

const Schedule = Type.Object(
  {
    at: Type.Union([Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' }), Type.Null()], {
      description: 'time of day in Beijing; null closes nothing by itself',
    }),
  },
  { additionalProperties: false },
);

/** Closing batches with acquirers (结算), their slips and history, and when they close by themselves. */
export function settlementRoutes(settlement: Settlement): readonly Route[] {
  return [closeRoute(settlement), ...readingRoutes(settlement), ...scheduleRoutes()];
}

function closeRoute(settlement: Settlement): Route {
  return route({
    method: 'POST',
    path: '/tills/:tillId/batch-close',
    summary: "Close the open batch of the till's terminal with its acquirer; what takes longer goes on by itself",
    tag: 'settlement',
    permission: 'sell',
    command: true,
    status: 201,
    params: Type.Object({ tillId: Type.String({ maxLength: 60 }) }),
    response: BatchView,
    handle: async ({ db, staff, params, commandKey, contentHash }) => {
      const till = await ownTill(db, staff, params.tillId);
      const currency = ((await merchantById(db, staff.merchantId))?.currency ?? 'CNY') satisfies Currency;
      const batch = await closeBatch(settlement, {
        merchantId: staff.merchantId,
        tillId: till.id,
        currency,
        staffId: staff.id,
        command: { commandKey, contentHash },
      });
      return viewOf(batch);
    },
  });
}

function readingRoutes(settlement: Settlement): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/batches',
      summary: 'The open batch of each terminal as it stands, then those that were closed, newest first',
      tag: 'settlement',
      permission: 'sell',
      query: Type.Object({
        tillId: Type.Optional(Type.String({ maxLength: 60 })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
      }),
      response: Type.Object({ batches: Type.Array(BatchView) }),
      handle: async ({ db, staff, query }) => {
        const tillId = query.tillId ?? null;
        const open = await openBatches(settlement, staff.merchantId, tillId);
        const begun = await batchesOf(db, staff.merchantId, tillId, query.limit ?? 50);
        return { batches: [...open, ...begun.map(viewOf)] };
      },
    }),
    route({
      method: 'GET',
      path: '/batches/:batchId',
      summary: 'A batch with everything that its slip prints',
      tag: 'settlement',
      permission: 'sell',
      params: Type.Object({ batchId: Type.String({ maxLength: 60 }) }),
      response: BatchView,
      handle: async ({ db, staff, params }) => {
        const batch = await batchById(db, params.batchId);
        if (batch === undefined || batch.merchantId !== staff.merchantId) throw new Fault('batch-not-found');
        return viewOf(batch);
      },
    }),
  ];
}

function scheduleRoutes(): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/settlement/schedule',
      summary: 'When the batches close by themselves',
      tag: 'settlement',
      permission: 'sell',
      response: Schedule,
      handle: async ({ db, staff }) => ({ at: await scheduleOf(db, staff.merchantId) }),
    }),
    route({
      method: 'PUT',
      path: '/settlement/schedule',
      summary: 'Change when the batches close by themselves',
      tag: 'settlement',
      permission: 'console',
      body: Schedule,
      response: Schedule,
      handle: async ({ db, staff, body }) => {
        await putSchedule(db, staff.merchantId, body.at);
        return body;
      },
    }),
  ];
}

/** Batches that nobody has begun to close, counted now, in the order of the shop's tills. */
async function openBatches(settlement: Settlement, merchantId: string, tillId: string | null): Promise<BatchView[]> {
  const { payments, exchange } = settlement;
  const places = new Map((await tillsOf(payments.db, merchantId)).map(({ id }, place) => [id, place]));
  const merchant = await merchantById(payments.db, merchantId);
  const placeOfTill = (each: OpenTerminal): number => places.get(each.tillId) ?? -1;
  const terminals = (await terminalsOf(exchange))
    .filter((each) => placeOfTill(each) >= 0)
    .sort((one, other) => placeOfTill(one) - placeOfTill(other));
  const views: BatchView[] = [];
  for (const open of terminals) {
    if (tillId !== null && open.tillId !== tillId) continue;
    if (await isClosing(payments.db, open)) continue;
    const place = { terminal: open.terminal, number: open.batchNumber };
    const after = await endOfBatch(payments.db, place.terminal, place.number);
    const { totals, byKind } = await countBatch(payments, place, after);
    views.push({ ...placeOf(open), ...NOT_BEGUN, currency: merchant?.currency ?? 'CNY', totals, byKind: [...byKind] });
  }
  return views;
}

async function isClosing(db: Db, { terminal }: OpenTerminal): Promise<boolean> {
  return (await closingAt(db, terminal)) !== undefined;
}

const NOT_BEGUN = {
  id: null,
  state: 'open',
  verdict: { domestic: null, foreign: null },
  uploaded: null,
  refused: null,
  settlementOn: null,
  nextBatchNumber: null,
  step: null,
  cause: null,
  bySchedule: false,
  beganAt: null,
  endedAt: null,
} as const;

function placeOf({
  tillId,
  terminal,
  acceptorId,
  batchNumber,
}: Pick<Batch, 'tillId' | 'terminal' | 'acceptorId' | 'batchNumber'>) {
  const [acquirerId = '', terminalId = ''] = terminal.split('/');
  return { tillId, acquirerId, terminalId, acceptorId, batchNumber };
}

function viewOf(batch: Batch): BatchView {
  return {
    id: batch.id,
    ...placeOf(batch),
    currency: batch.currency,
    state: batch.state,
    totals: batch.totals,
    byKind: [...(batch.byKind ?? [])],
    verdict: { domestic: batch.domesticVerdict, foreign: batch.foreignVerdict },
    uploaded: batch.uploaded,
    refused: batch.refused,
    settlementOn: batch.settlementOn,
    nextBatchNumber: batch.nextBatchNumber,
    step: batch.step,
    cause: batch.cause,
    bySchedule: batch.staffId === null,
    beganAt: new Date(batch.beganAt).toISOString(),
    endedAt: batch.endedAt === null ? null : new Date(batch.endedAt).toISOString(),
  };
}
