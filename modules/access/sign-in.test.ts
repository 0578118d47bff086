import { createHash } from 'node:crypto';
import { Fault, sql } from '@zhanggui/base';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DATABASE_TIMEOUT_MS, openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { auditRows, proveAuditLog } from './audit.ts';
import { nodeSecrets } from './node/secrets.ts';
import { type Command, once } from './once.ts';
import { type Secrets, type SignInEnvironment, signIn } from './sign-in.ts';
import { deleteSession, insertStaff, staffBySession } from './store.ts';

let database: TestDatabase;
let now = Date.parse('2026-11-22T00:00:00Z');
let verified: string[] = [];

/** Passwords that cost no time; the real ones have a test of their own below. */
const secrets: Secrets = {
  hashPassword: async (password) => `hash of ${password}`,
  verifyPassword: async (hash, password) => {
    verified.push(hash);
    return hash === `hash of ${password}`;
  },
  digestToken: (token) => createHash('sha256').update(token).digest(),
};

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

let bytes = 0;
const environment = (): SignInEnvironment => ({
  db: database.db,
  clock: { now: () => now, sleep: async () => undefined },
  rng: {
    bytes: (count) => {
      bytes += 1;
      return new Uint8Array(count).fill(bytes);
    },
  },
  secrets,
});

const staff = {
  id: 'stf_1',
  merchantId: 'mer_1',
  storeId: 'store_1',
  name: '林',
  nameEn: 'Lin',
  username: 'lin',
  role: 'manager',
} as const;

beforeAll(async () => {
  database = await openTestDatabase();
  await insertStaff(database.db, { ...staff, passwordHash: 'hash of right' }, now);
}, DATABASE_TIMEOUT_MS);
afterAll(() => database.close(), DATABASE_TIMEOUT_MS);
beforeEach(async () => {
  now += 86_400_000;
  verified = [];
  await database.tamper('truncate access.attempt, access.session, access.command');
});

async function tryWith(username: string, password: string, peer = '192.0.2.1'): Promise<string> {
  try {
    await signIn(environment(), { username, password }, { peer, program: 'a till' });
    return 'signed in';
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return error.code === 'too-many-attempts' ? `wait ${error.params.retryAfterS} s` : error.code;
  }
}

async function tries(count: number, username: string, password: string, peer?: string): Promise<readonly string[]> {
  const said: string[] = [];
  for (let index = 0; index < count; index += 1) said.push(await tryWith(username, password, peer));
  return said;
}

const HERE = { peer: '192.0.2.1', program: 'a till' };
const WRONG = 'wrong-credentials';

describe('signing in', () => {
  test('opens a session for the right person, without the hash of the password', async () => {
    const opened = await signIn(environment(), { username: ' LIN ', password: 'right' }, HERE);
    expect(opened.staff).toEqual(staff);
    expect(opened.expiresAt).toBe(now + 12 * 3_600_000);
    expect(opened.token).toMatch(/^[\w-]{43}$/);
    expect(await staffBySession(database.db, secrets.digestToken(opened.token), now)).toEqual(staff);
  });

  test('a session ends after twelve hours, or when it is ended', async () => {
    const { token, expiresAt } = await signIn(environment(), { username: 'lin', password: 'right' }, HERE);
    const digest = secrets.digestToken(token);
    expect(await staffBySession(database.db, digest, expiresAt - 1)).toEqual(staff);
    expect(await staffBySession(database.db, digest, expiresAt)).toBeUndefined();
    await deleteSession(database.db, digest);
    expect(await staffBySession(database.db, digest, now)).toBeUndefined();
  });

  test('an unknown name is refused like a wrong password, and its check costs as much', async () => {
    expect(await tryWith('nobody', 'right')).toBe(WRONG);
    expect(await tryWith('lin', 'wrong')).toBe(WRONG);
    expect(await tryWith('lin', '')).toBe(WRONG);
    expect(verified).toHaveLength(3);
  });
});

test('each password that is looked at is a row of the audit log, which holds neither it nor a name that nobody has', async () => {
  const before = await proveAuditLog(database.db, sha256);
  await tryWith('lin', 'right');
  await tryWith('lin', 'my-secret', '192.0.2.7');
  await tryWith('my-secret', 'my-secret', '192.0.2.7');
  const rows = await auditRows(database.db, null, Number.MAX_SAFE_INTEGER, 3);
  const lin = { subject: staff.id, detail: 'a till' };
  expect(rows).toMatchObject([
    { ...lin, action: 'sign-in-refused', actor: 'unknown', address: '192.0.2.7', subject: 'no such name' },
    { ...lin, action: 'sign-in-refused', actor: 'unknown', address: '192.0.2.7' },
    { ...lin, action: 'signed-in', actor: staff.id, role: 'manager', address: '192.0.2.1', at: now },
  ]);
  expect(JSON.stringify(rows)).not.toContain('my-secret');
  // While a name waits nothing is looked at, and nobody can fill the log.
  await tries(20, 'lin', 'wrong');
  const after = await proveAuditLog(database.db, sha256);
  expect(after).toEqual({ rows: before.rows + 3 + 4, firstBrokenSequence: null, headMatches: true });
});

