import type { Currency } from '@zhanggui/base';

/** A merchant: the party to whom taken money is owed. */
export interface Merchant {
  readonly id: string;
  readonly name: string;
  readonly nameEn: string;
  readonly currency: Currency;
  /** ISO 18245 merchant category code. */
  readonly mcc: string;
}

/** A place of business with its tills. */
export interface Store {
  readonly id: string;
  readonly merchantId: string;
  readonly name: string;
  readonly nameEn: string;
  /** WGS-84 coordinates as `+37.12/-121.213` (latitude/longitude), as PBoC Yinfa [2021] 259 wants it. */
  readonly location: string;
}

/**
 * A merchant's account with one channel. `settings` are plain (app id, merchant number, base URL, terminal id); `secrets`
 * are opened from the vault for one call and never logged or returned by the API.
 */
export interface ChannelConfig {
  readonly methodId: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
}

/** What is known of a merchant's account with a channel without opening its secrets. Instants are milliseconds since the epoch. */
export interface ChannelAccount {
  readonly methodId: string;
  readonly settings: Readonly<Record<string, string>>;
  /** Since when each secret is what it is. */
  readonly secretsSet: Readonly<Record<string, number>>;
  readonly changedAt: number | null;
  /** Id of the person. */
  readonly changedBy: string | null;
  readonly test: { readonly at: number; readonly outcome: string; readonly detail: string } | null;
}

/** A change of an account: the new value of each name; null takes it away. What is not named stays. */
export interface ChannelChange {
  readonly settings: Readonly<Record<string, string | null>>;
  readonly secrets: Readonly<Record<string, string | null>>;
}

/** What the merchant pays for a method; immutable per contract version. */
export interface FeeRate {
  readonly ratePpm: number;
  /** Highest fee of one payment; null for none. */
  readonly capMinor: number | null;
}

/** What was agreed for one way to pay. */
export interface Contract extends FeeRate {
  readonly merchantId: string;
  readonly methodId: string;
  /** Largest single payment. */
  readonly limitMinor: number;
}

/** The device at a till that takes payments, and where it stands (PBoC Yinfa [2021] 259). */
export interface Device {
  readonly tillId: string;
  readonly storeId: string;
  /** `01` to `11`; 04 a smart POS, 10 a barcode terminal, 11 an auxiliary device. */
  readonly deviceType: string;
  readonly serialNumber: string;
  readonly networkLicense: string | null;
  /** At most eight characters; changes with every release. */
  readonly appVersion: string;
  readonly ip: string;
}
