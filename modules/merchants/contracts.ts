import { type Clock, type Db, Fault, utf8Decode, utf8Encode } from '@zhanggui/base';
import type { KeyVault } from '../keys/vault.ts';
import type { ChannelConfig, Contract } from './api.ts';
import { type ContractRecord, contractOf, putContract } from './store.ts';

/** Contracts and channel accounts, read often and changed rarely. */
export interface Contracts {
  /** What was agreed for the method, or undefined where the merchant does not take it. */
  contract(merchantId: string, methodId: string): Promise<Contract | undefined>;
  /** @throws Fault `channel-not-configured`. */
  channelConfig(merchantId: string, methodId: string): Promise<ChannelConfig>;
  /** Seals the secrets and writes the contract. */
  agree(contract: Contract, config: Pick<ChannelConfig, 'settings' | 'secrets'>): Promise<void>;
}

const PURPOSE = 'merchants/channel-secrets';
/** How long another server's change of a contract may stay unseen here. */
const FRESH_MS = 30_000;

/** Opens the module on its ports. */
export function openContracts(environment: { db: Db; vault: KeyVault; clock: Clock }): Contracts {
  const { db, vault, clock } = environment;
  const cache = new Map<string, { until: number; record: Promise<ContractRecord | undefined> }>();
  const configs = new WeakMap<ContractRecord, Promise<ChannelConfig>>();

  const read = (merchantId: string, methodId: string): Promise<ContractRecord | undefined> => {
    const key = `${merchantId} ${methodId}`;
    const cached = cache.get(key);
    if (cached !== undefined && cached.until > clock.now()) return cached.record;
    const record = contractOf(db, merchantId, methodId);
    cache.set(key, { until: clock.now() + FRESH_MS, record });
    record.catch(() => cache.delete(key));
    return record;
  };

  return {
    contract: read,
    channelConfig: async (merchantId, methodId) => {
      const record = await read(merchantId, methodId);
      if (record === undefined) throw new Fault('channel-not-configured', { params: { method: methodId } });
      const opened = configs.get(record) ?? openSecrets(vault, record);
      configs.set(record, opened);
      return opened;
    },
    agree: async (contract, { settings, secrets }) => {
      const sealedSecrets = await vault.sealSecret(PURPOSE, utf8Encode(JSON.stringify(secrets)));
      await putContract(db, { ...contract, settings, sealedSecrets });
      cache.delete(`${contract.merchantId} ${contract.methodId}`);
    },
  };
}

async function openSecrets(vault: KeyVault, record: ContractRecord): Promise<ChannelConfig> {
  const { methodId, settings, sealedSecrets } = record;
  if (sealedSecrets === null) return { methodId, settings, secrets: {} };
  const secrets = JSON.parse(utf8Decode(await vault.openSecret(PURPOSE, sealedSecrets))) as Record<string, string>;
  return { methodId, settings, secrets };
}
