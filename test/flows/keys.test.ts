import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { KeyListView, KeyRequestView } from '@zhanggui/modules/keys/api.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPgDb } from '../../apps/server/db/pg-db.ts';
import { ApiClient } from '../support/api-client.ts';
import { openWorld, type TestServer, type World } from '../support/world.ts';

const root = path.resolve(import.meta.dirname, '../..');
const dataDir = mkdtempSync(path.join(tmpdir(), 'zhanggui-keys-'));
const PARTS = ['1111111111111111FFFFFFFFFFFFFFFF', '1032547698BADCFE0123456789ABCDEF'] as const;
const CHECK_VALUE = '2090A6';
const CEREMONY = {
  kind: 'ceremony',
  keyName: 'device/SN-1/kek',
  reason: 'new terminal',
  algorithm: 'AES',
  usage: 'key-block-protection',
  bits: 128,
  components: 2,
  exportable: false,
} as const;

let world: World;
let server: TestServer;
let zhou: ApiClient;
let wu: ApiClient;

beforeAll(async () => {
  world = await openWorld();
  server = await world.startServer({ ZHANGGUI_DATA: dataDir });
  zhou = await server.signIn('operator');
  wu = new ApiClient(server.origin);
  await wu.signIn('custodian', 'custodian-demo');
});
afterAll(async () => {
  await world.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const ask = (key: string, body: object = CEREMONY) => zhou.send<KeyRequestView>('POST', '/keys/requests', body, key);
const bring = (client: ApiClient, id: string, number: number, component: string) =>
  client.send<KeyRequestView>('PUT', `/keys/requests/${id}/components/${number}`, { component });

test('the shop sees no keys, and a request that is repeated is one', async () => {
  for (const person of ['cashier', 'manager', 'owner'] as const) {
    const client = await server.signIn(person);
    await expect(client.send('GET', '/keys'), person).rejects.toMatchObject({ code: 'not-permitted' });
  }
  const first = await ask('keys-repeated');
  expect((await ask('keys-repeated')).id).toBe(first.id);
  await expect(ask('keys-repeated', { ...CEREMONY, bits: 256 })).rejects.toMatchObject({
    code: 'idempotency-conflict',
  });
  await zhou.send('POST', `/keys/requests/${first.id}/refusal`, { reason: 'only a test' });
});

test('the master key changes beside a running server, in the middle of a ceremony', async () => {
  const { id } = await ask('keys-ceremony');
  await bring(zhou, id, 1, PARTS[0]);
  const before = await zhou.send<KeyListView>('GET', '/keys');
  const file = path.join(dataDir, 'master.key');
  const old = readFileSync(file, 'utf8');
  const { status, output } = await command('keys.ts', 'rotate-master', '--reason', 'yearly');
  expect(output).toMatch(/^master key [0-9A-F]{8} has given way to [0-9A-F]{8}; \d+ keys were wrapped again$/m);
  expect(status).toBe(0);
  expect(readFileSync(file, 'utf8')).not.toBe(old);
  const after = await zhou.send<KeyListView>('GET', '/keys');
  expect(after.holder?.id).not.toBe(before.holder?.id);
  const told = ({ keys }: KeyListView) => keys.map(({ name, checkValue, version }) => ({ name, checkValue, version }));
  expect(told(after)).toEqual(expect.arrayContaining(told(before)));
  expect((await bring(wu, id, 2, PARTS[1])).checkValue).toBe(CHECK_VALUE);
  await expect(zhou.send('POST', `/keys/requests/${id}/approval`)).rejects.toMatchObject({ code: 'key-two-people' });
  expect(await wu.send('POST', `/keys/requests/${id}/approval`)).toMatchObject({ state: 'done' });
  const manager = await server.signIn('manager');
  expect((await manager.send<{ methods: unknown[] }>('GET', '/methods')).methods.length).toBeGreaterThan(0);
});

test("a server in production refuses the demo's master key and says why", async () => {
  const { status, output } = await command('main.ts');
  expect(output).toMatch(/master-key-refused[\s\S]*reason: 'demo'/);
  expect(status).toBe(1);
});

test('the audit command proves the log, and finds a row that was changed', async () => {
  const intact = await command('audit.ts');
  expect(intact.output).toContain('The audit log is intact.');
  const db = openPgDb(world.databaseUrl);
  await db.query({ name: '', text: 'alter table access.audit disable trigger user' });
  await db.query({ name: '', text: `update access.audit set actor = 'nobody' where sequence = 2` });
  await db.close();
  const changed = await command('audit.ts');
  expect(changed.output).toMatch(/broken at row 2[\s\S]*The audit log is NOT intact\./);
  expect(changed.status).toBe(1);
});

test('the command for keys says how it is called', async () => {
  expect(await command('keys.ts', 'rotate-master')).toEqual({
    status: 2,
    output: 'zhanggui: zhanggui keys rotate-master --reason "why"\n',
  });
});

function command(file: string, ...args: readonly string[]): Promise<{ status: number | null; output: string }> {
  const env = { ...process.env, DATABASE_URL: world.databaseUrl, ZHANGGUI_DATA: dataDir, PORT: '0' };
  const child = spawn(process.execPath, [path.join(root, 'apps/server', file), ...args], { cwd: root, env });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  return new Promise((resolve) => child.once('exit', (status) => resolve({ status, output })));
}
