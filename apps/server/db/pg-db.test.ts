import { afterAll, beforeAll, expect, test } from 'vitest';
import { DATABASE_TIMEOUT_MS, openTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
}, DATABASE_TIMEOUT_MS);
afterAll(() => database.close(), DATABASE_TIMEOUT_MS);

const insert = {
  name: '',
  text: `insert into access.staff (id, merchant_id, store_id, username, name, name_en, role, password_hash, created_at)
    values ('stf_1', 'mer_1', 'store_1', 'UPPER', 'x', 'x', 'owner', 'a secret hash', now())`,
};

test.each(['on its own', 'in a transaction'])('an error %s names what was broken and repeats no row', async (how) => {
  const { db } = database;
  const broken = how === 'on its own' ? db.query(insert) : db.transaction((tx) => tx.query(insert));
  const error = await broken.then(
    () => undefined,
    (one: unknown) => one,
  );
  expect(error).toMatchObject({ code: '23514', constraint: 'staff_username_check' });
  const everything = [String(error), JSON.stringify(error), (error as Error).stack].join();
  expect(everything).not.toContain('a secret hash');
});

test('an amount beyond what is exact is an error and never a rounded number', async () => {
  await expect(database.db.query({ name: '', text: 'select 9007199254740993::bigint as amount' })).rejects.toThrow(
    'not a safe integer',
  );
});
