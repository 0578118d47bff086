import { readFileSync } from 'node:fs';
import { fromHex, toHex, utf8Decode, utf8Encode } from '@zhanggui/base';
import {
  AesDukptTerminal,
  aesDukptInitialKey,
  aesDukptWorkingKey,
  cmac,
  decipherPinBlock,
  encipherPinBlock,
  encryptCbc,
  encryptEcb,
  importKey,
  padIso9797,
} from '@zhanggui/paycrypto';
import { beforeEach, expect, test } from 'vitest';
import type { KeyBlock, KeyStore } from '../store.ts';
import type { DeviceRecord } from '../vault.ts';
import { SoftVault } from './soft-vault.ts';

const MASTER = new Uint8Array(32).fill(7);
const BDK = 'FEDCBA9876543210F1F1F1F1F1F1F1F1';
const KEY_ID = fromHex('1234567890123456');
const PAN = '6200000000000000018';

let blocks: Map<string, KeyBlock>;
let vault: SoftVault;

beforeEach(() => {
  blocks = new Map();
  vault = new SoftVault(MASTER, storeOf(blocks));
});

test('a secret opens for its own purpose under its own master key only', async () => {
  const sealed = await vault.sealSecret('channel', utf8Encode('app secret'));
  expect(sealed).not.toContain(toHex(utf8Encode('app secret')).toLowerCase());
  expect(utf8Decode(await vault.openSecret('channel', sealed))).toBe('app secret');
  await expect(vault.openSecret('other', sealed)).rejects.toThrow('secret-not-opened');
  const stranger = new SoftVault(new Uint8Array(32).fill(8), storeOf(blocks));
  await expect(stranger.openSecret('channel', sealed)).rejects.toThrow('secret-not-opened');
  for (const spoiled of ['', '00', `${sealed.slice(0, -2)}00`, `00${sealed.slice(2)}`])
    await expect(vault.openSecret('channel', spoiled)).rejects.toThrow('secret-not-opened');
});

test('a working key that arrives under its master key makes the published MAC', async () => {
  const { inputs: keys } = vector('cups8583-signin-keys-006');
  const { inputs, expected } = vector('cups8583-mac-001');
  const checkValue = fromHex(importKey(inputs.mak ?? '', { algorithm: 'DES', usage: 'mac' }).checkValue(4));
  await vault.importKey('tmk', { algorithm: 'TDES', usage: 'key-encryption', bytes: fromHex(keys.tmk ?? '') });
  const mac = { name: 'mak', usage: 'mac', cryptogram: fromHex(keys.encryptedMak ?? ''), checkValue } as const;
  await vault.importWorkingKeys('tmk', [mac]);
  const made = await vault.generateMac('mak', 'cup-ecb', fromHex(inputs.mab ?? ''));
  expect(toHex(made)).toBe(expected.macField);
  expect(await vault.verifyMac('mak', 'cup-ecb', fromHex(inputs.mab ?? ''), made)).toBe(true);
  expect(await vault.verifyMac('mak', 'cup-ecb', fromHex(`${inputs.mab}00`), made)).toBe(true);
  expect(await vault.verifyMac('mak', 'cup-ecb', fromHex(`${inputs.mab}01`), made)).toBe(false);
});

test('one wrong check value deletes the whole set, the older keys included', async () => {
  const tmk = importKey(BDK, { algorithm: 'TDES', usage: 'key-encryption' });
  await vault.importKey('tmk', { algorithm: 'TDES', usage: 'key-encryption', bytes: fromHex(BDK) });
  const keyUnder = (name: string, usage: 'pin' | 'mac', hex: string) => ({
    name,
    usage,
    cryptogram: encryptEcb(tmk, fromHex(hex)),
    checkValue: fromHex(importKey(hex, { algorithm: 'TDES', usage }).checkValue(4)),
  });
  const pin = keyUnder('pik', 'pin', '0123456789ABCDEFFEDCBA9876543210');
  const mac = keyUnder('mak', 'mac', '1123456789ABCDEFFEDCBA9876543211');
  await vault.importWorkingKeys('tmk', [pin, mac]);
  expect(await vault.checkValueOf('pik')).toBe('08D7B4');
  const wrong = { ...mac, checkValue: fromHex('00000000') };
  await expect(vault.importWorkingKeys('tmk', [pin, wrong])).rejects.toThrow('key-check-value');
  expect(await vault.checkValueOf('pik')).toBeNull();
  await expect(vault.generateMac('mak', 'cup-ecb', new Uint8Array(8))).rejects.toThrow('key-missing');
});

