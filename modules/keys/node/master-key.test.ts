import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toHex } from '@zhanggui/base';
import { afterAll, expect, test } from 'vitest';
import { loadMasterKey } from './master-key.ts';

const folder = mkdtempSync(join(tmpdir(), 'zhanggui-key-'));
let files = 0;
const newFile = () => join(folder, String(++files), 'keys', 'master.key');

afterAll(() => rmSync(folder, { recursive: true }));

test('a master key is made once, for its owner alone, and found again', async () => {
  const file = newFile();
  const made = await loadMasterKey({ file });
  expect(made).toHaveLength(32);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(toHex(await loadMasterKey({ file }))).toBe(toHex(made));
  expect(toHex(await loadMasterKey({ file: newFile() }))).not.toBe(toHex(made));
});

test('a key given as text comes before the file and makes none', async () => {
  const file = newFile();
  const text = 'ab'.repeat(32);
  expect(toHex(await loadMasterKey({ text, file }))).toBe(text.toUpperCase());
  expect(() => readFileSync(file)).toThrow('ENOENT');
});

test('anything but 32 bytes in hexadecimal is refused', async () => {
  const file = join(folder, 'malformed.key');
  for (const text of ['', 'ab', 'zz'.repeat(32), 'ab'.repeat(33)]) {
    await expect(loadMasterKey({ text, file })).rejects.toThrow('master-key-refused');
    writeFileSync(file, text);
    await expect(loadMasterKey({ file })).rejects.toThrow('master-key-refused');
  }
});
