import { type Db, sql } from '@zhanggui/base';
import type { LateAnswer } from './api.ts';

/** An approval that came after its request had been given up, before it is known what its reversal did. */
export type LateApproval = Omit<LateAnswer, 'reversed'>;

/**
 * Brings late approvals together with the answers to their reversals. They come in either order and to any server process;
 * whoever notes the second is told both.
 */
export interface LateStore {
  approved(approval: LateApproval, atMs: number): Promise<LateAnswer | null>;
  /** A reversal of `reference` was answered definitely. */
  reversed(reference: string, moneyHadMoved: boolean, atMs: number): Promise<LateAnswer | null>;
  /** Both are written down where they belong. */
  forget(reference: string): Promise<void>;
}

interface LateRow {
  approval: LateApproval | null;
  money_had_moved: boolean | null;
}

const approvedSql = sql(
  'switch-late-approved',
  `insert into switch.late_answer (reference, approval, noted_at) values ($1, $2::jsonb, $3)
   on conflict (reference) do update set approval = excluded.approval returning approval, money_had_moved`,
);
const reversedSql = sql(
  'switch-late-reversed',
  `insert into switch.late_answer (reference, money_had_moved, noted_at) values ($1, $2, $3)
   on conflict (reference) do update set money_had_moved = excluded.money_had_moved returning approval, money_had_moved`,
);
const forgetSql = sql('switch-late-forget', 'delete from switch.late_answer where reference = $1');

/** The store on PostgreSQL. */
export function createLateStore(db: Db): LateStore {
  return {
    approved: async (approval, atMs) =>
      settledBy(await db.query<LateRow>(approvedSql, [approval.reference, JSON.stringify(approval), new Date(atMs)])),
    reversed: async (reference, moneyHadMoved, atMs) =>
      settledBy(await db.query<LateRow>(reversedSql, [reference, moneyHadMoved, new Date(atMs)])),
    forget: async (reference) => {
      await db.query(forgetSql, [reference]);
    },
  };
}

function settledBy([row]: readonly LateRow[]): LateAnswer | null {
  if (row === undefined || row.approval === null || row.money_had_moved === null) return null;
  return { ...row.approval, reversed: row.money_had_moved };
}
