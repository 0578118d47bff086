import { execFile } from 'node:child_process';
import path from 'node:path';
import type { MethodView } from '@zhanggui/modules/sales/api.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiClient, ApiProblem } from '../support/api-client.ts';
import { CustomerWithCards } from '../support/customer.ts';
import { type OpenApiDocument, operationsOf } from '../support/open-api.ts';
import { copyTree, type TreeCopy } from '../support/tree-copy.ts';
import { openWorld, type TestServer, type World } from '../support/world.ts';

let copy: TreeCopy;
let world: World;
let customer: CustomerWithCards;
let whole: TestServer;
let without: TestServer;

beforeAll(async () => {
  copy = copyTree();
  copy.change('plugins/registry.ts', "import { wechat } from './methods/wechat/plugin.ts';\n", '');
  copy.change('plugins/registry.ts', '[cash, wechat, alipay, ', '[cash, alipay, ');
  copy.change('plugins/registry.web.ts', "import { wechatScreen } from './methods/wechat/web/screen.tsx';\n", '');
  copy.change('plugins/registry.web.ts', '  wechatScreen,\n', '');
  world = await openWorld();
  customer = new CustomerWithCards(world.simulator);
  without = await world.startServer({}, copy.root);
});
afterAll(async () => {
  await world.close();
  copy.remove();
});

test.each(['tsconfig.pure.json', 'tsconfig.node.json', 'tsconfig.dom.json'])(
  'without the line of a method the types still hold: %s',
  // The compiler reads the whole tree, for which a busy machine takes minutes; what it says is the same each time.
  { timeout: 300_000, retry: 0 },
  async (project) => {
    const tsc = path.join(copy.root, 'node_modules/typescript/bin/tsc');
    const output = await new Promise<string>((resolve) => {
      execFile(process.execPath, [tsc, '-p', project], { cwd: copy.root }, (error, stdout) => {
        resolve(error === null ? '' : stdout || error.message);
      });
    });
    expect(output).toBe('');
  },
);

async function methodsOf(client: ApiClient): Promise<readonly string[]> {
  return (await client.send<{ methods: MethodView[] }>('GET', '/methods')).methods.map(({ id }) => id);
}

function credentialsIn(document: OpenApiDocument): number {
  const tender = operationsOf(document).find(({ path: place }) => place.endsWith('/sales/{saleId}/payments'));
  const body = tender?.operation.requestBody?.content?.['application/json']?.schema;
  return body?.properties?.credential?.anyOf?.length ?? 0;
}

async function codeOf(answer: Promise<unknown>): Promise<string> {
  const came = await answer.catch((error: unknown) => error);
  return came instanceof ApiProblem ? came.code : 'done';
}

test('a server without it does not offer it, does not document it, has no account for it, and refuses it', async () => {
  const client = await without.signIn();
  expect(await methodsOf(client)).toEqual(['cash', 'alipay', 'unionpay-qr', 'ecny', 'card']);
  expect(credentialsIn(await client.send<OpenApiDocument>('GET', '/openapi.json'))).toBe(5);
  const { accounts } = await client.trialBalance();
  const channels = accounts
    .map(({ id }) => /^merchant:mer_demo:channel:([\w-]+):receivable$/.exec(id)?.[1])
    .filter((id) => id !== undefined);
  expect(channels.sort()).toEqual(['alipay', 'card', 'ecny', 'unionpay-qr']);
  await client.openShift();
  const sale = await client.saleOf(1_000);
  const credential = { code: await customer.paymentCode('wechat') };
  expect(await codeOf(client.pay(sale.id, 'wechat', 1_000, credential))).toBe('method-unknown');
  expect(await client.sale(sale.id)).toMatchObject({ state: 'open', payments: [], dueMinor: 1_000 });
  expect(await customer.held()).toMatchObject({ wechat: 0 });
});

test('the other methods are what they were', async () => {
  const client = await without.signIn();
  const pay = async (method: string, credential: unknown) => {
    const sale = await client.saleOf(1_000);
    return (await client.pay(sale.id, method, 1_000, credential)).state;
  };
  expect(await pay('cash', { tenderedMinor: 1_000 })).toBe('succeeded');
  expect(await pay('alipay', { code: await customer.paymentCode('alipay') })).toBe('succeeded');
  expect(await pay('card', await customer.presentCard('debit-approves', 1_000, 'till_1', '123456'))).toBe('succeeded');
  expect((await client.trialBalance()).differenceMinor).toBe(0);
});

test('put back, it is there again; taken out later, its past stays readable', async () => {
  whole = await world.startServer();
  const client = await whole.signIn();
  expect(await methodsOf(client)).toEqual(['cash', 'wechat', 'alipay', 'unionpay-qr', 'ecny', 'card']);
  expect(credentialsIn(await client.send<OpenApiDocument>('GET', '/openapi.json'))).toBe(6);
  const sale = await client.saleOf(1_000);
  const payment = await client.pay(sale.id, 'wechat', 1_000, { code: await customer.paymentCode('wechat') });
  expect(payment.state).toBe('succeeded');
  const later = await without.signIn();
  expect(await later.payment(payment.id)).toMatchObject({ method: 'wechat', state: 'succeeded' });
  expect(await later.sale(sale.id)).toMatchObject({ state: 'paid', payments: [{ method: 'wechat' }] });
  const refund = later.send('POST', `/payments/${payment.id}/refunds`, { amountMinor: 100, reason: 'test' });
  expect(await codeOf(refund)).toBe('method-unknown');
});
