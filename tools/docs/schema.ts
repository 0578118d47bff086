import { type Queryable, sql } from '@zhanggui/base';

const OWN = `n.nspname not in ('information_schema', 'pg_catalog', 'pg_toast')`;
const schemasSql = sql('docs-schemas', `select nspname as name from pg_namespace n where ${OWN} order by 1`);
const columnsSql = sql(
  'docs-columns',
  `select n.nspname || '.' || c.relname as owner,
     a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then ' not null' else '' end
       || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') as text
   from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
     left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
   where ${OWN} and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped order by 1, a.attnum`,
);
const constraintsSql = sql(
  'docs-constraints',
  `select n.nspname || '.' || c.relname as owner, 'constraint ' || k.conname || ' ' || pg_get_constraintdef(k.oid) as text
   from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
   where ${OWN} and k.contype in ('p', 'u', 'c', 'f') order by 1, strpos('pucf', k.contype::text), k.conname`,
);
const indexesSql = sql(
  'docs-indexes',
  `select n.nspname || '.' || c.relname as owner, pg_get_indexdef(i.indexrelid) as text
   from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
   where ${OWN} and not exists (select from pg_constraint k where k.conindid = i.indexrelid) order by 1, 2`,
);
const triggersSql = sql(
  'docs-triggers',
  `select n.nspname || '.' || c.relname as owner, pg_get_triggerdef(t.oid) as text
   from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
   where ${OWN} and not t.tgisinternal order by 1, 2`,
);
const functionsSql = sql(
  'docs-functions',
  `select n.nspname as owner, pg_get_functiondef(p.oid) as text
   from pg_proc p join pg_namespace n on n.oid = p.pronamespace where ${OWN} order by 1, p.proname, p.oid`,
);

const sequencesSql = sql(
  'docs-sequences',
  `select n.nspname as owner, 'create sequence ' || n.nspname || '.' || c.relname as text
   from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${OWN} and c.relkind = 'S' order by 1, 2`,
);

interface Definition {
  readonly owner: string;
  readonly text: string;
}

/** `docs/reference/schema.sql`: what the migrations have made, in an order that does not depend on theirs. */
export async function schemaPage(db: Queryable): Promise<string> {
  const schemas = await db.query<{ name: string }>(schemasSql);
  const columns = await ofOwners(db, columnsSql);
  const constraints = await ofOwners(db, constraintsSql);
  const indexes = await ofOwners(db, indexesSql);
  const triggers = await ofOwners(db, triggersSql);
  const sequences = await ofOwners(db, sequencesSql);
  const functions = await ofOwners(db, functionsSql);
  const tables = [...columns].map(([table, texts]) => {
    const body = [...texts, ...(constraints.get(table) ?? [])].map((text) => `  ${text}`).join(',\n');
    const after = [...(indexes.get(table) ?? []), ...(triggers.get(table) ?? [])].map((text) => `${text};`);
    return { schema: table.split('.')[0], text: [`create table ${table} (\n${body}\n);`, ...after].join('\n') };
  });
  const sections = schemas.map(({ name }) =>
    [
      `create schema ${name};`,
      ...(sequences.get(name) ?? []).map((text) => `${text};`),
      ...tables.filter(({ schema }) => schema === name).map(({ text }) => text),
      ...(functions.get(name) ?? []).map((text) => `${text.trimEnd()};`),
    ].join('\n\n'),
  );
  return `-- The database after all migrations. Written by \`npm run docs\`; not to be edited.\n\n${sections.join('\n\n')}`;
}

async function ofOwners(db: Queryable, statement: typeof columnsSql): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await db.query<Definition>(statement);
  const grouped = Map.groupBy(rows, ({ owner }) => owner);
  return new Map([...grouped].map(([owner, definitions]) => [owner, definitions.map(({ text }) => text)]));
}
