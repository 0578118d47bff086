import { type Static, Type } from 'typebox';

/** Something that is sold: by the piece, or by weight at a price per kilogram. */
export const Item = Type.Object({
  id: Type.String(),
  code: Type.String({ description: 'short code of the shop, unique in it' }),
  barcodes: Type.Array(Type.String()),
  name: Type.String(),
  nameEn: Type.String(),
  categoryId: Type.Union([Type.String(), Type.Null()]),
  kind: Type.Union([Type.Literal('piece'), Type.Literal('weighed')]),
  unitPriceMinor: Type.Integer({ description: 'per piece, or per kilogram when weighed' }),
  unit: Type.String(),
  pinyin: Type.String({ description: 'initials for the search' }),
  favourite: Type.Boolean(),
});
export type Item = Static<typeof Item>;

/** A shelf of the shop. */
export const Category = Type.Object({ id: Type.String(), name: Type.String(), nameEn: Type.String() });
export type Category = Static<typeof Category>;

/** All that a till needs to know of the goods. */
export const Catalog = Type.Object({
  items: Type.Array(Item),
  categories: Type.Array(Category),
  version: Type.Integer({ description: 'grows with every change' }),
});
export type Catalog = Static<typeof Catalog>;
