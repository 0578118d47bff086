import { Fault } from '@zhanggui/base';
import type { BillReading } from './bill.ts';
import { type Bill, type BillKey, billOf, claimBill, keepBill, stepBill } from './bill-store.ts';
import { existing, methodOf, type Payments } from './context.ts';

/** A fetching that nobody has heard of for so long died with its server. */
const DEAD_AFTER_MS = 10 * 60_000;

/**
 * Begins to fetch a channel's bill of one day, or returns the one that is being fetched. It goes on in the background and
 * writes how far it is; a bill that was fetched before is replaced whole.
 * @throws Fault `method-unknown`, `method-not-agreed`, `no-bill` where the channel hands out none.
 */
export async function fetchBill(payments: Payments, key: BillKey): Promise<Bill> {
  const { method } = methodOf(payments, key.method);
  if (method.bill === undefined) throw new Fault('no-bill', { params: { method: key.method } });
  const isAgreed = (await payments.rateOf(key.merchantId, key.method)) !== undefined;
  if (!isAgreed) throw new Fault('method-not-agreed', { params: { method: key.method } });
  const now = payments.clock.now();
  if (await claimBill(payments.db, key, now, now - DEAD_AFTER_MS)) void carryOut(payments, key);
  return existing(await billOf(payments.db, key), `${key.method} ${key.billOn}`);
}

async function carryOut(payments: Payments, key: BillKey): Promise<void> {
  const { db, clock } = payments;
  try {
    await keepReading(payments, key, await read(payments, key));
  } catch (error) {
    payments.report(error, `bill ${key.method} ${key.billOn}`);
    const cause = error instanceof Fault ? error.code : 'internal';
    await stepBill(db, key, { state: 'failed', stage: null, rowCount: 0, cause }, clock.now()).catch(
      (failure: unknown) => payments.report(failure, `bill ${key.method} ${key.billOn}`),
    );
  }
}

async function read(payments: Payments, key: BillKey): Promise<BillReading> {
  const { method } = methodOf(payments, key.method);
  if (method.bill === undefined) throw new Fault('no-bill', { params: { method: key.method } });
  let written: Promise<void> = Promise.resolve();
  const reading = await method.bill(key.merchantId, key.billOn, ({ stage, rows: rowCount }) => {
    const step = { state: 'fetching', stage, rowCount, cause: null } as const;
    written = written.then(() => stepBill(payments.db, key, step, payments.clock.now()));
    written.catch(() => undefined);
  });
  await written;
  return reading;
}

async function keepReading({ db, clock }: Payments, key: BillKey, reading: BillReading): Promise<void> {
  const now = clock.now();
  switch (reading.kind) {
    case 'bill':
      await stepBill(db, key, { state: 'fetching', stage: 'storing', rowCount: reading.rows.length, cause: null }, now);
      return keepBill(db, key, reading.rows, clock.now());
    case 'empty':
      return stepBill(db, key, { state: 'empty', stage: null, rowCount: 0, cause: null }, now);
    case 'not-ready':
    case 'failed':
      return stepBill(db, key, { state: reading.kind, stage: null, rowCount: 0, cause: reading.cause }, now);
  }
}
