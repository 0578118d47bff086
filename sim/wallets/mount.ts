import type { Clock } from '@zhanggui/base';
import type { WalletCrypto } from '@zhanggui/wallets';
import type { FaultBox } from './faults.ts';
import type { HeldReplies } from './faulty-answer.ts';
import type { Notifier } from './notifier.ts';

/** What every wallet's interface is mounted with. */
export interface MountOptions {
  readonly crypto: WalletCrypto;
  readonly faults: FaultBox;
  readonly clock: Clock;
  readonly held: HeldReplies;
  readonly timeScale: number;
  readonly dataDir: string;
  /** Path under which it is mounted. */
  readonly prefix: string;
}

/** A wallet at work: whom it tells, and whether its bills are there before their morning. */
export interface MountedWallet {
  readonly notifier: Notifier;
  readonly bills: { anyDay: boolean };
}
