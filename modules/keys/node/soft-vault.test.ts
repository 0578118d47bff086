import { createCipheriv, hkdfSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fromHex, toHex, utf8Decode, utf8Encode } from '@zhanggui/base';
import { importKey, unwrapKeyBlock } from '@zhanggui/paycrypto';
import { describe, expect, test } from 'vitest';
import { memoryKeyStore } from '../memory-store.ts';
import { vaultCases } from '../vault-cases.ts';
import { SoftVault } from './soft-vault.ts';

const MASTER = new Uint8Array(32).fill(7);
const KEY = 'FEDCBA9876543210F1F1F1F1F1F1F1F1';

describe('every vault', () => {
  test.each(vaultCases)('$title', ({ run }) => run(new SoftVault(MASTER, memoryKeyStore())));
});

describe('the vault in software', () => {
  test('a working key that arrives under its master key makes the published MAC', async () => {
    const vault = new SoftVault(MASTER, memoryKeyStore());
    const { inputs: keys } = vector('cups8583-signin-keys-006');
    const { inputs, expected } = vector('cups8583-mac-001');
    const checkValue = fromHex(importKey(inputs.mak ?? '', { algorithm: 'DES', usage: 'mac' }).checkValue(4));
    await vault.importKey('tmk', { algorithm: 'TDES', usage: 'key-encryption', bytes: fromHex(keys.tmk ?? '') });
    const mac = { name: 'mak', usage: 'mac', cryptogram: fromHex(keys.encryptedMak ?? ''), checkValue } as const;
    await vault.importWorkingKeys('tmk', [mac]);
    expect(toHex(await vault.generateMac('mak', 'cup-ecb', fromHex(inputs.mab ?? '')))).toBe(expected.macField);
  });

  test('a key is kept in a block that opens after a restart, under its own name, and for its own use', async () => {
    const store = memoryKeyStore();
    const vault = new SoftVault(MASTER, store);
    await vault.importKey('mak-1', { algorithm: 'TDES', usage: 'mac', bytes: fromHex(KEY) });
    await vault.importKey('mak-2', { algorithm: 'TDES', usage: 'mac', bytes: fromHex(KEY).reverse() });
    expect(JSON.stringify([...store.blocks.values()])).not.toContain(KEY);
    const restarted = new SoftVault(MASTER, store);
    const data = new Uint8Array(16);
    const made = await vault.generateMac('mak-1', 'cup-ecb', data);
    expect(await restarted.verifyMac('mak-1', 'cup-ecb', data, made)).toBe(true);

    const [first, second] = [...store.blocks.values()];
    if (first === undefined || second === undefined) throw new Error('two keys are kept');
    store.blocks.set('mak-1', { ...second, name: 'mak-1' });
    store.blocks.set('mak-2', { ...second, usage: 'pin' });
    const tampered = new SoftVault(MASTER, store);
    await expect(tampered.generateMac('mak-1', 'cup-ecb', data)).rejects.toThrow('key-refused');
    await expect(tampered.generateMac('mak-2', 'cup-ecb', data)).rejects.toThrow('key-refused');
  });

  test('another master key opens nothing and keeps nothing', async () => {
    const store = memoryKeyStore();
    const sealed = await new SoftVault(MASTER, store).sealSecret('channel', utf8Encode('app secret'));
    const stranger = new SoftVault(new Uint8Array(32).fill(8), store);
    expect(await stranger.ownsKeys()).toBe(false);
    expect(await new SoftVault(MASTER, store).ownsKeys()).toBe(true);
    expect(await new SoftVault(MASTER, memoryKeyStore()).ownsKeys()).toBe(true);
    await expect(stranger.openSecret('channel', sealed)).rejects.toThrow('master-key-refused');
    const key = { algorithm: 'TDES', usage: 'mac', bytes: fromHex(KEY) } as const;
    await expect(stranger.importKey('mak', key)).rejects.toThrow('master-key-refused');
  });

  test('two vaults on one store: new working keys of one count for the other at once, and so does their end', async () => {
    const store = memoryKeyStore();
    const [here, there] = [new SoftVault(MASTER, store), new SoftVault(MASTER, store)];
    const data = utf8Encode('0800');
    for (const bytes of [fromHex(KEY), fromHex(KEY).reverse()]) {
      await here.importKey('mak', { algorithm: 'TDES', usage: 'mac', bytes });
      const made = await here.generateMac('mak', 'cup-ecb', data);
      expect(await there.verifyMac('mak', 'cup-ecb', data, made)).toBe(true);
    }
    await there.deleteKey('mak');
    await expect(here.generateMac('mak', 'cup-ecb', data)).rejects.toThrow('key-missing');
    const [one, other] = await Promise.all([here, there].map((vault) => vault.keyedHash('card', data)));
    expect(toHex(one ?? data)).toBe(toHex(other ?? data));
  });

  test('uses that come together read the store together, and the platform’s own keys are read once', async () => {
    const store = memoryKeyStore();
    const reads: string[] = [];
    const load = (names: readonly string[]) => {
      reads.push(names.join(' '));
      return store.load(names);
    };
    const vault = new SoftVault(MASTER, { ...store, load });
    await vault.importKey('mak', { algorithm: 'TDES', usage: 'mac', bytes: fromHex(KEY) });
    reads.length = 0;
    await Promise.all(Array.from({ length: 50 }, () => vault.generateMac('mak', 'cup-ecb', new Uint8Array(8))));
    expect(reads).toEqual(['mak']);
    const sealed = await vault.sealSecret('channel', utf8Encode('app secret'));
    await vault.keyedHash('card', new Uint8Array(8));
    reads.length = 0;
    await vault.openSecret('channel', sealed);
    await vault.sealSecret('channel', utf8Encode('another'));
    await vault.keyedHash('card', new Uint8Array(8));
    await vault.generateMac('mak', 'cup-ecb', new Uint8Array(8));
    expect(reads).toEqual(['mak']);
  });

  test('secrets that were sealed before they had a key of their own still open', async () => {
    const derived = Buffer.from(hkdfSync('sha256', MASTER, '', 'zhanggui vault: secrets', 32));
    const nonce = Buffer.alloc(12, 3);
    const cipher = createCipheriv('aes-256-gcm', derived, nonce).setAAD(Buffer.from('channel'));
    const sealed = Buffer.concat([nonce, cipher.update('app secret'), cipher.final(), cipher.getAuthTag()]);
    const vault = new SoftVault(MASTER, memoryKeyStore());
    expect(utf8Decode(await vault.openSecret('channel', sealed.toString('hex')))).toBe('app secret');
  });

  test.each([
    ['AES', 'D'],
    ['TDES', 'B'],
  ] as const)('a key that may leave does so in a block under a %s key, version %s', async (algorithm, version) => {
    const store = memoryKeyStore();
    const vault = new SoftVault(MASTER, store);
    const protection = '8899AABBCCDDEEFF0011223344556677';
    await vault.importKey('kek', { algorithm, usage: 'key-block-protection', bytes: fromHex(protection) });
    await vault.importKey('tmk', { algorithm: 'TDES', usage: 'key-encryption', bytes: fromHex(KEY), exportable: true });
    const block = await vault.exportKeyBlock('tmk', 'kek');
    const opened = unwrapKeyBlock(importKey(protection, { algorithm, usage: 'key-block-protection' }), block);
    expect([opened.header.version, opened.header.keyUsage, toHex(opened.reveal())]).toEqual([version, 'K0', KEY]);
    await expect(vault.exportKeyBlock('tmk', 'tmk')).rejects.toThrow('key-not-exportable');
    const row = store.blocks.get('kek');
    if (row === undefined) throw new Error('the key is kept');
    store.blocks.set('kek', { ...row, exportable: true });
    await expect(vault.exportKeyBlock('kek', 'kek')).rejects.toThrow('key-not-exportable');
  });
});

function vector(id: string): { inputs: Record<string, string>; expected: Record<string, string> } {
  const file = new URL('../../../vectors/cups8583.json', import.meta.url);
  const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as {
    vectors: { id: string; inputs: Record<string, string>; expected: Record<string, string> }[];
  };
  const found = vectors.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no vector ${id}`);
  return found;
}
