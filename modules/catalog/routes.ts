import { Fault, makeId, type Queryable } from '@zhanggui/base';
import { Type } from 'typebox';
import { once } from '../access/once.ts';
import { route } from '../http.ts';
import { Catalog, Item } from './api.ts';
import { catalogOf, categoriesOf, insertItem, itemByCode } from './store.ts';

const NewItem = Type.Object(
  {
    code: Type.String({ minLength: 1, maxLength: 40, pattern: '^[0-9A-Za-z_-]+$' }),
    name: Type.String({ minLength: 1, maxLength: 80 }),
    nameEn: Type.Optional(Type.String({ maxLength: 80 })),
    kind: Type.Union([Type.Literal('piece'), Type.Literal('weighed')]),
    unitPriceMinor: Type.Integer({ minimum: 0, maximum: 1_000_000_000 }),
    barcodes: Type.Optional(Type.Array(Type.String({ pattern: '^[0-9A-Za-z-]{4,40}$' }), { maxItems: 20 })),
    categoryId: Type.Optional(Type.String({ maxLength: 60 })),
  },
  { additionalProperties: false },
);

/** Reading the goods, and adding one that a scan did not find. */
export const catalogRoutes = [
  route({
    method: 'GET',
    path: '/catalog',
    summary: 'Everything the merchant sells',
    tag: 'catalog',
    permission: 'sell',
    response: Catalog,
    handle: ({ db, staff }) => catalogOf(db, staff.merchantId),
  }),
  route({
    method: 'POST',
    path: '/catalog/items',
    summary: 'Add an item',
    tag: 'catalog',
    permission: 'quick-item',
    command: true,
    status: 201,
    body: NewItem,
    response: Item,
    handle: async (context) => {
      const { clock, rng, staff, body, commandKey } = context;
      const item: Item = {
        id: makeId('itm', clock.now(), rng.bytes(8)),
        code: body.code,
        barcodes: body.barcodes ?? [],
        name: body.name,
        nameEn: body.nameEn ?? body.name,
        categoryId: body.categoryId ?? null,
        kind: body.kind,
        unitPriceMinor: body.unitPriceMinor,
        unit: body.kind === 'weighed' ? 'kg' : '件',
        pinyin: '',
        favourite: false,
      };
      const add = (): Promise<Item> => once(context, (tx) => addItem(tx, staff.merchantId, item, commandKey));
      return add().catch((error: unknown) => {
        // Somebody else added this code at the same moment: now it is there to be compared with.
        if (brokeUniqueCode(error)) return add();
        throw error;
      });
    },
  }),
];

async function addItem(tx: Queryable, merchantId: string, item: Item, commandKey: string): Promise<Item> {
  const earlier = await itemByCode(tx, merchantId, item.code);
  if (earlier === undefined) {
    await refuseUnknownCategory(tx, merchantId, item.categoryId);
    await insertItem(tx, merchantId, item, 1_000_000, commandKey);
    return item;
  }
  if (sameItem(earlier, item)) return earlier;
  throw new Fault('item-code-taken', { fields: [{ path: 'code', message: CODE_TAKEN }] });
}

/** A shelf of another merchant is as unknown as one that is not there. */
async function refuseUnknownCategory(tx: Queryable, merchantId: string, categoryId: string | null): Promise<void> {
  if (categoryId === null || (await categoriesOf(tx, merchantId)).some(({ id }) => id === categoryId)) return;
  throw new Fault('field-refused', { fields: [{ path: 'categoryId', message: CATEGORY_UNKNOWN }] });
}

const CATEGORY_UNKNOWN = { zh: '没有这个分类', en: 'there is no such category' };

function brokeUniqueCode(error: unknown): boolean {
  return error instanceof Error && (error as { constraint?: unknown }).constraint === 'item_merchant_id_code_key';
}

const CODE_TAKEN = { zh: '这个编码已用于另一种商品', en: 'this code belongs to another item' };

function sameItem(left: Item, right: Item): boolean {
  return left.name === right.name && left.kind === right.kind && left.unitPriceMinor === right.unitPriceMinor;
}
