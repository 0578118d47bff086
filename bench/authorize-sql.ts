import { paymentStatements } from '@zhanggui/modules/payments/store.ts';

/**
 * A pgbench script that does to the database what one payment does, with the very statements of the payments module:
 * in one commit as for cash, or in two (intent; outcome with events and postings) as for a wallet or a card.
 */
export function pgbenchScript(commits: 1 | 2): string {
  const { insert, step, event, post } = paymentStatements;
  const intent = call(insert.text, [PAYMENT, DUE]);
  const outcome = [call(event.text, [EVENTS]), call(post.text, [TRANSFERS])];
  const statements =
    commits === 1
      ? ['begin;', intent, ...outcome, 'commit;']
      : [intent, 'begin;', call(step.text, [STEP]), ...outcome, 'commit;'];
  return ['\\set n random(1, 1000000000000000)', ...statements].join('\n');
}

/** The statement with its parameters written out, on one line as pgbench wants it. */
function call(text: string, parameters: readonly string[]): string {
  const filled = text.replace(/\$(\d)/g, (_, place: string) => `'${parameters[Number(place) - 1] ?? ''}'`);
  return `${filled.replaceAll(/\s+/g, ' ')};`;
}

const AT = '2026-01-01T04:00:00Z';
const ID = 'pay-:run-:n';

const PAYMENT = JSON.stringify([
  {
    id: ID,
    command_key: ID,
    content_hash: 'x'.repeat(64),
    merchant_id: 'mer_demo',
    store_id: 'store_demo',
    till_id: 'till_1',
    shift_id: 'shift',
    staff_id: 'stf_cashier',
    sale_id: ID,
    sale_number: '0101-0001',
    method: 'cash',
    amount_minor: 1000,
    rounding_minor: 0,
    currency: 'CNY',
    subject: 'bench',
    label: null,
    business_on: '2026-01-01',
    occurred_at: AT,
    state: 'created',
    waiting_for: null,
    decline: null,
    masked_instrument: null,
    channel_reference: null,
    channel_data: {},
    change_minor: 0,
    fee_minor: 0,
    refunded_minor: 0,
    refund_claimed_minor: 0,
    created_at: AT,
    updated_at: AT,
    next_attempt_at: null,
    attempts: 0,
    version: 1,
  },
]);
const DUE = JSON.stringify([{ id: ID, due_minor: 1000 }]);
const STEP = JSON.stringify([
  {
    id: ID,
    from_version: 1,
    state: 'succeeded',
    waiting_for: null,
    decline: null,
    channel_reference: 'bench',
    channel_data: {},
    fee_minor: 4,
    next_attempt_at: null,
    at: AT,
    releases: false,
  },
]);
const EVENTS = JSON.stringify([
  { payment_id: ID, sequence: 100, at: AT, kind: 'state', title: 'succeeded', detail: {} },
]);
const TRANSFERS = JSON.stringify([
  {
    id: `${ID}:payment`,
    debit_account: 'merchant:mer_demo:till:till_1:drawer',
    credit_account: 'merchant:mer_demo:cash-takings',
    currency: 'CNY',
    amount_minor: 1000,
    reason: 'payment',
    payment_id: ID,
    label: null,
    business_on: '2026-01-01',
    posted_at: AT,
  },
]);
