/** A field that the server refused, by its path in the request. */
export interface ProblemField {
  readonly path: string;
  readonly message: string;
}

/** The server's refusal, an RFC 9457 problem document; `title` and `detail` are in the language of the request. */
export class ApiProblem extends Error {
  readonly status: number;
  /** Stable name of the reason: `wrong-credentials`. */
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly fields: readonly ProblemField[];
  /** Whether the same request may be sent again. */
  readonly retryable: boolean;
  readonly retryAfterS: number | undefined;

  constructor(status: number, document: Readonly<Record<string, unknown>>) {
    const title = textOf(document.title) || `HTTP ${status}`;
    super(title);
    this.name = 'ApiProblem';
    this.status = status;
    this.code = textOf(document.code) || `http-${status}`;
    this.title = title;
    this.detail = textOf(document.detail);
    this.fields = Array.isArray(document.fields) ? document.fields.filter(isField) : [];
    this.retryable = document.retryable === true;
    this.retryAfterS = typeof document.retryAfterS === 'number' ? document.retryAfterS : undefined;
  }
}

/** No answer came: nobody knows whether the request was carried out. The same key makes it safe to send again. */
export class ApiSilence extends Error {
  constructor(cause: unknown) {
    super('the server did not answer', { cause });
    this.name = 'ApiSilence';
  }
}

export interface CommandOptions {
  /** Made by the caller once for one intent, and kept for every repetition of it. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

export interface ApiClient {
  /** Reads. @throws ApiProblem, ApiSilence */
  get<Answer>(path: string, signal?: AbortSignal): Promise<Answer>;
  /** Changes something; answers without a body give `undefined`. @throws ApiProblem, ApiSilence */
  send<Answer>(
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: unknown,
    options?: CommandOptions,
  ): Promise<Answer>;
}

interface ClientOptions {
  readonly base: string;
  /** The language that problems are asked in. */
  readonly language: () => string;
  readonly fetch?: typeof fetch;
  /** Called when the server no longer knows the session, before the problem is thrown. */
  readonly onSignedOut?: () => void;
}

/** A client of the HTTP API under `base`, with the session's cookie. */
export function createApiClient(options: ClientOptions): ApiClient {
  const call = options.fetch ?? fetch.bind(globalThis);

  async function request(path: string, init: RequestInit): Promise<unknown> {
    const headers = new Headers(init.headers);
    headers.set('Accept', 'application/json');
    headers.set('Accept-Language', options.language());
    let response: Response;
    let body: string;
    try {
      response = await call(`${options.base}${path}`, { ...init, headers, credentials: 'same-origin' });
      body = await response.text();
    } catch (cause) {
      throw new ApiSilence(cause);
    }
    if (!response.ok) {
      const problem = new ApiProblem(response.status, readObject(body));
      if (problem.code === 'not-signed-in') options.onSignedOut?.();
      throw problem;
    }
    return body === '' ? undefined : JSON.parse(body);
  }

  return {
    get: async <Answer>(path: string, signal?: AbortSignal) =>
      (await request(path, { method: 'GET', ...(signal && { signal }) })) as Answer,
    send: async <Answer>(method: string, path: string, body?: unknown, command: CommandOptions = {}) => {
      const headers = new Headers();
      if (body !== undefined) headers.set('Content-Type', 'application/json');
      if (command.idempotencyKey !== undefined) headers.set('Idempotency-Key', command.idempotencyKey);
      return (await request(path, {
        method,
        headers,
        ...(body !== undefined && { body: JSON.stringify(body) }),
        ...(command.signal && { signal: command.signal }),
      })) as Answer;
    },
  };
}

/** A key for one intent; `crypto.randomUUID` exists only on secure origins, and a till in a shop's network is none. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** A refusal may come from a proxy that speaks HTML: then only its status is known. */
function readObject(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isField(value: unknown): value is ProblemField {
  if (typeof value !== 'object' || value === null) return false;
  const field = value as Record<string, unknown>;
  return typeof field.path === 'string' && typeof field.message === 'string';
}
