import { cupsDialect } from './cups/dialect.ts';
import type { HostDialect } from './dialect.ts';
import { iso87AsciiDialect } from './iso87-ascii/dialect.ts';
import { iso87MixedDialect } from './iso87-mixed/dialect.ts';

/** How a bank host can speak, by name: one folder each. */
export const hostDialects: Readonly<Record<string, HostDialect>> = {
  [cupsDialect.id]: cupsDialect,
  [iso87AsciiDialect.id]: iso87AsciiDialect,
  [iso87MixedDialect.id]: iso87MixedDialect,
};
