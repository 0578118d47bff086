import { type Currency, formatDecimal, formatMoney } from '@zhanggui/base';
import type { HTMLAttributes } from 'react';

interface AmountProps extends HTMLAttributes<HTMLSpanElement> {
  readonly minor: number;
  readonly currency?: Currency;
  /** body 18, line 20, title 28, due 64, huge 72 and more. */
  readonly size?: 'body' | 'line' | 'title' | 'due' | 'huge';
  /** Without the currency's sign, for columns of one currency. */
  readonly bare?: boolean;
}

/** Money from minor units, in figures of one width. Long amounts in the large sizes are drawn smaller so that they stay whole. */
export function Amount({ minor, currency = 'CNY', size = 'body', bare, className, ...rest }: AmountProps) {
  const text = bare ? formatDecimal(minor, currency).replace('-', '−') : formatMoney(minor, currency);
  const long = text.length > 11 ? 'is-very-long' : text.length > 8 ? 'is-long' : '';
  return (
    <span className={`zg-amount num is-${size} ${long} ${className ?? ''}`} {...rest}>
      {text}
    </span>
  );
}
