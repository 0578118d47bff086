import { createECDH, hkdfSync } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fromHex, toHex } from '@zhanggui/base';
import { aesDukptInitialKey, importKey, wrapKeyBlock } from '@zhanggui/paycrypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AgentStore, openAgentStore } from '../store/agent-store.ts';
import { KeyLoadingError, loadKey } from './load-key.ts';

const KEY_ID = 'C0FFEE0180000001';
const BDK = importKey('FEDCBA9876543210F1F1F1F1F1F1F1F1', { algorithm: 'AES', usage: 'bdk' });
const rng = { bytes: (count: number) => new Uint8Array(count).fill(7) };

/** A party that answers as it should but for what a test changes; null is no JSON at all. */
let change: object | null = {};
const party: Server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const { publicKey: theirs } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { publicKey: string };
  const own = createECDH('prime256v1');
  const publicKey = own.generateKeys('base64');
  const shared = own.computeSecret(Buffer.from(theirs, 'base64'));
  const info = ['zhanggui key loading', theirs, publicKey].join('\n');
  const protection = toHex(new Uint8Array(hkdfSync('sha256', shared, Buffer.alloc(0), info, 32)));
  const initialKey = aesDukptInitialKey(BDK, fromHex(KEY_ID));
  const keyBlock = wrapKeyBlock(
    importKey(protection, { algorithm: 'AES', usage: 'key-block-protection' }),
    initialKey,
    { version: 'D', keyUsage: 'B1', modeOfUse: 'X', exportability: 'N' },
    rng,
  );
  const checkValue = initialKey.checkValue(3);
  const answer = { readerId: 'till_1', initialKeyId: KEY_ID, publicKey, keyBlock, checkValue, ...change };
  response.writeHead(201).end(change === null ? '<html>' : JSON.stringify(answer));
});

let store: AgentStore;
let url = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => party.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(party.address() as AddressInfo).port}/`;
  store = openAgentStore(mkdtempSync(path.join(tmpdir(), 'agent-')));
});
afterAll(() => party.close());

it.each([
  ['a key that its check value does not name', { checkValue: '000000' }],
  ['a key block that was changed', { keyBlock: `D0144${'0'.repeat(139)}` }],
  ['a point that is not on the curve', { publicKey: Buffer.from(`04${'11'.repeat(64)}`, 'hex').toString('base64') }],
  ['an answer without an id', { initialKeyId: undefined }],
  ['an answer that is none', null],
])('%s is not loaded, and nothing that was there is lost', async (_, wrong) => {
  change = wrong;
  await expect(loadKey(store, url)).rejects.toThrow(KeyLoadingError);
  expect(store.content.deviceKey).toBeNull();
});

it('a key is loaded once: a second time its transaction keys would repeat', async () => {
  change = {};
  await expect(loadKey(store, url)).resolves.toEqual({ readerId: 'till_1', parameters: undefined });
  const { deviceKey } = store.content;
  expect(deviceKey).toMatchObject({ initialKeyId: KEY_ID, nextCounter: 1 });
  await expect(loadKey(store, url)).rejects.toThrow(/same key again/);
  expect(store.content.deviceKey).toBe(deviceKey);
});

it.each(['http://keys.example/initial-key', 'ftp://127.0.0.1/', 'keys'])(
  'nobody is asked at %s, where others may stand between',
  async (place) => {
    await expect(loadKey(store, place)).rejects.toThrow(/https/);
  },
);
