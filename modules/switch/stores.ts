import type { Db } from '@zhanggui/base';
import { type AdviceStore, createAdviceStore } from './advice-store.ts';
import { type CloseStore, createCloseStore } from './close-store.ts';
import { createDownloadStore, type DownloadStore } from './download-store.ts';
import { createLateStore, type LateStore } from './late-store.ts';
import { createOfflineStore, type OfflineStore } from './offline-store.ts';
import { createSwitchStore, type SwitchStore } from './store.ts';

/** All that the switch keeps. */
export interface SwitchStores {
  readonly terminals: SwitchStore;
  readonly advices: AdviceStore;
  readonly offline: OfflineStore;
  readonly downloads: DownloadStore;
  readonly closes: CloseStore;
  readonly late: LateStore;
}

/** The switch's stores on PostgreSQL. */
export function createSwitchStores(db: Db): SwitchStores {
  return {
    terminals: createSwitchStore(db),
    advices: createAdviceStore(db),
    offline: createOfflineStore(db),
    downloads: createDownloadStore(db),
    closes: createCloseStore(db),
    late: createLateStore(db),
  };
}
