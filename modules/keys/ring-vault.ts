import { equalBytes, Fault, toHex } from '@zhanggui/base';
import {
  aesDukptHostKey,
  CryptoRefusal,
  cmac,
  combineComponents,
  cupEcbMac,
  decryptCbc,
  decryptEcb,
  importKey,
  type KeyUsage,
  macMatches,
  retailMac,
  revealKeyBytes,
  type SecretKey,
  translatePinBlock,
} from '@zhanggui/paycrypto';
import type { KeyJournal, KeyUse } from './journal.ts';
import type { KeyRing, NewKey } from './key-ring.ts';
import type { KeyBlock } from './store.ts';
import { decryptTrackDigits, encryptTrackDigits } from './track.ts';
import type {
  ClearKey,
  ComponentKey,
  DeviceRecord,
  KeyActor,
  KeyVault,
  MacAlgorithm,
  PinTranslation,
  SealedComponent,
  VaultKeyUsage,
  WorkingKeyCryptogram,
} from './vault.ts';

/** What a kept key is to the toolbox. */
export const TOOLBOX_USAGE: Readonly<Record<VaultKeyUsage, KeyUsage>> = {
  'base-derivation': 'bdk',
  'key-encryption': 'key-encryption',
  'key-block-protection': 'key-block-protection',
  pin: 'pin',
  mac: 'mac',
  data: 'data',
  hash: 'mac',
};

/** Check values of eight bytes: two keys that share them are the same. */
const WHOLE_BLOCK = 8;

/** The operations of the vault on a ring of keys; rings differ in where the keys are. */
export class RingVault implements KeyVault {
  readonly #ring: KeyRing;
  readonly #journal: KeyJournal;

  constructor(ring: KeyRing, journal: KeyJournal) {
    this.#ring = ring;
    this.#journal = journal;
  }

  /** Whether the keys in the store are this vault's to use, or there are none yet. */
  ownsKeys(): Promise<boolean> {
    return this.#ring.owns();
  }

  async sealSecret(purpose: string, secret: Uint8Array): Promise<string> {
    this.#journal.count(purpose, 'seal');
    return this.#ring.seal(purpose, secret);
  }

  async openSecret(purpose: string, sealed: string): Promise<Uint8Array> {
    this.#journal.count(purpose, 'open');
    const secret = await this.#ring.unseal(purpose, sealed);
    if (secret !== null) return secret;
    await this.#failed(purpose, 'secret-not-opened');
    throw new Fault('secret-not-opened', { params: { purpose } });
  }

