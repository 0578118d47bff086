import { Fault } from '@zhanggui/base';
import { type TSchema, Type } from 'typebox';
import { type Route, route } from '../http.ts';
import { AdviceView, openAdvices } from './advice-list.ts';
import type { DownloadKind } from './api.ts';
import { offlineRoutes } from './offline-routes.ts';
import { checkTill, type SwitchRouting, seesEveryTill } from './routing.ts';
import type { AcquirerHealth, ManagementOutcome } from './terminal-views.ts';

const ADVICES_SHOWN = 200;
const REFUSED_SHOWN_MS = 7 * 86_400_000;

const text = Type.String();
const nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);
const instant = Type.String({ format: 'date-time' });
const tillParams = Type.Object({ tillId: Type.String({ maxLength: 64 }) });
const downloadKind = Type.Union([
  Type.Literal('ca-keys'),
  Type.Literal('ic-parameters'),
  Type.Literal('bin-list'),
  Type.Literal('terminal-parameters'),
]);
const Outcome = Type.Object({
  kind: Type.Union([Type.Literal('done'), Type.Literal('failed'), Type.Literal('not-supported')]),
  cause: nullable(text),
  version: nullable(Type.Integer()),
});
const HealthView = Type.Object({
  acquirers: Type.Array(
    Type.Object({
      acquirerId: text,
      connection: Type.Union([Type.Literal('persistent'), Type.Literal('short'), Type.Literal('none')]),
      connected: Type.Boolean(),
      circuit: Type.Union([Type.Literal('closed'), Type.Literal('open')]),
      failuresInARow: Type.Integer(),
      waiting: Type.Integer({ description: 'requests without an answer yet' }),
      lastAnswerAt: nullable(instant),
      roundTripMs: nullable(Type.Object({ p50: Type.Number(), p99: Type.Number() })),
      terminals: Type.Array(
        Type.Object({
          tillId: text,
          terminalId: text,
          acceptorId: text,
          batchNumber: text,
          signedOnAt: nullable(instant),
          closingSince: nullable(instant),
          clockOffsetMs: Type.Integer(),
          waitingAdvices: Type.Integer(),
          quarantinedAdvices: Type.Integer(),
        }),
      ),
    }),
  ),
});

/** How acquirers do, and what a terminal says to its acquirer beside payments. */
export function switchRoutes(routing: SwitchRouting): readonly Route[] {
  return [
    healthRoute(routing),
    queueRoute(routing),
    retryRoute(routing),
    ...managementRoutes(routing),
    ...downloadRoutes(routing),
    ...offlineRoutes(routing),
  ];
}

function healthRoute({ exchange, tillsOf }: SwitchRouting): Route {
  return route({
    method: 'GET',
    path: '/acquirers/health',
    summary: 'How each acquirer does: line, answers, waiting requests, and the terminals that one may see',
    tag: 'acquirers',
    permission: 'console',
    response: HealthView,
    handle: async ({ staff }) => {
      const seen = seesEveryTill(staff) ? null : new Set(await tillsOf(staff.merchantId));
      return { acquirers: (await exchange.health()).map((each) => healthView(each, seen)) };
    },
  });
}

function queueRoute({ tillsOf }: SwitchRouting): Route {
  return route({
    method: 'GET',
    path: '/acquirers/advices',
    summary: 'Messages that are not yet with their acquirer, the quarantined first, and those refused in the last days',
    tag: 'acquirers',
    permission: 'console',
    response: Type.Object({ advices: Type.Array(AdviceView) }),
    handle: async ({ db, clock, staff }) => {
      const tillIds = seesEveryTill(staff) ? null : await tillsOf(staff.merchantId);
      return { advices: [...(await openAdvices(db, tillIds, clock.now() - REFUSED_SHOWN_MS, ADVICES_SHOWN))] };
    },
  });
}

