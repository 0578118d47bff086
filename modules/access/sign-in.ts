import { type Clock, type Db, Fault, type Queryable, type Rng, toBase64Url } from '@zhanggui/base';
import type { StaffIdentity } from './api.ts';
import { appendAudit } from './audit.ts';
import { blockedUntil, clearTries, giveBackTry, insertSession, staffByUsername, takeTry } from './store.ts';

/** The port for passwords and session tokens: argon2id and SHA-256 stand behind it. */
export interface Secrets {
  hashPassword(password: string): Promise<string>;
  verifyPassword(hash: string, password: string): Promise<boolean>;
  digestToken(token: string): Uint8Array;
}

/** What signing in needs of the world. */
export interface SignInEnvironment {
  readonly db: Db;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly secrets: Secrets;
}

/** Who asks to be signed in: a network address, and what the program there calls itself. */
export interface Asker {
  readonly peer: string;
  readonly program: string;
}

/** A shift and a half: a cashier signs in once a day. */
const SESSION_MS = 12 * 3_600_000;
const TRIES_BY_NAME = 5;
const TRIES_BY_PEER = 30;
/** How long the try after the last allowed one waits. */
const FIRST_WAIT_MS = 5_000;

/**
 * Checks a password and opens a session. Each password that is looked at is a row of the audit log, right or wrong.
 * @returns the session's token, which goes into the cookie and is kept nowhere, and who signed in.
 * @throws Fault `wrong-credentials`, the same for an unknown name and a wrong password; `too-many-attempts`.
 */
export async function signIn(
  environment: SignInEnvironment,
  credentials: { username: string; password: string },
  asker: Asker,
): Promise<{ token: string; staff: StaffIdentity; expiresAt: number }> {
  const { db, clock, rng, secrets } = environment;
  const now = clock.now();
  const username = credentials.username.trim().toLowerCase();
  const [byName, byPeer] = [`name:${username}`, `peer:${asker.peer}`];
  await refuseBlocked(db, [byName, byPeer], now);
  // Counted before the password is looked at: of a thousand tries at one moment, five are looked at.
  const peerTry = await takeTry(db, byPeer, now, TRIES_BY_PEER);
  const nameTry = await takeTry(db, byName, now, TRIES_BY_NAME);
  if (peerTry === undefined || nameTry === undefined) throw tooManyAttempts(FIRST_WAIT_MS);

  const staff = await staffByUsername(db, username);
  // An unknown name costs as much time as a wrong password, so that names cannot be told apart by the clock.
  const hash = staff?.passwordHash ?? (await unknownNameHash(secrets));
  const right = await secrets.verifyPassword(hash, credentials.password);
  if (staff === undefined || !right) {
    await note(db, now, asker, 'sign-in-refused', staff);
    throw new Fault('wrong-credentials');
  }

  await clearTries(db, byName);
  await giveBackTry(db, peerTry);
  const token = toBase64Url(rng.bytes(32));
  const expiresAt = now + SESSION_MS;
  await db.transaction(async (tx) => {
    await insertSession(tx, secrets.digestToken(token), staff.id, now, expiresAt);
    await note(tx, now, asker, 'signed-in', staff);
  });
  const { passwordHash: _, ...identity } = staff;
  return { token, staff: identity, expiresAt };
}

async function refuseBlocked(db: Db, subjects: readonly string[], now: number): Promise<void> {
  const until = await blockedUntil(db, subjects, now);
  if (until !== undefined) throw tooManyAttempts(until - now);
}

function tooManyAttempts(waitMs: number): Fault {
  return new Fault('too-many-attempts', { retryable: true, params: { retryAfterS: Math.ceil(waitMs / 1000) } });
}

/** A name that nobody has is not written down: passwords are typed into that field by mistake. */
function note(
  db: Queryable,
  at: number,
  { peer, program }: Asker,
  action: 'signed-in' | 'sign-in-refused',
  staff: StaffIdentity | undefined,
): Promise<void> {
  const known = action === 'signed-in' ? staff : undefined;
  return appendAudit(db, {
    at,
    actor: known?.id ?? 'unknown',
    role: known?.role ?? 'unknown',
    action,
    subject: staff?.id ?? 'no such name',
    before: null,
    after: null,
    reason: '',
    address: peer,
    detail: program,
  });
}

let decoyHash: Promise<string> | undefined;

function unknownNameHash(secrets: Secrets): Promise<string> {
  decoyHash ??= secrets.hashPassword('no such person');
  return decoyHash;
}
