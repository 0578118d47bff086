import { nodeSecrets } from '@zhanggui/modules/access/node/secrets.ts';
import { insertStaff } from '@zhanggui/modules/access/store.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { DATABASE_TIMEOUT_MS, openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { refuseDemoLogins } from './demo.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
}, DATABASE_TIMEOUT_MS);
afterAll(() => database.close(), DATABASE_TIMEOUT_MS);
beforeEach(() => database.tamper('truncate access.staff cascade'));

async function hire(username: string, password: string): Promise<void> {
  const passwordHash = await nodeSecrets.hashPassword(password);
  const place = { merchantId: 'mer_1', storeId: 'store_1', name: '陈', nameEn: 'Chen', role: 'owner' } as const;
  await insertStaff(database.db, { id: `stf_${username}`, username, passwordHash, ...place }, 0);
}

test('a server in production does not start while a password of the demo still opens it', async () => {
  await hire('owner', 'owner-demo');
  await expect(refuseDemoLogins(database.db)).rejects.toThrow(/password of the demo: owner/);
});

test('people who have the same names and other passwords do not keep it from starting, nor does an empty database', async () => {
  await refuseDemoLogins(database.db);
  await hire('owner', 'a password of her own');
  await refuseDemoLogins(database.db);
});
