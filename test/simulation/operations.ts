import { CARD_OPERATIONS } from './card-operations.ts';
import type { Operation } from './scene.ts';
import { WALLET_OPERATIONS } from './wallet-operations.ts';

/** Everything that is tried under every fault. */
export const OPERATIONS: readonly Operation[] = [...CARD_OPERATIONS, ...WALLET_OPERATIONS];
