import { formatDecimal, formatMoney } from '@zhanggui/base';
import { dateAndTime } from '@zhanggui/ui/clock-time.ts';
import { Instrument } from '@zhanggui/ui/instrument.tsx';
import { nameIn, useLanguage } from '@zhanggui/ui/language.ts';
import { kilograms } from '@zhanggui/ui/number-text.ts';
import { defineTexts } from '@zhanggui/ui/texts.ts';
import type { ReceiptView } from '../api.ts';
import { CardSlipLines } from './card-slip.tsx';
import './receipt-paper.css';

const { useText } = defineTexts(
  'receipt',
  {
    receipt: '购物小票',
    returnReceipt: '退货小票',
    till: '{{number}} 号收银台',
    cashier: '经手 {{name}}',
    item: '商品',
    amount: '金额',
    subtotal: '小计',
    rounding: '抹零',
    total: '合计',
    refundTotal: '退款合计',
    tendered: '实收',
    change: '找零',
    refunded: '已退款',
    pending: '待确认',
    failed: '未成功',
    instrument: '付款账户',
    reference: '渠道单号',
    thanks: '谢谢光临',
  },
  {
    receipt: 'Receipt',
    returnReceipt: 'Return',
    till: 'Till {{number}}',
    cashier: 'Served by {{name}}',
    item: 'Item',
    amount: 'Amount',
    subtotal: 'Subtotal',
    rounding: 'Rounding',
    total: 'Total',
    refundTotal: 'Total returned',
    tendered: 'Cash given',
    change: 'Change',
    refunded: 'Refunded',
    pending: 'not yet confirmed',
    failed: 'did not succeed',
    instrument: 'Paid from',
    reference: 'Reference',
    thanks: 'Thank you for your visit',
  },
);

type ReceiptPayment = ReceiptView['payments'][number];

/** A receipt as paper shows it: who, when, what, how much, and how it was paid. */
export function ReceiptPaper({ receipt }: { readonly receipt: ReceiptView }) {
  const t = useText();
  const language = useLanguage();
  const isReturn = receipt.kind === 'return';
  const store = nameIn(language, { name: receipt.storeName, nameEn: receipt.storeNameEn });
  const merchant = nameIn(language, { name: receipt.merchantName, nameEn: receipt.merchantNameEn });
  const staff = nameIn(language, { name: receipt.staffName, nameEn: receipt.staffNameEn });
  return (
    <article className="receipt" aria-label={t(isReturn ? 'returnReceipt' : 'receipt')}>
      <header>
        <h2>{store}</h2>
        {merchant !== store && <p>{merchant}</p>}
        <p className="num">
          {t(isReturn ? 'returnReceipt' : 'receipt')} {receipt.saleNumber}
        </p>
        <p className="num">
          <time dateTime={receipt.createdAt}>{dateAndTime(receipt.createdAt)}</time> ·{' '}
          {t('till', { number: receipt.tillNumber })} · {t('cashier', { name: staff })}
        </p>
      </header>
      <Lines lines={receipt.lines} />
      <dl className="receipt-sums num">
        {receipt.roundingMinor > 0 && (
          <>
            <dt>{t('subtotal')}</dt>
            <dd>{formatMoney(receipt.subtotalMinor)}</dd>
            <dt>{t('rounding')}</dt>
            <dd>{formatMoney(-receipt.roundingMinor)}</dd>
          </>
        )}
        <dt className="is-total">{t(isReturn ? 'refundTotal' : 'total')}</dt>
        <dd className="is-total">{formatMoney(receipt.totalMinor)}</dd>
      </dl>
      <ul className="receipt-payments num">
        {receipt.payments.map((payment) => (
          <Payment key={`${payment.at}-${payment.method}-${payment.amountMinor}`} payment={payment} />
        ))}
        {receipt.refunds.map((refund) => (
          <li key={refund.id}>
            <b>{t('refunded')}</b>
            <b>{formatMoney(-refund.amountMinor)}</b>
            <small>{dateAndTime(refund.createdAt)}</small>
          </li>
        ))}
      </ul>
      <footer>{t('thanks')}</footer>
    </article>
  );
}

function Lines({ lines }: { readonly lines: ReceiptView['lines'] }) {
  const t = useText();
  const language = useLanguage();
  return (
    <table className="receipt-lines num">
      <thead className="sr-only">
        <tr>
          <th scope="col">{t('item')}</th>
          <th scope="col">{t('amount')}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={line.lineId}>
            <th scope="row">
              {nameIn(language, line)}
              <small>
                {line.grams === null
                  ? `${formatMoney(line.unitPriceMinor)} × ${line.quantity ?? 1}`
                  : `${formatMoney(line.unitPriceMinor)}/kg × ${kilograms(line.grams)} kg`}
              </small>
            </th>
            <td>{formatDecimal(line.amountMinor)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Payment({ payment }: { readonly payment: ReceiptPayment }) {
  const t = useText();
  const language = useLanguage();
  const title = payment.title[language === 'en' ? 'en' : 'zh'];
  const change = payment.changeMinor ?? 0;
  const note = payment.result === 'succeeded' ? '' : ` · ${t(payment.result === 'failed' ? 'failed' : 'pending')}`;
  return (
    <li>
      <b>
        {title}
        {note}
      </b>
      <b>{formatMoney(payment.amountMinor)}</b>
      {change > 0 && (
        <small>
          {t('tendered')} {formatMoney(payment.amountMinor + change)} · {t('change')} {formatMoney(change)}
        </small>
      )}
      {payment.maskedInstrument && (
        <small>
          {t('instrument')} <Instrument masked={payment.maskedInstrument} />
        </small>
      )}
      {payment.channelReference && (
        <small>
          {t('reference')} {payment.channelReference}
        </small>
      )}
      {payment.slip && (
        <CardSlipLines slip={payment.slip} provisional={payment.provisional} signatureUrl={payment.signatureUrl} />
      )}
    </li>
  );
}
