import { type Clock, type Db, sql } from '@zhanggui/base';
import { appendAudit } from '../access/audit.ts';
import type { KeyEvent, KeyJournal, KeyUse } from './journal.ts';

const MINUTE_MS = 60_000;
const addUsesSql = sql(
  'keys-add-uses',
  `insert into keys.key_use as u (name, minute, use, count)
   select * from unnest($1::text[], $2::timestamptz[], $3::text[], $4::bigint[])
   on conflict (name, minute, use) do update set count = u.count + excluded.count`,
);
const forgetUsesSql = sql('keys-forget-uses', 'delete from keys.key_use where minute < $1');
/** Counts are kept as long as an assessor may ask for them, a year and a little more. */
const KEPT_MS = 400 * 86_400_000;

/**
 * Writes what changes a key, and what fails, as rows of the audit log at once; counts the thousands of MACs, PINs and
 * records by key and minute and writes the counts when it is told to.
 */
export class DbKeyJournal implements KeyJournal {
  readonly #db: Db;
  readonly #clock: Clock;
  #counts = new Map<string, { name: string; minute: number; use: KeyUse; count: number }>();

  constructor(db: Db, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  count(name: string, use: KeyUse): void {
    const minute = Math.floor(this.#clock.now() / MINUTE_MS) * MINUTE_MS;
    const id = `${minute} ${use} ${name}`;
    const counted = this.#counts.get(id);
    if (counted === undefined) this.#counts.set(id, { name, minute, use, count: 1 });
    else counted.count += 1;
  }

  async record({ action, subject, before, after, by, detail = '' }: KeyEvent): Promise<void> {
    const { id, role, reason, address } = by ?? { id: 'platform', role: 'platform', reason: '', address: '' };
    const at = this.#clock.now();
    await appendAudit(this.#db, { at, actor: id, role, action, subject, before, after, reason, address, detail });
  }

  /** Forgets counts that nobody asks for any more. */
  async forgetOld(): Promise<void> {
    await this.#db.query(forgetUsesSql, [new Date(this.#clock.now() - KEPT_MS)]);
  }

  /** Writes what was counted since the last time; counts that could not be written are kept for the next. */
  async flush(): Promise<void> {
    const counts = this.#counts;
    if (counts.size === 0) return;
    this.#counts = new Map();
    const rows = [...counts.values()];
    try {
      await this.#db.query(addUsesSql, [
        rows.map(({ name }) => name),
        rows.map(({ minute }) => new Date(minute)),
        rows.map(({ use }) => use),
        rows.map(({ count }) => count),
      ]);
    } catch (error) {
      for (const [id, counted] of counts) {
        const since = this.#counts.get(id);
        if (since === undefined) this.#counts.set(id, counted);
        else since.count += counted.count;
      }
      throw error;
    }
  }
}
