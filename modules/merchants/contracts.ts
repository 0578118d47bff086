import { type Clock, type Db, Fault, type Queryable, utf8Decode, utf8Encode } from '@zhanggui/base';
import type { KeyVault } from '../keys/vault.ts';
import type { ChannelChange, ChannelConfig, Contract, Store } from './api.ts';
import { type ContractRecord, changeAccount, contractOf, putContract, storeById } from './store.ts';

/** Contracts, channel accounts and stores, read often and changed rarely. */
export interface Contracts {
  /** What was agreed for the method, or undefined where the merchant does not take it. */
  contract(merchantId: string, methodId: string): Promise<Contract | undefined>;
  store(storeId: string): Promise<Store | undefined>;
  /** @throws Fault `channel-not-configured`. */
  channelConfig(merchantId: string, methodId: string): Promise<ChannelConfig>;
  /** Seals the secrets and writes the contract. */
  agree(contract: Contract, config: Pick<ChannelConfig, 'settings' | 'secrets'>): Promise<void>;
  /**
   * Changes an account; `alongside` runs in the same database transaction and is told the plain settings before and after.
   * @throws Fault `method-not-agreed`, `changed-meanwhile`.
   */
  changeAccount(change: ChannelChange, by: ChangedBy, alongside: Alongside): Promise<void>;
}

/** Whose account is changed, and by whom. */
export interface ChangedBy {
  readonly merchantId: string;
  readonly methodId: string;
  readonly staffId: string;
}

/** What stands or falls with a change. */
type Alongside = (tx: Queryable, before: ContractRecord, after: ContractRecord) => Promise<void>;

const PURPOSE = 'merchants/channel-secrets';
/** How long another server's change of a contract or a store may stay unseen here. */
const FRESH_MS = 30_000;

/** Opens the module on its ports. */
export function openContracts(environment: { db: Db; vault: KeyVault; clock: Clock }): Contracts {
  const { db, vault, clock } = environment;
  const contracts = new Remembered<ContractRecord | undefined>(clock);
  const stores = new Remembered<Store | undefined>(clock);
  const configs = new WeakMap<ContractRecord, Promise<ChannelConfig>>();

  const read = (merchantId: string, methodId: string): Promise<ContractRecord | undefined> =>
    contracts.get(`${merchantId} ${methodId}`, () => contractOf(db, merchantId, methodId));

  return {
    contract: read,
    store: (storeId) => stores.get(storeId, () => storeById(db, storeId)),
    channelConfig: async (merchantId, methodId) => {
      const record = await read(merchantId, methodId);
      if (record === undefined) throw new Fault('channel-not-configured', { params: { method: methodId } });
      const opened = configs.get(record) ?? openSecrets(vault, record);
      configs.set(record, opened);
      return opened;
    },
    agree: async (contract, { settings, secrets }) => {
      const sealedSecrets = await vault.sealSecret(PURPOSE, utf8Encode(JSON.stringify(secrets)));
      const secretsSet = Object.fromEntries(Object.keys(secrets).map((name) => [name, clock.now()]));
      await putContract(db, { ...contract, settings, sealedSecrets, secretsSet });
      contracts.forget(`${contract.merchantId} ${contract.methodId}`);
    },
    changeAccount: async (change, by, alongside) => {
      const { merchantId, methodId } = by;
      const before = await contractOf(db, merchantId, methodId);
      if (before === undefined) throw new Fault('method-not-agreed', { params: { method: methodId } });
      const after = await changed(vault, before, change, clock.now());
      await db.transaction(async (tx) => {
        const written = await changeAccount(tx, before, after, { at: clock.now(), staffId: by.staffId });
        if (!written) throw new Fault('changed-meanwhile');
        await alongside(tx, before, after);
      });
      contracts.forget(`${merchantId} ${methodId}`);
    },
  };
}

/** What was read stays known for a moment; a read that fails does not. */
class Remembered<Value> {
  readonly #clock: Clock;
  readonly #known = new Map<string, { readonly until: number; readonly value: Promise<Value> }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(key: string, read: () => Promise<Value>): Promise<Value> {
    const known = this.#known.get(key);
    if (known !== undefined && known.until > this.#clock.now()) return known.value;
    const value = read();
    this.#known.set(key, { until: this.#clock.now() + FRESH_MS, value });
    value.catch(() => this.forget(key));
    return value;
  }

  forget(key: string): void {
    this.#known.delete(key);
  }
}

/** The record with a change in it, its secrets sealed anew where one of them changes. */
async function changed(
  vault: KeyVault,
  before: ContractRecord,
  change: ChannelChange,
  now: number,
): Promise<ContractRecord> {
  const settings = patched(before.settings, change.settings);
  if (Object.keys(change.secrets).length === 0) return { ...before, settings };
  const { secrets } = await openSecrets(vault, before);
  const next = patched(secrets, change.secrets);
  const since = Object.fromEntries(Object.keys(change.secrets).map((name) => [name, now]));
  return {
    ...before,
    settings,
    sealedSecrets: await vault.sealSecret(PURPOSE, utf8Encode(JSON.stringify(next))),
    secretsSet: Object.fromEntries(
      Object.keys(next).map((name) => [name, since[name] ?? before.secretsSet?.[name] ?? now]),
    ),
  };
}

function patched(
  values: Readonly<Record<string, string>>,
  change: Readonly<Record<string, string | null>>,
): Record<string, string> {
  const kept = Object.entries({ ...values, ...change });
  return Object.fromEntries(kept.filter((entry): entry is [string, string] => entry[1] !== null));
}

async function openSecrets(vault: KeyVault, record: ContractRecord): Promise<ChannelConfig> {
  const { methodId, settings, sealedSecrets } = record;
  if (sealedSecrets === null) return { methodId, settings, secrets: {} };
  const secrets = JSON.parse(utf8Decode(await vault.openSecret(PURPOSE, sealedSecrets))) as Record<string, string>;
  return { methodId, settings, secrets };
}
