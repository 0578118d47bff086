import { createServer, type Server, type Socket } from 'node:net';
import { utf8Decode, utf8Encode } from '@zhanggui/base';
import { Deframer, encodeFrame, type Framing } from '@zhanggui/iso8583';
import { afterEach, expect, test } from 'vitest';
import { ShortLink } from './short-link.ts';

const framing: Framing = { length: 'binary', lengthBytes: 2, tpdu: false, headerBytes: 0 };
const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

type Behaviour = (text: string, say: (text: string) => void, socket: Socket) => void;

test('each request has its own connection, which is closed behind it', async () => {
  const { port, seen } = await host((text, say) => say(text));
  const { link, states } = linkTo(port);
  expect(link.connected()).toBe(false);
  expect(await Promise.all([ask(link, 'a1'), ask(link, 'b2')])).toEqual(['answer a1', 'answer b2']);
  expect(seen.connections).toBe(2);
  expect(link.connected()).toBe(true);
  await expect.poll(() => seen.open).toBe(0);
  expect(states).toEqual([true]);
});

test('nothing listens: nothing was sent, and the state tells it', async () => {
  const { port, end } = await host((text, say) => say(text));
  const { link, states } = linkTo(port);
  await ask(link, 'a1');
  await end();
  expect(await ask(link, 'a1')).toBe('not-sent');
  expect([link.connected(), states]).toEqual([false, [true, false]]);
});

test('no answer, a cut line and garbage of a length are silence', async () => {
  const { port } = await host((text, _say, socket) => {
    if (text === 'b2') socket.destroy();
    if (text === 'c3') socket.write(Uint8Array.of(0xff, 0xff, 1, 2));
  });
  const { link } = linkTo(port);
  expect(await ask(link, 'a1', 60)).toBe('silent');
  expect(await ask(link, 'b2')).toBe('silent');
  expect(await ask(link, 'c3', 100)).toBe('silent');
});

test('what comes before the answer is handed on', async () => {
  const { port } = await host((text, say) => {
    say('?');
    say('z9');
    say(text);
  });
  const { link, late, unreadable } = linkTo(port);
  expect(await ask(link, 'a1')).toBe('answer a1');
  expect([late, unreadable]).toEqual([['z'], ['?']]);
});

test('a link that is closed asks nothing more and ends what waits', async () => {
  const { port } = await host(() => undefined);
  const { link } = linkTo(port);
  const waiting = ask(link, 'a1', 5_000);
  await expect.poll(() => link.connected()).toBe(true);
  await link.close();
  expect(await waiting).toBe('silent');
  expect(await ask(link, 'b2')).toBe('not-sent');
});

async function ask(link: ShortLink, text: string, timeoutMs = 2_000): Promise<string> {
  const came = await link.request(utf8Encode(text), text[0] ?? '', timeoutMs);
  return came.kind === 'answer' ? `answer ${utf8Decode(came.message)}` : came.kind;
}

/** A link whose messages are correlated by their first letter; `?` cannot be read. */
function linkTo(port: number) {
  const late: string[] = [];
  const unreadable: string[] = [];
  const states: boolean[] = [];
  const link = new ShortLink({ host: '127.0.0.1', port, connectTimeoutMs: 500 }, framing, {
    correlationOf: (message) => (utf8Decode(message) === '?' ? null : (utf8Decode(message)[0] ?? null)),
    onLateAnswer: (correlation) => late.push(correlation),
    onUnreadable: (message) => unreadable.push(utf8Decode(message)),
    onState: (connected) => states.push(connected),
  });
  ends.push(() => link.close());
  return { link, late, unreadable, states };
}

/** A host that does `behave` with each message. */
async function host(behave: Behaviour) {
  const seen = { connections: 0, open: 0 };
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    seen.connections += 1;
    seen.open += 1;
    sockets.add(socket);
    const reader = new Deframer(framing);
    const say = (text: string) =>
      socket.write(encodeFrame(framing, { tpdu: '', header: '', message: utf8Encode(text) }));
    socket.on('data', (chunk: Uint8Array) => {
      for (const message of reader.push(chunk)) behave(utf8Decode(message), say, socket);
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      seen.open -= 1;
      sockets.delete(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const end = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  ends.push(end);
  return { port: (server.address() as { port: number }).port, seen, end };
}
