import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { DATABASE_TIMEOUT_MS, openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { type AuditEntry, appendAudit, auditRows, proveAuditLog } from './audit.ts';

let database: TestDatabase;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
const prove = () => proveAuditLog(database.db, sha256);
const intact = (rows: number) => ({ rows, firstBrokenSequence: null, headMatches: true });

const entry: AuditEntry = {
  at: Date.parse('2026-11-23T08:00:00.123Z'),
  actor: 'stf_1',
  role: 'operator',
  action: 'key-loaded',
  subject: 'reader/12345678/bdk',
  before: null,
  after: 'AES 08D7B4',
  reason: '新读卡器',
  address: '192.0.2.1',
  detail: '',
};
const NO_TRIGGERS = 'alter table access.audit disable trigger user';

beforeAll(async () => {
  database = await openTestDatabase();
}, DATABASE_TIMEOUT_MS);
afterAll(() => database.close(), DATABASE_TIMEOUT_MS);
beforeEach(async () => {
  await database.tamper(
    NO_TRIGGERS,
    'truncate access.audit',
    `update access.audit_chain set length = 0, head = decode(repeat('00', 32), 'hex')`,
    'alter table access.audit enable trigger user',
  );
  for (const detail of ['one', 'two', 'three']) await appendAudit(database.db, { ...entry, detail });
});

test('rows are found newest first, digests in the place of what they are of', async () => {
  const rows = await auditRows(database.db, ['key-loaded'], Number.MAX_SAFE_INTEGER, 2);
  expect(rows.map(({ sequence, detail }) => [sequence, detail])).toEqual([
    [3, 'three'],
    [2, 'two'],
  ]);
  const { before: _, after, ...told } = entry;
  expect(rows[0]).toMatchObject({ ...told, detail: 'three', beforeDigest: null });
  expect(rows[0]?.afterDigest).toEqual(sha256(Buffer.from(after ?? '')));
  expect(await auditRows(database.db, ['key-exported'], Number.MAX_SAFE_INTEGER, 2)).toEqual([]);
  expect(await prove()).toEqual(intact(3));
});

test('a line break in a text cannot pass for two fields', async () => {
  await appendAudit(database.db, { ...entry, reason: 'one\ntwo\u0007', subject: 'a\u001fb' });
  const [row] = await auditRows(database.db, ['key-loaded'], Number.MAX_SAFE_INTEGER, 1);
  expect([row?.reason, row?.subject]).toEqual(['one two ', 'a b']);
  expect(await prove()).toEqual(intact(4));
});

test('rows that are written at once still make one chain', async () => {
  await Promise.all(
    Array.from({ length: 20 }, (_, index) => appendAudit(database.db, { ...entry, detail: `${index}` })),
  );
  expect(await prove()).toEqual(intact(23));
});

test.each([
  `update access.audit set reason = 'another' where sequence = 2`,
  'delete from access.audit where sequence = 2',
  'truncate access.audit',
])('the database refuses: %s', async (statement) => {
  await expect(database.tamper(statement)).rejects.toThrow('append-only');
  expect(await prove()).toEqual(intact(3));
});

test.each([
  ['a changed reason', `update access.audit set reason = 'another' where sequence = 2`, 2, true],
  ['a changed instant', `update access.audit set at = at + interval '1 second' where sequence = 1`, 1, true],
  ['a changed digest', `update access.audit set after_digest = hash where sequence = 2`, 2, true],
  ['a missing row', 'delete from access.audit where sequence = 2', 2, true],
  ['a missing last row', 'delete from access.audit where sequence = 3', null, false],
  [
    'an added row',
    `insert into access.audit select 4, at, actor, role, action, subject, before_digest, after_digest, reason, address,
       detail, hash from access.audit where sequence = 3`,
    4,
    false,
  ],
])('%s is found although the triggers were off', async (_, statement, firstBrokenSequence, headMatches) => {
  await database.tamper(NO_TRIGGERS, statement);
  expect(await prove()).toMatchObject({ firstBrokenSequence, headMatches });
});
