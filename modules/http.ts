import type { Clock, Db, Rng } from '@zhanggui/base';
import type { Static, TObject, TSchema } from 'typebox';
import type { Permission, StaffIdentity } from './access/api.ts';

/** What a handler gets: checked input, who asks, and the ports. */
export interface RequestContext<Params, Query, Body> {
  readonly db: Db;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** The client's own key of this command, from the header `Idempotency-Key`. */
  readonly commandKey: string;
  /** A digest of method, path and body: the same key with another digest is a conflict. */
  readonly contentHash: string;
  /** Who is signed in. On public routes it is nobody's identity and must not be read. */
  readonly staff: StaffIdentity;
  /** Two-letter language of the answer, from `Accept-Language`. */
  readonly language: 'zh' | 'en';
  /** The peer's address, for slowing down guesses. */
  readonly peer: string;
  /** What the asking program calls itself, in at most 120 characters: for the audit log, and never to be believed. */
  readonly program: string;
  /** The session's token as the cookie carries it, or undefined. */
  readonly sessionToken: string | undefined;
  /** The message as it arrived; on routes that ask for it. */
  readonly raw: RawRequest;
}

/** A message whose sender signed its very bytes. */
export interface RawRequest {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body, character for character; a body that is not UTF-8 is refused before the handler. */
  readonly body: string;
}

/** A route as data: the server's adapter turns it into HTTP, checks input against it and documents it in OpenAPI. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/api/v1`, parameters as `:name`. */
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  /** Who may call it; `public` needs no session. */
  readonly permission: Permission | 'public';
  /** Whether the header `Idempotency-Key` is required. */
  readonly command?: boolean;
  /** Status of success; 200 unless told. */
  readonly status?: 200 | 201 | 204;
  readonly params?: TObject;
  readonly query?: TObject;
  readonly body?: TSchema;
  readonly response?: TSchema;
  /** The body is kept byte for byte in `context.raw`, whatever its content type, and the handler answers with a RawReply. */
  readonly raw?: true;
  readonly handle: (context: RequestContext<never, never, never>) => Promise<unknown>;
  /** Present where the answer is a stream of server-sent events; `handle` then only checks that the caller may listen. */
  readonly stream?: (context: RequestContext<never, never, never>, send: SendEvent) => StopSending;
}

/** Sends one server-sent event. */
export type SendEvent = (name: string, data: unknown) => void;
/** Ends a stream's subscription. */
export type StopSending = () => void;

/** An answer that opens or ends the caller's session; the token goes into a cookie that scripts cannot read. */
export class SessionReply {
  readonly body: unknown;
  readonly session: { readonly token: string; readonly expiresAt: number } | null;
  constructor(body: unknown, session: SessionReply['session']) {
    this.body = body;
    this.session = session;
  }
}

/** An answer in a form of its own, for callers that do not speak this API's. */
export class RawReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  constructor({ status, contentType, body }: { status: number; contentType: string; body: string }) {
    this.status = status;
    this.contentType = contentType;
    this.body = body;
  }
}

type StaticOf<Schema> = Schema extends TSchema ? Static<Schema> : undefined;

interface TypedRoute<Params, Query, Body, Response>
  extends Omit<Route, 'handle' | 'stream' | 'params' | 'query' | 'body' | 'response'> {
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly response?: Response;
  readonly handle: (
    context: RequestContext<StaticOf<Params>, StaticOf<Query>, StaticOf<Body>>,
  ) => Promise<StaticOf<Response> | SessionReply | RawReply | undefined>;
  readonly stream?: (
    context: RequestContext<StaticOf<Params>, StaticOf<Query>, StaticOf<Body>>,
    send: SendEvent,
  ) => StopSending;
}

/** Declares a route whose handler is typed by its schemas. */
export function route<
  Params extends TObject | undefined = undefined,
  Query extends TObject | undefined = undefined,
  Body extends TSchema | undefined = undefined,
  Response extends TSchema | undefined = undefined,
>(typed: TypedRoute<Params, Query, Body, Response>): Route {
  return typed as unknown as Route;
}