  async importKey(name: string, key: ClearKey, by?: KeyActor): Promise<{ readonly checkValue: string }> {
    return this.#load(name, by, async () => {
      const secret = accept(name, () => importKey(key.bytes, describe(key)));
      return { name, usage: key.usage, secret, parent: key.parent ?? null, exportable: key.exportable ?? false };
    });
  }

  async importWorkingKeys(
    under: string,
    keys: readonly (WorkingKeyCryptogram & { readonly name: string })[],
  ): Promise<void> {
    const names = keys.map(({ name }) => name);
    const master = await this.#key(under, 'unwrap');
    const before = await this.#describeAll(names);
    try {
      await this.#ring.keep(keys.map((key) => workingKey(master, under, key)));
    } catch (error) {
      await this.#ring.remove(names);
      await this.#journal.record({
        action: 'key-load-failed',
        subject: names.join(' '),
        before,
        after: null,
        detail: codeOf(error),
      });
      throw error;
    }
    const after = await this.#describeAll(names);
    await this.#journal.record({ action: 'working-keys-loaded', subject: names.join(' '), before, after });
  }

  async sealComponent(
    purpose: string,
    { algorithm, bytes }: Omit<ClearKey, 'checkValue' | 'usage'>,
  ): Promise<SealedComponent> {
    const component = accept(purpose, () => importKey(bytes, { algorithm, usage: 'key-encryption' }));
    return { sealed: await this.sealSecret(purpose, bytes), checkValue: component.checkValue() };
  }

  async checkValueOfComponents(key: ComponentKey): Promise<string> {
    return (await this.#combined('components', key)).checkValue();
  }

  async importComponents(name: string, key: ComponentKey, by?: KeyActor): Promise<{ readonly checkValue: string }> {
    return this.#load(name, by, async () => {
      const secret = await this.#combined(name, key);
      return { name, usage: key.usage, secret, parent: key.parent ?? null, exportable: key.exportable ?? false };
    });
  }

  async exportKeyBlock(name: string, under: string, by?: KeyActor): Promise<string> {
    const before = await this.#describeAll([name]);
    const event = { subject: `${name} ${under}`, before, after: before, by };
    try {
      const block = await this.#ring.exportBlock(name, under);
      await this.#journal.record({ ...event, action: 'key-exported' });
      return block;
    } catch (error) {
      await this.#journal.record({ ...event, action: 'key-export-failed', detail: codeOf(error) });
      throw error;
    }
  }

  async checkValueOf(name: string): Promise<string | null> {
    return (await this.#ring.recordOf(name))?.checkValue ?? null;
  }

  async deleteKey(name: string, by?: KeyActor): Promise<void> {
    const before = await this.#describeAll([name]);
    await this.#ring.remove([name]);
    if (before !== null)
      await this.#journal.record({ action: 'key-destroyed', subject: name, before, after: null, by });
  }

  async openDeviceRecord(bdk: string, { ksn, sealed, mac, macInput }: DeviceRecord): Promise<Uint8Array> {
    const base = await this.#key(bdk, 'record');
    return this.#acceptCard(bdk, () => {
      const macKey = aesDukptHostKey(base, ksn, 'mac-generate');
      if (!macMatches(cmac(macKey, macInput), mac)) throw new CryptoRefusal('mac', 'the record was changed');
      return unpad(decryptCbc(aesDukptHostKey(base, ksn, 'data-encrypt'), sealed));
    });
  }

  async translatePin({ bdk, ksn, pinBlock, pan, pik, targetFormat = 0 }: PinTranslation): Promise<Uint8Array> {
    const [base, target] = await Promise.all([this.#key(bdk, 'pin'), this.#key(pik, 'pin')]);
    return this.#acceptCard(bdk, () => {
      const from =
        pinBlock.length === 8
          ? ({ key: aesDukptHostKey(base, ksn, 'pin', '2TDEA'), format: 0 } as const)
          : ({ key: aesDukptHostKey(base, ksn, 'pin'), format: 4 } as const);
      return translatePinBlock(pinBlock, from, { key: target, format: targetFormat }, { pan });
    });
  }

  async generateMac(name: string, algorithm: MacAlgorithm, data: Uint8Array): Promise<Uint8Array> {
    const key = await this.#key(name, 'mac');
    return accept(name, () => macOf(key, algorithm, data));
  }

  async verifyMac(name: string, algorithm: MacAlgorithm, data: Uint8Array, mac: Uint8Array): Promise<boolean> {
    const key = await this.#key(name, 'mac-verify');
    const matches = equalBytes(
      accept(name, () => macOf(key, algorithm, data)),
      mac,
    );
    if (!matches) await this.#failed(name, 'mac-differs');
    return matches;
  }

  async encryptTrack(name: string, track: string): Promise<string> {
    const key = await this.#key(name, 'track');
    return this.#acceptCard(name, () => encryptTrackDigits(key, track));
  }

  async translateTrack(from: string, to: string, encrypted: string): Promise<string> {
    const [source, target] = await Promise.all([this.#key(from, 'track'), this.#key(to, 'track')]);
    return this.#acceptCard(from, () => encryptTrackDigits(target, decryptTrackDigits(source, encrypted)));
  }

  async keyedHash(purpose: string, data: Uint8Array): Promise<Uint8Array> {
    const name = `hash/${purpose}`;
    this.#journal.count(name, 'hash');
    return this.#ring.hmac(name, data);
  }

  async #load(
    name: string,
    by: KeyActor | undefined,
    read: () => Promise<NewKey>,
  ): Promise<{ readonly checkValue: string }> {
    const before = await this.#describeAll([name]);
    try {
      const key = await read();
      const checkValue = key.secret.checkValue();
      if (await this.#isKept(key)) return { checkValue };
      await this.#ring.keep([key]);
      const after = await this.#describeAll([name]);
      await this.#journal.record({ action: 'key-loaded', subject: name, before, after, by });
      return { checkValue };
    } catch (error) {
      const failure = { subject: name, before, after: before, by, detail: codeOf(error) };
      await this.#journal.record({ action: 'key-load-failed', ...failure });
      throw error;
    }
  }

  /** The same key once more is no new version: a provisioning that is repeated changes nothing. */
  async #isKept({ name, usage, secret, parent, exportable }: NewKey): Promise<boolean> {
    const record = await this.#ring.recordOf(name);
    const described = record?.usage === usage && record.parent === parent && record.exportable === exportable;
    if (!described || record.algorithm !== secret.algorithm || record.bits !== secret.length * 8) return false;
    return (await this.#ring.open(name)).checkValue(WHOLE_BLOCK) === secret.checkValue(WHOLE_BLOCK);
  }

  async #combined(name: string, key: ComponentKey): Promise<SecretKey> {
    const parts: Uint8Array[] = [];
    for (const { purpose, sealed } of key.components) parts.push(await this.openSecret(purpose, sealed));
    return accept(name, () => {
      const secret = combineComponents(parts, describe(key));
      // Components that cancel each other out would leave a key that anybody can guess.
      if (revealKeyBytes(secret).every((byte) => byte === 0)) throw new CryptoRefusal('key-weak', 'the key is zero');
      return secret;
    });
  }

  async #key(name: string, use: KeyUse): Promise<SecretKey> {
    this.#journal.count(name, use);
    return this.#ring.open(name);
  }

  async #describeAll(names: readonly string[]): Promise<string | null> {
    const found: KeyBlock[] = [];
    for (const name of names) found.push(...[await this.#ring.recordOf(name)].filter((record) => record !== undefined));
    if (found.length === 0) return null;
    return found.map(({ name, usage, algorithm, checkValue }) => `${name} ${usage} ${algorithm} ${checkValue}`).join();
  }

  async #failed(subject: string, detail: string): Promise<void> {
    await this.#journal.record({ action: 'key-use-failed', subject, before: null, after: null, detail });
  }

  /** Turns the refusal of what a reader sent into a fault that says nothing of its content. */
  async #acceptCard<Result>(name: string, work: () => Result): Promise<Result> {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof CryptoRefusal)) throw error;
      await this.#failed(name, error.code);
      throw new Fault('sealed-card-refused', { params: { reason: error.code } });
    }
  }
}

