import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NoPin, PinQuestion } from '@zhanggui/terminal';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { typeAskedPin } from '../../../test/agent/pad.ts';
import { SoftwarePad } from './software-pad.ts';

const QUESTION: PinQuestion = {
  prompt: { zh: '请输入密码', en: 'Enter PIN' },
  amountMinor: 12_345,
  currency: 'CNY',
  maskedPan: '•••• 0018',
  triesLeft: undefined,
};
const never = new Promise<never>(() => undefined);

describe('the PIN pad of the demonstration', () => {
  const pad = new SoftwarePad();
  let server: Server;
  let origin = '';

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      pad.serve(request, new URL(request.url ?? '/', 'http://pad'), Buffer.concat(chunks), response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  const address = (): string => `${origin}/pad#${pad.token}`;
  const entry = (number: number, rest: object) =>
    fetch(`${origin}/pad/entry`, {
      method: 'POST',
      headers: { 'x-pad-token': pad.token },
      body: JSON.stringify({ number, ...rest }),
    });
  const shown = async (token = pad.token): Promise<{ number: number; layout: number[]; amount: string }> => {
    const answer = await fetch(`${origin}/pad/question`, { headers: { 'x-pad-token': token } });
    return (await answer.json()) as { number: number; layout: number[]; amount: string };
  };

  it('takes places of a pad whose digits lie as the lot fell', async () => {
    const typed = pad.entry(QUESTION, never);
    const { layout, amount } = await shown();
    expect([...layout].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(amount).toBe('¥123.45');
    await expect(typeAskedPin(address(), '4711')).resolves.toBe(true);
    await expect(typed).resolves.toBe('4711');
  });

  it.each<[object, NoPin]>([
    [{ end: 'bypassed' }, 'bypassed'],
    [{ end: 'cancelled' }, 'cancelled'],
  ])('ends with %j as well', async (end, expected) => {
    const typed = pad.entry(QUESTION, never);
    const { number } = await shown();
    expect((await entry(number, end)).status).toBe(200);
    await expect(typed).resolves.toBe(expected);
  });

  it.each([
    ['too few digits', { places: [1, 2, 3] }],
    ['too many', { places: Array.from({ length: 13 }, () => 1) }],
    ['a place that is none', { places: [1, 2, 3, 10] }],
    ['something else', { end: 'missing' }],
  ])('takes no %s', async (_what, given) => {
    const stop = Promise.withResolvers<void>();
    const typed = pad.entry(QUESTION, stop.promise);
    const { number } = await shown();
    expect((await entry(number, given)).status).toBe(422);
    expect((await entry(number + 1, { places: [1, 2, 3, 4] })).status).toBe(422);
    stop.resolve();
    await expect(typed).resolves.toBe('cancelled');
  });

  it('shows nothing to whoever has not its token', async () => {
    const answer = await fetch(`${origin}/pad/question`, { headers: { 'x-pad-token': 'guess' } });
    expect(answer.status).toBe(403);
    expect((await fetch(`${origin}/pad/entry`, { method: 'POST', body: '{}' })).status).toBe(403);
  });
});
