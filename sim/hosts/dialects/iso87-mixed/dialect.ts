import { iso87Mixed, iso87Terminal } from '@zhanggui/iso8583';
import type { HostDialect } from '../dialect.ts';
import { iso87Dialect } from '../iso87-ascii/dialect.ts';

/** ISO 8583:1987 as common clients write it: digits and text in characters, bit maps, PIN blocks and MACs in bytes. */
export const iso87MixedDialect: HostDialect = iso87Dialect('iso87-mixed', {
  ...iso87Mixed,
  fields: iso87Terminal.fields,
});
