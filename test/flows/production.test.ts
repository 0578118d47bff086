import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { nodeSecrets } from '@zhanggui/modules/access/node/secrets.ts';
import { insertStaff } from '@zhanggui/modules/access/store.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPgDb } from '../../apps/server/db/pg-db.ts';
import { pages } from '../../apps/server/pages.ts';
import { raw } from '../support/api-answers.ts';
import { openWorld, type World } from '../support/world.ts';

let world: World;
/** Without simulators a server is in production, whatever else its environment says. */
const PRODUCTION = {
  ZHANGGUI_SIM_URL: '',
  ZHANGGUI_MASTER_KEY: randomBytes(32).toString('hex'),
  ZHANGGUI_CRASH_AT: 'intent-written',
};

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

test('a server in production has no demo in it: no shop, no logins, no simulators', async () => {
  const webDir = path.join(world.folder, 'web');
  mkdirSync(path.join(webDir, 'assets'), { recursive: true });
  for (const { file } of pages) {
    mkdirSync(path.join(webDir, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(webDir, file), '<title>page</title>');
  }
  const server = await world.startServer({ ...PRODUCTION, ZHANGGUI_WEB: webDir });
  const statusOf = async (place: string, method = 'GET') => (await raw(`${server.origin}${place}`, method)).status;
  expect(await statusOf('/healthz')).toBe(503);
  expect(await statusOf('/api/v1/openapi.json')).toBe(200);
  expect(await statusOf('/console')).toBe(200);
  for (const place of ['/api/v1/demo', '/sim/credentials', '/sim/bank', '/sim/phone', '/sim/bank/book'])
    expect(await statusOf(place), place).toBe(404);
  expect(await statusOf('/sim/bank/faults', 'POST')).toBe(404);
  await expect(server.signIn('owner')).rejects.toMatchObject({ code: 'wrong-credentials' });
  await server.kill();
});

test('every page stands in no frame and speaks to its own server, the till to the agent beside it too', async () => {
  const server = await world.startServer({ ...PRODUCTION, ZHANGGUI_WEB: path.join(world.folder, 'web') });
  for (const { name, url } of pages.filter((page) => !page.url.startsWith('/sim/'))) {
    const { headers } = await raw(`${server.origin}${url.replace(':token', 'A'.repeat(24))}`);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy, name).toContain("default-src 'self'");
    expect(policy, name).toContain("frame-ancestors 'none'");
    expect(policy.includes('http://127.0.0.1:*'), name).toBe(name === 'till');
    expect(headers.get('referrer-policy'), name).toBe('no-referrer');
  }
  await server.kill();
});

test('it does not start on a database that a password of the demo opens', async () => {
  const db = openPgDb(world.databaseUrl);
  const passwordHash = await nodeSecrets.hashPassword('operator-demo');
  const person = { id: 'stf_1', username: 'operator', name: '周', nameEn: 'Zhou', role: 'operator' } as const;
  await insertStaff(db, { ...person, merchantId: 'mer_1', storeId: 'store_1', passwordHash }, Date.now());
  await db.close();
  await expect(world.startServer(PRODUCTION)).rejects.toThrow(/password of the demo: operator/);
});
