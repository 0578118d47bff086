import { assert, type Currency, Fault, makeId } from '@zhanggui/base';
import { closeGate, openGate } from '../payments/batch-gate.ts';
import { openInBatch } from '../payments/batch-store.ts';
import type { Payments } from '../payments/context.ts';
import type { BatchPlace } from '../payments/method.ts';
import type { BatchCloseOutcome, Exchange } from '../switch/api.ts';
import {
  type Batch,
  batchById,
  claimDueBatches,
  closingAt,
  commandOf,
  endOfBatch,
  insertBatch,
  putCommand,
  stepBatch,
} from './store.ts';
import { countBatch } from './totals.ts';

/** Places of a close at which a crash is interesting; tests stop the process at each. */
export type SettlementMilestone = 'batch-frozen' | 'batch-begun' | 'batch-counted' | 'batch-answered' | 'batch-ended';

/** What the settlement needs of the world. */
export interface Settlement {
  readonly payments: Payments;
  readonly exchange: Exchange;
  /** Multiplies every time below, for a simulated outside that runs faster than life. */
  readonly timeScale: number;
  milestone?(name: SettlementMilestone, tillId: string): void;
}

/** Who closes which till's batch. */
export interface CloseRequest {
  readonly merchantId: string;
  readonly tillId: string;
  readonly currency: Currency;
  /** Null for the schedule. */
  readonly staffId: string | null;
  /** Null for the schedule, whose close is the same as any other of the terminal. */
  readonly command: { readonly commandKey: string; readonly contentHash: string } | null;
}

/** Between two looks at what is not certain yet, and after the bank could not be reached. */
const AGAIN_MS = 2_000;
/** A terminal that cannot be closed trades again after this time; a person or the schedule tries again. */
const GIVE_UP_AFTER_MS = 120_000;

/**
 * Closes the open batch of a till's terminal: nothing new enters it, what is not certain is waited for, it is counted, the
 * acquirer compares, and the terminal trades on in the next batch. The intent is written first, so that whatever stops the
 * process, `beginDueBatches` goes on. While a close is under way, asking again joins it.
 * @returns the batch as it stands after the first round: closed, or closing.
 * @throws Fault `terminal-not-provisioned`, `idempotency-conflict`.
 */
export async function closeBatch(settlement: Settlement, request: CloseRequest): Promise<Batch> {
  const before = await earlierClose(settlement, request);
  if (before !== undefined) return before;
  const open = await terminalOf(settlement.exchange, request.tillId);
  const batch = await begin(settlement, request, open, leaseMs(settlement));
  return carryOn(settlement, batch);
}

/** Writes the intent to close the open batch of a terminal; `beginDueBatches` carries it out. */
export async function intendClose(
  settlement: Settlement,
  { merchantId, currency }: Pick<CloseRequest, 'merchantId' | 'currency'>,
  open: OpenTerminal,
): Promise<void> {
  const request = { merchantId, tillId: open.tillId, currency, staffId: null, command: null };
  await begin(settlement, request, open, 0);
}

/**
 * Goes on with the closes that are due, without waiting for them: a bank that does not answer holds up no other's.
 * @returns what is under way.
 */
export async function beginDueBatches(settlement: Settlement): Promise<readonly Promise<void>[]> {
  const { db, clock, report } = settlement.payments;
  const now = clock.now();
  const due = await claimDueBatches(db, now, now + leaseMs(settlement));
  return due.map((batch) =>
    carryOn(settlement, batch).then(
      () => undefined,
      (error: unknown) => report(error, batch.id),
    ),
  );
}

/** The same command again is answered with the batch that it closed. */
async function earlierClose({ payments }: Settlement, request: CloseRequest): Promise<Batch | undefined> {
  if (request.command === null) return undefined;
  const earlier = await commandOf(payments.db, request.merchantId, request.command.commandKey);
  if (earlier === undefined) return undefined;
  if (earlier.contentHash !== request.command.contentHash) throw new Fault('idempotency-conflict');
  return batchById(payments.db, earlier.batchId);
}

/** Freezes the terminal, shuts the batch to new payments and writes the intent, or finds the close that is under way. */
async function begin(
  settlement: Settlement,
  request: CloseRequest,
  open: OpenTerminal,
  sweptAfterMs: number,
): Promise<Batch> {
  const { payments, exchange } = settlement;
  const { terminal } = open;
  const underWay = await closingAt(payments.db, terminal);
  const { batchNumber } = underWay ?? (await exchange.beginClose(request.tillId));
  settlement.milestone?.('batch-frozen', request.tillId);
  const now = payments.clock.now();
  const intent = {
    ...intentOf(settlement, request, { ...open, batchNumber }, now),
    nextAttemptAt: now + sweptAfterMs,
  };
  const begun = await payments.db.transaction(async (tx) => {
    const inserted = await insertBatch(tx, intent);
    if (inserted) await closeGate(tx, terminal, batchNumber, now);
    const batch = inserted ? intent : await closingAt(tx, terminal);
    if (batch !== undefined && request.command !== null)
      await putCommand(tx, { merchantId: request.merchantId, ...request.command }, batch.id);
    return batch;
  });
  // Another request's close ended between the two statements: this one begins anew.
  if (begun === undefined) return begin(settlement, request, open, sweptAfterMs);
  settlement.milestone?.('batch-begun', request.tillId);
  return begun;
}

