import { formatDecimal } from '@zhanggui/base';
import { staffByUsername } from '@zhanggui/modules/access/store.ts';
import { catalogOf } from '@zhanggui/modules/catalog/store.ts';
import type { NewTransfer } from '@zhanggui/modules/ledger/api.ts';
import { transfersAfter, trialBalance } from '@zhanggui/modules/ledger/store.ts';
import type { MethodPlugin } from '@zhanggui/modules/payments/method.ts';
import type { Payment } from '@zhanggui/modules/payments/payment.ts';
import {
  feeOn,
  postingsOfLateApproval,
  postingsOfLateRefund,
  postingsOfLoss,
  postingsOfRefund,
  postingsOfRefusedTip,
  postingsOfSuccess,
  postingsOfTip,
} from '@zhanggui/modules/payments/postings.ts';
import { createReturn } from '@zhanggui/modules/sales/sale.ts';
import { closeShift, openShift } from '@zhanggui/modules/sales/shift.ts';
import { paymentMethods, scenarios } from '@zhanggui/plugins/registry.ts';
import { code, GENERATED, table } from './markdown.ts';
import type { Sample } from './sample.ts';

type Posted = Pick<NewTransfer, 'debitAccount' | 'creditAccount' | 'amountMinor' | 'reason'>;

/** Something that happens, and the transfers that the code makes of it. */
interface Event {
  readonly words: string;
  readonly transfers: readonly Posted[];
}

const INTRODUCTION = `A transfer adds one amount to the debits of one account and to the credits of another, so every row is in balance by itself.
\`M\` stands for a merchant, \`T\` for a till. Asset and expense accounts grow by debits, the others by credits.`;
const SAMPLE = `Made by the code from a sample payment: 100.00, of which the customer first gets 40.00 and then the rest back, at a fee of
0.38 % where a channel holds the money. The fee comes back with the last refund to the last fen, whatever the parts.`;
const AMOUNT_MINOR = 10_000;
const SAMPLE_FEE = { ratePpm: 3_800, capMinor: null };

/** `docs/reference/accounts.md`: the accounts of the book and what each event posts. */
export async function accountsPage(sample: Sample): Promise<string> {
  const { accounts } = await trialBalance(sample.platform.db);
  const rows = accounts.map(({ id, kind, title }) => [code(shown(sample, id)), kind, title.en, title.zh]);
  const sections = paymentMethods.map(
    (plugin) => `### ${plugin.title.en}\n\n${eventTable(sample, eventsOf(sample, plugin))}`,
  );
  return [
    `# Accounts and postings\n\n${GENERATED}\n\n${INTRODUCTION}`,
    `## Accounts\n\n${table(['account', 'kind', 'title', '名称'], rows)}`,
    `## Payments\n\n${SAMPLE}`,
    ...sections,
    `## The till\n\n${eventTable(sample, await eventsOfTill(sample))}`,
  ].join('\n\n');
}

function eventsOf(sample: Sample, plugin: MethodPlugin): readonly Event[] {
  const rate = plugin.holds === 'channel' ? SAMPLE_FEE : undefined;
  const payment = samplePayment(sample, plugin);
  const refund = { tillId: payment.tillId, label: null, businessOn: payment.businessOn };
  const success = postingsOfSuccess(payment, plugin, feeOn(payment.amountMinor, rate), 0);
  const part = postingsOfRefund(payment, { ...refund, id: 'ref_1', amountMinor: 4_000 }, plugin, rate, 0);
  const rest = { ...refund, id: 'ref_2', amountMinor: 6_000 };
  const events: Event[] = [
    { words: 'payment succeeds; its sale was rounded down by 0.20', transfers: success },
    { words: '40.00 of it are refunded', transfers: part },
    {
      words: 'the rest is refunded',
      transfers: postingsOfRefund({ ...payment, refundedMinor: 4_000 }, rest, plugin, rate, 0),
    },
  ];
  if (plugin.policy.local) return events;
  const tipFee = feeOn(AMOUNT_MINOR + 500, rate) - feeOn(AMOUNT_MINOR, rate);
  return [
    ...events,
    { words: 'approved after it was given up', transfers: postingsOfLateApproval(payment, plugin, 0) },
    { words: 'that money goes back', transfers: postingsOfLateRefund(payment, 'ref_3', plugin, 0) },
    ...(plugin.preAuthorizes === true
      ? [
          {
            words: 'approved without the issuer, who refuses it afterwards',
            transfers: postingsOfLoss({ ...payment, feeMinor: feeOn(payment.amountMinor, rate) }, plugin, 0),
          },
          { words: 'the customer adds a tip of 5.00', transfers: postingsOfTip(payment, plugin, 500, tipFee, 0) },
          {
            words: 'the issuer refuses the tip',
            transfers: postingsOfRefusedTip({ ...payment, tipMinor: 500 }, plugin, tipFee, 0),
          },
        ]
      : []),
  ];
}

