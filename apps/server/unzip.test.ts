import { expect, test } from 'vitest';
import { gbkText, unzip } from './unzip.ts';

/** Made by Python's zipfile: one file stored, one deflated with text in GBK, an empty one whose name is in UTF-8. */
const ARCHIVE = Buffer.from(
  'UEsDBBQAAAAAAAAAIQAL+UNWBgAAAAYAAAAHAAAAYS9iLnR4dHN0b3JlZFBLAwQUAAAACAAAACEAeGPiSxMAAADwAAAABQAAAHguY3N2u7Z8x7aNy/buvnR919FrI4ANAFBLAwQUAAAICAAAACEAAAAAAAIAAAAAAAAACgAAAOaYjue7hi5jc3YDAFBLAQIUAxQAAAAAAAAAIQAL+UNWBgAAAAYAAAAHAAAAAAAAAAAAAACAAQAAAABhL2IudHh0UEsBAhQDFAAAAAgAAAAhAHhj4ksTAAAA8AAAAAUAAAAAAAAAAAAAAIABKwAAAHguY3N2UEsBAhQDFAAACAgAAAAhAAAAAAACAAAAAAAAAAoAAAAAAAAAAAAAAIABYQAAAOaYjue7hi5jc3ZQSwUGAAAAAAMAAwCgAAAAiwAAAAAA',
  'base64',
);
const ENOUGH = 1_000;

test('files that another program packed come out whole, with their names', async () => {
  const files = (await unzip(ARCHIVE, ENOUGH)) ?? [];
  expect(files.map(({ name, content }) => [name, gbkText(content)])).toEqual([
    ['a/b.txt', 'stored'],
    ['x.csv', '支付宝交易号'.repeat(20)],
    ['明细.csv', ''],
  ]);
});

test('a name that is not said to be UTF-8 is GBK', async () => {
  const gbkName = Buffer.from(ARCHIVE);
  // The mark of the directory's first entry, and two bytes of its name: 中.
  const at = gbkName.indexOf(Buffer.of(0x50, 0x4b, 0x01, 0x02));
  gbkName.set([0xd6, 0xd0], at + 46);
  expect((await unzip(gbkName, ENOUGH))?.[0]?.name).toBe('中b.txt');
});

test('nothing is believed of an archive with a changed byte in its content, nor of half of one', async () => {
  const changed = Buffer.from(ARCHIVE);
  changed[40] = (changed[40] ?? 0) ^ 1;
  expect(await unzip(changed, ENOUGH)).toBeNull();
  expect(await unzip(ARCHIVE.subarray(0, -30), ENOUGH)).toBeNull();
  expect(await unzip(ARCHIVE.subarray(60), ENOUGH)).toBeNull();
  expect(await unzip(Buffer.alloc(0), ENOUGH)).toBeNull();
});

test('an archive that holds more than is wanted is not unpacked, whatever its directory says', async () => {
  expect(await unzip(ARCHIVE, 200)).toBeNull();
  const lying = Buffer.from(ARCHIVE);
  const second = lying.indexOf('x.csv', 150) - 46;
  lying.writeUInt32LE(10, second + 24);
  expect(await unzip(lying, 200)).toBeNull();
});

test('bytes that are no GBK are no text', () => {
  expect(gbkText(Uint8Array.of(0xd6, 0xd0))).toBe('中');
  expect(gbkText(Uint8Array.of(0xff, 0xff))).toBeNull();
});
