import type { NewTransfer } from '@zhanggui/modules/ledger/api.ts';
import { type NewEvent, type PaymentWrite, type Step, writePayments } from '@zhanggui/modules/payments/store.ts';
import { aPayment } from '../test/support/a-payment.ts';

const AT = Date.parse('2026-01-01T04:00:00.000Z');
/** pgbench puts its own run and a new number here. */
const ID = 'pay-:run-:n';

/**
 * A pgbench script that does to the database what one payment does, with the very statements that the payments module sends:
 * in one commit as for cash, or in two (intent; outcome with events and postings) as for a wallet or a card.
 */
export async function pgbenchScript(commits: 1 | 2): Promise<string> {
  const created = await statementsOf([{ intent: { payment: CREATED, dueMinor: 1_000 }, events: [], transfers: [] }]);
  const paid = await statementsOf([
    { intent: { payment: PAID, dueMinor: 1_000 }, events: EVENTS, transfers: TRANSFERS },
  ]);
  const outcome = await statementsOf([{ step: STEP, events: EVENTS, transfers: TRANSFERS }]);
  const transaction = (statements: readonly string[]): string[] => ['begin;', ...statements, 'commit;'];
  const statements = commits === 1 ? transaction(paid) : [...created, ...transaction(outcome)];
  return ['\\set n random(1, 1000000000000000)', ...statements].join('\n');
}

/** What the module sends for the writes, with the parameters written out, each on one line as pgbench wants it. */
async function statementsOf(writes: readonly PaymentWrite[]): Promise<readonly string[]> {
  const sent: string[] = [];
  await writePayments(
    {
      query: async <Row>({ text }: { readonly text: string }, values: readonly unknown[] = []) => {
        const filled = text.replace(/\$(\d)/g, (_, place: string) => `'${values[Number(place) - 1]}'`);
        sent.push(`${filled.replaceAll(/\s+/g, ' ')};`);
        return [{ id: ID, from_version: STEP.fromVersion, freed_hold: null }] as Row[];
      },
    },
    writes,
  );
  return sent;
}

const CREATED = aPayment({
  id: ID,
  commandKey: ID,
  saleId: ID,
  merchantId: 'mer_demo',
  amountMinor: 1_000,
  createdAt: AT,
  occurredAt: AT,
  updatedAt: AT,
  // Nobody shall ask the simulators about it.
  nextAttemptAt: null,
});
const PAID = { ...CREATED, state: 'succeeded', waitingFor: null } as const;

const STEP: Step = {
  paymentId: ID,
  fromVersion: CREATED.version,
  change: { ...PAID, channelReference: 'bench' },
  feeMinor: 4,
  releases: false,
  at: AT,
};
const EVENTS: readonly NewEvent[] = [{ at: AT, kind: 'state', title: 'succeeded', detail: {} }];
const TRANSFERS: readonly NewTransfer[] = [
  {
    id: `${ID}:payment`,
    debitAccount: 'merchant:mer_demo:till:till_1:drawer',
    creditAccount: 'merchant:mer_demo:cash-takings',
    currency: 'CNY',
    amountMinor: 1_000,
    reason: 'payment',
    paymentId: ID,
    label: null,
    businessOn: '2026-01-01',
    postedAt: AT,
  },
];