test('a key is kept in a block that opens after a restart, under its own name, and for its own use', async () => {
  const bytes = fromHex(BDK);
  await expect(
    vault.importKey('bdk', { algorithm: 'AES', usage: 'base-derivation', bytes, checkValue: '000000' }),
  ).rejects.toThrow('key-check-value');
  expect(blocks.size).toBe(0);
  await vault.importKey('mak-1', { algorithm: 'TDES', usage: 'mac', bytes });
  await vault.importKey('mak-2', { algorithm: 'TDES', usage: 'mac', bytes: fromHex(BDK).reverse() });
  expect(JSON.stringify([...blocks.values()])).not.toContain(BDK);
  const restarted = new SoftVault(MASTER, storeOf(blocks));
  const data = new Uint8Array(16);
  const made = await vault.generateMac('mak-1', 'cup-ecb', data);
  expect(await restarted.verifyMac('mak-1', 'cup-ecb', data, made)).toBe(true);

  const [first, second] = [...blocks.values()];
  if (first === undefined || second === undefined) throw new Error('two keys are kept');
  blocks.set('mak-1', { ...second, name: 'mak-1' });
  blocks.set('mak-2', { ...second, usage: 'pin' });
  const tampered = new SoftVault(MASTER, storeOf(blocks));
  await expect(tampered.generateMac('mak-1', 'cup-ecb', data)).rejects.toThrow('key-refused');
  await expect(tampered.generateMac('mak-2', 'cup-ecb', data)).rejects.toThrow('key-refused');
});

test('a record of a device opens once its CMAC is right, and its PIN reaches another key without being seen', async () => {
  await vault.importKey('bdk', { algorithm: 'AES', usage: 'base-derivation', bytes: fromHex(BDK) });
  await vault.importKey('pik', { algorithm: 'TDES', usage: 'pin', bytes: fromHex('0123456789ABCDEFFEDCBA9876543210') });
  const { record, pinBlock } = deviceRecord('{"pan":"…"}', '123456');
  expect(utf8Decode(await vault.openDeviceRecord('bdk', record))).toBe('{"pan":"…"}');
  const changed = record.sealed.map((byte, index) => (index === 0 ? byte ^ 1 : byte));
  for (const spoiled of [
    { ...record, sealed: changed, macInput: changed },
    { ...record, mac: new Uint8Array(16) },
    { ...record, ksn: fromHex('123456789012345600000002') },
    { ...record, ksn: fromHex('123456789012345600000000') },
  ])
    await expect(vault.openDeviceRecord('bdk', spoiled)).rejects.toThrow('sealed-card-refused');

  const request = { bdk: 'bdk', ksn: record.ksn, pinBlock, pan: PAN, pik: 'pik' };
  const translated = await vault.translatePin(request);
  const pik = importKey('0123456789ABCDEFFEDCBA9876543210', { algorithm: 'TDES', usage: 'pin' });
  expect(decipherPinBlock(pik, translated, { format: 0, pan: PAN })).toBe('123456');
  await expect(vault.translatePin({ ...request, pan: '6200000000000000091' })).rejects.toThrow('sealed-card-refused');
});

function deviceRecord(text: string, pin: string): { record: DeviceRecord; pinBlock: Uint8Array } {
  const initialKey = aesDukptInitialKey(importKey(BDK, { algorithm: 'AES', usage: 'bdk' }), KEY_ID);
  const { ksn, transactionKey } = new AesDukptTerminal(initialKey, KEY_ID).next();
  const key = (usage: 'data-encrypt' | 'mac-generate' | 'pin') => aesDukptWorkingKey(transactionKey, ksn, usage);
  const sealed = encryptCbc(key('data-encrypt'), padIso9797(utf8Encode(text), 2, 16));
  const pinBlock = encipherPinBlock(key('pin'), pin, { format: 4, pan: PAN });
  return { record: { ksn, sealed, mac: cmac(key('mac-generate'), sealed), macInput: sealed }, pinBlock };
}

function storeOf(kept: Map<string, KeyBlock>): KeyStore {
  return {
    load: async (name) => kept.get(name) ?? null,
    async save(saved) {
      for (const block of saved) kept.set(block.name, block);
    },
    async remove(names) {
      for (const name of names) kept.delete(name);
    },
  };
}

function vector(id: string): { inputs: Record<string, string>; expected: Record<string, string> } {
  const file = new URL('../../../vectors/cups8583.json', import.meta.url);
  const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as {
    vectors: { id: string; inputs: Record<string, string>; expected: Record<string, string> }[];
  };
  const found = vectors.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no vector ${id}`);
  return found;
}
