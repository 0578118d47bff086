import { assert } from '@zhanggui/base';
import type { KeyStore } from './store.ts';

/** What wraps keys under one master key. */
export interface MasterWrapping {
  readonly id: string;
  /** The same key as in `block`, which lies under `holder`, under this master key. */
  rewrap(block: Parameters<KeyStore['rewrap']>[0], holder: string): string;
}

/** One change of the master key, with its moves outside the database. */
export interface MasterKeyChange {
  readonly store: KeyStore;
  readonly from: string;
  readonly to: MasterWrapping;
  /** Keeps what was derived from the first master key as a key of its own. */
  keepDerived(): Promise<void>;
  /** Makes the new master key the one that is found first; the old one stays readable. */
  promote(): Promise<void>;
  record(rewrapped: number): Promise<void>;
  destroyOld(): Promise<void>;
  /** Told after each step, so that tests can stop there. */
  milestone?(name: MasterKeyMilestone): void;
}

/** The steps of a change, in their order. */
export const MASTER_KEY_MILESTONES = [
  'derived-kept',
  'passed-on',
  'rewrapped-some',
  'rewrapped',
  'promoted',
  'recorded',
] as const;
export type MasterKeyMilestone = (typeof MASTER_KEY_MILESTONES)[number];

const PAGE = 50;

/**
 * Puts every key under the new master key. Each step may be repeated, so a change that was killed is taken up by starting
 * it again; until the last one the old master key is there. A server that works meanwhile writes under the new master key
 * from the moment in which `keys.holder` names it, and reads under both.
 * @returns how many keys were wrapped again by this run.
 */
export async function changeMasterKey(change: MasterKeyChange): Promise<number> {
  const { store, from, to, milestone } = change;
  await change.keepDerived();
  milestone?.('derived-kept');
  assert(await store.passOn(from, to.id), 'the keys are held by one of the two master keys');
  milestone?.('passed-on');
  let rewrapped = 0;
  for (;;) {
    const blocks = await store.notHeldBy(to.id, PAGE);
    if (blocks.length === 0) break;
    for (const block of blocks) {
      await store.rewrap(block, to.rewrap(block, block.holder ?? from), to.id);
      rewrapped += 1;
      milestone?.('rewrapped-some');
    }
  }
  milestone?.('rewrapped');
  await change.promote();
  milestone?.('promoted');
  await change.record(rewrapped);
  milestone?.('recorded');
  await change.destroyOld();
  return rewrapped;
}
