import { type Currency, type Queryable, sql } from '@zhanggui/base';
import type { ChannelAccount, Contract, Device, Merchant, Store } from './api.ts';

const insertMerchantSql = sql(
  'merchants-insert',
  'insert into merchants.merchant (id, name, name_en, currency, mcc, created_at) values ($1, $2, $3, $4, $5, $6)',
);
const insertStoreSql = sql(
  'merchants-insert-store',
  'insert into merchants.store (id, merchant_id, name, name_en, location) values ($1, $2, $3, $4, $5)',
);
const merchantSql = sql('merchants-by-id', 'select * from merchants.merchant where id = $1');
const storeSql = sql('merchants-store-by-id', 'select * from merchants.store where id = $1');
const allMerchantsSql = sql('merchants-all', 'select * from merchants.merchant order by id');
const putContractSql = sql(
  'merchants-put-contract',
  `insert into merchants.contract (merchant_id, method_id, rate_ppm, cap_minor, limit_minor, settings, sealed_secrets, secrets_set)
   values ($1, $2, $3, $4, $5, $6::jsonb, $7, $8::jsonb)
   on conflict (merchant_id, method_id) do update
     set settings = excluded.settings, sealed_secrets = excluded.sealed_secrets, secrets_set = excluded.secrets_set`,
);
const contractSql = sql(
  'merchants-contract',
  'select * from merchants.contract where merchant_id = $1 and method_id = $2',
);

/** Adds a merchant. */
export async function insertMerchant(db: Queryable, merchant: Merchant, now: number): Promise<void> {
  const { id, name, nameEn, currency, mcc } = merchant;
  await db.query(insertMerchantSql, [id, name, nameEn, currency, mcc, new Date(now)]);
}

/** Adds a store to its merchant. */
export async function insertStore(db: Queryable, store: Store): Promise<void> {
  await db.query(insertStoreSql, [store.id, store.merchantId, store.name, store.nameEn, store.location]);
}

interface MerchantRow {
  id: string;
  name: string;
  name_en: string;
  currency: Currency;
  mcc: string;
}

/** Every merchant of the platform. */
export async function merchants(db: Queryable): Promise<readonly Merchant[]> {
  return (await db.query<MerchantRow>(allMerchantsSql)).map(merchantFromRow);
}

/** The merchant with this id, or undefined. */
export async function merchantById(db: Queryable, id: string): Promise<Merchant | undefined> {
  const [row] = await db.query<MerchantRow>(merchantSql, [id]);
  return row === undefined ? undefined : merchantFromRow(row);
}

function merchantFromRow({ id, name, name_en, currency, mcc }: MerchantRow): Merchant {
  return { id, name, nameEn: name_en, currency, mcc };
}

/** The store with this id, or undefined. */
export async function storeById(db: Queryable, id: string): Promise<Store | undefined> {
  const [row] = await db.query<{ id: string; merchant_id: string; name: string; name_en: string; location: string }>(
    storeSql,
    [id],
  );
  if (row === undefined) return undefined;
  return { id: row.id, merchantId: row.merchant_id, name: row.name, nameEn: row.name_en, location: row.location };
}

/** A contract with the channel's settings and its secrets as the vault sealed them. */
export interface ContractRecord extends Contract {
  readonly settings: Readonly<Record<string, string>>;
  readonly sealedSecrets: string | null;
  /** Since when each secret is what it is, in milliseconds since the epoch. */
  readonly secretsSet?: Readonly<Record<string, number>>;
}

/** Writes what was agreed for a method; a later call changes the channel's account and never the price. */
export async function putContract(db: Queryable, contract: ContractRecord): Promise<void> {
  await db.query(putContractSql, [
    contract.merchantId,
    contract.methodId,
    contract.ratePpm,
    contract.capMinor,
    contract.limitMinor,
    JSON.stringify(contract.settings),
    contract.sealedSecrets,
    JSON.stringify(contract.secretsSet ?? {}),
  ]);
}

/** What was agreed for the method, or undefined. */
export async function contractOf(
  db: Queryable,
  merchantId: string,
  methodId: string,
): Promise<ContractRecord | undefined> {
  const [row] = await db.query<{
    rate_ppm: number;
    cap_minor: number | null;
    limit_minor: number;
    settings: Record<string, string>;
    sealed_secrets: string | null;
    secrets_set: Record<string, number>;
  }>(contractSql, [merchantId, methodId]);
  if (row === undefined) return undefined;
  return {
    merchantId,
    methodId,
    ratePpm: row.rate_ppm,
    capMinor: row.cap_minor,
    limitMinor: row.limit_minor,
    settings: row.settings,
    sealedSecrets: row.sealed_secrets,
    secretsSet: row.secrets_set,
  };
}