describe('wrong tries', () => {
  test.each(['lin', 'nobody'])(
    'of %s slow the next down from the fifth on, twice as long each time',
    async (username) => {
      expect(await tries(5, username, 'wrong')).toEqual([WRONG, WRONG, WRONG, WRONG, WRONG]);
      for (const waitS of [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]) {
        expect(await tryWith(username, 'right')).toBe(`wait ${waitS} s`);
        now += waitS * 1_000 - 1;
        expect(await tryWith(username, 'right')).toBe('wait 1 s');
        now += 1;
        expect(await tryWith(username, 'wrong')).toBe(WRONG);
      }
    },
  );

  test('while it waits nothing is checked, so that guessing costs us nothing', async () => {
    await tries(5, 'lin', 'wrong');
    verified = [];
    await tries(3, 'lin', 'right');
    expect(verified).toEqual([]);
  });

  test('of one name do not keep another one out', async () => {
    await tries(5, 'nobody', 'wrong');
    expect(await tryWith('lin', 'right')).toBe('signed in');
  });

  test('are forgotten when the right password comes, and after a quiet hour', async () => {
    await tries(4, 'lin', 'wrong');
    expect(await tryWith('lin', 'right')).toBe('signed in');
    expect(await tries(4, 'lin', 'wrong')).toEqual([WRONG, WRONG, WRONG, WRONG]);
    now += 3_600_001;
    expect(await tries(4, 'lin', 'wrong')).toEqual([WRONG, WRONG, WRONG, WRONG]);
    expect(await tryWith('lin', 'right')).toBe('signed in');
  });

  test('of many names from one address slow that address down, and no other', async () => {
    for (let index = 0; index < 30; index += 1)
      expect(await tryWith(`guess-${index}`, 'wrong', '192.0.2.9')).toBe(WRONG);
    expect(await tryWith('lin', 'right', '192.0.2.9')).toBe('wait 5 s');
    expect(await tryWith('lin', 'right', '192.0.2.8')).toBe('signed in');
  });

  test('made at the same time all count', async () => {
    await Promise.all(Array.from({ length: 5 }, () => tryWith('lin', 'wrong')));
    expect(await tryWith('lin', 'right')).toMatch(/^wait \d+ s$/);
  });

  test('made at the same time are not looked at beyond the allowed ones, of a name or from an address', async () => {
    const crowd = Array.from({ length: 60 }, (_, index) => index);
    const byName = await Promise.all(crowd.map((index) => tryWith('lin', 'wrong', `192.0.2.${index}`)));
    expect(byName.filter((said) => said === WRONG)).toHaveLength(5);
    expect(byName.filter((said) => said === 'wait 5 s')).toHaveLength(55);
    verified = [];
    await Promise.all(crowd.map((index) => tryWith(`guess-${index}`, 'wrong', '198.51.100.1')));
    expect(verified).toHaveLength(30);
  });

  test('leave nothing behind that right ones would have to pay for', async () => {
    await tries(29, 'nobody', 'wrong', '192.0.2.9');
    now += 900_000;
    for (let index = 0; index < 40; index += 1) expect(await tryWith('lin', 'right', '192.0.2.9')).toBe('signed in');
  });

  test('are not kept for longer than they count', async () => {
    const kept = () =>
      database.db.query<{ subject: string }>(sql('test-attempts', 'select subject from access.attempt'));
    await tries(3, 'nobody', 'wrong');
    expect(await kept()).toHaveLength(2);
    now += 3_600_001;
    expect(await tryWith('lin', 'right')).toBe('signed in');
    expect((await kept()).map(({ subject }) => subject)).toEqual(['peer:192.0.2.1']);
  });
});

test('passwords are argon2id with the agreed cost, salted, and tokens are digested by SHA-256', async () => {
  const [first, second] = [await nodeSecrets.hashPassword('pass'), await nodeSecrets.hashPassword('pass')];
  expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(first).not.toBe(second);
  expect(await nodeSecrets.verifyPassword(first, 'pass')).toBe(true);
  expect(await nodeSecrets.verifyPassword(first, 'Pass')).toBe(false);
  expect(nodeSecrets.digestToken('abc')).toEqual(createHash('sha256').update('abc').digest());
});

describe('a command that changes the database alone', () => {
  const command = (changed: Partial<Command> = {}): Command => ({
    db: database.db,
    commandKey: 'key',
    contentHash: 'content',
    staff: { merchantId: 'mer_1' },
    clock: { now: () => now },
    ...changed,
  });

  test('is done once, at the same time or later, and answers alike', async () => {
    let done = 0;
    const work = async () => {
      done += 1;
      return { id: `thing ${done}`, at: null };
    };
    const together = await Promise.all(Array.from({ length: 20 }, () => once(command(), work)));
    const later = await once(command(), work);
    expect(new Set([...together, later].map(({ id }) => id))).toEqual(new Set(['thing 1']));
    expect(later).toEqual({ id: 'thing 1', at: null });
    expect(done).toBe(1);
  });

  test('with other content is a conflict; another key or merchant is another command', async () => {
    await once(command(), async () => 1);
    await expect(once(command({ contentHash: 'other' }), async () => 2)).rejects.toMatchObject({
      code: 'idempotency-conflict',
    });
    expect(await once(command({ commandKey: 'key-2' }), async () => 3)).toBe(3);
    expect(await once(command({ staff: { merchantId: 'mer_2' } }), async () => 4)).toBe(4);
  });

  test('that fails leaves its key free', async () => {
    const failing = once(command(), async () => {
      throw new Fault('line-refused');
    });
    await expect(failing).rejects.toMatchObject({ code: 'line-refused' });
    expect(await once(command({ contentHash: 'other' }), async () => 'done')).toBe('done');
  });
});
