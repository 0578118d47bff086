import { Type } from 'typebox';
import { route } from '../http.ts';
import { TransferView, TrialBalance } from './api.ts';
import { netByDay, transfersOfAccount, trialBalance } from './store.ts';

/** Reading the book: trial balance, one account's transfers, the takings of a labelled group of sales. */
export const ledgerRoutes = [
  route({
    method: 'GET',
    path: '/ledger/trial-balance',
    summary: 'Trial balance of the whole book',
    tag: 'ledger',
    permission: 'console',
    response: TrialBalance,
    handle: ({ db }) => trialBalance(db),
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
    handle: async ({ db, params, query }) => {
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
      const accounts = [`merchant:${staff.merchantId}:payable`, `merchant:${staff.merchantId}:cash-takings`];
      const rows = await netByDay(db, accounts, query.label, ['payment', 'refund', 'return']);
      return { days: rows.map((row) => ({ date: row.date, amountMinor: row.amount_minor })) };
    },
  }),
];