/** For what is quarantined: people have seen to its cause. */
function retryRoute({ exchange }: SwitchRouting): Route {
  return route({
    method: 'POST',
    path: '/acquirers/advices/:reference/retry',
    summary: 'Forwards the waiting messages of a payment now, and tells how each stands',
    tag: 'acquirers',
    permission: 'operate',
    params: Type.Object({ reference: Type.String({ maxLength: 120 }) }),
    response: Type.Object({
      advices: Type.Array(
        Type.Object({
          kind: text,
          state: Type.Union([Type.Literal('waiting'), Type.Literal('done'), Type.Literal('refused')]),
          attempts: Type.Integer(),
          quarantinedAt: nullable(instant),
          nextAttemptAt: nullable(instant),
          lastCause: nullable(text),
          responseCode: nullable(text),
        }),
      ),
    }),
    handle: async ({ params }) => {
      await exchange.retryAdvices(params.reference);
      const advices = await exchange.adviceStatus(params.reference);
      return {
        advices: advices.map(({ kind, state, attempts, quarantinedAt, nextAttemptAt, lastCause, responseCode }) => ({
          kind,
          state,
          attempts,
          quarantinedAt: instantOrNull(quarantinedAt),
          nextAttemptAt: instantOrNull(nextAttemptAt),
          lastCause,
          responseCode,
        })),
      };
    },
  });
}

function managementRoutes(routing: SwitchRouting): readonly Route[] {
  const managing = (path: string, summary: string, run: (tillId: string) => Promise<ManagementOutcome>): Route =>
    route({
      method: 'POST',
      path: `/tills/:tillId/terminal/${path}`,
      summary,
      tag: 'acquirers',
      permission: 'operate',
      params: tillParams,
      response: Outcome,
      handle: async ({ params, staff }) => {
        await checkTill(routing, staff, params.tillId);
        return outcomeView(await run(params.tillId));
      },
    });
  const { exchange } = routing;
  return [
    managing('sign-on', 'Signs the till’s terminal on anew', (tillId) => exchange.signOn(tillId)),
    managing('sign-off', 'Signs the till’s terminal off', (tillId) => exchange.signOff(tillId)),
    managing('status', 'Tells the acquirer what the terminal is and has', (tillId) => exchange.statusUpload(tillId)),
  ];
}

function downloadRoutes(routing: SwitchRouting): readonly Route[] {
  const { exchange } = routing;
  const params = Type.Object({ tillId: Type.String({ maxLength: 64 }), what: downloadKind });
  return [
    route({
      method: 'POST',
      path: '/tills/:tillId/terminal/downloads/:what',
      summary: 'Downloads CA keys, chip parameters, card ranges or terminal parameters from the acquirer',
      tag: 'acquirers',
      permission: 'operate',
      params,
      response: Outcome,
      handle: async ({ params: { tillId, what }, staff }) => {
        await checkTill(routing, staff, tillId);
        return outcomeView(await exchange.download(tillId, what as DownloadKind));
      },
    }),
    route({
      method: 'GET',
      path: '/tills/:tillId/terminal/downloads/:what',
      summary: 'What the till’s terminal has downloaded last, as its reader wants it: CA keys, chip parameters',
      tag: 'acquirers',
      permission: 'sell',
      params,
      response: Type.Object({
        version: Type.Integer(),
        downloadedAt: instant,
        items: Type.Array(Type.Record(text, Type.Unknown())),
      }),
      handle: async ({ params: { tillId, what }, staff }) => {
        await checkTill(routing, staff, tillId);
        const downloaded = await exchange.downloaded(tillId, what as DownloadKind);
        if (downloaded === null) throw new Fault('not-found');
        const items = downloaded.items.map((item) => ({ ...item }));
        return { version: downloaded.version, downloadedAt: instantText(downloaded.downloadedAt), items };
      },
    }),
  ];
}

/** `seen` holds the tills that one may see; null for all. */
function healthView({ lastAnswerAt, terminals, ...line }: AcquirerHealth, seen: ReadonlySet<string> | null) {
  const own = terminals.filter(({ tillId }) => seen === null || seen.has(tillId));
  return {
    ...line,
    lastAnswerAt: instantOrNull(lastAnswerAt),
    terminals: own.map(({ signedOnAt, closingSince, ...terminal }) => ({
      ...terminal,
      signedOnAt: instantOrNull(signedOnAt),
      closingSince: instantOrNull(closingSince),
    })),
  };
}

function outcomeView(outcome: ManagementOutcome) {
  return {
    kind: outcome.kind,
    cause: outcome.kind === 'failed' ? outcome.cause : null,
    version: outcome.kind === 'done' ? (outcome.version ?? null) : null,
  };
}

function instantText(atMs: number): string {
  return new Date(atMs).toISOString();
}

function instantOrNull(atMs: number | null): string | null {
  return atMs === null ? null : instantText(atMs);
}
