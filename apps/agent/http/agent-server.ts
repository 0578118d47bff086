import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Pairing } from '../pairing/pairing.ts';
import type { SignatureGate } from './signature.ts';

/** What a route answers: a status and, mostly, JSON. */
export interface Answer {
  readonly status: number;
  readonly body?: object;
}

/** A request that was found to be a paired till's. */
export interface TillRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Parsed JSON; undefined without a body. */
  readonly body: unknown;
  /** Aborted when the till no longer waits. */
  readonly gone: AbortSignal;
}

/** What answers a paired till; undefined when there is no such path. */
export type TillRoutes = (request: TillRequest) => Promise<Answer | undefined>;

/** What a page of the agent itself answers, or undefined: the PIN pad of the demonstration. */
export type OwnPages = (request: IncomingMessage, url: URL, body: Buffer, response: ServerResponse) => boolean;

export interface AgentServerOptions {
  readonly port: number;
  /** The tills' pages: `https://shop.example`. Others are refused. */
  readonly tillOrigins: readonly string[];
  readonly pairing: Pairing;
  readonly gate: SignatureGate;
  readonly routes: TillRoutes;
  readonly ownPages: OwnPages | undefined;
  readonly report: (words: string) => void;
}

const MOST_BODY_BYTES = 262_144;
const ALLOWED_HEADERS =
  'content-type, idempotency-key, x-zhanggui-device, x-zhanggui-time, x-zhanggui-nonce, x-zhanggui-signature';

/** Listens on the loopback address only, for tills that are paired and pages that may pair. */
export async function listen(options: AgentServerOptions): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    handle(options, server, request, response).catch((error: unknown) => {
      options.report(`a request failed: ${error instanceof Error ? error.message : 'for no reason given'}`);
      if (!response.headersSent) send(response, { status: 500, body: { code: 'internal' } });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  return {
    port: portOf(server),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handle(
  options: AgentServerOptions,
  server: Server,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = 'GET', url: target = '/', headers } = request;
  // A name that was pointed at this address by others is not ours.
  if (!isOwnHost(headers.host, portOf(server))) return send(response, { status: 421, body: { code: 'wrong-host' } });
  const url = new URL(target, `http://${headers.host}`);
  const body = await bodyOf(request);
  if (body === undefined) return send(response, { status: 413, body: { code: 'too-long' } });
  if (options.ownPages?.(request, url, body, response) === true) return;
  const origin = headers.origin ?? '';
  if (!options.tillOrigins.includes(origin)) return send(response, { status: 403, body: { code: 'wrong-origin' } });
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('vary', 'origin');
  if (method === 'OPTIONS') return preflight(request, response);
  const pairing = await pairingAnswer(options.pairing, method, url.pathname, origin, body);
  if (pairing !== undefined) return send(response, pairing);
  const verdict = options.gate.verdict({ method, target, headers, body, origin });
  if (verdict !== 'ok') return send(response, { status: 401, body: { code: verdict } });
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const content = parsed(body);
  if (content === MALFORMED) return send(response, { status: 422, body: { code: 'malformed' } });
  const answer = await options.routes({
    method,
    path: url.pathname,
    query: url.searchParams,
    body: content,
    gone: gone.signal,
  });
  send(response, answer ?? { status: 404, body: { code: 'no-such-path' } });
}

/** Cross-origin resource sharing, and Private Network Access for tills whose page comes from a public address. */
function preflight({ headers }: IncomingMessage, response: ServerResponse): void {
  response.setHeader('access-control-allow-methods', 'GET, POST, DELETE');
  response.setHeader('access-control-allow-headers', ALLOWED_HEADERS);
  response.setHeader('access-control-max-age', '600');
  if (headers['access-control-request-private-network'] === 'true')
    response.setHeader('access-control-allow-private-network', 'true');
  response.writeHead(204).end();
}

/** The two steps of pairing, which no signature can be asked of. */
async function pairingAnswer(
  pairing: Pairing,
  method: string,
  path: string,
  origin: string,
  body: Buffer,
): Promise<Answer | undefined> {
  const [, pairingId] = /^\/pairing(?:\/([0-9a-f]{24}))?$/.exec(path) ?? [undefined, null];
  if (method !== 'POST' || pairingId === null) return undefined;
  const content = parsed(body);
  const field = (name: string): string => textField(content, name);
  if (pairingId === undefined) {
    const offer = pairing.begin(origin, field('publicKey'));
    return offer === undefined ? { status: 409, body: { code: 'no-code' } } : { status: 201, body: offer };
  }
  const result = await pairing.finish(origin, pairingId, field('proof'), field('name').slice(0, 80));
  if (result.kind !== 'paired') return { status: result.kind === 'no-code' ? 409 : 403, body: { code: result.kind } };
  return { status: 201, body: { deviceId: result.deviceId, proof: result.proof } };
}

function textField(content: unknown, name: string): string {
  const value = typeof content === 'object' && content !== null ? (content as Record<string, unknown>)[name] : '';
  return typeof value === 'string' ? value : '';
}

const MALFORMED = Symbol('not JSON');

function parsed(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return MALFORMED;
  }
}

/** Undefined when it is longer than anything that a till sends. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MOST_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function isOwnHost(host: string | undefined, port: number): boolean {
  return host === `127.0.0.1:${port}` || host === `localhost:${port}`;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.setHeader('cache-control', 'no-store');
  response.setHeader('x-content-type-options', 'nosniff');
  if (body === undefined) return void response.writeHead(status).end();
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
