import { createHash } from 'node:crypto';
import { type Clock, type Db, Fault, type Rng } from '@zhanggui/base';
import { PERMISSIONS, type StaffIdentity } from '@zhanggui/modules/access/api.ts';
import { RawReply, type RawRequest, type RequestContext, type Route, SessionReply } from '@zhanggui/modules/http.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { TObject } from 'typebox';
import { openStream } from './event-stream.ts';
import { type Validate, validator } from './input.ts';
import { languageOf } from './problem.ts';

/** The cookie that carries the session's token. */
export const SESSION_COOKIE = 'zg_session';
const API = '/api/v1';

/** What the adapter needs to answer requests. */
export interface HttpEnvironment {
  readonly db: Db;
  readonly clock: Clock;
  readonly rng: Rng;
  /** Who holds the session with this token, or undefined. */
  whoIs(token: string): Promise<StaffIdentity | undefined>;
  /** Called when a session ends, so that nothing remembers it. */
  forget(token: string): void;
}

type Context = RequestContext<never, never, never>;

/** Mounts the routes under `/api/v1`, each with its checks in the same order: site, session, permission, input, command key. */
export async function mountRoutes(
  app: FastifyInstance,
  environment: HttpEnvironment,
  routes: readonly Route[],
): Promise<void> {
  // What the API says is somebody's own; no proxy or browser keeps it.
  app.addHook('onRequest', async (_request, reply) => void reply.header('cache-control', 'no-store'));
  mount(
    app,
    environment,
    routes.filter(({ raw }) => raw !== true),
  );
  // A scope of its own, whose bodies nobody parses.
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    mount(
      scope,
      environment,
      routes.filter(({ raw }) => raw === true),
    );
  });
}

function mount(app: FastifyInstance, environment: HttpEnvironment, routes: readonly Route[]): void {
  for (const route of routes) {
    const check = {
      params: validator(route.params, true),
      query: validator(route.query, true),
      body: validator(route.body, false),
    };
    app.route({
      method: route.method,
      url: API + route.path,
      schema: documentation(route),
      handler: async (request, reply) => {
        const context = await contextOf(environment, route, check, request);
        const answer = await route.handle(context);
        const { stream } = route;
        if (stream !== undefined) {
          const mayStillListen = () => isSignedIn(environment, context.sessionToken);
          return openStream((send) => stream(context, send), mayStillListen, request, reply);
        }
        return send(environment, route, context, request, reply, answer);
      },
    });
  }
}

async function contextOf(
  environment: HttpEnvironment,
  route: Route,
  check: Record<'params' | 'query' | 'body', Validate>,
  request: FastifyRequest,
): Promise<Context> {
  refuseOtherSite(route, request);
  const token = request.cookies[SESSION_COOKIE];
  const staff = await identify(environment, route, token);
  const params = check.params(request.params);
  const query = check.query(request.query);
  const body = check.body(request.body);
  const { db, clock, rng } = environment;
  return {
    db,
    clock,
    rng,
    params: params as never,
    query: query as never,
    body: body as never,
    staff,
    commandKey: route.command ? commandKeyOf(request) : '',
    contentHash: route.command ? contentHash(request.method, request.url, body) : '',
    language: languageOf(request.headers['accept-language']),
    peer: request.ip,
    program: (request.headers['user-agent'] ?? '').slice(0, 120),
    sessionToken: token,
    raw: route.raw === true ? rawOf(request) : NOTHING_RAW,
  };
}

const NOTHING_RAW: RawRequest = { headers: {}, body: '' };
const exactUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The message with its body as text that gives the same bytes again. */
function rawOf({ headers, body }: FastifyRequest): RawRequest {
  const single = Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  );
  try {
    return {
      headers: Object.fromEntries(single),
      body: Buffer.isBuffer(body) ? exactUtf8.decode(body) : '',
    };
  } catch (error) {
    throw new Fault('field-refused', { cause: error });
  }
}

/**
 * Refuses what another site has made a browser send. The cookie goes to no other site, but one on another port or beside this one
 * is the same site to browsers; they tell the difference in this header. Channels sign what they send.
 */
