import { createApiClient } from '@zhanggui/ui/api-client.ts';
import { describe, expect, it } from 'vitest';
import { readCard } from './reader-client.ts';

const CARD = { credential: { sealed: '00' }, maskedPan: '6222 •••• 0018', scheme: 'unionpay', entryMode: 'chip' };

function readerAnswering(...answers: readonly (() => Response | Promise<Response>)[]) {
  const calls: string[] = [];
  const queue = [...answers];
  const client = createApiClient({
    base: '/sim',
    language: () => 'zh-CN',
    fetch: async (url, init) => {
      calls.push(`${init?.method} ${url}`);
      const answer = queue.shift();
      if (answer === undefined) throw new TypeError('no answer prepared');
      return answer();
    },
  });
  return { client, calls };
}

const json = (value: unknown, status = 200) => new Response(JSON.stringify(value), { status });
const accepted = () => json({ requestId: 'r1' }, 201);
const amount = { amountMinor: 6220, currency: 'CNY' };
const never = new AbortController().signal;

describe('asking the reader for a card', () => {
  it('waits as long as it takes and hands over what was presented', async () => {
    const { client, calls } = readerAnswering(
      accepted,
      () => json({ state: 'waiting' }),
      () => json({ state: 'presented', card: CARD }),
    );
    await expect(readCard(client, 'till_1', amount, never)).resolves.toEqual({ kind: 'presented', card: CARD });
    expect(calls).toEqual([
      'POST /sim/readers/till_1/requests',
      'GET /sim/readers/till_1/requests/r1/result',
      'GET /sim/readers/till_1/requests/r1/result',
    ]);
  });

  it('says when it was cancelled at the reader', async () => {
    const { client } = readerAnswering(accepted, () => json({ state: 'cancelled' }));
    await expect(readCard(client, 'till_1', amount, never)).resolves.toEqual({ kind: 'cancelled' });
  });

  it('says when there is no reader', async () => {
    const { client } = readerAnswering(() => json({ code: 'no-reader' }, 502));
    await expect(readCard(client, 'till_1', amount, never)).resolves.toEqual({ kind: 'unreachable' });
  });

  it('tells the reader to stop when the cashier leaves', async () => {
    const leaving = new AbortController();
    const { client, calls } = readerAnswering(
      accepted,
      () => {
        leaving.abort();
        return Promise.reject(new DOMException('aborted', 'AbortError'));
      },
      () => new Response(null, { status: 204 }),
    );
    await expect(readCard(client, 'till_1', amount, leaving.signal)).resolves.toEqual({ kind: 'cancelled' });
    expect(calls.at(-1)).toBe('DELETE /sim/readers/till_1/requests/r1');
  });
});
