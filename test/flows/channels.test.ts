import { sql } from '@zhanggui/base';
import type { ChannelView } from '@zhanggui/modules/payments/channel-routes.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openPgDb } from '../../apps/server/db/pg-db.ts';
import type { ApiClient, ApiProblem } from '../support/api-client.ts';
import { CustomerWithCards } from '../support/customer.ts';
import { openWorld, type TestServer, type World } from '../support/world.ts';

let world: World;
let server: TestServer;
let owner: ApiClient;
let customer: CustomerWithCards;
/** The account as the demo shop has it, put back after each test that changes it. */
let good: Record<string, string>;
let wallets: Record<string, Account & { certificates?: Account }>;

interface Account {
  readonly settings: Record<string, string>;
  readonly secrets: Record<string, string>;
}
const NO_WALLET: Account & { certificates?: Account } = { settings: {}, secrets: {} };

beforeAll(async () => {
  world = await openWorld();
  server = await world.startServer();
  customer = new CustomerWithCards(world.simulator);
  owner = await server.signIn('owner');
  await (await server.signIn('cashier')).openShift();
  const answer = await fetch(`http://127.0.0.1:${world.simulator.port}/sim/credentials`);
  ({ wallets } = (await answer.json()) as { wallets: typeof wallets });
  good = { ...wallets.wechat?.settings, ...wallets.wechat?.secrets };
});
afterAll(() => world.close());
beforeEach(() => customer.clearFaults());

const channel = async (method = 'wechat', client = owner): Promise<ChannelView> => {
  const { channels } = await client.send<{ channels: ChannelView[] }>('GET', '/channels');
  const found = channels.find((one) => one.method === method);
  if (found === undefined) throw new Error(`the shop has no account with ${method}`);
  return found;
};
const change = (values: Record<string, string>, method = 'wechat'): Promise<ChannelView> =>
  owner.send('PUT', `/channels/${method}`, { values });
const tried = (method = 'wechat'): Promise<{ outcome: string; detail: string }> =>
  owner.send('POST', `/channels/${method}/test`);
const refusal = (asked: Promise<unknown>): Promise<ApiProblem> =>
  asked.then(
    () => {
      throw new Error('it was not refused');
    },
    (problem: ApiProblem) => problem,
  );
const valuesOf = (view: ChannelView, name: string) => view.settings.find((setting) => setting.name === name)?.values;

async function stored(): Promise<string> {
  const db = openPgDb(world.databaseUrl);
  try {
    const rows = await db.query<{ row: string }>(
      sql(
        'all-contracts',
        "select concat(to_jsonb(c)::text, (select string_agg(to_jsonb(a)::text, '') from access.audit a)) as row from merchants.contract c",
      ),
    );
    return rows.map(({ row }) => row).join('\n');
  } finally {
    await db.close();
  }
}

