import { join } from 'node:path';
import { SealedFile } from './sealed-file.ts';

/** A till that was paired. */
export interface PairedTill {
  readonly deviceId: string;
  /** Where its page comes from: `https://shop.example`. */
  readonly origin: string;
  readonly name: string;
  /** HMAC-SHA-256, 32 bytes, hexadecimal. */
  readonly key: string;
  /** ISO 8601. */
  readonly pairedAt: string;
}

/** The DUKPT keys of the device, as the key-loading party gave them. Hexadecimal. */
export interface DeviceKey {
  readonly readerId: string;
  /** 8 bytes. */
  readonly initialKeyId: string;
  readonly initialKey: string;
  /** Counter of the next transaction; null when the device is exhausted. */
  nextCounter: number | null;
}

interface AgentContent {
  pairedTills: PairedTill[];
  deviceKey: DeviceKey | null;
  /** 9F41, the count of the terminal's transactions. */
  transactionCounter: number;
}

/** What the agent remembers, sealed. */
export type AgentStore = SealedFile<AgentContent>;

/** The agent's memory in its data folder. @throws SealedFileError */
export function openAgentStore(folder: string): AgentStore {
  return new SealedFile<AgentContent>(join(folder, 'agent.sealed'), () => ({
    pairedTills: [],
    deviceKey: null,
    transactionCounter: 1,
  }));
}