function samplePayment({ merchantId, tillId }: Sample, { id: method }: MethodPlugin): Payment {
  return {
    id: 'pay_1',
    merchantId,
    storeId: 'store_1',
    tillId,
    saleId: 'sale_1',
    purpose: 'sale',
    completes: null,
    handover: null,
    amountMinor: AMOUNT_MINOR,
    currency: 'CNY',
    subject: 'sample',
    createdAt: 0,
    occurredAt: 0,
    channelData: {},
    commandKey: 'sample',
    contentHash: 'sample',
    method,
    shiftId: null,
    staffId: 'stf_1',
    saleNumber: '1',
    roundingMinor: 20,
    label: null,
    businessOn: '2026-01-01',
    state: 'created',
    waitingFor: null,
    decline: null,
    maskedInstrument: null,
    channelReference: null,
    changeMinor: null,
    feeMinor: null,
    refundedMinor: 0,
    refundClaimedMinor: 0,
    lostMinor: 0,
    tipMinor: 0,
    provisional: false,
    signature: null,
    batchTerminal: null,
    batchNumber: null,
    expiresAt: null,
    updatedAt: 0,
    nextAttemptAt: null,
    version: 1,
  };
}

/** Opens and closes two shifts and takes goods back, and reads from the book what was posted. */
async function eventsOfTill(sample: Sample): Promise<readonly Event[]> {
  const { db, clock, rng } = sample.platform;
  const staff = await staffByUsername(db, 'manager');
  if (staff === undefined) throw new Error('the demo has no manager');
  const command = (key: string) => ({ db, clock, rng, staff, commandKey: key, contentHash: key });
  const item = (await catalogOf(db, staff.merchantId)).items.find(({ kind }) => kind === 'piece');
  if (item === undefined) throw new Error('the demo sells nothing by the piece');
  const back = {
    tillId: sample.tillId,
    scenario: 'retail',
    lines: [{ itemId: item.id, kind: item.kind, quantity: 1, unitPriceMinor: 300, priceReason: 'sample' }],
    reason: 'sample',
  };

  const first = await openShift(command('open-1'), sample.tillId, 20_000);
  const events = [{ words: 'a shift opens with a float of 200.00', transfers: await newTransfers(sample) }];
  await createReturn(command('return'), scenarios, back);
  events.push({ words: 'goods for 3.00 come back without a receipt', transfers: await newTransfers(sample) });
  await closeShift(command('close-1'), paymentMethods, first.id, 19_600);
  events.push({
    words: 'the shift closes; 196.00 are counted, 1.00 too little',
    transfers: await newTransfers(sample),
  });
  const second = await openShift(command('open-2'), sample.tillId, 20_000);
  await newTransfers(sample);
  await closeShift(command('close-2'), paymentMethods, second.id, 20_050);
  events.push({ words: 'a shift closes with 0.50 too much', transfers: await newTransfers(sample) });
  return events;
}

const seen = new WeakMap<Sample, number>();

async function newTransfers(sample: Sample): Promise<readonly Posted[]> {
  const rows = await transfersAfter(sample.platform.db, seen.get(sample) ?? 0, 100);
  seen.set(sample, rows.at(-1)?.sequence ?? seen.get(sample) ?? 0);
  return rows.map((row) => ({
    debitAccount: row.debit_account,
    creditAccount: row.credit_account,
    amountMinor: row.amount_minor,
    reason: row.reason,
  }));
}

function eventTable(sample: Sample, events: readonly Event[]): string {
  const rows = events.flatMap(({ words, transfers }) =>
    transfers.map(({ reason, debitAccount, creditAccount, amountMinor }, index) => [
      index === 0 ? words : '',
      reason,
      code(shown(sample, debitAccount)),
      code(shown(sample, creditAccount)),
      formatDecimal(amountMinor),
    ]),
  );
  return table(['what happens', 'reason', 'debit', 'credit', 'amount'], rows);
}

function shown({ merchantId, tillId }: Sample, accountId: string): string {
  return accountId.replace(`:${merchantId}:`, ':M:').replace(`till:${tillId}:`, 'till:T:');
}
