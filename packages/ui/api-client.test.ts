import { describe, expect, it } from 'vitest';
import { ApiProblem, ApiSilence, createApiClient, newIdempotencyKey } from './api-client.ts';

interface Call {
  url: string;
  init: RequestInit;
}

function clientAnswering(answer: () => Response | Promise<Response>) {
  const calls: Call[] = [];
  const client = createApiClient({
    base: '/api/v1',
    language: () => 'en',
    fetch: async (url, init) => {
      calls.push({ url: String(url), init: init ?? {} });
      return answer();
    },
  });
  return { client, calls };
}

describe('the API client', () => {
  it('sends the language, the key and the body, and reads the answer', async () => {
    const { client, calls } = clientAnswering(() => new Response('{"id":"sale_1"}', { status: 201 }));
    const answer = await client.send<{ id: string }>('POST', '/sales', { lines: [] }, { idempotencyKey: 'k-1' });
    expect(answer.id).toBe('sale_1');
    const [call] = calls;
    const headers = new Headers(call?.init.headers);
    expect(call?.url).toBe('/api/v1/sales');
    expect(call?.init.body).toBe('{"lines":[]}');
    expect(headers.get('Idempotency-Key')).toBe('k-1');
    expect(headers.get('Accept-Language')).toBe('en');
    expect(headers.get('Content-Type')).toBe('application/json');
  });

  it('turns a problem document into a typed error', async () => {
    const document = {
      code: 'too-many-attempts',
      title: 'Too many tries',
      detail: 'Wait a moment.',
      retryable: true,
      retryAfterS: 30,
      fields: [{ path: 'password', message: 'wrong' }, 'not a field'],
    };
    const { client } = clientAnswering(() => new Response(JSON.stringify(document), { status: 429 }));
    const problem = await client.get('/x').catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(ApiProblem);
    expect(problem).toMatchObject({
      status: 429,
      code: 'too-many-attempts',
      title: 'Too many tries',
      retryable: true,
      retryAfterS: 30,
      fields: [{ path: 'password', message: 'wrong' }],
    });
  });

  it('keeps the status of a refusal that is no problem document', async () => {
    const { client } = clientAnswering(() => new Response('<html>Bad gateway</html>', { status: 502 }));
    await expect(client.get('/x')).rejects.toMatchObject({ status: 502, code: 'http-502' });
  });

  it('says when the session is gone, and not when a password was wrong', async () => {
    let signedOut = 0;
    const answers = ['wrong-credentials', 'not-signed-in'];
    const client = createApiClient({
      base: '',
      language: () => 'en',
      fetch: async () => new Response(JSON.stringify({ code: answers.shift() }), { status: 401 }),
      onSignedOut: () => {
        signedOut += 1;
      },
    });
    await expect(client.get('/x')).rejects.toMatchObject({ code: 'wrong-credentials' });
    expect(signedOut).toBe(0);
    await expect(client.get('/x')).rejects.toMatchObject({ code: 'not-signed-in' });
    expect(signedOut).toBe(1);
  });

  it('tells silence from refusal', async () => {
    const { client } = clientAnswering(() => Promise.reject(new TypeError('fetch failed')));
    await expect(client.get('/x')).rejects.toBeInstanceOf(ApiSilence);
  });

  it('gives undefined for an answer without a body', async () => {
    const { client } = clientAnswering(() => new Response(null, { status: 204 }));
    await expect(client.send('PUT', '/tills/1/display', {})).resolves.toBeUndefined();
  });
});

describe('an idempotency key', () => {
  it('is a random UUID of version 4', () => {
    expect(newIdempotencyKey()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(newIdempotencyKey()).not.toBe(newIdempotencyKey());
  });
});
