/** What the HTTP API says, as the till reads it. Amounts are integer minor units, instants ISO 8601 in UTC. */
export type { SessionView as Session } from '@zhanggui/modules/access/api.ts';
export type { Catalog, Item } from '@zhanggui/modules/catalog/api.ts';
export type {
  DisplayState,
  MethodView as Method,
  SaleView as Sale,
  ShiftView as Shift,
  TillView as Till,
} from '@zhanggui/modules/sales/api.ts';
