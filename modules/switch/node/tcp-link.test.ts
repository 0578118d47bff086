import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { utf8Decode, utf8Encode } from '@zhanggui/base';
import { Deframer, encodeFrame, type Framing } from '@zhanggui/iso8583';
import { afterEach, expect, test } from 'vitest';
import type { LinkConfig } from '../link.ts';
import { TcpLink } from './tcp-link.ts';

const framing: Framing = { length: 'binary', lengthBytes: 2, tpdu: false, headerBytes: 0 };
const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

test('answers find their requests in whatever order they come', async () => {
  const port = await host((text, say) => void delay(text === 'a1' ? 60 : 5).then(() => say(text)));
  const { link } = linkTo({ port });
  const [first, second] = await Promise.all([ask(link, 'a1'), ask(link, 'b2')]);
  expect([first, second]).toEqual(['answer a1', 'answer b2']);
});

test('nothing listens: nothing was sent', async () => {
  const { link } = linkTo({ port: 1, connectTimeoutMs: 200 });
  expect(await ask(link, 'a1')).toBe('not-sent');
  expect(link.connected()).toBe(false);
});

test('no answer in time is silence, and the answer that comes later is reported', async () => {
  const port = await host((text, say) => void delay(120).then(() => say(text)));
  const { link, late } = linkTo({ port });
  expect(await ask(link, 'a1', 50)).toBe('silent');
  await expect.poll(() => late).toEqual(['a']);
});

test('a second answer to one request is reported, an unreadable message too', async () => {
  const port = await host((text, say) => {
    say(text);
    say(text);
    say('?');
  });
  const { link, late, unreadable } = linkTo({ port });
  expect(await ask(link, 'a1')).toBe('answer a1');
  await expect.poll(() => [late, unreadable]).toEqual([['a'], ['?']]);
});

test('a line that is cut makes waiting requests silent and is made again', async () => {
  const port = await host((text, say, socket) => (text === 'a1' ? socket.destroy() : say(text)));
  const { link, states } = linkTo({ port });
  expect(await Promise.all([ask(link, 'b9'), ask(link, 'a1')])).toContain('silent');
  await expect.poll(() => link.connected()).toBe(true);
  expect(await ask(link, 'b2')).toBe('answer b2');
  expect(states).toEqual([true, false, true]);
});

test('a message split over many packets is one message', async () => {
  const port = await host((text, _say, socket) => {
    const bytes = encodeFrame(framing, { tpdu: '', header: '', message: utf8Encode(text) });
    [...bytes].reduce(async (before, byte) => {
      await before;
      socket.write(Uint8Array.of(byte));
      await delay(2);
    }, Promise.resolve());
  });
  const { link } = linkTo({ port });
  expect(await ask(link, 'a-long-answer')).toBe('answer a-long-answer');
});

test('two requests with one correlation: the second is not sent', async () => {
  const port = await host((text, say) => void delay(30).then(() => say(text)));
  const { link } = linkTo({ port });
  expect(await Promise.all([ask(link, 'a1'), ask(link, 'a2')])).toEqual(['answer a1', 'not-sent']);
});

test('a dropped connection ends what waits on it and is made again', async () => {
  const port = await host((text, say) => (text === 'a1' ? undefined : say(text)));
  const { link } = linkTo({ port });
  await ask(link, 'b2');
  const waiting = ask(link, 'a1');
  await delay(20);
  link.drop('deaf');
  expect(await waiting).toBe('silent');
  expect(await ask(link, 'b2')).toBe('answer b2');
});

test('closing ends an attempt to connect', async () => {
  // A host that does not speak TLS leaves the handshake hanging.
  const port = await host(() => undefined);
  const { link } = linkTo({ port, tls: { caPem: '' }, connectTimeoutMs: 60_000 });
  const waiting = ask(link, 'a1');
  await delay(30);
  await link.close();
  expect(await waiting).toBe('not-sent');
});

test('a closed link sends nothing', async () => {
  const port = await host((text, say) => say(text));
  const { link } = linkTo({ port });
  await ask(link, 'a1');
  await link.close();
  expect(await ask(link, 'b2')).toBe('not-sent');
});

type Answer = (text: string, say: (text: string) => void, socket: Socket) => void;

function host(answer: Answer): Promise<number> {
  return listen(createServer((socket) => serve(socket, answer)));
}

function serve(socket: Socket, answer: Answer): void {
  const deframer = new Deframer(framing);
  const say = (text: string): void => {
    if (!socket.destroyed) socket.write(encodeFrame(framing, { tpdu: '', header: '', message: utf8Encode(text) }));
  };
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Uint8Array) => {
    for (const message of deframer.push(chunk)) answer(utf8Decode(message), say, socket);
  });
  ends.push(async () => {
    socket.destroy();
  });
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => new Promise((resolve) => server.close(() => resolve())));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** A link whose messages are texts; the first character is the correlation, and `?` has none. */
function linkTo(config: Omit<LinkConfig, 'host'>) {
  const late: string[] = [];
  const unreadable: string[] = [];
  const states: boolean[] = [];
  const link = new TcpLink({ host: '127.0.0.1', backOffMs: 20, ...config }, framing, {
    correlationOf: (message) => (utf8Decode(message) === '?' ? null : utf8Decode(message).slice(0, 1)),
    onLateAnswer: (correlation) => late.push(correlation),
    onUnreadable: (message) => unreadable.push(utf8Decode(message)),
    onState: (connected) => states.push(connected),
  });
  ends.push(() => link.close());
  return { link, late, unreadable, states };
}

async function ask(link: TcpLink, text: string, timeoutMs = 2_000): Promise<string> {
  const answer = await link.request(utf8Encode(text), text.slice(0, 1), timeoutMs);
  return answer.kind === 'answer' ? `answer ${utf8Decode(answer.message)}` : answer.kind;
}
