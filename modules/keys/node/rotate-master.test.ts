import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toHex, utf8Decode, utf8Encode } from '@zhanggui/base';
import { cupEcbMac, importKey } from '@zhanggui/paycrypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DATABASE_TIMEOUT_MS, openTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { auditRows, proveAuditLog } from '../../access/audit.ts';
import { MASTER_KEY_MILESTONES, type MasterKeyMilestone } from '../rotate-master.ts';
import { createKeyStore } from '../store.ts';
import { masterKeysAt, writeNextMasterKey } from './master-key.ts';
import { rotateMasterKey } from './rotate-master.ts';
import { SoftVault } from './soft-vault.ts';

const folder = mkdtempSync(join(tmpdir(), 'zhanggui-rotation-'));
const DATA = utf8Encode('0200');
const KEYS = 5;
let database: TestDatabase;
let file = '';
let files = 0;
let sealed = '';
let hash = '';

const place = () => ({ file, mode: 'production' as const });
const vaultNow = () => new SoftVault(masterKeysAt(place()), createKeyStore(database.db));
const clock = { now: () => Date.parse('2026-11-23T08:00:00Z') };
const mac = (index: number) => ({
  algorithm: 'TDES' as const,
  usage: 'mac' as const,
  bytes: new Uint8Array(16).fill(index + 1),
});

beforeAll(async () => {
  database = await openTestDatabase();
}, DATABASE_TIMEOUT_MS);
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
}, DATABASE_TIMEOUT_MS);
beforeEach(async () => {
  await database.tamper('truncate keys.key_block, keys.key_version, keys.holder');
  file = join(folder, String(++files), 'master.key');
  const vault = vaultNow();
  for (let index = 0; index < KEYS; index += 1) await vault.importKey(`mak-${index}`, mac(index));
  sealed = await vault.sealSecret('channel', utf8Encode('app secret'));
  hash = toHex(await vault.keyedHash('card', DATA));
});

function rotate(stopAt?: MasterKeyMilestone) {
  return rotateMasterKey({
    db: database.db,
    store: createKeyStore(database.db),
    clock,
    place: place(),
    actor: 'root',
    reason: 'yearly',
    milestone: (name) => {
      if (name === stopAt) throw new Error(`killed: ${name}`);
    },
  });
}

/** Every key makes the MAC that it made before, the secret opens and the hash is the same. */
async function expectAllThere(vault: SoftVault): Promise<void> {
  for (let index = 0; index < KEYS; index += 1) {
    const expected = cupEcbMac(importKey(mac(index).bytes, { algorithm: 'TDES', usage: 'mac' }), DATA);
    expect(toHex(await vault.generateMac(`mak-${index}`, 'cup-ecb', DATA)), `mak-${index}`).toBe(toHex(expected));
  }
  expect(utf8Decode(await vault.openSecret('channel', sealed))).toBe('app secret');
  expect(toHex(await vault.keyedHash('card', DATA))).toBe(hash);
}

describe('a change of the master key', () => {
  test('leaves every key and secret as it was, under the new key alone', async () => {
    const old = readFileSync(file, 'utf8');
    const running = vaultNow();
    await expectAllThere(running);
    const { from, to, rewrapped } = await rotate();
    expect(rewrapped).toBe(KEYS + 3);
    expect(from).not.toBe(to);
    await expectAllThere(vaultNow());
    await expectAllThere(running);
    expect(existsSync(`${file}.next`) || existsSync(`${file}.previous`)).toBe(false);
    const withOld = new SoftVault(masterKeysAt({ text: old, file, mode: 'production' }), createKeyStore(database.db));
    await expect(withOld.generateMac('mak-0', 'cup-ecb', DATA)).rejects.toThrow('master-key-refused');
    const [row] = await auditRows(database.db, ['master-key-changed'], Number.MAX_SAFE_INTEGER, 1);
    expect(row).toMatchObject({
      actor: 'root',
      reason: 'yearly',
      subject: `${from} ${to}`,
      detail: `${KEYS + 3} keys`,
    });
    const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
    expect(await proveAuditLog(database.db, sha256)).toMatchObject({ firstBrokenSequence: null, headMatches: true });
  });

  test.each(MASTER_KEY_MILESTONES)(
    'that is killed after "%s" loses nothing, and the next run ends it',
    async (step) => {
      const running = vaultNow();
      await expectAllThere(running);
      const before = (await masterKeysAt(place()).load()).current.id;
      await expect(rotate(step)).rejects.toThrow(`killed: ${step}`);
      await expectAllThere(running);
      await expectAllThere(vaultNow());
      await running.importKey('mak-new', mac(KEYS));
      expect(await vaultNow().checkValueOf('mak-new')).not.toBeNull();
      const { from, to } = await rotate();
      expect(from).toBe(before);
      const keys = await masterKeysAt(place()).load();
      expect([keys.current.id, keys.others]).toEqual([to, []]);
      await expectAllThere(vaultNow());
      const made = await running.generateMac('mak-new', 'cup-ecb', DATA);
      expect(await vaultNow().verifyMac('mak-new', 'cup-ecb', DATA, made)).toBe(true);
      expect(await createKeyStore(database.db).notHeldBy(to, 1)).toEqual([]);
    },
  );

  test('that is killed between the two moves of its files loses nothing either', async () => {
    await expect(rotate('rewrapped')).rejects.toThrow('killed');
    renameSync(file, `${file}.previous`);
    await expectAllThere(vaultNow());
    await rotate();
    await expectAllThere(vaultNow());
    expect(existsSync(`${file}.next`) || existsSync(`${file}.previous`)).toBe(false);
  });

  test('goes on with the successor that an earlier run has left', async () => {
    await writeNextMasterKey(file, 'production');
    const successor = (await masterKeysAt(place()).load()).successor?.id;
    expect((await rotate()).to).toBe(successor);
    await expectAllThere(vaultNow());
  });

  test('happens twice as well as once', async () => {
    const first = await rotate();
    const second = await rotate();
    expect(second.from).toBe(first.to);
    await expectAllThere(vaultNow());
  });

  test('of a key from the environment needs the successor and the earlier key', async () => {
    const text = readFileSync(file, 'utf8');
    const place = { text: 'ab'.repeat(32), earlierText: text, file: '', mode: 'production' as const };
    const store = createKeyStore(database.db);
    const environment = { db: database.db, store, clock, actor: 'root', reason: 'yearly' };
    await rotateMasterKey({ ...environment, place });
    await expectAllThere(new SoftVault(masterKeysAt({ ...place, earlierText: undefined }), store));
    await expect(
      rotateMasterKey({ ...environment, place: { ...place, earlierText: undefined } }),
    ).rejects.toMatchObject({
      params: { reason: 'no-successor' },
    });
  });
});
