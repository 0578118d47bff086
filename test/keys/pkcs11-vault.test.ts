import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fromHex, toHex, utf8Encode } from '@zhanggui/base';
import { memoryKeyStore } from '@zhanggui/modules/keys/memory-store.ts';
import { loadPkcs11Addon, type Pkcs11Addon } from '@zhanggui/modules/keys/node/pkcs11-addon.ts';
import { type Pkcs11Config, Pkcs11Token } from '@zhanggui/modules/keys/node/pkcs11-token.ts';
import { Pkcs11Vault } from '@zhanggui/modules/keys/node/pkcs11-vault.ts';
import { SoftVault } from '@zhanggui/modules/keys/node/soft-vault.ts';
import { vaultCases } from '@zhanggui/modules/keys/vault-cases.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addonFolder, softHsmLibrary } from '../../tools/pkcs11/prepare.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'zhanggui-softhsm-'));
const PIN = '87654321';
const KEY = '0123456789ABCDEFFEDCBA9876543210';
let token: Pkcs11Token;
let refusals: readonly string[] = [];
const vaultOn = (store = memoryKeyStore()) => new Pkcs11Vault(token, store);

beforeAll(() => {
  const config = path.join(folder, 'softhsm2.conf');
  writeFileSync(config, `directories.tokendir = ${folder}\nobjectstore.backend = file\nlog.level = ERROR\n`);
  process.env.SOFTHSM2_CONF = config;
  execFileSync('softhsm2-util', [
    '--init-token',
    '--free',
    '--label',
    'zhanggui',
    '--so-pin',
    '12345678',
    '--pin',
    PIN,
  ]);
  const place = { library: softHsmLibrary() ?? '', tokenLabel: 'zhanggui', pin: PIN, addonFolder };
  const addon = loadPkcs11Addon(addonFolder);
  refusals = [
    { ...place, tokenLabel: 'elsewhere' },
    { ...place, pin: '11111111' },
  ].map((wrong) => refusalOf(addon, wrong));
  token = new Pkcs11Token(addon, place);
});
afterAll(() => {
  token.close();
  rmSync(folder, { recursive: true });
});

describe('every vault, here on SoftHSM', () => {
  test.each(vaultCases)('$title', ({ run }) => run(vaultOn()));
});

describe('the vault on a PKCS#11 token', () => {
  test('gives no key away, and its row says only where the key is', async () => {
    const store = memoryKeyStore();
    await vaultOn(store).importKey('mak', { algorithm: 'TDES', usage: 'mac', bytes: fromHex(KEY) });
    const block = store.blocks.get('mak')?.block ?? '';
    expect(block).toMatch(/^pkcs11:[0-9A-F]{32}$/);
    const id = Buffer.from(block.slice('pkcs11:'.length), 'hex');
    for (const label of ['zhanggui', 'zhanggui left', 'zhanggui right']) {
      const object = token.find(id, label);
      if (object === undefined) throw new Error(`no object ${label}`);
      expect(token.givesValueOf(object)).toBe(false);
    }
    await vaultOn(store).deleteKey('mak');
    expect(token.find(id, 'zhanggui')).toBeUndefined();
  });

  test('a replaced key is destroyed in the token', async () => {
    const store = memoryKeyStore();
    const vault = vaultOn(store);
    await vault.importKey('mak', { algorithm: 'TDES', usage: 'mac', bytes: fromHex(KEY) });
    const first = Buffer.from((store.blocks.get('mak')?.block ?? '').slice('pkcs11:'.length), 'hex');
    await vault.importKey('mak', { algorithm: 'TDES', usage: 'mac', bytes: fromHex(KEY).reverse() });
    expect(token.find(first, 'zhanggui')).toBeUndefined();
    expect(await vault.generateMac('mak', 'x9.19', new Uint8Array(8))).toHaveLength(8);
  });

  test('two vaults on one token and one store: new keys of one count for the other', async () => {
    const store = memoryKeyStore();
    const [here, there] = [vaultOn(store), vaultOn(store)];
    const data = utf8Encode('0800');
    for (const bytes of [fromHex(KEY), fromHex(KEY).reverse()]) {
      await here.importKey('mak', { algorithm: 'TDES', usage: 'mac', bytes });
      expect(await there.verifyMac('mak', 'cup-ecb', data, await here.generateMac('mak', 'cup-ecb', data))).toBe(true);
    }
    const [one, other] = await Promise.all([here, there].map((vault) => vault.keyedHash('card', data)));
    expect(toHex(one ?? data)).toBe(toHex(other ?? data));
  });

  test('keys of a software vault stay its own', async () => {
    const store = memoryKeyStore();
    const key = { algorithm: 'TDES', usage: 'mac', bytes: fromHex(KEY) } as const;
    await new SoftVault(new Uint8Array(32), store).importKey('mak', key);
    expect(await vaultOn(store).ownsKeys()).toBe(false);
    expect(await vaultOn().ownsKeys()).toBe(true);
    await expect(vaultOn(store).generateMac('mak', 'cup-ecb', new Uint8Array(8))).rejects.toThrow('master-key-refused');
    await expect(vaultOn(store).importKey('pik', { ...key, usage: 'pin' })).rejects.toThrow('master-key-refused');
  });

  test('a token that is not there and a PIN that is wrong are refused', () => {
    expect(refusals).toEqual(['no token has the label elsewhere', 'CKR_PIN_INCORRECT']);
  });

  test('an addon that is not installed is missed by its name', () => {
    expect(() => loadPkcs11Addon(folder)).toThrow("Cannot find module 'pkcs11js'");
  });
});

function refusalOf(addon: Pkcs11Addon, place: Pkcs11Config): string {
  try {
    new Pkcs11Token(addon, place).close();
    return 'opened';
  } catch (error) {
    return (error as Error).message;
  }
}
