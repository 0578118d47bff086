import { chmodSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toHex } from '@zhanggui/base';
import { afterAll, expect, test } from 'vitest';
import { destroyPreviousMasterKey, masterKeysAt, promoteNextMasterKey, writeNextMasterKey } from './master-key.ts';

const folder = mkdtempSync(join(tmpdir(), 'zhanggui-key-'));
let files = 0;
const newFile = () => join(folder, String(++files), 'keys', 'master.key');
const demo = (file: string, text?: string) => masterKeysAt({ text, file, mode: 'demo' }).load();
const production = (file: string, text?: string) => masterKeysAt({ text, file, mode: 'production' }).load();

afterAll(() => rmSync(folder, { recursive: true }));

test('a master key is made once, for its owner alone, and found again', async () => {
  const file = newFile();
  const { current, others } = await production(file);
  expect(current.bytes).toHaveLength(32);
  expect(others).toEqual([]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(toHex((await production(file)).current.bytes)).toBe(toHex(current.bytes));
  const elsewhere = await production(newFile());
  expect(toHex(elsewhere.current.bytes)).not.toBe(toHex(current.bytes));
  expect(elsewhere.current.id).not.toBe(current.id);
});

test('a key given as text comes before the file and makes none', async () => {
  const file = newFile();
  const text = 'ab'.repeat(32);
  expect(toHex((await demo(file, text)).current.bytes)).toBe(text.toUpperCase());
  expect(() => readFileSync(file)).toThrow('ENOENT');
});

test('anything but 32 bytes in hexadecimal is refused', async () => {
  const file = join(folder, 'malformed.key');
  for (const text of ['', 'ab', 'zz'.repeat(32), 'ab'.repeat(33)]) {
    await expect(demo(file, text)).rejects.toThrow('master-key-refused');
    writeFileSync(file, text);
    await expect(demo(file)).rejects.toThrow('master-key-refused');
  }
});

test("production takes no demo's master key, neither from its file nor as text", async () => {
  const file = newFile();
  await demo(file);
  const refusal = { code: 'master-key-refused', params: { reason: 'demo' } };
  await expect(production(file)).rejects.toMatchObject(refusal);
  await expect(production(newFile(), readFileSync(file, 'utf8'))).rejects.toMatchObject(refusal);
});

test.each([0o644, 0o640, 0o660])('production takes no file of mode %o', async (mode) => {
  const file = newFile();
  await production(file);
  chmodSync(file, mode);
  const refusal = { code: 'master-key-refused', params: { reason: 'readable-by-others' } };
  await expect(production(file)).rejects.toMatchObject(refusal);
  expect((await demo(file)).current.bytes).toHaveLength(32);
});

test('while the key is being changed each step leaves both keys readable', async () => {
  const file = newFile();
  const before = (await production(file)).current.id;
  await writeNextMasterKey(file, 'production');
  const next = (await production(file)).others[0]?.id;
  await writeNextMasterKey(file, 'production');
  const idsNow = async () => {
    const { current, others } = await production(file);
    return [current.id, ...others.map(({ id }) => id)];
  };
  expect(await idsNow()).toEqual([before, next]);
  renameSync(file, `${file}.previous`);
  expect(await idsNow()).toEqual([next, before]);
  await promoteNextMasterKey(file);
  expect(await idsNow()).toEqual([next, before]);
  await promoteNextMasterKey(file);
  await destroyPreviousMasterKey(file);
  expect(await idsNow()).toEqual([next]);
});

test('a lost master key is not replaced by another while the one before it is still there', async () => {
  const file = newFile();
  await production(file);
  renameSync(file, `${file}.previous`);
  await expect(production(file)).rejects.toMatchObject({ params: { reason: 'missing' } });
});