function describe({ algorithm, usage, checkValue }: Omit<ClearKey, 'bytes'>) {
  return { algorithm, usage: TOOLBOX_USAGE[usage], ...(checkValue === undefined ? {} : { checkValue }) } as const;
}

function workingKey(
  master: SecretKey,
  under: string,
  { name, usage, cryptogram, checkValue }: WorkingKeyCryptogram & { readonly name: string },
): NewKey {
  const filled = cryptogram.length === 16 && cryptogram.subarray(8).every((byte) => byte === 0);
  const bytes = accept(name, () => decryptEcb(master, filled ? cryptogram.subarray(0, 8) : cryptogram));
  const algorithm = bytes.length === 8 ? 'DES' : 'TDES';
  const description = { algorithm, usage: TOOLBOX_USAGE[usage], checkValue: toHex(checkValue) } as const;
  const secret = accept(name, () => importKey(bytes, description));
  return { name, usage, secret, parent: under, exportable: false };
}

function macOf(key: SecretKey, algorithm: MacAlgorithm, data: Uint8Array): Uint8Array {
  switch (algorithm) {
    case 'cup-ecb':
      return cupEcbMac(key, data);
    case 'x9.19':
      return retailMac(key, data);
    case 'cmac':
      return cmac(key, data);
  }
}

/** Turns the refusal of key bytes into a fault that names the key. */
export function accept<Result>(name: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof CryptoRefusal)) throw error;
    throw new Fault(error.code === 'key-check-value' ? 'key-check-value' : 'key-refused', { params: { name } });
  }
}

function codeOf(error: unknown): string {
  return error instanceof Fault ? error.code : 'internal';
}

/** Takes off the padding of ISO/IEC 7816-4: 80 and zeros. */
function unpad(padded: Uint8Array): Uint8Array {
  const last = padded.lastIndexOf(0x80);
  if (last < 0 || padded.subarray(last + 1).some((byte) => byte !== 0))
    throw new CryptoRefusal('padding', 'the record is not padded');
  return padded.subarray(0, last);
}
