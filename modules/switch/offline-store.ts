import { type Db, type Queryable, sql } from '@zhanggui/base';
import type { TerminalKey } from './store.ts';
import type { OfflineClaim, OfflineLimits } from './terminal-views.ts';

/** How much each terminal may approve without its acquirer, and how much of that is used. */
export interface OfflineStore {
  /** Null for an unknown terminal. */
  limits(key: TerminalKey): Promise<StoredLimits | null>;
  /** Sets both limits, zero for the payment allows nothing; `alongside` runs in the same database transaction. */
  setLimits(
    key: TerminalKey,
    perPaymentMinor: number,
    totalMinor: number,
    alongside?: (tx: Queryable, before: StoredLimits | null) => Promise<void>,
  ): Promise<void>;
  /** Claims room in one database transaction, so that racing payments exceed neither the total nor `mostCount`. */
  claim(claim: NewClaim): Promise<OfflineClaim>;
  release(reference: string, atMs: number): Promise<void>;
}

/** The limits that people have set, and what is used of them. */
export type StoredLimits = Omit<OfflineLimits, 'mostCount'>;

/** A payment that wants to be approved without the acquirer. */
interface NewClaim {
  readonly key: TerminalKey;
  readonly reference: string;
  readonly amountMinor: number;
  /** How many may wait at once; null for any number. */
  readonly mostCount: number | null;
  readonly atMs: number;
}

interface LimitsRow {
  per_payment: number;
  total: number;
  used: number;
  used_count: number;
}

const limitsSql = sql(
  'switch-offline-limits',
  `select t.offline_payment_minor as per_payment, t.offline_total_minor as total,
     coalesce(sum(c.amount_minor), 0)::bigint as used, count(c.reference)::int as used_count
   from switch.terminal t
   left join switch.offline_claim c
     on c.acquirer_id = t.acquirer_id and c.terminal_id = t.terminal_id and c.released_at is null
   where t.acquirer_id = $1 and t.terminal_id = $2 group by t.till_id`,
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
    claim: ({ key, reference, amountMinor, mostCount, atMs }) =>
      db.transaction(async (tx) => {
        await tx.query(lockSql, [key.acquirerId, key.terminalId]);
        if ((await tx.query(claimedSql, [reference])).length > 0) return 'claimed';
        const limits = await limitsOf(tx, key);
        if (limits === null || !limits.allowed) return 'not-allowed';
        if (amountMinor > limits.perPaymentMinor) return 'over-payment-limit';
        if (limits.usedMinor + amountMinor > limits.totalMinor) return 'over-total';
        if (mostCount !== null && limits.usedCount >= mostCount) return 'over-count';
        await tx.query(claimSql, [reference, key.acquirerId, key.terminalId, amountMinor, new Date(atMs)]);
        return 'claimed';
      }),
    async release(reference, atMs) {
      await db.query(releaseSql, [reference, new Date(atMs)]);
    },
  };
}

async function limitsOf(db: Queryable, { acquirerId, terminalId }: TerminalKey): Promise<StoredLimits | null> {
  const [row] = await db.query<LimitsRow>(limitsSql, [acquirerId, terminalId]);
  if (row === undefined) return null;
  const { per_payment: perPaymentMinor, total: totalMinor, used: usedMinor, used_count: usedCount } = row;
  return { allowed: perPaymentMinor > 0 && totalMinor > 0, perPaymentMinor, totalMinor, usedMinor, usedCount };
}
