import { type Queryable, sql } from '@zhanggui/base';
import type { StaffIdentity } from '@zhanggui/modules/access/api.ts';
import { nodeSecrets } from '@zhanggui/modules/access/node/secrets.ts';
import { staffBySession } from '@zhanggui/modules/access/store.ts';
import { openAccounts } from '@zhanggui/modules/ledger/store.ts';
import { merchants } from '@zhanggui/modules/merchants/store.ts';
import { accountsFor } from '@zhanggui/modules/payments/postings.ts';
import { openTillAccounts } from '@zhanggui/modules/sales/shift.ts';
import { tillsOf } from '@zhanggui/modules/sales/till-store.ts';
import { paymentMethods } from '@zhanggui/plugins/registry.ts';
import type { FastifyInstance } from 'fastify';
import { compose, type Platform, type ServerConfig } from './compose.ts';
import { migrate } from './db/migrate.ts';
import { connectSimulators, refuseDemoLogins, seedDemo } from './demo.ts';
import { openHttp } from './http/app.ts';
import { mountPages, mountSimulators } from './http/pages.ts';
import { startSweepers } from './sweepers.ts';

/** A server that listens. */
export interface RunningServer {
  readonly platform: Platform;
  readonly port: number;
  stop(): Promise<void>;
}

/** What a listening server needs beyond its parts. */
export interface ServeConfig extends ServerConfig {
  readonly host: string;
  readonly port: number;
  /** Folder of the built pages, or undefined for an API without pages. */
  readonly webDir: string | undefined;
  /** `http://127.0.0.1:9000/sim` where simulators stand for the outside world. */
  readonly simulatorUrl: string | undefined;
}

/** Migrates, seeds the demo, connects, listens and resolves what is open, until it is stopped. */
export async function serve(config: ServeConfig): Promise<RunningServer> {
  const platform = await compose(config);
  await migrate(platform.db);
  await platform.checkVault();
  if (config.simulatorUrl === undefined) await refuseDemoLogins(platform.db);
  else {
    await seedDemo(platform);
    await connectSimulators(platform, config.simulatorUrl);
  }
  await openBook(platform);
  await platform.connectAcquirers();
  const sessions = sessionCache(platform);
  const app = await openHttp({ ...platform, ...sessions }, platform.routes, config.logger);
  app.get('/healthz', { schema: { hide: true } }, async (_request, reply) => {
    const health = await healthOf(platform);
    return reply.code(health.status === 'ready' ? 200 : 503).send(health);
  });
  const { webDir, simulatorUrl } = config;
  if (webDir !== undefined) await mountPages(app, webDir, simulatorUrl !== undefined);
  if (simulatorUrl !== undefined) await mountSimulators(app, simulatorUrl);
  await app.listen({ host: config.host, port: config.port });
  // The simulated channels are on this machine, and reach the server as it is.
  if (simulatorUrl !== undefined) platform.address.url ??= `http://127.0.0.1:${portOf(app)}`;
  const sweeper = startSweepers(platform, config.logger, config.timeScale);
  return { platform, port: portOf(app), stop: () => stop(app, platform, sweeper) };
}

/** Opens the accounts that the merchants, their tills and the methods of the registry need; those that are there stay. */
async function openBook({ db }: Platform): Promise<void> {
  for (const { id, currency } of await merchants(db)) {
    await openAccounts(db, accountsFor(id, currency, paymentMethods));
    for (const till of await tillsOf(db, id)) await openTillAccounts(db, till, currency);
  }
}

async function stop(app: FastifyInstance, platform: Platform, sweeper: { stop(): Promise<void> }): Promise<void> {
  await sweeper.stop();
  await app.close();
  await platform.close();
}

/** How long a session that was ended elsewhere may still open doors here. */
const SESSION_FRESH_MS = 15_000;
const MOST_SESSIONS = 10_000;

function sessionCache({ db, clock }: Platform): {
  whoIs(token: string): Promise<StaffIdentity | undefined>;
  forget(token: string): void;
} {
  const known = new Map<string, { until: number; staff: Promise<StaffIdentity | undefined> }>();
  const keyOf = (token: string): string => Buffer.from(nodeSecrets.digestToken(token)).toString('base64');
  return {
    whoIs: (token) => {
      const key = keyOf(token);
      const now = clock.now();
      const cached = known.get(key);
      if (cached !== undefined && cached.until > now) return cached.staff;
      if (known.size >= MOST_SESSIONS) known.clear();
      const staff = staffBySession(db, nodeSecrets.digestToken(token), now);
      known.set(key, { until: now + SESSION_FRESH_MS, staff });
      staff.catch(() => known.delete(key));
      return staff;
    },
    forget: (token) => {
      known.delete(keyOf(token));
    },
  };
}

const writableSql = sql('health-writable', 'select not pg_is_in_recovery() as writable');

/** Whether a payment could be taken now, and what stands in the way. */
interface Health {
  readonly status: 'ready' | 'not-ready';
  readonly database: boolean;
  readonly merchants: boolean;
  readonly lines: Readonly<Record<string, boolean>>;
}

async function healthOf(platform: Platform): Promise<Health> {
  try {
    const database = await isWritable(platform.db);
    const hasMerchants = (await merchants(platform.db)).length > 0;
    const lines = await platform.lines();
    return { status: database && hasMerchants ? 'ready' : 'not-ready', database, merchants: hasMerchants, lines };
  } catch {
    // The database does not answer: that is the very thing that this question is about.
    return { status: 'not-ready', database: false, merchants: false, lines: {} };
  }
}

async function isWritable(db: Queryable): Promise<boolean> {
  const [row] = await db.query<{ writable: boolean }>(writableSql);
  return row?.writable ?? false;
}

function portOf(app: FastifyInstance): number {
  const address = app.server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
