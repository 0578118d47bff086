import { randomBytes } from 'node:crypto';
import type { Db } from '@zhanggui/base';
import { openPayments, type Payments, type PaymentsEnvironment } from '@zhanggui/modules/payments/context.ts';

/** The payments module at work on a test's database. Nobody listens, no shift is open, and a fault that has no caller is the test's. */
export function paymentsOn(
  db: Db,
  environment: Pick<PaymentsEnvironment, 'methods'> & Partial<PaymentsEnvironment> & { now(): number },
): Payments {
  const { now, ...given } = environment;
  return openPayments({
    db,
    clock: { now, sleep: async () => undefined },
    rng: { bytes: (count) => randomBytes(count) },
    rateOf: async () => undefined,
    holdOpenShifts: async () => new Map(),
    announce: () => undefined,
    report: (error) => {
      throw error;
    },
    ...given,
  });
}
