import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { A_RECEIPT, A_SLIP } from '@zhanggui/receipt/testing.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AgentUnderTest, ATill, fetchFrom, TILL_ORIGIN } from '../../test/agent/a-till.ts';
import { pairWithAgent, signedHeaders } from '../pos/devices/agent-pairing.ts';
import { Pairing } from './pairing/pairing.ts';

const agent = new AgentUnderTest();

beforeAll(async () => {
  await agent.start();
});
afterAll(() => agent.close());

/** A request that would print. */
const PRINT = '{"language":"zh","test":true}';

/** Base point of P-256, as any public key. */
const POINT = Buffer.from(
  `04${'6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296'}${'4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5'}`,
  'hex',
).toString('base64');

const wish = (code: string) => ({ origin: agent.origin, tillOrigin: TILL_ORIGIN, code, name: 'till_1' });
const wrong = (digits: string): string => (digits.startsWith('0') ? `1${digits.slice(1)}` : `0${digits.slice(1)}`);

describe('pairing', () => {
  it('takes the code once', async () => {
    const { digits } = agent.running.pairing.offerCode();
    expect(digits).toMatch(/^\d{10}$/);
    const paired = await pairWithAgent(wish(digits), fetchFrom(TILL_ORIGIN));
    expect(paired).toMatchObject({ origin: agent.origin });
    await expect(pairWithAgent(wish(digits), fetchFrom(TILL_ORIGIN))).resolves.toBe('no-code');
  });

  it('keeps a key that cannot be read', async () => {
    const { pairing } = await agent.pair();
    expect(pairing.key.extractable).toBe(false);
    await expect(crypto.subtle.exportKey('raw', pairing.key)).rejects.toThrow();
  });

  it('ends after five wrong codes, also for the right one', async () => {
    const { digits } = agent.running.pairing.offerCode();
    for (let guess = 0; guess < 5; guess += 1)
      await expect(pairWithAgent(wish(wrong(digits)), fetchFrom(TILL_ORIGIN))).resolves.toBe('code-wrong');
    await expect(pairWithAgent(wish(digits), fetchFrom(TILL_ORIGIN))).resolves.toBe('no-code');
  });

  it('ends after ten minutes', () => {
    let now = Date.parse('2026-11-23T08:00:00Z');
    const pairing = new Pairing(agent.running.store, { now: () => now });
    pairing.offerCode();
    now += 10 * 60_000 - 1;
    expect(pairing.begin(TILL_ORIGIN, POINT)).toBeDefined();
    now += 1;
    expect(pairing.begin(TILL_ORIGIN, POINT)).toBeUndefined();
  });

  it('refuses a page of another origin before it looks at anything', async () => {
    const { digits } = agent.running.pairing.offerCode();
    const stranger = fetchFrom('https://elsewhere.example');
    await expect(pairWithAgent(wish(digits), stranger)).resolves.toBe('refused');
    await expect(pairWithAgent(wish(digits), fetchFrom(TILL_ORIGIN))).resolves.toMatchObject({ origin: agent.origin });
  });

  it('is not taken in by an agent that does not know the code', async () => {
    const { digits } = agent.running.pairing.offerCode();
    const impostor: typeof fetch = async (url, init) => {
      const answer = await fetchFrom(TILL_ORIGIN)(url, init);
      if (!String(url).match(/pairing\/[0-9a-f]+$/)) return answer;
      return Response.json({ deviceId: 'x', proof: '0'.repeat(64) }, { status: 201 });
    };
    await expect(pairWithAgent(wish(digits), impostor)).resolves.toBe('proof-wrong');
  });

  it('refuses what is no point of the curve', async () => {
    agent.running.pairing.offerCode();
    const publicKey = Buffer.from(`04${'11'.repeat(64)}`, 'hex').toString('base64');
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ publicKey }),
    };
    expect((await fetchFrom(TILL_ORIGIN)(`${agent.origin}/pairing`, init)).status).toBe(409);
  });
});

