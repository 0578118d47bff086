import { type Queryable, sql } from '@zhanggui/base';
import type { Role, StaffIdentity } from './api.ts';

/** A member of staff with the argon2id hash of the password. */
export interface StaffRecord extends StaffIdentity {
  readonly passwordHash: string;
}

interface StaffRow {
  id: string;
  merchant_id: string;
  store_id: string;
  username: string;
  name: string;
  name_en: string;
  role: Role;
  password_hash: string;
}

const insertStaffSql = sql(
  'access-insert-staff',
  `insert into access.staff (id, merchant_id, store_id, username, name, name_en, role, password_hash, created_at)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
);
const byUsernameSql = sql('access-by-username', 'select * from access.staff where username = $1');
const nameEnSql = sql('access-name-en', 'select name_en from access.staff where id = $1');
const insertSessionSql = sql(
  'access-insert-session',
  'insert into access.session (token_digest, staff_id, created_at, expires_at) values ($1, $2, $3, $4)',
);
const bySessionSql = sql(
  'access-by-session',
  `select s.* from access.session x join access.staff s on s.id = x.staff_id
   where x.token_digest = $1 and x.expires_at > $2`,
);
const deleteSessionSql = sql('access-delete-session', 'delete from access.session where token_digest = $1');
const deleteExpiredSql = sql('access-delete-expired', 'delete from access.session where expires_at <= $1');
const deleteQuietSql = sql(
  'access-delete-quiet',
  `delete from access.attempt where updated_at < $1::timestamptz - interval '1 hour'`,
);

/** Adds a member of staff; the user name is unique over the whole platform. */
export async function insertStaff(db: Queryable, staff: StaffRecord, now: number): Promise<void> {
  await db.query(insertStaffSql, [
    staff.id,
    staff.merchantId,
    staff.storeId,
    staff.username,
    staff.name,
    staff.nameEn,
    staff.role,
    staff.passwordHash,
    new Date(now),
  ]);
}

/** The member of staff with this user name, or undefined. */
export async function staffByUsername(db: Queryable, username: string): Promise<StaffRecord | undefined> {
  const [row] = await db.query<StaffRow>(byUsernameSql, [username]);
  return row === undefined ? undefined : { ...identity(row), passwordHash: row.password_hash };
}

/** The English name of a member of staff; empty for somebody who is not known any more. */
export async function staffNameEn(db: Queryable, id: string): Promise<string> {
  const [row] = await db.query<{ name_en: string }>(nameEnSql, [id]);
  return row?.name_en ?? '';
}

/** Opens a session and clears away the expired ones, and the wrong tries that no longer count. */
export async function insertSession(
  db: Queryable,
  digest: Uint8Array,
  staffId: string,
  now: number,
  expiresAt: number,
): Promise<void> {
  await db.query(deleteExpiredSql, [new Date(now)]);
  await db.query(deleteQuietSql, [new Date(now)]);
  await db.query(insertSessionSql, [digest, staffId, new Date(now), new Date(expiresAt)]);
}

/** Who holds the session, or undefined when there is none or it is over. */
export async function staffBySession(
  db: Queryable,
  digest: Uint8Array,
  now: number,
): Promise<StaffIdentity | undefined> {
  const [row] = await db.query<StaffRow>(bySessionSql, [digest, new Date(now)]);
  return row === undefined ? undefined : identity(row);
}

/** Ends a session. */
export async function deleteSession(db: Queryable, digest: Uint8Array): Promise<void> {
  await db.query(deleteSessionSql, [digest]);
}

const blockedSql = sql(
  'access-blocked',
  'select max(blocked_until) as until from access.attempt where subject = any($1) and blocked_until > $2',
);
const takeSql = sql(
  'access-take-try',
  `insert into access.attempt as a (subject, failures, blocked_until, updated_at) values ($1, 1, null, $2)
   on conflict (subject) do update set
     failures = case when a.updated_at < $2::timestamptz - interval '1 hour' then 1 else a.failures + 1 end,
     blocked_until = case when a.failures + 1 >= $3 and a.updated_at >= $2::timestamptz - interval '1 hour'
       then $2::timestamptz + least(interval '15 minutes', interval '1 second' * 5 * power(2, least(a.failures + 1 - $3, 10)))
       else null end,
     updated_at = $2
   where a.blocked_until is null or a.blocked_until <= $2
   returning blocked_until`,
);
const giveBackSql = sql(
  'access-give-back-try',
  `update access.attempt set failures = failures - 1, blocked_until = null
   where subject = $1 and blocked_until is not distinct from $2::timestamptz`,
);
const clearSql = sql('access-clear', 'delete from access.attempt where subject = $1');

/** Until when none of the subjects may try again, in milliseconds since the epoch, or undefined. */
export async function blockedUntil(
  db: Queryable,
  subjects: readonly string[],
  now: number,
): Promise<number | undefined> {
  const [row] = await db.query<{ until: Date | null }>(blockedSql, [subjects, new Date(now)]);
  return row?.until?.getTime();
}

/** A try that was counted. */
export interface CountedTry {
  readonly subject: string;
  /** The wait that begins with it, if it is wrong. */
  readonly blockedUntil: Date | null;
}

/**
 * Counts a try before it is made, so that tries at the same moment are all counted; from the `allowed`-th on, each one doubles
 * the wait from five seconds to a quarter of an hour.
 * @returns undefined while the subject has to wait.
 */
export async function takeTry(
  db: Queryable,
  subject: string,
  now: number,
  allowed: number,
): Promise<CountedTry | undefined> {
  const [row] = await db.query<{ blocked_until: Date | null }>(takeSql, [subject, new Date(now), allowed]);
  return row === undefined ? undefined : { subject, blockedUntil: row.blocked_until };
}

/** Takes a try back that was right after all, with the wait that began with it; one that began since stays. */
export async function giveBackTry(db: Queryable, { subject, blockedUntil }: CountedTry): Promise<void> {
  await db.query(giveBackSql, [subject, blockedUntil]);
}

/** Forgets the wrong tries of the subject. */
export async function clearTries(db: Queryable, subject: string): Promise<void> {
  await db.query(clearSql, [subject]);
}

function identity(row: StaffRow): StaffIdentity {
  return {
    id: row.id,
    merchantId: row.merchant_id,
    storeId: row.store_id,
    name: row.name,
    nameEn: row.name_en,
    username: row.username,
    role: row.role,
  };
}
