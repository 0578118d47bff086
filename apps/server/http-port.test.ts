import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpSilence } from '@zhanggui/base';
import { afterEach, expect, test } from 'vitest';
import { nodeHttpPort } from './http-port.ts';

let server: Server | undefined;
afterEach(() => server?.close());

async function listen(answer: RequestListener): Promise<string> {
  const opened = createServer(answer);
  server = opened;
  await new Promise<void>((resolve) => opened.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(opened.address() as AddressInfo).port}/`;
}

const ask = (url: string, more: { binary?: true; timeoutMs?: number } = {}) =>
  nodeHttpPort.request({ method: 'GET', url, headers: {}, timeoutMs: 5_000, ...more });

async function silenceOf(answer: Promise<unknown>): Promise<HttpSilence> {
  const came = await answer.catch((error: unknown) => error);
  if (came instanceof HttpSilence) return came;
  throw new Error('the request was answered', { cause: came });
}

test('an answer comes as text with its status and headers, or as its bytes', async () => {
  const url = await listen((_request, response) => response.writeHead(201, { 'x-word': 'yes' }).end('青山'));
  const { headers, ...text } = await ask(url);
  expect(text).toEqual({ status: 201, body: '青山' });
  expect(headers['x-word']).toBe('yes');
  const { bytes, body } = await ask(url, { binary: true });
  expect([Buffer.from(bytes ?? []).toString(), body]).toEqual(['青山', '']);
});

test('an answer without end is cut off, however it comes, and counts as one that may have been acted on', async () => {
  const url = await listen((_request, response) => {
    const more = (): void => {
      while (response.write(Buffer.alloc(65_536)));
      response.once('drain', more);
    };
    more();
  });
  const silence = await silenceOf(ask(url, { timeoutMs: 20_000 }));
  expect([silence.message, silence.sent]).toEqual(['ANSWER_TOO_LARGE', true]);
});

test('a connection that was never made carried nothing, and one that breaks off may have', async () => {
  const url = await listen((request) => request.socket.destroy());
  expect((await silenceOf(ask(url))).sent).toBe(true);
  await new Promise((resolve) => server?.close(resolve));
  expect((await silenceOf(ask(url))).sent).toBe(false);
  // A name with several addresses: each was tried.
  expect((await silenceOf(ask(url.replace('127.0.0.1', 'localhost')))).sent).toBe(false);
  expect((await silenceOf(ask('http://no-such-host.invalid/'))).sent).toBe(false);
});

test('nobody is sent elsewhere', async () => {
  const url = await listen((_request, response) => response.writeHead(302, { location: '/elsewhere' }).end());
  expect((await silenceOf(ask(url))).sent).toBe(true);
});
