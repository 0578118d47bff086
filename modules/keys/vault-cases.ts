import { fromHex, toHex, utf8Decode, utf8Encode, xorBytes } from '@zhanggui/base';
import {
  AesDukptTerminal,
  aesDukptInitialKey,
  aesDukptWorkingKey,
  cmac,
  cupEcbMac,
  decipherPinBlock,
  encipherPinBlock,
  encryptCbc,
  encryptEcb,
  importKey,
  type KeyUsage,
  padIso9797,
  retailMac,
} from '@zhanggui/paycrypto';
import { expect } from 'vitest';
import type { DeviceRecord, KeyVault } from './vault.ts';

/** One thing that every vault does, whatever holds its keys. */
export interface VaultCase {
  readonly title: string;
  run(vault: KeyVault): Promise<void>;
}

const DOUBLE = '0123456789ABCDEFFEDCBA9876543210';
const OTHER_DOUBLE = 'FEDCBA9876543210F1F1F1F1F1F1F1F1';
const AES_KEY = 'C1D0F8FB4958670DBA40AB1F3752EF0D';
const KEY_ID = fromHex('1234567890123456');
const PAN = '6200000000000000018';
const TRACK = '6200000000000000018=30122010000012345678';

/** What both vaults are held to. */
export const vaultCases: readonly VaultCase[] = [
  {
    title: 'a secret opens for its own purpose only, and not when it was changed',
    async run(vault) {
      const sealed = await vault.sealSecret('channel', utf8Encode('app secret'));
      expect(sealed).not.toContain(toHex(utf8Encode('app secret')).toLowerCase());
      expect(utf8Decode(await vault.openSecret('channel', sealed))).toBe('app secret');
      await expect(vault.openSecret('other', sealed)).rejects.toThrow('secret-not-opened');
      const last = sealed.endsWith('00') ? '01' : '00';
      for (const spoiled of ['', '00', '1.', `${sealed.slice(0, -2)}${last}`, `00${sealed.slice(4)}`])
        await expect(vault.openSecret('channel', spoiled)).rejects.toThrow('secret-not-opened');
    },
  },
  {
    title: 'a key with another check value than the one that came with it is not kept',
    async run(vault) {
      const bytes = fromHex(AES_KEY);
      const wrong = { algorithm: 'AES', usage: 'base-derivation', bytes, checkValue: '000000' } as const;
      await expect(vault.importKey('bdk', wrong)).rejects.toThrow('key-check-value');
      expect(await vault.checkValueOf('bdk')).toBeNull();
      await expect(vault.importKey('bdk', { ...wrong, bytes: bytes.subarray(1) })).rejects.toThrow('key-refused');
      const { checkValue } = await vault.importKey('bdk', { ...wrong, checkValue: keyOf('AES', AES_KEY).checkValue() });
      expect(await vault.checkValueOf('bdk')).toBe(checkValue);
      await vault.deleteKey('bdk');
      expect(await vault.checkValueOf('bdk')).toBeNull();
    },
  },
  ...(['cup-ecb', 'x9.19', 'cmac'] as const).map((algorithm) => ({
    title: `the ${algorithm} MAC of a message is the one of the toolbox and verifies for that message alone`,
    async run(vault: KeyVault) {
      const hex = algorithm === 'cmac' ? AES_KEY : DOUBLE;
      const kind = algorithm === 'cmac' ? 'AES' : 'TDES';
      await vault.importKey('mak', { algorithm: kind, usage: 'mac', bytes: fromHex(hex) });
      const key = keyOf(kind, hex, 'mac');
      const compute = { 'cup-ecb': cupEcbMac, 'x9.19': retailMac, cmac }[algorithm];
      for (const text of ['', 'twelve bytes', '0200 and what follows until field 63', 'sixteen bytes ok']) {
        const data = utf8Encode(text);
        const made = await vault.generateMac('mak', algorithm, data);
        expect(toHex(made)).toBe(toHex(compute(key, data)));
        expect(await vault.verifyMac('mak', algorithm, data, made)).toBe(true);
        expect(await vault.verifyMac('mak', algorithm, utf8Encode(`${text}1`), made)).toBe(false);
        expect(await vault.verifyMac('mak', algorithm, data, made.subarray(1))).toBe(false);
      }
    },
  })),
  {
    title: 'a key works for its own purpose only',
    async run(vault) {
      await vault.importKey('pik', { algorithm: 'TDES', usage: 'pin', bytes: fromHex(DOUBLE) });
      await expect(vault.generateMac('pik', 'cup-ecb', new Uint8Array(8))).rejects.toThrow('key-refused');
      await expect(vault.generateMac('pik', 'x9.19', new Uint8Array(8))).rejects.toThrow('key-refused');
      await expect(vault.encryptTrack('pik', TRACK)).rejects.toThrow('sealed-card-refused');
      await expect(vault.generateMac('mak', 'cup-ecb', new Uint8Array(8))).rejects.toThrow('key-missing');
    },
  },
  {
    title: 'working keys of 24, 40 and 60 bytes arrive under the terminal master key and work',
    async run(vault) {
      await vault.importKey('tmk', { algorithm: 'TDES', usage: 'key-encryption', bytes: fromHex(OTHER_DOUBLE) });
      const single = DOUBLE.slice(0, 16);
      const data = utf8Encode('0200');
      await vault.importWorkingKeys('tmk', [arriving('pik', 'pin', single), arriving('mak', 'mac', single)]);
      expect(toHex(await vault.generateMac('mak', 'cup-ecb', data))).toBe(
        toHex(cupEcbMac(keyOf('DES', single, 'mac'), data)),
      );
      const filled = arriving('mak', 'mac', single);
      const inForty = { ...filled, cryptogram: Uint8Array.from({ length: 16 }, (_, at) => filled.cryptogram[at] ?? 0) };
      await vault.importWorkingKeys('tmk', [arriving('pik', 'pin', DOUBLE), inForty]);
      expect(toHex(await vault.generateMac('mak', 'cup-ecb', data))).toBe(
        toHex(cupEcbMac(keyOf('DES', single, 'mac'), data)),
      );
      const whole = [arriving('pik', 'pin', DOUBLE), arriving('mak', 'mac', DOUBLE), arriving('tdk', 'data', DOUBLE)];
      await vault.importWorkingKeys('tmk', whole);
      expect(await vault.checkValueOf('pik')).toBe('08D7B4');
      expect(toHex(await vault.generateMac('mak', 'x9.19', data))).toBe(
        toHex(retailMac(keyOf('TDES', DOUBLE, 'mac'), data)),
      );
      expect(await vault.encryptTrack('tdk', TRACK)).toHaveLength(TRACK.length);
    },
  },
  {
    title: 'one wrong check value deletes the whole set, the older keys included',
    async run(vault) {
      await vault.importKey('tmk', { algorithm: 'TDES', usage: 'key-encryption', bytes: fromHex(OTHER_DOUBLE) });
      const pin = arriving('pik', 'pin', DOUBLE);
      const mac = arriving('mak', 'mac', OTHER_DOUBLE);
      await vault.importWorkingKeys('tmk', [pin, mac]);
      expect(await vault.checkValueOf('pik')).toBe('08D7B4');
      const wrong = { ...mac, checkValue: fromHex('00000000') };
      await expect(vault.importWorkingKeys('tmk', [pin, wrong])).rejects.toThrow('key-check-value');
      expect(await vault.checkValueOf('pik')).toBeNull();
      await expect(vault.generateMac('mak', 'cup-ecb', new Uint8Array(8))).rejects.toThrow('key-missing');
      await expect(vault.importWorkingKeys('tmk-2', [pin])).rejects.toThrow('key-missing');
    },
  },
  {
    title: 'a record of a device opens once its CMAC is right',
    async run(vault) {
      await vault.importKey('bdk', { algorithm: 'AES', usage: 'base-derivation', bytes: fromHex(AES_KEY) });
      const { record } = deviceRecord('{"pan":"…"}');
      expect(utf8Decode(await vault.openDeviceRecord('bdk', record))).toBe('{"pan":"…"}');
      const changed = record.sealed.map((byte, index) => (index === 0 ? byte ^ 1 : byte));
      for (const spoiled of [
        { ...record, sealed: changed, macInput: changed },
        { ...record, mac: new Uint8Array(16) },
        { ...record, ksn: fromHex('123456789012345600000002') },
        { ...record, ksn: fromHex('123456789012345600000000') },
      ])
        await expect(vault.openDeviceRecord('bdk', spoiled)).rejects.toThrow('sealed-card-refused');
    },
  },
  ...([4, 0] as const).flatMap((source) =>
    ([0, 4] as const).map((targetFormat) => ({
      title: `a PIN in format ${source} under DUKPT reaches another key in format ${targetFormat} without being seen`,
      async run(vault: KeyVault) {
        await vault.importKey('bdk', { algorithm: 'AES', usage: 'base-derivation', bytes: fromHex(AES_KEY) });
        const target = targetFormat === 4 ? (['AES', AES_KEY] as const) : (['TDES', DOUBLE] as const);
        await vault.importKey('pik', { algorithm: target[0], usage: 'pin', bytes: fromHex(target[1]) });
        const { record, pinBlocks } = deviceRecord('', '123456');
        const request = {
          bdk: 'bdk',
          ksn: record.ksn,
          pinBlock: pinBlocks[source],
          pan: PAN,
          pik: 'pik',
          targetFormat,
        };
        const translated = await vault.translatePin(request);
        const pik = keyOf(target[0], target[1], 'pin');
        expect(decipherPinBlock(pik, translated, { format: targetFormat, pan: PAN })).toBe('123456');
        if (source === 4)
          await expect(vault.translatePin({ ...request, pan: '6200000000000000091' })).rejects.toThrow(
            'sealed-card-refused',
          );
        const other = targetFormat === 4 ? 0 : 4;
        await expect(vault.translatePin({ ...request, targetFormat: other })).rejects.toThrow('sealed-card-refused');
      },
    })),
  ),
  {
    title: 'the 16 digits before the last one of a track are encrypted, and reach another track key',
    async run(vault) {
      await vault.importKey('tdk', { algorithm: 'TDES', usage: 'data', bytes: fromHex(DOUBLE) });
      await vault.importKey('tdk-2', { algorithm: 'TDES', usage: 'data', bytes: fromHex(OTHER_DOUBLE) });
      const encrypted = await vault.encryptTrack('tdk', TRACK);
      const digits = TRACK.replace('=', 'D');
      const block = fromHex(digits.slice(-17, -1));
      const expected = (hex: string) =>
        `${digits.slice(0, -17)}${toHex(encryptEcb(keyOf('TDES', hex, 'data'), block))}${digits.slice(-1)}`;
      expect(encrypted).toBe(expected(DOUBLE));
      expect(await vault.translateTrack('tdk', 'tdk-2', encrypted)).toBe(expected(OTHER_DOUBLE));
      for (const track of ['', '6200000000000018', '6200=X0000000000018='])
        await expect(vault.encryptTrack('tdk', track)).rejects.toThrow('sealed-card-refused');
      await expect(vault.translateTrack('tdk-2', 'tdk', encrypted)).rejects.toThrow('sealed-card-refused');
    },
  },
  {
    title: 'a keyed hash is the same each time and another for another purpose',
    async run(vault) {
      const hash = await vault.keyedHash('card', utf8Encode(PAN));
      expect(hash).toHaveLength(32);
      expect(toHex(await vault.keyedHash('card', utf8Encode(PAN)))).toBe(toHex(hash));
      expect(toHex(await vault.keyedHash('card', utf8Encode('6200000000000000026')))).not.toBe(toHex(hash));
      expect(toHex(await vault.keyedHash('account', utf8Encode(PAN)))).not.toBe(toHex(hash));
    },
  },
  {
    title: 'components that people bring make the key of which each knows a part',
    async run(vault) {
      const parts = [
        fromHex(OTHER_DOUBLE),
        fromHex(AES_KEY),
        xorBytes(fromHex(OTHER_DOUBLE), fromHex(DOUBLE)),
      ] as const;
      const all = [parts[0], parts[1], xorBytes(parts[1], parts[2])];
      const components: { purpose: string; sealed: string }[] = [];
      for (const [index, bytes] of all.entries()) {
        const purpose = `ceremony/1/${index}`;
        const { sealed, checkValue } = await vault.sealComponent(purpose, { algorithm: 'TDES', bytes });
        expect(checkValue).toBe(importKey(bytes, { algorithm: 'TDES', usage: 'data' }).checkValue());
        components.push({ purpose, sealed });
      }
      const key = { algorithm: 'TDES', usage: 'key-encryption', components } as const;
      expect(await vault.checkValueOfComponents(key)).toBe('08D7B4');
      await expect(vault.importComponents('tmk', { ...key, checkValue: '000000' })).rejects.toThrow('key-check-value');
      expect((await vault.importComponents('tmk', { ...key, checkValue: '08D7B4' })).checkValue).toBe('08D7B4');
      const [one, two] = components;
      const swapped = [
        { purpose: one?.purpose ?? '', sealed: two?.sealed ?? '' },
        { purpose: two?.purpose ?? '', sealed: one?.sealed ?? '' },
      ];
      await expect(vault.checkValueOfComponents({ ...key, components: swapped })).rejects.toThrow('secret-not-opened');
      const twice = [one, one].filter((component) => component !== undefined);
      await expect(vault.importComponents('zero', { ...key, components: twice })).rejects.toThrow('key-refused');
      await expect(vault.sealComponent('x', { algorithm: 'TDES', bytes: new Uint8Array(5) })).rejects.toThrow(
        'key-refused',
      );
    },
  },
  {
    title: 'a key that was not loaded to leave does not leave',
    async run(vault) {
      await vault.importKey('kek', { algorithm: 'AES', usage: 'key-block-protection', bytes: fromHex(AES_KEY) });
      await vault.importKey('tmk', { algorithm: 'TDES', usage: 'key-encryption', bytes: fromHex(DOUBLE) });
      await expect(vault.exportKeyBlock('tmk', 'kek')).rejects.toThrow('key-not-exportable');
    },
  },
];