/** A batch whose closing begins now. */
export function intentOf(
  settlement: Settlement,
  { merchantId, currency, staffId }: Pick<CloseRequest, 'merchantId' | 'currency' | 'staffId'>,
  { tillId, terminal, acceptorId, batchNumber }: Omit<OpenTerminal, 'frozen'>,
  now: number,
): Batch {
  return {
    id: makeId('bat', now, settlement.payments.rng.bytes(8)),
    merchantId,
    tillId,
    terminal,
    acceptorId,
    batchNumber,
    currency,
    state: 'closing',
    staffId,
    totals: null,
    byKind: null,
    step: 'payments',
    cause: null,
    domesticVerdict: null,
    foreignVerdict: null,
    uploaded: null,
    refused: null,
    settlementOn: null,
    nextBatchNumber: null,
    beganAt: now,
    endedAt: null,
    nextAttemptAt: null,
    version: 1,
  };
}

/** One round of a close: waits, counts, asks the acquirer, writes what came of it. */
async function carryOn(settlement: Settlement, batch: Batch): Promise<Batch> {
  const place = { terminal: batch.terminal, number: batch.batchNumber };
  const open = await openWork(settlement, place);
  if (open > 0) return waitLonger(settlement, batch, 'payments', `${open} payments or refunds are not certain yet`);
  const { records, totals, byKind } = await countBatch(
    settlement.payments,
    place,
    await endOfBatch(settlement.payments.db, place.terminal, place.number),
  );
  settlement.milestone?.('batch-counted', batch.tillId);
  const outcome = await settlement.exchange.closeBatch({
    tillId: batch.tillId,
    batchNumber: batch.batchNumber,
    currency: batch.currency as Currency,
    totals,
    records,
  });
  settlement.milestone?.('batch-answered', batch.tillId);
  const counted = { ...batch, totals, byKind };
  if (outcome.kind === 'unfinished') return waitLonger(settlement, counted, outcome.step, outcome.cause);
  return end(settlement, batch, closedBy(counted, outcome));
}

/** How much may still change the batch; what the acquirer must be told first is sent now. */
async function openWork({ payments, exchange }: Settlement, place: BatchPlace): Promise<number> {
  const open = await openInBatch(payments.db, place);
  const provisional = open.payments.filter((payment) => payment.provisional);
  for (const { id } of provisional) await exchange.retryAdvices(id);
  return open.payments.length + open.refunds.length;
}

/** Writes why the close is not finished, and when it goes on; after a time the terminal trades again where that is possible. */
async function waitLonger(settlement: Settlement, batch: Batch, step: string, cause: string): Promise<Batch> {
  const { payments, exchange, timeScale } = settlement;
  const now = payments.clock.now();
  const tooLong = now - batch.beganAt >= GIVE_UP_AFTER_MS * timeScale;
  if (tooLong && (await exchange.cancelClose(batch.tillId)))
    return end(settlement, batch, { ...batch, state: 'given-up', step, cause, endedAt: now, nextAttemptAt: null });
  const waitMs = Math.max(AGAIN_MS * timeScale, (now - batch.beganAt) / 4);
  const waiting = { ...batch, step, cause, nextAttemptAt: now + Math.min(waitMs, GIVE_UP_AFTER_MS * timeScale) };
  return (await stepBatch(payments.db, batch.version, waiting)) ?? current(settlement, batch.id);
}

function closedBy(batch: Batch, outcome: Extract<BatchCloseOutcome, { kind: 'closed' }>): Batch {
  return {
    ...batch,
    state: 'closed',
    step: null,
    cause: null,
    domesticVerdict: outcome.domestic,
    foreignVerdict: outcome.foreign,
    uploaded: outcome.uploaded,
    refused: outcome.refused,
    settlementOn: outcome.settlementOn,
    nextBatchNumber: outcome.nextBatchNumber,
    endedAt: outcome.closedAt,
    nextAttemptAt: null,
  };
}

/** Writes the end of a close and lets the terminal trade again, in one commit. */
async function end(settlement: Settlement, read: Batch, ended: Batch): Promise<Batch> {
  const written = await settlement.payments.db.transaction(async (tx) => {
    const stepped = await stepBatch(tx, read.version, ended);
    if (stepped !== undefined) await openGate(tx, read.terminal);
    return stepped;
  });
  settlement.milestone?.('batch-ended', read.tillId);
  return written ?? current(settlement, read.id);
}

/** A terminal of an acquirer with its open batch. */
export interface OpenTerminal {
  readonly tillId: string;
  /** `acquirerId/terminalId`. */
  readonly terminal: string;
  /** The merchant's number at the acquirer. */
  readonly acceptorId: string;
  readonly batchNumber: string;
  /** Whether the switch keeps new payments away. */
  readonly frozen: boolean;
}

/** Every terminal of every acquirer. */
export async function terminalsOf(exchange: Exchange): Promise<readonly OpenTerminal[]> {
  return (await exchange.health()).flatMap(({ acquirerId, terminals }) =>
    terminals.map(({ tillId, terminalId, acceptorId, batchNumber, closingSince }) => ({
      tillId,
      acceptorId,
      terminal: `${acquirerId}/${terminalId}`,
      batchNumber,
      frozen: closingSince !== null,
    })),
  );
}

async function current({ payments }: Settlement, id: string): Promise<Batch> {
  const batch = await batchById(payments.db, id);
  assert(batch !== undefined, `${id} is stored`);
  return batch;
}

/** @throws Fault `terminal-not-provisioned`. */
async function terminalOf(exchange: Exchange, tillId: string): Promise<OpenTerminal> {
  const found = (await terminalsOf(exchange)).find((each) => each.tillId === tillId);
  if (found === undefined) throw new Fault('terminal-not-provisioned', { params: { tillId } });
  return found;
}

/** Longer than one round may take, so that no second one runs beside it. */
const LEASE_MS = 120_000;

function leaseMs({ timeScale }: Settlement): number {
  return LEASE_MS * timeScale;
}
