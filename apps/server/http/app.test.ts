import type { StaffIdentity } from '@zhanggui/modules/access/api.ts';
import { type Route, route, type SendEvent } from '@zhanggui/modules/http.ts';
import type { FastifyInstance, InjectOptions } from 'fastify';
import pino from 'pino';
import { Type } from 'typebox';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openHttp } from './app.ts';
import type { HttpEnvironment } from './routes.ts';

const cashier: StaffIdentity = {
  id: 'stf_1',
  merchantId: 'mer_1',
  storeId: 'store_1',
  name: '林',
  nameEn: 'Lin',
  username: 'lin',
  role: 'cashier',
};
const COOKIE = 'zg_session=token';

let app: FastifyInstance;
let sessions: Set<string>;
let done: unknown[];
let tell: SendEvent | undefined;

const environment: HttpEnvironment = {
  db: undefined as never,
  clock: { now: () => 0, sleep: async () => undefined },
  rng: { bytes: (count) => new Uint8Array(count) },
  whoIs: async (token) => (sessions.has(token) ? cashier : undefined),
  forget: () => undefined,
};

const routes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/things/:thingId',
    summary: 'A command',
    tag: 'test',
    permission: 'sell',
    command: true,
    params: Type.Object({ thingId: Type.String({ maxLength: 60 }) }),
    query: Type.Object({ cursor: Type.Optional(Type.Integer()) }),
    body: Type.Object({
      name: Type.Optional(Type.String()),
      amountMinor: Type.Optional(Type.Integer()),
      anything: Type.Optional(Type.Unknown()),
      names: Type.Optional(Type.Record(Type.String(), Type.String())),
    }),
    handle: async ({ body }) => {
      done.push(body);
      return undefined;
    },
  }),
  route({
    method: 'GET',
    path: '/events',
    summary: 'A stream',
    tag: 'test',
    permission: 'sell',
    handle: async () => undefined,
    stream: (_context, send) => {
      tell = send;
      return () => {
        tell = undefined;
      };
    },
  }),
  route({
    method: 'POST',
    path: '/told/:by',
    summary: 'What somebody tells by itself',
    tag: 'test',
    permission: 'public',
    raw: true,
    params: Type.Object({ by: Type.String() }),
    handle: async ({ raw }) => {
      done.push(raw.body);
      return undefined;
    },
  }),
];

beforeEach(async () => {
  sessions = new Set(['token']);
  done = [];
  tell = undefined;
  app = await openHttp(environment, routes, pino({ level: 'silent' }));
});
afterEach(() => app.close());

async function post(url: string, payload: InjectOptions['payload'], headers: Record<string, string> = {}) {
  const { statusCode, body, ...answer } = await app.inject({
    method: 'POST',
    url: `/api/v1${url}`,
    headers: { cookie: COOKIE, 'idempotency-key': 'key-12345', 'content-type': 'application/json', ...headers },
    ...(payload === undefined ? {} : { payload }),
  });
  const problem = body === '' ? {} : (JSON.parse(body) as { code?: string; fields?: { path: string }[] });
  const fields = problem.fields?.map(({ path }) => path).join() ?? '';
  return { said: `${statusCode} ${problem.code ?? ''} ${fields}`.trim(), headers: answer.headers };
}

