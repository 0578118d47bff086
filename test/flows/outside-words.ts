import { setTimeout as delay } from 'node:timers/promises';
import { TIME_SCALE } from '../support/world.ts';
import type { Step } from './parse-flows.ts';
import { hold, minor, named, option, type Play } from './stage.ts';

/** What the outside does: the bank, its line, the wallets, the customers' phones. */
export const outsideWords: Readonly<Record<string, Play>> = {
  /** `bank silent on 0400 times 2`, `bank late 40`, `bank decline 51` */
  bank: async ({ customer }, step) => {
    const [kind, value] = step.args;
    const seconds = kind === 'late' || kind === 'stuck' ? { seconds: Number(value) } : {};
    const code = kind === 'decline' ? { code: value } : {};
    const message = option(step, 'on');
    await customer.setBankFault(
      { kind, ...seconds, ...code },
      message === undefined ? undefined : [message],
      times(step),
    );
  },

  /** `line down` */
  line: async ({ customer }, { args: [state] }) => {
    if (state !== 'up' && state !== 'down') throw new Error(`a line is up or down, not ${state}`);
    await customer.setBankLine(state === 'up');
  },

  /** `wallet alipay lost-answer on query times 3`, `wallet wechat delay for 12`, `wallet wechat clear` */
  wallet: async ({ customer }, step) => {
    const [wallet = '', kind] = step.args;
    if (kind === 'clear') return customer.clearFaults();
    const operation = option(step, 'on');
    const seconds = option(step, 'for');
    await customer.setWalletFault(wallet, {
      kind,
      count: times(step),
      ...(operation === undefined ? {} : { operation }),
      ...(seconds === undefined ? {} : { delayMs: Number(seconds) * 1_000 * TIME_SCALE }),
    });
  },

  /** `phone wechat wangfang scan P1 -> paying`, `phone unionpay-qr wangfang scan P2 typed 20.00 -> paying`, `phone wechat wangfang confirm 123456 -> paid`, `phone wechat wangfang refuse`, `phone alipay liqiang offline` */
  phone: async ({ client, customer, payments }, step) => {
    const [wallet = '', who = '', action = '', password] = step.args;
    if (action === 'scan' || action === 'scan-and-pay') {
      const { handover } = await client.payment(named(payments, password).id);
      const typed = option(step, 'typed');
      const qr = handover?.kind === 'code' ? handover.content : '';
      const answer = await customer.onPhone(wallet, who, 'scan', {
        qr,
        pay: action === 'scan-and-pay',
        ...(typed === undefined ? {} : { amountMinor: minor(typed) }),
      });
      hold(step, [(answer as { result: string }).result]);
    } else if (action === 'confirm' || action === 'refuse') {
      const answer = await customer.onPhone(wallet, who, action, { password });
      hold(step, [(answer as { result: string }).result]);
    } else {
      await customer.onPhone(wallet, who, 'switches', { [action]: true });
    }
  },

  /** `pass 60`: so many seconds of the outside's time go by. */
  pass: async (_stage, { args: [seconds] }) => {
    await delay(Number(seconds) * 1_000 * TIME_SCALE);
  },
};

function times(step: Step): number {
  return Number(option(step, 'times') ?? 1);
}
