import { Fault, makeId } from '@zhanggui/base';
import { Type } from 'typebox';
import { route } from '../http.ts';
import { Catalog, Item } from './api.ts';
import { catalogOf, insertItem, itemByCode } from './store.ts';

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
    handle: async ({ db, clock, rng, staff, body, commandKey }) => {
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
      const earlier = await itemByCode(db, staff.merchantId, body.code);
      if (earlier === undefined) {
        await insertItem(db, staff.merchantId, item, 1_000_000, commandKey);
        return item;
      }
      if (sameItem(earlier, item)) return earlier;
      throw new Fault('item-code-taken', { fields: [{ path: 'code', message: CODE_TAKEN }] });
    },
  }),
];

const CODE_TAKEN = { zh: '这个编码已用于另一种商品', en: 'this code belongs to another item' };

function sameItem(left: Item, right: Item): boolean {
  return left.name === right.name && left.kind === right.kind && left.unitPriceMinor === right.unitPriceMinor;
}
