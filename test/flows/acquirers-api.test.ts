import { sql } from '@zhanggui/base';
import { auditRows } from '@zhanggui/modules/access/audit.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPgDb } from '../../apps/server/db/pg-db.ts';
import { codeOf } from '../support/api-answers.ts';
import type { ApiClient } from '../support/api-client.ts';
import { addNeighbour } from '../support/second-merchant.ts';
import { openWorld, type TestServer, type World } from '../support/world.ts';

let world: World;
let server: TestServer;
let cashier: ApiClient;
let owner: ApiClient;
let operator: ApiClient;
let neighbour: ApiClient;

beforeAll(async () => {
  world = await openWorld();
  server = await world.startServer();
  await addNeighbour(world.databaseUrl);
  [cashier, owner, operator, neighbour] = await Promise.all([
    server.signIn('cashier'),
    server.signIn('owner'),
    server.signIn('operator'),
    server.signIn('neighbour'),
  ]);
});
afterAll(() => world.close());

const TERMINAL = '/tills/till_1/terminal';

interface Health {
  acquirers: { connected: boolean; circuit: string; terminals: { tillId: string; signedOnAt: string | null }[] }[];
}

test('owners see how their acquirer and their own terminals do; cashiers do not, and neighbours not theirs', async () => {
  await expect
    .poll(async () => (await owner.send<Health>('GET', '/acquirers/health')).acquirers[0]?.terminals[0]?.signedOnAt, {
      timeout: 10_000,
    })
    .toMatch(/^\d{4}-/);
  const { acquirers } = await owner.send<Health>('GET', '/acquirers/health');
  expect(acquirers).toMatchObject([{ connected: true, circuit: 'closed' }]);
  expect(acquirers[0]?.terminals.map(({ tillId }) => tillId)).toContain('till_1');
  expect((await neighbour.send<Health>('GET', '/acquirers/health')).acquirers[0]?.terminals).toEqual([]);
  expect(await codeOf(cashier.send('GET', '/acquirers/health'))).toBe('403 not-permitted');
});

test('an operator signs a terminal on and loads it; its reader fetches what was loaded', async () => {
  expect(await codeOf(owner.send('POST', `${TERMINAL}/sign-on`))).toBe('403 not-permitted');
  expect(await operator.send('POST', `${TERMINAL}/sign-on`)).toEqual({ kind: 'done', cause: null, version: null });
  expect(await operator.send('POST', `${TERMINAL}/status`)).toMatchObject({ kind: 'done' });
  expect(await codeOf(cashier.send('GET', `${TERMINAL}/downloads/ca-keys`))).toBe('404 not-found');
  expect(await operator.send('POST', `${TERMINAL}/downloads/ca-keys`)).toMatchObject({ kind: 'done', version: 1 });
  expect(await cashier.send('GET', `${TERMINAL}/downloads/ca-keys`)).toMatchObject({
    version: 1,
    items: expect.arrayContaining([expect.objectContaining({ kind: 'ca-key', rid: expect.any(String) })]),
  });
  expect(await codeOf(operator.send('POST', '/tills/till_none/terminal/sign-off'))).toBe('404 till-not-found');
  expect(await operator.send('POST', `${TERMINAL}/sign-off`)).toMatchObject({ kind: 'done' });
});

test('what a till may approve alone is the owner’s to set, and nobody else’s', async () => {
  const path = `${TERMINAL}/offline-limits`;
  const none = { allowed: false, perPaymentMinor: 0, totalMinor: 0, usedMinor: 0, usedCount: 0, mostCount: null };
  expect(await owner.send('GET', path)).toEqual(none);
  const set = { perPaymentMinor: 20_000, totalMinor: 100_000 };
  expect(await owner.send('PUT', path, set)).toEqual({ ...none, ...set, allowed: true });
  expect(await codeOf(neighbour.send('PUT', path, set))).toBe('404 till-not-found');
  for (const employee of [cashier, await server.signIn('manager')])
    expect(await codeOf(employee.send('PUT', path, set))).toBe('403 not-permitted');
  expect(await codeOf(owner.send('PUT', path, { perPaymentMinor: -1, totalMinor: 1 }))).toBe('400 field-refused');
  expect(await owner.send('GET', path)).toMatchObject({ allowed: true });
  const db = openPgDb(world.databaseUrl);
  const [row, ...others] = await auditRows(db, ['offline-limits-changed'], Number.MAX_SAFE_INTEGER, 10).finally(() =>
    db.close(),
  );
  expect(row).toMatchObject({ actor: 'stf_owner', role: 'owner', subject: 'till_1', detail: '20000 100000' });
  expect(others).toEqual([]);
});

test('messages that wait are sent again by operators alone', async () => {
  expect(await operator.send('POST', '/acquirers/advices/pay_none/retry')).toEqual({ advices: [] });
  expect(await codeOf(owner.send('POST', '/acquirers/advices/pay_none/retry'))).toBe('403 not-permitted');
});

/** So many of one merchant that a list of all would end before the other's only one. */
const QUEUE_MANY = `
  insert into switch.advice (reference, kind, acquirer_id, terminal_id, request, attempts, next_attempt_at, quarantined_at, created_at)
  select case till_id when 'till_2' then 'pay_next' else 'pay_' || n end, 'reversal', acquirer_id, terminal_id,
    '{"amountMinor": 1200, "currency": "CNY"}', 9, now() + interval '1 hour', case till_id when 'till_1' then now() end, now()
  from switch.terminal, generate_series(1, 250) n where till_id = 'till_1' or (till_id = 'till_2' and n = 1)`;
const GIVE_TERMINAL = 'update switch.terminal set till_id = $1 where till_id = $2';

test('what waits is listed for the merchant whose it is, with what people must know of it', async () => {
  const db = openPgDb(world.databaseUrl);
  try {
    await db.query(
      sql(
        'queue-an-advice',
        `insert into switch.advice (reference, kind, acquirer_id, terminal_id, request, attempts, next_attempt_at, quarantined_at, last_cause, created_at)
         select 'pay_waits', 'reversal', acquirer_id, terminal_id, '{"amountMinor": 1200, "currency": "CNY"}', 9,
           now() + interval '1 hour', now(), 'no answer', now()
         from switch.terminal where till_id = 'till_1'`,
      ),
      [],
    );
    const { advices } = await owner.send<{ advices: unknown[] }>('GET', '/acquirers/advices');
    expect(advices).toMatchObject([
      {
        reference: 'pay_waits',
        kind: 'reversal',
        tillId: 'till_1',
        state: 'waiting',
        amountMinor: 1200,
        attempts: 9,
        quarantinedAt: expect.stringMatching(/Z$/),
        lastCause: 'no answer',
      },
    ]);
    expect(await neighbour.send('GET', '/acquirers/advices')).toEqual({ advices: [] });
    expect(await codeOf(cashier.send('GET', '/acquirers/advices'))).toBe('403 not-permitted');
    await db.query(sql('queue-many-advices', QUEUE_MANY), []);
    await db.query(sql('give-a-terminal', GIVE_TERMINAL), ['till_next', 'till_2']);
    expect(await neighbour.send('GET', '/acquirers/advices')).toMatchObject({ advices: [{ reference: 'pay_next' }] });
  } finally {
    await db.query(sql('drop-the-advices', "delete from switch.advice where reference like 'pay_%'"), []);
    await db.query(sql('give-a-terminal', GIVE_TERMINAL), ['till_2', 'till_next']);
    await db.close();
  }
});
