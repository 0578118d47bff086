import type { KeyActor } from './vault.ts';

/** What is done with a key so often that it is counted. */
export type KeyUse = 'mac' | 'mac-verify' | 'pin' | 'track' | 'record' | 'hash' | 'unwrap' | 'seal' | 'open';

/** What changes a key or goes wrong: each is a row of the audit log. */
export type KeyAction =
  | 'key-loaded'
  | 'working-keys-loaded'
  | 'key-exported'
  | 'key-destroyed'
  | 'key-load-failed'
  | 'key-export-failed'
  | 'key-use-failed';

/** One row for the audit log. */
export interface KeyEvent {
  readonly action: KeyAction;
  /** Names of keys; never a key. */
  readonly subject: string;
  /** What was there before and what is there now, in words that name no secret; only their digests are kept. */
  readonly before: string | null;
  readonly after: string | null;
  /** Absent where the platform acts by itself. */
  readonly by?: KeyActor | undefined;
  /** A code such as `key-check-value`, where something failed. */
  readonly detail?: string;
}

/** Where a vault reports each use of a key. */
export interface KeyJournal {
  /** Counts one use; it waits for nothing. */
  count(name: string, use: KeyUse): void;
  record(event: KeyEvent): Promise<void>;
}

/** For vaults of tests and tools, where nobody keeps an audit log. */
export const noJournal: KeyJournal = { count: () => undefined, record: async () => undefined };
