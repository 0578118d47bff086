import { createApiClient } from '@zhanggui/ui/api-client.ts';
import { describe, expect, it } from 'vitest';
import { chooseApplication, concludeRead, type ReaderWaiting, readCard } from './reader-client.ts';

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
  return { reader: { kind: 'virtual', client, base: '/readers/till_1' } as const, calls };
}

const json = (value: unknown, status = 200) => new Response(JSON.stringify(value), { status });
const accepted = () => json({ requestId: 'r1' }, 201);
const request = { purpose: 'sale', amountMinor: 6220, currency: 'CNY', language: 'zh' } as const;
const never = new AbortController().signal;
const ignore = () => undefined;
const prompt = { zh: '请插卡', en: 'Insert card' };

describe('asking the reader for a card', () => {
  it('waits as long as it takes, tells each step once, and hands over what was presented', async () => {
    const { reader, calls } = readerAnswering(
      accepted,
      () => json({ version: 2, state: 'waiting', step: 'card', prompt }),
      () => json({ version: 2, state: 'waiting', step: 'card', prompt }),
      () => json({ version: 5, state: 'presented', card: CARD }),
    );
    const steps: ReaderWaiting[] = [];
    const outcome = await readCard(reader, request, (waiting) => steps.push(waiting), never);
    expect(outcome).toEqual({ kind: 'presented', card: CARD, requestId: 'r1' });
    expect(steps).toMatchObject([{ step: 'card', prompt }]);
    expect(calls).toEqual([
      'POST /sim/readers/till_1/requests',
      'GET /sim/readers/till_1/requests/r1/result?wait=1&after=0',
      'GET /sim/readers/till_1/requests/r1/result?wait=1&after=2',
      'GET /sim/readers/till_1/requests/r1/result?wait=1&after=2',
    ]);
  });

  it('says why a card came to nothing, or that it was cancelled at the reader', async () => {
    const failing = readerAnswering(accepted, () => json({ version: 3, state: 'failed', prompt, again: false }));
    await expect(readCard(failing.reader, request, ignore, never)).resolves.toEqual({ kind: 'failed', prompt });
    const cancelling = readerAnswering(accepted, () => json({ version: 3, state: 'cancelled' }));
    await expect(readCard(cancelling.reader, request, ignore, never)).resolves.toEqual({ kind: 'cancelled' });
  });

  it('says when there is no reader', async () => {
    const { reader } = readerAnswering(() => json({ code: 'no-reader' }, 502));
    await expect(readCard(reader, request, ignore, never)).resolves.toEqual({ kind: 'unreachable' });
  });

  it('tells the reader to stop when the cashier leaves', async () => {
    const leaving = new AbortController();
    const { reader, calls } = readerAnswering(
      accepted,
      () => {
        leaving.abort();
        return Promise.reject(new DOMException('aborted', 'AbortError'));
      },
      () => new Response(null, { status: 204 }),
    );
    await expect(readCard(reader, request, ignore, leaving.signal)).resolves.toEqual({ kind: 'cancelled' });
    expect(calls.at(-1)).toBe('DELETE /sim/readers/till_1/requests/r1');
  });

  it('passes on a choice, and is content when the cardholder was quicker', async () => {
    const { reader, calls } = readerAnswering(() => json({ code: 'no-such-choice' }, 409));
    await chooseApplication(reader, 'r1', '1');
    expect(calls).toEqual(['POST /sim/readers/till_1/requests/r1/choose']);
  });
});

describe('giving the reader the issuer’s answer', () => {
  const answer = { decision: 'approve', responseCode: '00', data: '9100' } as const;

  it('waits for the chip’s last word', async () => {
    const { reader, calls } = readerAnswering(
      () => json({}, 202),
      () => json({ version: 5, state: 'presented', card: CARD }),
      () => json({ version: 6, state: 'concluded', completion: { sealed: '11' }, outcome: 'approved' }),
    );
    expect(await concludeRead(reader, 'r1', answer)).toMatchObject({
      completion: { sealed: '11' },
      outcome: 'approved',
    });
    expect(calls[0]).toBe('POST /sim/readers/till_1/requests/r1/issuer-answer');
  });

  it('knows no last word of a reader that has forgotten, or is gone', async () => {
    const forgotten = readerAnswering(() => json({ code: 'no-such-request' }, 404));
    expect(await concludeRead(forgotten.reader, 'r1', answer)).toBeUndefined();
    expect(await concludeRead(readerAnswering().reader, 'r1', answer)).toBeUndefined();
  });
});
