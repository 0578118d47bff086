import { type Queryable, sql } from '@zhanggui/base';
import type { Catalog, Category, Item } from './api.ts';

interface ItemRow {
  id: string;
  code: string;
  barcodes: string[];
  name: string;
  name_en: string;
  category_id: string | null;
  kind: Item['kind'];
  unit_price_minor: number;
  unit: string;
  pinyin: string;
  favourite: boolean;
  version: number;
}

const itemsSql = sql('catalog-items', 'select * from catalog.item where merchant_id = $1 order by place, code');
const categoriesSql = sql(
  'catalog-categories',
  'select id, name, name_en from catalog.category where merchant_id = $1 order by place',
);
const byIdsSql = sql('catalog-by-ids', 'select * from catalog.item where merchant_id = $1 and id = any($2)');
const byCodeSql = sql('catalog-by-code', 'select * from catalog.item where merchant_id = $1 and code = $2');
const insertCategorySql = sql(
  'catalog-insert-category',
  'insert into catalog.category (id, merchant_id, place, name, name_en) values ($1, $2, $3, $4, $5)',
);
const insertItemSql = sql(
  'catalog-insert-item',
  `insert into catalog.item (id, merchant_id, code, barcodes, name, name_en, category_id, kind, unit_price_minor, unit, pinyin, favourite, place, command_key)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
);

/** Everything the merchant sells, with its shelves. */
export async function catalogOf(db: Queryable, merchantId: string): Promise<Catalog> {
  const rows = await db.query<ItemRow>(itemsSql, [merchantId]);
  return {
    items: rows.map(fromRow),
    categories: [...(await categoriesOf(db, merchantId))],
    version: rows.reduce((latest, { version }) => Math.max(latest, version), 0),
  };
}

/** The merchant's shelves in their order. */
export async function categoriesOf(db: Queryable, merchantId: string): Promise<Catalog['categories']> {
  const rows = await db.query<{ id: string; name: string; name_en: string }>(categoriesSql, [merchantId]);
  return rows.map(({ id, name, name_en }) => ({ id, name, nameEn: name_en }));
}

/** The items with these ids, by id. */
export async function itemsById(
  db: Queryable,
  merchantId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Item>> {
  const rows = await db.query<ItemRow>(byIdsSql, [merchantId, ids]);
  return new Map(rows.map((row) => [row.id, fromRow(row)]));
}

/** The item with this short code, or undefined. */
export async function itemByCode(db: Queryable, merchantId: string, code: string): Promise<Item | undefined> {
  const [row] = await db.query<ItemRow>(byCodeSql, [merchantId, code]);
  return row === undefined ? undefined : fromRow(row);
}

/** Adds a shelf at the given place. */
export async function insertCategory(
  db: Queryable,
  merchantId: string,
  place: number,
  category: Category,
): Promise<void> {
  await db.query(insertCategorySql, [category.id, merchantId, place, category.name, category.nameEn]);
}

/** Adds an item. Fails with constraint `item_merchant_id_code_key` when the code is taken. */
export async function insertItem(
  db: Queryable,
  merchantId: string,
  item: Item,
  place: number,
  commandKey: string | null,
): Promise<void> {
  await db.query(insertItemSql, [
    item.id,
    merchantId,
    item.code,
    item.barcodes,
    item.name,
    item.nameEn,
    item.categoryId,
    item.kind,
    item.unitPriceMinor,
    item.unit,
    item.pinyin,
    item.favourite,
    place,
    commandKey,
  ]);
}

function fromRow(row: ItemRow): Item {
  return {
    id: row.id,
    code: row.code,
    barcodes: row.barcodes,
    name: row.name,
    nameEn: row.name_en,
    categoryId: row.category_id,
    kind: row.kind,
    unitPriceMinor: row.unit_price_minor,
    unit: row.unit,
    pinyin: row.pinyin,
    favourite: row.favourite,
  };
}