describe('an account with a channel', () => {
  test('is shown with its settings and never with its secrets', async () => {
    const view = await channel();
    expect(view).toMatchObject({ complete: true, title: { zh: '微信支付' } });
    expect(valuesOf(view, 'mchId')).toMatchObject([{ value: good.mchId }]);
    expect(valuesOf(view, 'privateKeyPem')).toMatchObject([{ value: null, setAt: expect.stringMatching(/Z$/) }]);
    expect(valuesOf(view, 'platformKey')?.length).toBe(2);
    const said = JSON.stringify(view);
    expect(said).not.toContain('PRIVATE KEY');
    expect(said).not.toContain(good.apiV3Key);
  });

  test('passes its trial as the demo has it, and the trial is kept', async () => {
    expect(await tried()).toMatchObject({ outcome: 'passed', detail: 'ORDER_NOT_EXIST' });
    expect((await channel()).test).toMatchObject({ outcome: 'passed' });
  });

  test.each([
    ['another serial number', { serialNo: '00000000000000000000000000000000000000AA' }, 'refused'],
    ['nobody at the address', { baseUrl: 'http://127.0.0.1:9' }, 'unreachable'],
    [
      'no key at all',
      { privateKeyPem: `-----BEGIN PRIVATE KEY-----\n${'A'.repeat(64)}\n-----END PRIVATE KEY-----` },
      'key-unusable',
    ],
  ] as const)(
    'fails its trial with %s, in a word, and passes it again when put right',
    async (_what, wrong, outcome) => {
      await change(wrong);
      expect((await tried()).outcome).toBe(outcome);
      expect((await channel()).test).toMatchObject({ outcome });
      const righted = await change(Object.fromEntries(Object.keys(wrong).map((name) => [name, good[name] ?? ''])));
      expect(righted.test).toBeNull();
      expect((await tried()).outcome).toBe('passed');
    },
  );

  test('of Alipay passes in key mode and in certificate mode, and says what is wrong', async () => {
    const { settings, secrets, certificates } = wallets.alipay ?? NO_WALLET;
    expect(await tried('alipay')).toMatchObject({ outcome: 'passed', detail: 'ACQ.TRADE_NOT_EXIST' });
    await change({ appId: '2021000000000000' }, 'alipay');
    expect((await tried('alipay')).outcome).toBe('refused');
    await change({ appId: settings.appId ?? '', gatewayUrl: 'http://127.0.0.1:9/gateway.do' }, 'alipay');
    expect((await tried('alipay')).outcome).toBe('unreachable');
    await change({ gatewayUrl: settings.gatewayUrl ?? '', alipayPublicKey: '' }, 'alipay');
    expect(await tried('alipay')).toMatchObject({ outcome: 'incomplete', detail: 'alipayPublicKey' });
    await change({ ...certificates?.settings, ...certificates?.secrets }, 'alipay');
    expect((await tried('alipay')).outcome).toBe('passed');
    const gone = { appCertificate: '', alipayCertificate: '', alipayRootCertificates: '', aesKey: '' };
    await change({ ...gone, ...settings, ...secrets }, 'alipay');
    expect((await tried('alipay')).outcome).toBe('passed');
    await customer.setWalletFault('alipay', { kind: 'wrong-signature', operation: 'query', count: 1 });
    expect((await tried('alipay')).outcome).toBe('answer-not-believed');
  });

  test('is not believed when the answer is signed by nobody we know', async () => {
    await customer.setWalletFault('wechat', { kind: 'wrong-signature', operation: 'query', count: 1 });
    expect((await tried()).outcome).toBe('answer-not-believed');
  });

  test('works for the very next payment after a change, and the change keeps what is not named', async () => {
    const before = await channel();
    const view = await change({ storeOutId: 'SHOP-7', privateKeyPem: good.privateKeyPem ?? '' });
    expect(valuesOf(view, 'storeOutId')).toMatchObject([{ value: 'SHOP-7' }]);
    expect(valuesOf(view, 'apiV3Key')?.[0]?.setAt).toBe(valuesOf(before, 'apiV3Key')?.[0]?.setAt);
    const at = (one: ChannelView) => Date.parse(valuesOf(one, 'privateKeyPem')?.[0]?.setAt ?? '');
    expect(at(view)).toBeGreaterThan(at(before));
    expect(view.changedBy).toBe('stf_owner');
    const cashier = await server.signIn('cashier');
    const sale = await cashier.saleOf(1_000);
    const payment = await cashier.pay(sale.id, 'wechat', 1_000, { code: await customer.paymentCode('wechat') });
    expect(payment.result).toBe('succeeded');
    await change({ storeOutId: '' });
    expect(valuesOf(await channel(), 'storeOutId')).toEqual([]);
  });

  test('is refused with the names of the fields, and then nothing has changed', async () => {
    const before = await channel();
    const problem = await refusal(
      change({ appId: '', baseUrl: 'http://elsewhere.example', nothing: 'x', storeId: '9' }),
    );
    expect(problem).toMatchObject({ status: 400, code: 'field-refused' });
    const paths = (problem.body.fields as { path: string }[]).map(({ path }) => path).sort();
    expect(paths).toEqual(['values.appId', 'values.baseUrl', 'values.nothing']);
    expect(await channel()).toEqual(before);
  });

  test('leaves each change in the audit log and no secret anywhere', async () => {
    await change({ apiV3Key: good.apiV3Key ?? '' });
    const everything = await stored();
    expect(everything).toContain('channel-changed');
    expect(everything).toContain('mer_demo/wechat');
    expect(everything).toContain('apiV3Key');
    expect(everything).not.toContain(good.apiV3Key);
    expect(everything).not.toContain('PRIVATE KEY');
    expect(server.log()).not.toContain(good.apiV3Key);
  });

  test('is for owners and operators alone', async () => {
    for (const role of ['cashier', 'manager'] as const) {
      const other = await server.signIn(role);
      expect((await refusal(channel('wechat', other))).status).toBe(403);
      expect((await refusal(other.send('POST', '/channels/wechat/test'))).status).toBe(403);
      expect((await refusal(other.send('PUT', '/channels/wechat', { values: {} }))).status).toBe(403);
    }
    expect((await channel('wechat', await server.signIn('operator'))).method).toBe('wechat');
    expect((await refusal(tried('cash'))).status).toBe(404);
    expect((await refusal(tried('nothing'))).code).toBe('method-unknown');
  });
});
