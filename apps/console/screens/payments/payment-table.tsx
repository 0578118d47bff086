import { formatDecimal, formatMoney } from '@zhanggui/base';
import { clockTime, dateAndTime } from '@zhanggui/ui/clock-time.ts';
import { Instrument } from '@zhanggui/ui/instrument.tsx';
import type { Payment } from '../../contract.ts';
import { useMethodTitle, useTillName } from '../../queries.ts';
import { hrefOf } from '../../routes.ts';
import { useText } from '../../texts.ts';
import { PaymentState } from './payment-state.tsx';

interface PaymentTableProps {
  readonly payments: readonly Payment[];
  /** Read by screen readers. */
  readonly caption: string;
  /** Several days are shown, so each row says its own. */
  readonly withDate?: boolean;
}

/** Payments row by row, each opening its own page. On a phone a row becomes two lines. */
export function PaymentTable({ payments, caption, withDate }: PaymentTableProps) {
  const t = useText();
  const methodTitle = useMethodTitle();
  const tillName = useTillName();
  return (
    <table className="zg-table payment-table num">
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{t('time')}</th>
          <th scope="col">{t('saleNumber')}</th>
          <th scope="col">{t('method')}</th>
          <th scope="col" className="is-spare">
            {t('till')}
          </th>
          <th scope="col">{t('state')}</th>
          <th scope="col" className="is-figures">
            {t('amount')}
          </th>
          <th scope="col" className="is-figures is-spare">
            {t('fee')}
          </th>
        </tr>
      </thead>
      <tbody>
        {payments.map((payment) => (
          <tr key={payment.id} data-testid="payment-row" data-result={payment.result}>
            <td className="cell-time">{withDate ? dateAndTime(payment.createdAt) : clockTime(payment.createdAt)}</td>
            <td className="cell-number">
              <a href={hrefOf({ page: 'payment', id: payment.id })}>{payment.saleNumber}</a>
            </td>
            <td className="cell-method">
              {methodTitle(payment.method)}
              {payment.maskedInstrument && (
                <span className="cell-instrument">
                  <Instrument masked={payment.maskedInstrument} />
                </span>
              )}
            </td>
            <td className="cell-till is-spare">{tillName(payment.tillId)}</td>
            <td className="cell-state">
              <PaymentState payment={payment} />
            </td>
            <td className="cell-amount is-figures">{formatMoney(payment.amountMinor)}</td>
            <td className="cell-fee is-figures is-spare">{payment.feeMinor ? formatDecimal(payment.feeMinor) : '–'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
