import { type Queryable, sql } from '@zhanggui/base';
import type { KeyRequestView, NewKeyRequest } from './api.ts';

/** The state of a request. */
export type RequestState = KeyRequestView['state'];

/** Somebody's name in both languages. */
export interface PersonName {
  readonly zh: string;
  readonly en: string;
}

/** A component as it lies here: sealed, and null once the ceremony is over. */
export interface ComponentRow {
  readonly number: number;
  readonly custodian: string;
  readonly custodian_name: PersonName;
  readonly sealed: string | null;
  readonly check_value: string;
  readonly entered_at: Date;
}

/** What a request came to. */
export interface RequestResult {
  readonly checkValue?: string;
  readonly block?: string;
  readonly problem?: string;
}

/** A request as it is kept. */
export interface KeyRequest {
  readonly id: string;
  readonly details: NewKeyRequest;
  readonly state: RequestState;
  readonly maker: string;
  readonly makerName: PersonName;
  readonly checker: string | null;
  readonly checkerName: PersonName | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly decidedAt: Date | null;
  readonly result: RequestResult;
  readonly components: readonly ComponentRow[];
}

interface RequestRow {
  id: string;
  details: NewKeyRequest;
  state: RequestState;
  maker: string;
  maker_name: PersonName;
  checker: string | null;
  checker_name: PersonName | null;
  created_at: Date;
  expires_at: Date;
  decided_at: Date | null;
  result: RequestResult | null;
}

const insertSql = sql(
  'keys-request-insert',
  `insert into keys.request (id, kind, key_name, details, state, maker, maker_name, reason, created_at, expires_at)
   values ($1, $2, $3, $4::jsonb, $5, $6, $7::jsonb, $8, $9, $10)`,
);
const byIdSql = sql('keys-request-by-id', 'select * from keys.request where id = $1');
const lockSql = sql('keys-request-lock', 'select * from keys.request where id = $1 for update');
const newestSql = sql('keys-request-newest', 'select * from keys.request order by created_at desc limit 100');
const componentsSql = sql(
  'keys-request-components',
  'select * from keys.component where request_id = any($1) order by request_id, number',
);
const addComponentSql = sql(
  'keys-request-add-component',
  `insert into keys.component (request_id, number, custodian, custodian_name, sealed, check_value, entered_at)
   values ($1, $2, $3, $4::jsonb, $5, $6, $7)`,
);
const moveSql = sql('keys-request-move', 'update keys.request set state = $2, result = $3::jsonb where id = $1');
const decideSql = sql(
  'keys-request-decide',
  `update keys.request set state = $2, checker = $3, checker_name = $4::jsonb, decided_at = $5, result = $6::jsonb
   where id = $1`,
);
const forgetSql = sql('keys-request-forget', 'update keys.component set sealed = null where request_id = any($1)');
const expireSql = sql(
  'keys-request-expire',
  `update keys.request set state = 'expired' where state in ('collecting', 'waiting') and expires_at <= $1 returning *`,
);

/** Writes a new request. */
export async function insertRequest(db: Queryable, request: KeyRequest): Promise<void> {
  const { id, details, state, maker, makerName, createdAt, expiresAt } = request;
  await db.query(insertSql, [
    id,
    details.kind,
    details.keyName,
    JSON.stringify(details),
    state,
    maker,
    JSON.stringify(makerName),
    details.reason,
    createdAt,
    expiresAt,
  ]);
}

/** The request with its components, or undefined. */
export async function requestById(db: Queryable, id: string): Promise<KeyRequest | undefined> {
  return (await withComponents(db, await db.query<RequestRow>(byIdSql, [id])))[0];
}

/** The same, locked until the end of the database transaction. */
export async function lockRequest(tx: Queryable, id: string): Promise<KeyRequest | undefined> {
  return (await withComponents(tx, await tx.query<RequestRow>(lockSql, [id])))[0];
}

/** The newest hundred requests. */
export async function newestRequests(db: Queryable): Promise<readonly KeyRequest[]> {
  return withComponents(db, await db.query<RequestRow>(newestSql));
}

/** Keeps a person's component. */
export async function addComponent(
  tx: Queryable,
  requestId: string,
  component: Omit<ComponentRow, 'entered_at'> & { readonly entered_at: number },
): Promise<void> {
  const { number, custodian, custodian_name, sealed, check_value, entered_at } = component;
  const name = JSON.stringify(custodian_name);
  await tx.query(addComponentSql, [requestId, number, custodian, name, sealed, check_value, new Date(entered_at)]);
}

/** Takes a request to another state. */
export async function moveRequest(
  tx: Queryable,
  id: string,
  state: RequestState,
  result: RequestResult,
): Promise<void> {
  await tx.query(moveSql, [id, state, JSON.stringify(result)]);
}

/** Writes who decided, and how. */
export async function decideRequest(
  tx: Queryable,
  { id, result }: KeyRequest,
  state: RequestState,
  by: { readonly id: string; readonly name: PersonName; readonly at: number },
): Promise<void> {
  await tx.query(decideSql, [id, state, by.id, JSON.stringify(by.name), new Date(by.at), JSON.stringify(result)]);
}

/** Forgets the components of requests that are over; who brought them stays known. */
export async function forgetComponents(tx: Queryable, ids: readonly string[]): Promise<void> {
  await tx.query(forgetSql, [ids]);
}

/** Ends the requests whose time is over. */
export async function expireRequests(tx: Queryable, now: number): Promise<readonly KeyRequest[]> {
  return (await tx.query<RequestRow>(expireSql, [new Date(now)])).map((row) => requestOf(row, []));
}

async function withComponents(db: Queryable, rows: readonly RequestRow[]): Promise<readonly KeyRequest[]> {
  if (rows.length === 0) return [];
  const components = await db.query<ComponentRow & { request_id: string }>(componentsSql, [rows.map(({ id }) => id)]);
  return rows.map((row) =>
    requestOf(
      row,
      components.filter(({ request_id }) => request_id === row.id),
    ),
  );
}

function requestOf(row: RequestRow, components: readonly ComponentRow[]): KeyRequest {
  return {
    id: row.id,
    details: row.details,
    state: row.state,
    maker: row.maker,
    makerName: row.maker_name,
    checker: row.checker,
    checkerName: row.checker_name,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    decidedAt: row.decided_at,
    result: row.result ?? {},
    components,
  };
}
