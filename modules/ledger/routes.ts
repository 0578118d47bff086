import { Fault } from '@zhanggui/base';
import { Type } from 'typebox';
import { PERMISSIONS, type StaffIdentity } from '../access/api.ts';
import { route } from '../http.ts';
import { bookOf, TransferView, TrialBalance } from './api.ts';
import { netByDay, transfersOfAccount, trialBalance } from './store.ts';

/** Reading the book: trial balance, one account's transfers, the takings of a labelled group of sales. */
export const ledgerRoutes = [
  route({
    method: 'GET',
    path: '/ledger/trial-balance',
    summary: "Trial balance of the merchant's book; of the whole ledger for an operator",
    tag: 'ledger',
    permission: 'console',
    response: TrialBalance,
    handle: ({ db, staff }) => trialBalance(db, visibleBook(staff)),
  }),
  route({
    method: 'GET',
    path: '/ledger/accounts/:accountId/transfers',
    summary: 'Transfers of one account, newest first',
    tag: 'ledger',
    permission: 'console',
    params: Type.Object({ accountId: Type.String({ maxLength: 120 }) }),
    query: Type.Object({
      cursor: Type.Optional(Type.Integer({ minimum: 1 })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
    }),
    response: Type.Object({
      transfers: Type.Array(TransferView),
      nextCursor: Type.Union([Type.Integer(), Type.Null()]),
    }),
    handle: async ({ db, staff, params, query }) => {
      if (!params.accountId.startsWith(visibleBook(staff))) throw new Fault('not-found');
      const limit = query.limit ?? 50;
      const transfers = await transfersOfAccount(db, params.accountId, query.cursor ?? Number.MAX_SAFE_INTEGER, limit);
      return {
        transfers: [...transfers],
        nextCursor: transfers.length === limit ? (transfers.at(-1)?.sequence ?? null) : null,
      };
    },
  }),
  route({
    method: 'GET',
    path: '/ledger/takings',
    summary: "Takings per business date of the sales with one label, from the book's own rows",
    tag: 'ledger',
    permission: 'console',
    query: Type.Object({ label: Type.String({ minLength: 1, maxLength: 60 }) }),
    response: Type.Object({
      days: Type.Array(Type.Object({ date: Type.String({ format: 'date' }), amountMinor: Type.Integer() })),
    }),
    handle: async ({ db, query, staff }) => {
      const accounts = [`${bookOf(staff.merchantId)}payable`, `${bookOf(staff.merchantId)}cash-takings`];
      const rows = await netByDay(db, accounts, query.label, ['payment', 'refund', 'return']);
      return { days: rows.map((row) => ({ date: row.date, amountMinor: row.amount_minor })) };
    },
  }),
];

/** What the ids of the accounts that somebody may see begin with. */
function visibleBook(staff: StaffIdentity): string {
  return PERMISSIONS[staff.role].includes('operate') ? '' : bookOf(staff.merchantId);
}
