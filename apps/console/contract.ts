/** What the HTTP API says, as the console reads it. Amounts are integer minor units, instants ISO 8601 in UTC. */
export type { SessionView as Session } from '@zhanggui/modules/access/api.ts';
export type { DayReport } from '@zhanggui/modules/insight/api.ts';
export type { TransferView as Transfer, TrialBalance } from '@zhanggui/modules/ledger/api.ts';
export type {
  PaymentEventView as PaymentEvent,
  PaymentState,
  PaymentView as Payment,
  RefundView as Refund,
} from '@zhanggui/modules/payments/api.ts';
export type { MethodView as Method, TillView as Till } from '@zhanggui/modules/sales/api.ts';

import type { TrialBalance } from '@zhanggui/modules/ledger/api.ts';
import type { PaymentEventView, PaymentView, RefundView } from '@zhanggui/modules/payments/api.ts';

/** An account of the book with its totals. */
export type Account = TrialBalance['accounts'][number];

/** A payment with all that happened to it. */
export interface PaymentDetail extends PaymentView {
  readonly events: readonly PaymentEventView[];
  readonly refunds: readonly RefundView[];
}
