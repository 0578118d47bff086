/**
 * The port behind which keys live. Clear keys and clear PINs exist behind it only: callers name a key and get the
 * result of an operation. What changes a key takes the person who does it, for the audit log; without one it is the
 * platform itself, as at a sign-on.
 */
export interface KeyVault {
  /** Seals a small secret for one purpose; it opens for the same purpose only. */
  sealSecret(purpose: string, secret: Uint8Array): Promise<string>;
  /** @throws Fault `secret-not-opened` when it was changed, sealed elsewhere or for another purpose. */
  openSecret(purpose: string, sealed: string): Promise<Uint8Array>;

  /** Keeps a key that comes in clear. @throws Fault `key-check-value` when `checkValue` is not the key's. */
  importKey(name: string, key: ClearKey, by?: KeyActor): Promise<{ readonly checkValue: string }>;
  /**
   * Keeps working keys that arrive encrypted under the key `under`. A wrong check value of any of them deletes all of
   * them and fails, so that nothing trades with half a set.
   * @throws Fault `key-check-value` or `key-missing`.
   */
  importWorkingKeys(under: string, keys: readonly (WorkingKeyCryptogram & { readonly name: string })[]): Promise<void>;
  /**
   * Seals one component of a key that people bring in parts (ANSI X9.24-1, split knowledge); `purpose` names the
   * ceremony and the component.
   * @throws Fault `key-refused` when the length is none of the algorithm's.
   */
  sealComponent(purpose: string, component: Omit<ClearKey, 'checkValue' | 'usage'>): Promise<SealedComponent>;
  /** The check value of the key whose bytes are the exclusive or of the components. @throws Fault `key-refused`. */
  checkValueOfComponents(key: ComponentKey): Promise<string>;
  /** Keeps the key whose bytes are the exclusive or of the components. @throws Fault `key-check-value`. */
  importComponents(name: string, key: ComponentKey, by?: KeyActor): Promise<{ readonly checkValue: string }>;
  /**
   * The key `name` in a TR-31 block under the key `under`: version D under AES, B under TDES.
   * @throws Fault `key-not-exportable` for a key that was not loaded as one that may leave, and for a vault that gives
   * none away.
   */
  exportKeyBlock(name: string, under: string, by?: KeyActor): Promise<string>;
  /** Check value of a kept key, hexadecimal of three bytes; null when there is none of that name. */
  checkValueOf(name: string): Promise<string | null>;
  /** Destroys a key; nothing happens where there is none. */
  deleteKey(name: string, by?: KeyActor): Promise<void>;

  /**
   * Opens a record that a device sealed under a data key of AES DUKPT, after its CMAC is found right.
   * @throws Fault `sealed-card-refused`.
   */
  openDeviceRecord(bdk: string, record: DeviceRecord): Promise<Uint8Array>;
  /**
   * Translates a PIN from a block under a DUKPT PIN key to a block under the key `pik`.
   * @throws Fault `sealed-card-refused` when the block does not hold a PIN of that account number.
   */
  translatePin(request: PinTranslation): Promise<Uint8Array>;
  /** MAC of `data`. @throws Fault `key-missing`, or `key-refused` when the key cannot make it. */
  generateMac(name: string, algorithm: MacAlgorithm, data: Uint8Array): Promise<Uint8Array>;
  /** Whether `mac` is the MAC of `data`. @throws Fault `key-missing` or `key-refused`. */
  verifyMac(name: string, algorithm: MacAlgorithm, data: Uint8Array, mac: Uint8Array): Promise<boolean>;
  /**
   * A track as China UnionPay terminals send it: the 16 digits that end just before its last one encrypted under a
   * track key, the rest as it is. Digits with `=` or `D` as separator in, hexadecimal digits with `D` out.
   * @throws Fault `sealed-card-refused` for a track of fewer than 17 digits.
   */
  encryptTrack(name: string, track: string): Promise<string>;
  /** The same encrypted track under another track key; it is in clear inside the vault alone. */
  translateTrack(from: string, to: string, encrypted: string): Promise<string>;
  /**
   * HMAC-SHA-256 under a key of this purpose that never leaves the vault and is never replaced, 32 bytes: how a card is
   * recognised without its number being kept.
   */
  keyedHash(purpose: string, data: Uint8Array): Promise<Uint8Array>;
}

/** What a kept key may be used for. */
export type VaultKeyUsage =
  | 'base-derivation'
  | 'key-encryption'
  | 'key-block-protection'
  | 'pin'
  | 'mac'
  | 'data'
  | 'hash';

/**
 * Algorithms of message authentication: China UnionPay's ECB MAC (8 characters), ANSI X9.19 retail MAC (8 bytes, zero
 * padding), CMAC (a whole block).
 */
export type MacAlgorithm = 'cup-ecb' | 'x9.19' | 'cmac';

/** Who changes a key, as the audit log names him. */
export interface KeyActor {
  readonly id: string;
  readonly role: string;
  readonly reason: string;
  /** Network address of the request. */
  readonly address: string;
}

/** A key in clear, in the moment of its loading. */
export interface ClearKey {
  readonly algorithm: 'TDES' | 'AES';
  readonly usage: VaultKeyUsage;
  readonly bytes: Uint8Array;
  /** Hexadecimal of 2 to 8 bytes. */
  readonly checkValue?: string;
  /** The key above it, where there is one: shown in the tree of keys. */
  readonly parent?: string;
  /** Whether the key may ever leave in a block under another key; false unless told. */
  readonly exportable?: boolean;
}

/** A component as it waits for the others. */
export interface SealedComponent {
  readonly sealed: string;
  /** Check value of the component alone, hexadecimal of three bytes. */
  readonly checkValue: string;
}

/** A key that is in sealed components, two or more. */
export interface ComponentKey extends Omit<ClearKey, 'bytes'> {
  readonly components: readonly { readonly purpose: string; readonly sealed: string }[];
}

/** A working key encrypted in ECB under a terminal master key (CUPS sign-in, field 62). */
export interface WorkingKeyCryptogram {
  readonly usage: 'pin' | 'mac' | 'data';
  /** 8 or 16 bytes; 16 whose second half is zeros is a single-length key that field 62 has filled up. */
  readonly cryptogram: Uint8Array;
  /** First four bytes of eight zero bytes encrypted under the key. */
  readonly checkValue: Uint8Array;
}

/** Data that a device sealed under one KSN (ANSI X9.24-3). */
export interface DeviceRecord {
  /** 12 bytes. */
  readonly ksn: Uint8Array;
  readonly sealed: Uint8Array;
  /** AES CMAC of `macInput` under the KSN's MAC generation key. */
  readonly mac: Uint8Array;
  readonly macInput: Uint8Array;
}

/** One PIN translation. */
export interface PinTranslation {
  readonly bdk: string;
  readonly ksn: Uint8Array;
  /**
   * 16 bytes are ISO 9564 format 4 under the KSN's AES PIN key; 8 bytes are format 0 under its double-length TDEA PIN
   * key (ANSI X9.24-3, algorithm indicator 2TDEA).
   */
  readonly pinBlock: Uint8Array;
  readonly pan: string;
  readonly pik: string;
  /** Format of the block under `pik`: 0 (8 bytes, a TDES key) unless told, or 4 (16 bytes, an AES key). */
  readonly targetFormat?: 0 | 4;
}
