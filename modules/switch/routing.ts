import { Fault } from '@zhanggui/base';
import { PERMISSIONS, type StaffIdentity } from '../access/api.ts';
import type { Exchange } from './api.ts';
import type { OfflineStore } from './offline-store.ts';
import type { SwitchStore } from './store.ts';

/** What the routes of the switch need. */
export interface SwitchRouting {
  readonly exchange: Exchange;
  readonly terminals: SwitchStore;
  readonly offline: OfflineStore;
  /** Whose till it is; null for a till that does not exist. */
  merchantOfTill(tillId: string): Promise<string | null>;
  tillsOf(merchantId: string): Promise<readonly string[]>;
}

/** Operators see every till; others those of their merchant. @throws Fault `till-not-found`. */
export async function checkTill(
  { merchantOfTill }: SwitchRouting,
  staff: StaffIdentity,
  tillId: string,
): Promise<void> {
  const merchantId = await merchantOfTill(tillId);
  const isSeen = merchantId !== null && (seesEveryTill(staff) || merchantId === staff.merchantId);
  if (!isSeen) throw new Fault('till-not-found', { params: { tillId } });
}

/** Whether somebody may see the tills of every merchant. */
export function seesEveryTill({ role }: StaffIdentity): boolean {
  return PERMISSIONS[role].includes('operate');
}
