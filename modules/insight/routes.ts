import { beijingDate, type Queryable } from '@zhanggui/base';
import { Type } from 'typebox';
import { route } from '../http.ts';
import { payableOfDay } from '../ledger/store.ts';
import { merchantById } from '../merchants/store.ts';
import type { MethodPlugin } from '../payments/method.ts';
import {
  alertsSince,
  hoursOfDay,
  lostOfDay,
  provisionalTotals,
  refundedOfDay,
  totalsOfDay,
  unresolvedTotals,
} from '../payments/reports.ts';
import { DayReport } from './api.ts';

const WEEK_MS = 7 * 86_400_000;

/** Reports for the owner's screen. */
export function insightRoutes(plugins: readonly MethodPlugin[]) {
  return [
    route({
      method: 'GET',
      path: '/reports/day',
      summary: "One day's takings by method and hour, against the same weekday of the week before",
      tag: 'insight',
      permission: 'console',
      query: Type.Object({ on: Type.Optional(Type.String({ format: 'date', pattern: '^[12]' })) }),
      response: DayReport,
      handle: ({ db, clock, staff, query }) =>
        dayReport(db, plugins, staff.merchantId, query.on ?? beijingDate(clock.now())),
    }),
  ];
}

async function dayReport(
  db: Queryable,
  plugins: readonly MethodPlugin[],
  merchantId: string,
  on: string,
): Promise<DayReport> {
  const noon = Date.parse(`${on}T12:00:00+08:00`);
  const weekBefore = beijingDate(noon - WEEK_MS);
  const totals = await totalsOfDay(db, merchantId, on);
  const hours = await hoursOfDay(db, merchantId, on);
  const hoursBefore = await hoursOfDay(db, merchantId, weekBefore);
  const merchant = await merchantById(db, merchantId);
  const takingsMinor = totals.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  const count = totals.reduce((sum, total) => sum + total.count, 0);
  const feesMinor = totals.reduce((sum, { feeMinor }) => sum + feeMinor, 0);
  return {
    on,
    currency: merchant?.currency ?? 'CNY',
    takingsMinor,
    count,
    averageMinor: count === 0 ? 0 : Math.round(takingsMinor / count),
    feesMinor,
    expectedPayoutMinor: await payableOfDay(db, merchantId, on),
    refundsMinor: await refundedOfDay(db, merchantId, on),
    unresolved: await unresolvedTotals(db, merchantId),
    atRisk: await provisionalTotals(db, merchantId),
    lostMinor: await lostOfDay(db, merchantId, on),
    byMethod: totals.map((total) => ({
      method: total.method,
      title: plugins.find(({ id }) => id === total.method)?.title ?? { zh: total.method, en: total.method },
      count: total.count,
      amountMinor: total.amountMinor,
    })),
    byHour: Array.from({ length: 24 }, (_, hour) => ({
      hour,
      amountMinor: hours.get(hour) ?? 0,
      previousWeekMinor: hoursBefore.get(hour) ?? 0,
    })),
    previousWeekTakingsMinor: [...hoursBefore.values()].reduce((sum, amount) => sum + amount, 0),
    alerts: [...(await alertsSince(db, merchantId, noon - 12 * 3_600_000))],
  };
}