const putDeviceSql = sql(
  'merchants-put-device',
  `insert into merchants.device (till_id, store_id, device_type, serial_number, network_license, app_version, ip)
   values ($1, $2, $3, $4, $5, $6, $7)
   on conflict (till_id) do update set store_id = excluded.store_id, device_type = excluded.device_type,
     serial_number = excluded.serial_number, network_license = excluded.network_license,
     app_version = excluded.app_version, ip = excluded.ip`,
);
const devicesSql = sql(
  'merchants-devices-of-tills',
  'select d.*, s.location from merchants.device d join merchants.store s on s.id = d.store_id where d.till_id = any($1)',
);

/** Registers the device of a till, or replaces it. */
export async function putDevice(db: Queryable, device: Device): Promise<void> {
  const { tillId, storeId, deviceType, serialNumber, networkLicense, appVersion, ip } = device;
  await db.query(putDeviceSql, [tillId, storeId, deviceType, serialNumber, networkLicense, appVersion, ip]);
}

/** A device with the place of its store. */
export type PlacedDevice = Device & { readonly location: string };

interface DeviceRow {
  till_id: string;
  store_id: string;
  device_type: string;
  serial_number: string;
  network_license: string | null;
  app_version: string;
  ip: string;
  location: string;
}

/** For each till its device, or undefined. */
export async function devicesOfTills(
  db: Queryable,
  tillIds: readonly string[],
): Promise<readonly (PlacedDevice | undefined)[]> {
  const rows = await db.query<DeviceRow>(devicesSql, [tillIds]);
  const found = new Map(rows.map((row) => [row.till_id, deviceFromRow(row)]));
  return tillIds.map((tillId) => found.get(tillId));
}

function deviceFromRow(row: DeviceRow): PlacedDevice {
  return {
    tillId: row.till_id,
    storeId: row.store_id,
    deviceType: row.device_type,
    serialNumber: row.serial_number,
    networkLicense: row.network_license,
    appVersion: row.app_version,
    ip: row.ip,
    location: row.location,
  };
}

const accountsSql = sql(
  'merchants-channel-accounts',
  `select method_id, settings, secrets_set, changed_at, changed_by, tested_at, test from merchants.contract
   where merchant_id = $1 order by method_id`,
);
const changeAccountSql = sql(
  'merchants-change-channel-account',
  `update merchants.contract set settings = $3::jsonb, sealed_secrets = $4, secrets_set = $5::jsonb, changed_at = $6,
     changed_by = $7, tested_at = null, test = null
   where merchant_id = $1 and method_id = $2 and settings = $8::jsonb and sealed_secrets is not distinct from $9
   returning method_id`,
);
const testedSql = sql(
  'merchants-channel-tested',
  'update merchants.contract set tested_at = $3, test = $4::jsonb where merchant_id = $1 and method_id = $2',
);

/** The merchant's accounts with channels, without their secrets. */
export async function channelAccounts(db: Queryable, merchantId: string): Promise<readonly ChannelAccount[]> {
  const rows = await db.query<{
    method_id: string;
    settings: Record<string, string>;
    secrets_set: Record<string, number>;
    changed_at: Date | null;
    changed_by: string | null;
    tested_at: Date | null;
    test: { outcome: string; detail: string } | null;
  }>(accountsSql, [merchantId]);
  return rows.map((row) => ({
    methodId: row.method_id,
    settings: row.settings,
    secretsSet: row.secrets_set,
    changedAt: row.changed_at?.getTime() ?? null,
    changedBy: row.changed_by,
    test: row.tested_at === null || row.test === null ? null : { at: row.tested_at.getTime(), ...row.test },
  }));
}

/** Writes a changed account in the place of what was read before; false when somebody else has changed it meanwhile. */
export async function changeAccount(
  tx: Queryable,
  before: ContractRecord,
  after: ContractRecord,
  by: { readonly at: number; readonly staffId: string },
): Promise<boolean> {
  const rows = await tx.query(changeAccountSql, [
    before.merchantId,
    before.methodId,
    JSON.stringify(after.settings),
    after.sealedSecrets,
    JSON.stringify(after.secretsSet ?? {}),
    new Date(by.at),
    by.staffId,
    JSON.stringify(before.settings),
    before.sealedSecrets,
  ]);
  return rows.length === 1;
}

/** Keeps what came of trying an account. */
export async function keepTest(
  db: Queryable,
  merchantId: string,
  methodId: string,
  test: { readonly at: number; readonly outcome: string; readonly detail: string },
): Promise<void> {
  const { at, outcome, detail } = test;
  await db.query(testedSql, [merchantId, methodId, new Date(at), JSON.stringify({ outcome, detail })]);
}
