/**
 * The port behind which keys live. Clear keys and clear PINs exist behind it only: callers name a key and get the
 * result of an operation.
 */
export interface KeyVault {
  /** Seals a small secret for one purpose; it opens for the same purpose only. */
  sealSecret(purpose: string, secret: Uint8Array): Promise<string>;
  /** @throws Fault `secret-not-opened` when it was changed, sealed elsewhere or for another purpose. */
  openSecret(purpose: string, sealed: string): Promise<Uint8Array>;

  /** Keeps a key that is loaded in a ceremony. @throws Fault `key-check-value` when `checkValue` is not the key's. */
  importKey(name: string, key: ClearKey): Promise<{ readonly checkValue: string }>;
  /**
   * Keeps working keys that arrive encrypted under the key `under`. A wrong check value of any of them deletes all of
   * them and fails, so that nothing trades with half a set.
   * @throws Fault `key-check-value` or `key-missing`.
   */
  importWorkingKeys(under: string, keys: readonly (WorkingKeyCryptogram & { readonly name: string })[]): Promise<void>;
  /** Check value of a kept key, hexadecimal of three bytes; null when there is none of that name. */
  checkValueOf(name: string): Promise<string | null>;
  deleteKey(name: string): Promise<void>;

  /**
   * Opens a record that a device sealed under a data key of AES DUKPT, after its CMAC is found right.
   * @throws Fault `sealed-card-refused`.
   */
  openDeviceRecord(bdk: string, record: DeviceRecord): Promise<Uint8Array>;
  /**
   * Translates a PIN from an ISO 9564 format 4 block under a DUKPT PIN key to a format 0 block under the key `pik`.
   * @throws Fault `sealed-card-refused` when the block does not hold a PIN of that account number.
   */
  translatePin(request: PinTranslation): Promise<Uint8Array>;
  /** MAC of `data`, eight bytes. @throws Fault `key-missing`. */
  generateMac(name: string, algorithm: 'cup-ecb', data: Uint8Array): Promise<Uint8Array>;
  /** Whether `mac` is the MAC of `data`. @throws Fault `key-missing`. */
  verifyMac(name: string, algorithm: 'cup-ecb', data: Uint8Array, mac: Uint8Array): Promise<boolean>;
}

/** What a kept key may be used for. */
export type VaultKeyUsage = 'base-derivation' | 'key-encryption' | 'pin' | 'mac' | 'data';

/** A key in clear, in the moment of its loading. */
export interface ClearKey {
  readonly algorithm: 'TDES' | 'AES';
  readonly usage: VaultKeyUsage;
  readonly bytes: Uint8Array;
  /** Hexadecimal of 2 to 8 bytes. */
  readonly checkValue?: string;
}

/** A working key encrypted in ECB under a terminal master key (CUPS sign-in, field 62). */
export interface WorkingKeyCryptogram {
  readonly usage: 'pin' | 'mac' | 'data';
  /** 8 or 16 bytes. */
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
  /** 16 bytes, ISO 9564 format 4. */
  readonly pinBlock: Uint8Array;
  readonly pan: string;
  readonly pik: string;
}
