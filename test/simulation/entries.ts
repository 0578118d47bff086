import { sql } from '@zhanggui/base';
import { openPgDb } from '../../apps/server/db/pg-db.ts';
import { type Authorization, TAKING } from '../../sim/hosts/bank-entries.ts';
import { WALLET_IDS } from '../../sim/wallets/code-issuer.ts';
import type { World } from '../support/world.ts';

/** What one side has of each payment's money, in minor units by the number that both sides know it under. */
type Entries = ReadonlyMap<string, number>;

/**
 * Holds each payment that is at rest against the outside's entry of it: an order of a wallet by its number, a request to the
 * bank by its terminal, batch and trace number. Two errors that outweigh each other in the sums do not do so here.
 * @returns sentences about each entry on which the sides do not agree
 */
export async function entryFindings(world: World): Promise<readonly string[]> {
  const ours = await ourEntries(world.databaseUrl);
  const theirs = new Map([...walletEntries(world), ...bankEntries(world)]);
  const names = new Set([...ours.keys(), ...theirs.keys()]);
  return [...names].flatMap((name) => {
    const [our, their] = [ours.get(name) ?? 0, theirs.get(name) ?? 0];
    return our === their ? [] : [`${name}: outside holds ${their}, the platform says ${our}`];
  });
}

const paymentsSql = sql(
  'simulation-payments',
  `select method, purpose, channel_data->>'outTradeNo' as order_number, channel_data->'trace' as trace,
     case when state <> 'succeeded' then 0 else amount_minor + tip_minor - lost_minor - refunded_minor end as minor
   from payments.payment where method <> 'cash'`,
);

interface PaymentRow {
  readonly method: string;
  readonly purpose: string;
  readonly order_number: string | null;
  readonly trace: { readonly terminalId: string; readonly batchNumber: string; readonly stan: string } | null;
  readonly minor: number;
}

/** A hold that was completed or voided is kept as it was made, so holds are left to the sums. */
async function ourEntries(databaseUrl: string): Promise<Entries> {
  const db = openPgDb(databaseUrl, { maxConnections: 1 });
  try {
    const rows = await db.query<PaymentRow>(paymentsSql);
    return new Map(
      rows
        .filter(({ purpose }) => purpose === 'sale')
        .map(({ method, order_number: order, trace, minor }) => [
          trace === null ? `${method} ${order}` : traceName(trace),
          minor,
        ]),
    );
  } finally {
    await db.close();
  }
}

function walletEntries({ simulator }: World): [string, number][] {
  return WALLET_IDS.flatMap((wallet) =>
    simulator.wallets.books[wallet]
      .orders()
      .map(({ outTradeNo, paidAt, amountMinor, refundedMinor }): [string, number] => [
        `${wallet} ${outTradeNo}`,
        (paidAt === null ? 0 : amountMinor) - refundedMinor,
      ]),
  );
}

function bankEntries({ simulator }: World): [string, number][] {
  const all = simulator.bank.host.book.authorizations(Number.MAX_SAFE_INTEGER);
  const refunds = all.filter(({ kind, state }) => kind === 'refund' && state === 'approved');
  const refundedOf = Map.groupBy(refunds, ({ originalRrn }) => originalRrn);
  const netOf = ({ rrn, state, amountMinor }: Authorization): number =>
    (state === 'approved' ? amountMinor : 0) -
    (refundedOf.get(rrn) ?? []).reduce((sum, refund) => sum + refund.amountMinor, 0);
  return all.filter(({ kind }) => TAKING.has(kind)).map((entry) => [traceName(entry), netOf(entry)]);
}

function traceName(trace: { terminalId: string; batchNumber: string; stan: string }): string {
  return `card ${trace.terminalId} ${trace.batchNumber} ${trace.stan}`;
}
