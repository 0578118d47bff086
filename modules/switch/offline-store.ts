import { type Db, type Queryable, sql } from '@zhanggui/base';
import type { TerminalKey } from './store.ts';
import type { OfflineClaim, OfflineLimits } from './terminal-views.ts';

/** How much each terminal may approve without its acquirer, and how much of that is used. */
export interface OfflineStore {
  /** Null for an unknown terminal. */
  limits(key: TerminalKey): Promise<OfflineLimits | null>;
  /** Sets both limits, zero for the payment allows nothing; `alongside` runs in the same database transaction. */
  setLimits(
    key: TerminalKey,
    perPaymentMinor: number,
    totalMinor: number,
    alongside?: (tx: Queryable, before: OfflineLimits | null) => Promise<void>,
  ): Promise<void>;
  /** Claims room in one database transaction, so that racing payments never exceed the total. */
  claim(key: TerminalKey, reference: string, amountMinor: number, atMs: number): Promise<OfflineClaim>;
  release(reference: string, atMs: number): Promise<void>;
}

interface LimitsRow {
  per_payment: number;
  total: number;
  used: number;
}

const limitsSql = sql(
  'switch-offline-limits',
  `select t.offline_payment_minor as per_payment, t.offline_total_minor as total,
     (select coalesce(sum(amount_minor), 0)::bigint from switch.offline_claim c
      where c.acquirer_id = t.acquirer_id and c.terminal_id = t.terminal_id and c.released_at is null) as used
   from switch.terminal t where t.acquirer_id = $1 and t.terminal_id = $2`,
);
const lockSql = sql(
  'switch-lock-terminal',
  'select till_id from switch.terminal where acquirer_id = $1 and terminal_id = $2 for update',
);
const setSql = sql(
  'switch-set-offline-limits',
  `update switch.terminal set offline_payment_minor = $3, offline_total_minor = $4
   where acquirer_id = $1 and terminal_id = $2`,
);
const claimedSql = sql('switch-offline-claimed', 'select reference from switch.offline_claim where reference = $1');
const claimSql = sql(
  'switch-claim-offline',
  `insert into switch.offline_claim (reference, acquirer_id, terminal_id, amount_minor, claimed_at)
   values ($1, $2, $3, $4, $5)`,
);
const releaseSql = sql(
  'switch-release-offline',
  'update switch.offline_claim set released_at = $2 where reference = $1 and released_at is null',
);

/** The store of offline approvals on PostgreSQL. */
export function createOfflineStore(db: Db): OfflineStore {
  return {
    limits: (key) => limitsOf(db, key),
    setLimits: (key, perPaymentMinor, totalMinor, alongside) =>
      db.transaction(async (tx) => {
        const before = await limitsOf(tx, key);
        await tx.query(setSql, [key.acquirerId, key.terminalId, perPaymentMinor, totalMinor]);
        await alongside?.(tx, before);
      }),
    claim: (key, reference, amountMinor, atMs) =>
      db.transaction(async (tx) => {
        await tx.query(lockSql, [key.acquirerId, key.terminalId]);
        if ((await tx.query(claimedSql, [reference])).length > 0) return 'claimed';
        const limits = await limitsOf(tx, key);
        if (limits === null || !limits.allowed) return 'not-allowed';
        if (amountMinor > limits.perPaymentMinor) return 'over-payment-limit';
        if (limits.usedMinor + amountMinor > limits.totalMinor) return 'over-total';
        await tx.query(claimSql, [reference, key.acquirerId, key.terminalId, amountMinor, new Date(atMs)]);
        return 'claimed';
      }),
    async release(reference, atMs) {
      await db.query(releaseSql, [reference, new Date(atMs)]);
    },
  };
}

async function limitsOf(db: Queryable, { acquirerId, terminalId }: TerminalKey): Promise<OfflineLimits | null> {
  const [row] = await db.query<LimitsRow>(limitsSql, [acquirerId, terminalId]);
  if (row === undefined) return null;
  const { per_payment: perPaymentMinor, total: totalMinor, used: usedMinor } = row;
  return { allowed: perPaymentMinor > 0 && totalMinor > 0, perPaymentMinor, totalMinor, usedMinor };
}
