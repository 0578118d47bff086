import fastifyCookie from '@fastify/cookie';
import fastifyHelmet from '@fastify/helmet';
import fastifySwagger from '@fastify/swagger';
import { Fault } from '@zhanggui/base';
import type { Route } from '@zhanggui/modules/http.ts';
import fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifySchema,
  LogController,
} from 'fastify';
import { languageOf, problemOf } from './problem.ts';
import { type HttpEnvironment, mountRoutes } from './routes.ts';

/** The HTTP server with the API on it; pages and the simulators' proxy are added by who starts it. */
export async function openHttp(
  environment: HttpEnvironment,
  routes: readonly Route[],
  logger: FastifyBaseLogger,
): Promise<FastifyInstance> {
  const app: FastifyInstance = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 1_048_576,
    // A request that is sent a byte at a time would hold its connection for ever.
    requestTimeout: 30_000,
    forceCloseConnections: true,
    trustProxy: '127.0.0.1',
  });
  app.removeContentTypeParser('text/plain');
  // The routes check their own input and their answers need no second description to be written.
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (value) => JSON.stringify(value) ?? '');
  app.setErrorHandler((error: FastifyError | Fault, request, reply) => {
    const fault = faultOf(error);
    const problem = problemOf(fault, languageOf(request.headers['accept-language']));
    if (problem.status >= 500) request.log.error({ err: error, url: request.routeOptions.url }, 'request failed');
    return reply.code(problem.status).type('application/problem+json').send(problem);
  });
  app.setNotFoundHandler((request, reply) => {
    const problem = problemOf(new Fault('not-found'), languageOf(request.headers['accept-language']));
    return reply.code(404).type('application/problem+json').send(problem);
  });
  await app.register(fastifyCookie);
  await app.register(fastifyHelmet, {
    contentSecurityPolicy: { directives: CONTENT_SECURITY },
    xFrameOptions: { action: 'deny' },
    // Whether there is TLS is for the proxy in front to say.
    hsts: false,
  });
  app.addHook('onRequest', async (_request, reply) => void reply.header('permissions-policy', NO_DEVICES));
  await app.register(fastifySwagger, { openapi: OPENAPI, transform: onlyApi });
  await app.register(async (api) => mountRoutes(api, environment, routes));
  app.get('/api/v1/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  return app;
}

/** What a page may load and speak to, unless it says otherwise. */
export const CONTENT_SECURITY = {
  defaultSrc: ["'self'"],
  scriptSrc: ["'self'"],
  // Positioned pop-ups set style attributes.
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  fontSrc: ["'self'"],
  connectSrc: ["'self'"],
  frameAncestors: ["'none'"],
  formAction: ["'self'"],
  baseUri: ["'self'"],
  upgradeInsecureRequests: null,
};

/** No page asks the browser for any of these; readers and printers are the agent's. */
const NO_DEVICES = 'camera=(), microphone=(), geolocation=(), payment=()';

const OPENAPI = {
  openapi: '3.1.0',
  info: {
    title: 'Zhanggui',
    version: '1',
    description:
      'Everything the screens do. Amounts are whole minor units (`…Minor`) with a currency; instants are ISO 8601 in UTC; errors are RFC 9457 problem documents with a stable `code`.',
  },
  components: { securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'zg_session' } } },
} as const;

/** Pages and what is passed through to simulators are no part of the API. */
function onlyApi({ schema, url }: { schema: FastifySchema; url: string }): { schema: FastifySchema; url: string } {
  return url.startsWith('/api/v1/') ? { schema, url } : { schema: { ...schema, hide: true }, url };
}

/** What the framework itself refuses (a body that is no JSON, one that is too large) becomes a fault like any other. */
function faultOf(error: FastifyError | Fault): Fault {
  if (error instanceof Fault) return error;
  const status = error.statusCode ?? 500;
  if (status === 404) return new Fault('not-found');
  if (status === 413) return new Fault('body-too-large', { cause: error });
  if (isAboutBody(error)) return new Fault('body-not-json', { cause: error });
  return new Fault(status >= 400 && status < 500 ? 'field-refused' : 'internal', { cause: error });
}

function isAboutBody({ code, statusCode }: FastifyError): boolean {
  return statusCode === 415 || code?.startsWith('FST_ERR_CTP_');
}
