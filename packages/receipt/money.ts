import { type Currency, formatMoney } from '@zhanggui/base';

/** An amount as paper shows it: `￥8,426.30`, `-￥5.00`; other currencies carry their code. */
export function printedMoney(minor: number, currency: Currency): string {
  return formatMoney(minor, currency).replace('¥', '￥').replace('−', '-');
}