function keyOf(algorithm: 'DES' | 'TDES' | 'AES', hex: string, usage: KeyUsage = 'bdk') {
  return importKey(hex, { algorithm, usage });
}

/** A working key as field 62 of a sign-in brings it, under the terminal master key of the cases. */
function arriving(name: string, usage: 'pin' | 'mac' | 'data', hex: string) {
  const key = keyOf(hex.length === 16 ? 'DES' : 'TDES', hex, usage);
  const cryptogram = encryptEcb(keyOf('TDES', OTHER_DOUBLE, 'key-encryption'), fromHex(hex));
  return { name, usage, cryptogram, checkValue: fromHex(key.checkValue(4)) };
}

function deviceRecord(text: string, pin = '1234') {
  const initialKey = aesDukptInitialKey(keyOf('AES', AES_KEY), KEY_ID);
  const { ksn, transactionKey } = new AesDukptTerminal(initialKey, KEY_ID).next();
  const key = (usage: 'data-encrypt' | 'mac-generate') => aesDukptWorkingKey(transactionKey, ksn, usage);
  const pinKey = (type?: '2TDEA') => aesDukptWorkingKey(transactionKey, ksn, 'pin', type);
  const sealed = encryptCbc(key('data-encrypt'), padIso9797(utf8Encode(text), 2, 16));
  const record: DeviceRecord = { ksn, sealed, mac: cmac(key('mac-generate'), sealed), macInput: sealed };
  const pinBlocks = {
    4: encipherPinBlock(pinKey(), pin, { format: 4, pan: PAN }),
    0: encipherPinBlock(pinKey('2TDEA'), pin, { format: 0, pan: PAN }),
  };
  return { record, pinBlocks };
}