describe('a request', () => {
  let till: ATill;
  beforeAll(async () => {
    till = await agent.pair();
  });
  const headersOf = (body = '', target = '/devices', method = 'GET') =>
    signedHeaders(till.pairing, method, target, body);

  it('of a paired till is answered', async () => {
    await expect(till.send('GET', '/devices')).resolves.toMatchObject({
      status: 200,
      body: { printer: { kind: 'preview', paper: 58 }, reader: { state: 'no-key' }, pinPad: null },
    });
  });

  it('is taken once', async () => {
    const headers = await headersOf();
    await expect(till.sendWith(headers, 'GET', '/devices', '')).resolves.toMatchObject({ status: 200 });
    const again = await till.sendWith(headers, 'GET', '/devices', '');
    expect(again).toEqual({ status: 401, body: { code: 'replayed' } });
  });

  it('that is too old is refused', async () => {
    const headers = await headersOf();
    const old = { ...headers, 'X-Zhanggui-Time': String(Date.now() - 61_000) };
    await expect(till.sendWith(old, 'GET', '/devices', '')).resolves.toMatchObject({
      body: { code: 'signature-wrong' },
    });
    const now = Date.now;
    Date.now = () => now() - 61_000;
    const late = await headersOf().finally(() => {
      Date.now = now;
    });
    await expect(till.sendWith(late, 'GET', '/devices', '')).resolves.toEqual({
      status: 401,
      body: { code: 'too-old' },
    });
  });

  it.each([
    ['path', 'POST', '/print?x=1', PRINT],
    ['method', 'DELETE', '/print', PRINT],
    ['body', 'POST', '/print', PRINT.replace('zh', 'en')],
  ])('with another %s than was signed is refused', async (_what, method, target, body) => {
    const headers = await headersOf(PRINT, '/print', 'POST');
    const answer = await till.sendWith(headers, method, target, body);
    expect(answer).toEqual({ status: 401, body: { code: 'signature-wrong' } });
  });

  it('of a till that is not paired, or of a page of another origin, is refused', async () => {
    const unknown = { ...(await headersOf()), 'X-Zhanggui-Device': 'nobody' };
    await expect(till.sendWith(unknown, 'GET', '/devices', '')).resolves.toMatchObject({
      body: { code: 'not-paired' },
    });
    const stolen = await till.sendWith(await headersOf(), 'GET', '/devices', '', 'https://elsewhere.example');
    expect(stolen).toEqual({ status: 403, body: { code: 'wrong-origin' } });
  });

  it('under a name that is not the loopback address is refused', async () => {
    const status = await new Promise((resolve) => {
      const options = {
        port: agent.running.port,
        host: '127.0.0.1',
        headers: { host: 'evil.example', origin: TILL_ORIGIN },
      };
      request(options, (response) => resolve(response.statusCode)).end();
    });
    expect(status).toBe(421);
  });

  it('is announced by browsers, also from a public address to this private one', async () => {
    const answer = await fetch(`${agent.origin}/print`, {
      method: 'OPTIONS',
      headers: {
        origin: TILL_ORIGIN,
        'access-control-request-method': 'POST',
        'access-control-request-private-network': 'true',
      },
    });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe(TILL_ORIGIN);
    expect(answer.headers.get('access-control-allow-private-network')).toBe('true');
    const stranger = await fetch(`${agent.origin}/print`, {
      method: 'OPTIONS',
      headers: { origin: 'https://e.example' },
    });
    expect(stranger.status).toBe(403);
    expect(stranger.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('survives a restart of the agent with its pairing', async () => {
    await agent.stop();
    await agent.start();
    const moved = { ...till.pairing, origin: agent.origin };
    till = new ATill(moved);
    await expect(till.send('GET', '/devices')).resolves.toMatchObject({ status: 200 });
  });

  it('is not answered with what only its signature would tell', async () => {
    await expect(till.send('POST', '/reader/requests', { purpose: 'sale' })).resolves.toMatchObject({ status: 422 });
    await expect(till.send('GET', '/nothing')).resolves.toMatchObject({ status: 404 });
  });
});

describe('printing', () => {
  let till: ATill;
  beforeAll(async () => {
    till = await agent.pair();
  });
  const jobs = (): string[] => readdirSync(agent.paper).filter((name) => name.endsWith('.txt'));
  const lastJob = (): string => readFileSync(path.join(agent.paper, jobs().sort().at(-1) ?? ''), 'utf8');

  it('puts a receipt on paper', async () => {
    const body = { language: 'zh', receipt: A_RECEIPT, link: 'https://shop.example/r/token' };
    await expect(till.send('POST', '/print', body)).resolves.toEqual({ status: 204, body: {} });
    const text = lastJob();
    for (const words of ['山泉水 550ml', '合计     ￥16.00', '[qr https://shop.example/r/token]', '[cut]'])
      expect(text).toContain(words);
  });

  it('puts a card slip on paper, with the signature', async () => {
    const signature = { width: 8, height: 2, dots: Buffer.from([0xff, 0x81]).toString('base64') };
    const body = { language: 'zh', cardSlip: { ...A_SLIP, signature }, copy: 'merchant' };
    await expect(till.send('POST', '/print', body)).resolves.toMatchObject({ status: 204 });
    expect(lastJob()).toContain('622202******0018');
    expect(lastJob()).toContain('[image]');
  });

  it('opens the drawer', async () => {
    await expect(till.send('POST', '/drawer')).resolves.toMatchObject({ status: 204 });
    expect(lastJob()).toBe('[drawer]\n');
  });

  it.each([
    [
      'a card number in clear',
      { language: 'zh', cardSlip: { ...A_SLIP, maskedPan: '6222021234560018' }, copy: 'merchant' },
    ],
    ['a receipt without lines', { language: 'zh', receipt: { ...A_RECEIPT, lines: undefined } }],
    ['a fraction of a fen', { language: 'zh', receipt: { ...A_RECEIPT, totalMinor: 1.5 } }],
    ['something else', { language: 'zh' }],
  ])('refuses %s', async (_what, body) => {
    await expect(till.send('POST', '/print', body)).resolves.toEqual({ status: 422, body: { code: 'malformed' } });
  });

  it('says when there is no printer, and when it is silent', async () => {
    const without = new AgentUnderTest();
    await without.start({ printer: undefined });
    const first = await without.pair();
    await expect(first.send('POST', '/drawer')).resolves.toEqual({ status: 409, body: { code: 'no-printer' } });
    await without.stop();
    await without.start({ printer: { kind: 'tcp', host: '127.0.0.1', port: 9 } });
    const second = await without.pair();
    await expect(second.send('POST', '/drawer')).resolves.toEqual({ status: 502, body: { code: 'printer-silent' } });
    await without.close();
  });
});

describe('what the agent keeps', () => {
  it('is for its owner alone, sealed, and says nothing', async () => {
    await agent.pair();
    const [till] = agent.running.store.content.pairedTills;
    const folder = path.join(agent.folder, 'data');
    for (const name of readdirSync(folder)) {
      expect(statSync(path.join(folder, name)).mode & 0o077).toBe(0);
      expect(readFileSync(path.join(folder, name)).includes(till?.key ?? '-')).toBe(false);
    }
  });

  it('is refused when others may read it, or when it was changed', async () => {
    await agent.stop();
    const file = path.join(agent.folder, 'data', 'agent.sealed');
    chmodSync(file, 0o644);
    await expect(agent.start()).rejects.toThrow(/may be read by others/);
    chmodSync(file, 0o600);
    const sealed = readFileSync(file);
    const changed = Buffer.from(sealed);
    changed[20] = (changed[20] ?? 0) ^ 1;
    writeFileSync(file, changed);
    await expect(agent.start()).rejects.toThrow(/was changed/);
    writeFileSync(file, sealed);
    await agent.start();
  });
});
