import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toHex } from '@zhanggui/base';
import { expect, test } from 'vitest';
import { loadMasterKey } from './master-key.ts';

const newFile = () => join(mkdtempSync(join(tmpdir(), 'zhanggui-key-')), 'keys', 'master.key');

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
  const file = join(mkdtempSync(join(tmpdir(), 'zhanggui-key-')), 'master.key');
  for (const text of ['', 'ab', 'zz'.repeat(32), 'ab'.repeat(33)]) {
    await expect(loadMasterKey({ text, file })).rejects.toThrow('master-key-refused');
    writeFileSync(file, text);
    await expect(loadMasterKey({ file })).rejects.toThrow('master-key-refused');
  }
});
