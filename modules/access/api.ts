import { type Static, Type } from 'typebox';

/** What somebody may do; roles are sets of these. */
export type Permission =
  | 'signed-in'
  | 'sell'
  | 'quick-item'
  | 'refund'
  | 'return'
  | 'catalog'
  | 'console'
  | 'channels'
  | 'operate'
  | 'keys';

/** Who works here. operator is the platform's or acquirer's person, the others are the shop's. */
export type Role = 'cashier' | 'manager' | 'owner' | 'operator';

/** What each role may do. */
export const PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  cashier: ['signed-in', 'sell', 'quick-item'],
  manager: ['signed-in', 'sell', 'quick-item', 'refund', 'return', 'catalog', 'console'],
  owner: ['signed-in', 'sell', 'quick-item', 'refund', 'return', 'catalog', 'console', 'channels'],
  operator: ['signed-in', 'console', 'channels', 'operate', 'keys'],
};

/** The person behind a request. */
export interface StaffIdentity {
  readonly id: string;
  readonly merchantId: string;
  readonly storeId: string;
  readonly name: string;
  readonly nameEn: string;
  readonly username: string;
  readonly role: Role;
}

const text = Type.String();

/** Who is signed in and where. */
export const SessionView = Type.Object({
  staff: Type.Object({
    id: text,
    name: text,
    nameEn: text,
    username: text,
    role: Type.Union([
      Type.Literal('cashier'),
      Type.Literal('manager'),
      Type.Literal('owner'),
      Type.Literal('operator'),
    ]),
  }),
  permissions: Type.Array(text),
  store: Type.Object({ id: text, name: text, nameEn: text }),
  merchant: Type.Object({ id: text, name: text, nameEn: text, currency: text }),
});
export type SessionView = Static<typeof SessionView>;