function refuseOtherSite(route: Route, { headers }: FastifyRequest): void {
  const site = headers['sec-fetch-site'];
  const isOther = site === 'cross-site' || site === 'same-site';
  if (isOther && route.method !== 'GET' && route.raw !== true) throw new Fault('other-site');
}

const NOBODY: StaffIdentity = {
  id: '',
  merchantId: '',
  storeId: '',
  name: '',
  nameEn: '',
  username: '',
  role: 'cashier',
};

async function identify(environment: HttpEnvironment, route: Route, token: string | undefined): Promise<StaffIdentity> {
  if (route.permission === 'public') return NOBODY;
  const staff = token === undefined ? undefined : await environment.whoIs(token);
  if (staff === undefined) throw new Fault('not-signed-in');
  if (!PERMISSIONS[staff.role].includes(route.permission)) throw new Fault('not-permitted');
  return staff;
}

async function isSignedIn(environment: HttpEnvironment, token: string | undefined): Promise<boolean> {
  return token !== undefined && (await environment.whoIs(token)) !== undefined;
}

/** Keys are made by clients; what they may look like keeps them out of trouble everywhere. */
function commandKeyOf(request: FastifyRequest): string {
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string' || !/^[\w:.-]{8,100}$/.test(key)) throw new Fault('idempotency-key-missing');
  return key;
}

/** A digest that does not depend on the order in which members were written. */
function contentHash(method: string, url: string, body: unknown): string {
  return createHash('sha256')
    .update(`${method} ${url} ${canonical(body)}`)
    .digest('hex');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}

function send(
  environment: HttpEnvironment,
  route: Route,
  context: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  answer: unknown,
): FastifyReply {
  if (answer instanceof RawReply) return reply.code(answer.status).type(answer.contentType).send(answer.body);
  reply.code(route.status ?? 200);
  const body = answer instanceof SessionReply ? answer.body : answer;
  if (answer instanceof SessionReply) {
    if (context.sessionToken !== undefined) environment.forget(context.sessionToken);
    const options = { path: '/', httpOnly: true, sameSite: 'strict', secure: request.protocol === 'https' } as const;
    if (answer.session === null) reply.clearCookie(SESSION_COOKIE, options);
    else
      reply.setCookie(SESSION_COOKIE, answer.session.token, {
        ...options,
        expires: new Date(answer.session.expiresAt),
      });
  }
  return reply.send(body);
}

/** What the OpenAPI document says of a route; checking is done by the compiled schemas above. */
function documentation(route: Route): Record<string, unknown> {
  const status = route.status ?? 200;
  const described =
    route.stream === undefined
      ? (route.response ?? { type: 'null' })
      : { type: 'string', description: 'text/event-stream' };
  const headers: TObject | undefined = route.command ? (COMMAND_HEADERS as unknown as TObject) : undefined;
  return {
    summary: route.summary,
    tags: [route.tag],
    operationId: `${route.method.toLowerCase()}${route.path.replaceAll(/[/:-]+(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
    security: route.permission === 'public' ? [] : [{ session: [] }],
    description: route.permission === 'public' ? 'Needs no session.' : `Needs the permission \`${route.permission}\`.`,
    ...(route.params === undefined ? {} : { params: route.params }),
    ...(route.query === undefined ? {} : { querystring: route.query }),
    ...(route.body === undefined ? {} : { body: route.body }),
    ...(headers === undefined ? {} : { headers }),
    response: { [status]: described, default: PROBLEM },
  };
}

const COMMAND_HEADERS = {
  type: 'object',
  required: ['idempotency-key'],
  properties: {
    'idempotency-key': {
      type: 'string',
      pattern: '^[\\w:.-]{8,100}$',
      description: 'made by the client; the same key with the same content replays the answer',
    },
  },
};

const PROBLEM = {
  description: 'RFC 9457 problem document',
  content: {
    'application/problem+json': {
      schema: {
        type: 'object',
        required: ['type', 'title', 'status', 'code', 'retryable', 'fields'],
        properties: {
          type: { type: 'string' },
          title: { type: 'string', description: 'in the language of Accept-Language' },
          status: { type: 'integer' },
          code: { type: 'string' },
          retryable: { type: 'boolean' },
          fields: {
            type: 'array',
            items: { type: 'object', properties: { path: { type: 'string' }, message: { type: 'string' } } },
          },
        },
      },
    },
  },
};
