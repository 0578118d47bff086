import { type Db, GroupCommit, sql } from '@zhanggui/base';
import type { AcquirerTrace } from './api.ts';
import { LAST_STAN, stanText } from './stan.ts';
import type { Presentation, TerminalKey } from './store.ts';

/** Writes that every card payment makes; those of concurrent payments share one statement and one commit. */
export interface SharedWrites {
  reserveTrace(terminal: TerminalKey): Promise<AcquirerTrace | null>;
  claimPresentation(claim: PresentationClaim): Promise<Presentation>;
}

/** That sealed card data is used, for what, and when (milliseconds since the epoch). */
export interface PresentationClaim {
  readonly ksn: string;
  readonly reference: string;
  readonly atMs: number;
}

/** Without this a terminal's payments would queue for one row, each with a commit of its own. */
export function shareWrites(db: Db): SharedWrites {
  const traces = new GroupCommit<TerminalKey, AcquirerTrace | null>((wanted) => reserveTraces(db, wanted));
  const claims = new GroupCommit<PresentationClaim, Presentation>((wanted) => claimPresentations(db, wanted));
  return {
    reserveTrace: (terminal) => traces.commit(terminal),
    claimPresentation: (claim) => claims.commit(claim),
  };
}

interface ReservedRow {
  acquirer_id: string;
  terminal_id: string;
  acceptor_id: string;
  last_stan: number;
  batch_number: string;
}

const reserveSql = sql(
  'switch-reserve-traces',
  `with wanted as (
     select acquirer_id, terminal_id, count from jsonb_to_recordset($1::jsonb) as w (acquirer_id text, terminal_id text, count integer)
   ), held as (
     select t.till_id, w.count from switch.terminal t join wanted w using (acquirer_id, terminal_id)
     order by t.till_id for update of t
   )
   update switch.terminal t set last_stan = (t.last_stan % 999999 + h.count - 1) % 999999 + 1
   from held h where t.till_id = h.till_id
   returning t.acquirer_id, t.terminal_id, t.acceptor_id, t.last_stan, t.batch_number`,
);

async function reserveTraces(db: Db, wanted: readonly TerminalKey[]): Promise<readonly (AcquirerTrace | null)[]> {
  const counts = Map.groupBy(wanted, nameOf);
  const asked = [...counts.values()].map((keys) => ({
    acquirer_id: keys[0]?.acquirerId,
    terminal_id: keys[0]?.terminalId,
    count: keys.length,
  }));
  const rows = await db.query<ReservedRow>(reserveSql, [JSON.stringify(asked)]);
  const reserved = new Map(rows.map((row) => [`${row.acquirer_id}/${row.terminal_id}`, row]));
  const taken = new Map<string, number>();
  return wanted.map((key) => {
    const name = nameOf(key);
    const row = reserved.get(name);
    const place = (taken.get(name) ?? 0) + 1;
    taken.set(name, place);
    return row === undefined ? null : traceOf(row, (counts.get(name)?.length ?? 0) - place);
  });
}

/** The trace number that lies `before` numbers before the last one taken, around the wrap. */
function traceOf(row: ReservedRow, before: number): AcquirerTrace {
  return {
    acquirerId: row.acquirer_id,
    terminalId: row.terminal_id,
    acceptorId: row.acceptor_id,
    stan: stanText(((row.last_stan - 1 - before + LAST_STAN) % LAST_STAN) + 1),
    batchNumber: row.batch_number,
  };
}

const claimSql = sql(
  'switch-claim-presentations',
  `insert into switch.card_presentation (ksn, reference, used_at)
   select ksn, reference, used_at
   from rows from (jsonb_to_recordset($1::jsonb) as (ksn text, reference text, used_at timestamptz)) with ordinality
     as claim (ksn, reference, used_at, place)
   order by ksn, place
   on conflict (ksn) do nothing returning ksn`,
);
const knownSql = sql('switch-presentations', 'select ksn, reference from switch.card_presentation where ksn = any($1)');

async function claimPresentations(db: Db, claims: readonly PresentationClaim[]): Promise<readonly Presentation[]> {
  const rows = claims.map(({ ksn, reference, atMs }) => ({ ksn, reference, used_at: new Date(atMs).toISOString() }));
  const added = new Set((await db.query<{ ksn: string }>(claimSql, [JSON.stringify(rows)])).map(({ ksn }) => ksn));
  // Of several claims to one KSN in this batch the first has it.
  const fresh = new Set(claims.filter(({ ksn }) => added.delete(ksn)));
  const rest = claims.filter((claim) => !fresh.has(claim)).map(({ ksn }) => ksn);
  const known = rest.length === 0 ? [] : await db.query<{ ksn: string; reference: string }>(knownSql, [rest]);
  const owners = new Map(known.map(({ ksn, reference }) => [ksn, reference]));
  return claims.map((claim) => {
    if (fresh.has(claim)) return 'fresh';
    return owners.get(claim.ksn) === claim.reference ? 'same' : 'used';
  });
}

function nameOf({ acquirerId, terminalId }: TerminalKey): string {
  return `${acquirerId}/${terminalId}`;
}
