import { formatMoney } from '@zhanggui/base';
import { clockTime, dateAndTime } from '@zhanggui/ui/clock-time.ts';
import { Instrument } from '@zhanggui/ui/instrument.tsx';
import type { ReactNode } from 'react';
import type { PaymentDetail } from '../../contract.ts';
import { useTillName } from '../../queries.ts';
import { useText } from '../../texts.ts';

/** What is known of a payment; what it does not have is left out. */
export function Facts({ payment }: { readonly payment: PaymentDetail }) {
  const t = useText();
  const tillName = useTillName();
  const { decline, changeMinor, feeMinor, refundedMinor, tipMinor, nextAttemptAt } = payment;
  const origin = originOf(payment);
  const facts: readonly (readonly [string, ReactNode])[] = [
    [t('time'), dateAndTime(payment.createdAt)],
    [t('saleNumber'), payment.saleNumber],
    [t('till'), tillName(payment.tillId)],
    [t('origin'), origin && t(`origin_${origin}`)],
    [t('instrument'), payment.maskedInstrument && <Instrument masked={payment.maskedInstrument} />],
    [t('fee'), feeMinor === null ? null : formatMoney(feeMinor)],
    [t('change'), changeMinor ? formatMoney(changeMinor) : null],
    [t('tip'), tipMinor > 0 ? formatMoney(tipMinor) : null],
    [t('refunded'), refundedMinor > 0 ? formatMoney(refundedMinor) : null],
    [t('declineCode'), decline && <code>{decline.code}</code>],
    [t('advice'), decline && t(`advice_${decline.advice}`)],
    [t('nextAttempt'), nextAttemptAt && payment.result === 'pending' ? clockTime(nextAttemptAt) : null],
    [t('channelReference'), payment.channelReference && <code>{payment.channelReference}</code>],
    [t('paymentId'), <code key="id">{payment.id}</code>],
  ];
  return (
    <section className="box facts">
      <h2>{t('facts')}</h2>
      <dl className="num">
        {facts
          .filter(([, value]) => value !== null && value !== '')
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </section>
  );
}

/** Where the customer paid alone: at a link, or at a till's printed code; null for what a till has taken. */
function originOf({ label }: PaymentDetail): 'link' | 'code' | null {
  const kind = label?.split(':')[0];
  return kind === 'link' || kind === 'code' ? kind : null;
}