describe('input that no database could keep', () => {
  test.each([
    ['a NUL in a text', '/things/x', { name: 'a\u0000b' }, 'name'],
    ['half a character', '/things/x', { name: '\ud800' }, 'name'],
    ['a NUL deep inside', '/things/x', { anything: [{ at: ['', 'x\u0000'] }] }, 'anything.0.at.1'],
    ['a NUL in the name of a member', '/things/x', { names: { 'a\u0000': 'b' } }, 'names'],
    ['a NUL in the path', '/things/%00', {}, 'thingId'],
    ['a number that is not exact', '/things/x', { amountMinor: 1e300 }, 'amountMinor'],
    ['one just beyond', '/things/x', { amountMinor: -9_007_199_254_740_992 }, 'amountMinor'],
    ['one in the query', '/things/x?cursor=1e300', {}, 'cursor'],
  ])('%s is refused by its field', async (_, url, body, field) => {
    expect((await post(url, body)).said).toBe(`400 field-refused ${field}`);
    expect(done).toEqual([]);
  });

  test('goes no deeper than the machine can follow', async () => {
    const deep = `{"anything":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect((await post('/things/x', deep)).said).toMatch(/^(200|400)/);
  });

  test('and everything else is taken as it is', async () => {
    const body = { name: '青山\n𝒳', amountMinor: 9_007_199_254_740_991, anything: null };
    expect((await post('/things/%E5%B1%B1', body)).said).toBe('200');
    expect(done).toEqual([body]);
  });
});

describe('a body that is none', () => {
  test.each([
    ['text', 'x', { 'content-type': 'text/plain' }],
    ['half a document', '{"name":', {}],
    ['nothing', '', {}],
    ['a member that would change what all objects are', '{"__proto__":{"name":"x"}}', {}],
  ])('%s is told from a wrong field', async (_, payload, headers) => {
    expect((await post('/things/x', payload, headers)).said).toBe('400 body-not-json');
  });

  test('one that is too large is told from both', async () => {
    expect((await post('/things/x', { name: 'x'.repeat(1_100_000) })).said).toBe('413 body-too-large');
  });
});

describe('a browser that was sent by another site', () => {
  test.each(['cross-site', 'same-site'])('is refused when it says %s', async (site) => {
    expect((await post('/things/x', {}, { 'sec-fetch-site': site })).said).toBe('403 other-site');
    expect(done).toEqual([]);
  });

  test.each(['same-origin', 'none'])('is served when it says %s', async (site) => {
    expect((await post('/things/x', {}, { 'sec-fetch-site': site })).said).toBe('200');
  });

  test('does not keep channels from telling, which sign what they say', async () => {
    expect((await post('/told/x', 'raw', { 'sec-fetch-site': 'cross-site', 'content-type': 'text/plain' })).said).toBe(
      '200',
    );
    expect(done).toEqual(['raw']);
  });
});

test('answers are kept by nobody on the way, and shown in no frame', async () => {
  const { headers } = await post('/things/x', {});
  expect(headers).toMatchObject({
    'cache-control': 'no-store',
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=()',
  });
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  expect(headers['content-security-policy']).toMatch(/connect-src 'self'(;|$)/);
});

describe('a stream of events', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  async function open(): Promise<ReadableStreamDefaultReader<string>> {
    const origin = await app.listen({ host: '127.0.0.1', port: 0 });
    const { body } = await fetch(`${origin}/api/v1/events`, { headers: { cookie: COOKIE } });
    if (body === null) throw new Error('the stream has no body');
    return body.pipeThrough(new TextDecoderStream()).getReader();
  }

  test('is kept open by a ping, and ends with the session that it was opened by', async () => {
    const events = await open();
    tell?.('payment', { id: 'pay_1' });
    expect((await events.read()).value).toBe('event: payment\ndata: {"id":"pay_1"}\n\n');
    await vi.advanceTimersByTimeAsync(15_000);
    expect((await events.read()).value).toBe('event: ping\ndata: {}\n\n');
    sessions.clear();
    const late = tell;
    await vi.advanceTimersByTimeAsync(15_000);
    late?.('payment', { id: 'pay_2' });
    expect(await events.read()).toEqual({ done: true, value: undefined });
    expect(tell).toBeUndefined();
  });

  test('ends for a listener that does not read what it is told', async () => {
    await open();
    const large = 'x'.repeat(200_000);
    for (let told = 0; told < 200 && tell !== undefined; told += 1) {
      // Many at a time, as a busy till is told: what comes after the end goes nowhere.
      for (let more = 0; more < 20; more += 1) tell('display', large);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await vi.waitFor(() => expect(tell).toBeUndefined());
  });
});
