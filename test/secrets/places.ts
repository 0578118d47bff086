import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { sql } from '@zhanggui/base';
import { openPgDb } from '../../apps/server/db/pg-db.ts';
import type { TestServer, World } from '../support/world.ts';
import { filesOf, type Trace } from './traces.ts';

/** Everything that a run has written down or told, while its server still runs. */
export async function placesOf(world: World, server: TestServer, heard: Listener): Promise<readonly Trace[]> {
  return [
    ...(await tablesOf(world.databaseUrl)),
    ...filesOfTheRun(world),
    ...processOf(server.pid),
    { where: 'the log', bytes: Buffer.from(server.log()) },
    ...heard.traces(),
  ];
}

const tablesSql = sql(
  'test-tables',
  `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
   where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
);

/** Every row of every table, as text: what is kept compressed or beside its table too. Bytes stand there in hexadecimal. */
async function tablesOf(databaseUrl: string): Promise<readonly Trace[]> {
  const database = openPgDb(databaseUrl);
  try {
    const traces: Trace[] = [];
    for (const { name } of await database.query<{ name: string }>(tablesSql)) {
      const rowsSql = sql(`test-rows-${name}`, `select row_to_json(t)::text as row from ${name} t`);
      const rows = await database.query<{ row: string }>(rowsSql);
      traces.push({ where: `table ${name}`, bytes: Buffer.from(rows.map(({ row }) => row).join('\n')) });
    }
    return traces;
  } finally {
    await database.close();
  }
}

/**
 * The database's own files with its log of writes, and everything else in the data folder but the outside world's, which has its
 * own cards and keys, and the master key, whose file is what is kept secret.
 */
function filesOfTheRun({ folder }: World): readonly Trace[] {
  return filesOf(folder, (name) => !name.startsWith('sim/') && name !== 'master.key');
}

/** What anybody on the machine can read of a process: how it was started. Other systems than Linux do not tell. */
function processOf(pid: number): readonly Trace[] {
  if (process.platform !== 'linux') return [];
  return ['cmdline', 'environ'].map((name) => ({
    where: `the process's ${name}`,
    bytes: readFileSync(`/proc/${pid}/${name}`),
  }));
}

/** Told of each request to an HTTP server of this process: the simulated outside runs in it. */
const ARRIVALS = 'http.server.request.start';

/** Hears what the server answers to anybody, headers included, and where it asks the outside. */
export class Listener {
  readonly #answers: string[] = [];
  readonly #addresses: string[] = [];
  readonly #events: string[] = [];
  readonly #sessions = new Set<string>();
  readonly #fetch = globalThis.fetch;
  readonly #arrived = (message: unknown): void => {
    this.#addresses.push((message as { readonly request: IncomingMessage }).request.url ?? '');
  };

  /** From now on every request of this process to `origin` is heard. */
  constructor(origin: string) {
    subscribe(ARRIVALS, this.#arrived);
    globalThis.fetch = async (...asked) => {
      const response = await this.#fetch(...asked);
      if (!response.url.startsWith(origin)) return response;
      const session = /^zg_session=([^;]+)/.exec(response.headers.get('set-cookie') ?? '')?.[1];
      if (session !== undefined) this.#sessions.add(session);
      const headers = [...response.headers]
        .filter(([name]) => name !== 'set-cookie')
        .map((header) => header.join(': '));
      const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
      const body = isStream ? '' : await response.clone().text();
      this.#answers.push([...headers, body].join('\n'));
      return response;
    };
  }

  /** What a till is told by itself. */
  event(name: string, data: unknown): void {
    this.#events.push(`${name} ${JSON.stringify(data)}`);
  }

  /** The tokens of all sessions: each is told to its browser once, in a cookie. */
  get sessions(): readonly string[] {
    return [...this.#sessions];
  }

  traces(): readonly Trace[] {
    const all = { 'an answer': this.#answers, 'an address of the outside': this.#addresses, 'an event': this.#events };
    return Object.entries(all).map(([where, texts]) => ({ where, bytes: Buffer.from(texts.join('\n')) }));
  }

  stop(): void {
    unsubscribe(ARRIVALS, this.#arrived);
    globalThis.fetch = this.#fetch;
  }
}
