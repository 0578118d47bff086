import { concatBytes, equalBytes, type Queryable, sql, toHex, utf8Encode } from '@zhanggui/base';
import { type Static, Type } from 'typebox';

/** One thing that was done, for the audit log. Nothing in it is secret: keys and cards go by their names. */
export interface AuditEntry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Id of the person, or `platform`. */
  readonly actor: string;
  readonly role: string;
  /** `key-exported`, … */
  readonly action: string;
  readonly subject: string;
  /** What was there before and afterwards; the log keeps their SHA-256 alone. */
  readonly before: string | null;
  readonly after: string | null;
  readonly reason: string;
  /** Network address of the request; empty for the platform. */
  readonly address: string;
  readonly detail: string;
}

/** A row of the audit log. */
export interface AuditRow extends Omit<AuditEntry, 'before' | 'after'> {
  readonly sequence: number;
  readonly beforeDigest: Uint8Array | null;
  readonly afterDigest: Uint8Array | null;
  readonly hash: Uint8Array;
}

interface StoredRow {
  sequence: number;
  at: Date;
  actor: string;
  role: string;
  action: string;
  subject: string;
  before_digest: Uint8Array | null;
  after_digest: Uint8Array | null;
  reason: string;
  address: string;
  detail: string;
  hash: Uint8Array;
}

const text = Type.String();

/** A page of the audit log. Digests and hashes are SHA-256 in hexadecimal. */
export const AuditPage = Type.Object({
  rows: Type.Array(
    Type.Object({
      sequence: Type.Integer(),
      at: Type.String({ format: 'date-time' }),
      actor: text,
      role: text,
      action: text,
      subject: text,
      beforeDigest: Type.Union([text, Type.Null()]),
      afterDigest: Type.Union([text, Type.Null()]),
      reason: text,
      address: text,
      detail: text,
      hash: text,
    }),
  ),
  nextCursor: Type.Union([Type.Integer(), Type.Null()]),
});
export type AuditPage = Static<typeof AuditPage>;

const PAGE = 1_000;
const appendSql = sql('access-audit-append', 'select access.append_audit($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)');
const newestSql = sql(
  'access-audit-newest',
  `select * from access.audit where sequence < $1 and ($2::text[] is null or action = any($2))
   order by sequence desc limit $3`,
);
const afterSql = sql('access-audit-after', 'select * from access.audit where sequence > $1 order by sequence limit $2');
const headSql = sql('access-audit-head', 'select length, head from access.audit_chain');

/** Appends to the audit log; inside a database transaction the row stands or falls with it. */
export async function appendAudit(db: Queryable, entry: AuditEntry): Promise<void> {
  const { at, actor, role, action, subject, before, after, reason, address, detail } = entry;
  await db.query(appendSql, [new Date(at), actor, role, action, subject, before, after, reason, address, detail]);
}

const SHOWN = 50;

/** One page of the log as the API shows it: rows of some actions, or of all, newest first, older than `cursor`. */
export async function auditPage(
  db: Queryable,
  actions: readonly string[] | null,
  cursor: number | undefined,
): Promise<AuditPage> {
  const rows = await auditRows(db, actions, cursor ?? Number.MAX_SAFE_INTEGER, SHOWN);
  const hex = (bytes: Uint8Array | null): string | null => (bytes === null ? null : toHex(bytes).toLowerCase());
  return {
    rows: rows.map(({ at, beforeDigest, afterDigest, hash, ...row }) => ({
      ...row,
      at: new Date(at).toISOString(),
      beforeDigest: hex(beforeDigest),
      afterDigest: hex(afterDigest),
      hash: toHex(hash).toLowerCase(),
    })),
    nextCursor: rows.length === SHOWN ? (rows.at(-1)?.sequence ?? null) : null,
  };
}

/** Rows of some actions, or of all, newest first, older than `before`. */
export async function auditRows(
  db: Queryable,
  actions: readonly string[] | null,
  before: number,
  limit: number,
): Promise<readonly AuditRow[]> {
  return (await db.query<StoredRow>(newestSql, [before, actions, limit])).map(rowOf);
}

/** What the proof of the audit log found. */
export interface AuditLogProof {
  readonly rows: number;
  /** The first row whose hash is not that of its content and of the row before it. */
  readonly firstBrokenSequence: number | null;
  /** Whether the noted head is the hash of the last row, and the noted length its sequence. */
  readonly headMatches: boolean;
}

/** Recomputes the chain of the audit log from its rows, with a text of its own. */
export async function proveAuditLog(db: Queryable, sha256: (bytes: Uint8Array) => Uint8Array): Promise<AuditLogProof> {
  let previous: Uint8Array = new Uint8Array(32);
  let rows = 0;
  let firstBrokenSequence: number | null = null;
  for (;;) {
    const page = (await db.query<StoredRow>(afterSql, [rows === 0 ? 0 : rows, PAGE])).map(rowOf);
    for (const row of page) {
      const intact = row.sequence === rows + 1 && equalBytes(row.hash, sha256(concatBytes(previous, textOf(row))));
      if (!intact) firstBrokenSequence ??= rows + 1;
      previous = row.hash;
      rows = row.sequence;
    }
    if (page.length < PAGE) break;
  }
  const [head] = await db.query<{ length: number; head: Uint8Array }>(headSql);
  const headMatches = head !== undefined && head.length === rows && equalBytes(head.head, previous);
  return { rows, firstBrokenSequence, headMatches };
}

/** What the hash of a row covers besides the hash before it. */
function textOf(row: AuditRow): Uint8Array {
  const { sequence, at, actor, role, action, subject, beforeDigest, afterDigest, reason, address, detail } = row;
  const digest = (bytes: Uint8Array | null): string => (bytes === null ? '' : toHex(bytes).toLowerCase());
  const parts = [sequence, new Date(at).toISOString(), actor, role, action, subject, digest(beforeDigest)];
  return utf8Encode([...parts, digest(afterDigest), reason, address, detail].join('\n'));
}

function rowOf({ before_digest, after_digest, at, ...rest }: StoredRow): AuditRow {
  return { ...rest, at: at.getTime(), beforeDigest: before_digest, afterDigest: after_digest };
}
