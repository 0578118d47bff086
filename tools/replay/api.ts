/** A problem that the API answered with. */
export class ReplayProblem extends Error {}

/** The API of a running server, with a session. */
export class ReplayApi {
  readonly origin: string;
  #cookie = '';

  constructor(origin: string) {
    this.origin = origin;
  }

  async send<Answer>(method: 'GET' | 'POST', path: string, body?: unknown, key?: string): Promise<Answer> {
    const response = await fetch(`${this.origin}/api/v1${path}`, {
      method,
      headers: {
        cookie: this.#cookie,
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    this.#cookie = response.headers.get('set-cookie')?.split(';')[0] ?? this.#cookie;
    const text = await response.text();
    const answer: unknown = text === '' ? undefined : JSON.parse(text);
    if (response.ok) return answer as Answer;
    const { code, title, fields } = answer as { code?: string; title?: string; fields?: unknown[] };
    throw new ReplayProblem(`${method} ${path}: ${response.status} ${code}: ${title} ${JSON.stringify(fields ?? [])}`);
  }
}
