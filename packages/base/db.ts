/** What may be bound to a parameter of a statement. */
export type SqlValue = string | number | bigint | boolean | null | Uint8Array | Date | readonly SqlValue[];

/** A named statement: the name makes the database prepare it once per connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** Anything that runs a statement: the pool or one open database transaction. */
export interface Queryable {
  /** Rows in the statement's order; `int8` arrives as a safe integer `number`, `timestamptz` as `Date`. */
  query<Row extends object>(statement: Statement, values?: readonly SqlValue[]): Promise<readonly Row[]>;
}

/** The narrow port to PostgreSQL that every `store.ts` is written against. */
export interface Db extends Queryable {
  /** Runs `work` in one database transaction; commits when it resolves, rolls back when it rejects. Never calls the network. */
  transaction<Result>(work: (tx: Queryable) => Promise<Result>): Promise<Result>;
}

/** A statement with its prepared name; the name must be unique in the program. */
export function sql(name: string, text: string): Statement {
  return { name, text };
}
