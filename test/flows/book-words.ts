import { formatDecimal } from '@zhanggui/base';
import type { DayReport } from '@zhanggui/modules/insight/api.ts';
import type { ShiftView } from '@zhanggui/modules/sales/api.ts';
import { expect } from 'vitest';
import { until } from '../support/until.ts';
import { TIME_SCALE } from '../support/world.ts';
import { CHANNELS } from './auditor.ts';
import { minor, named, type Play, tillOf } from './stage.ts';

/** What the books say: amounts count from the beginning of the table. */
export const bookWords: Readonly<Record<string, Play>> = {
  /** `balance merchant:payable 25.86` */
  balance: async ({ auditor }, { args: [account = '', amount] }) => {
    const id = `merchant:mer_demo:${account.replace(/^merchant:/, '').replace(/^T(\d):/, 'till:till_$1:')}`;
    const wanted = minor(amount);
    const { balances } = await auditor.movedUntil((books) => books.balances.get(id) === wanted);
    expect(formatDecimal(balances.get(id) ?? Number.NaN)).toBe(amount);
  },

  /** `held card 25.99`: by the outside's own book. */
  held: async ({ auditor }, { args: [name, amount] }) => {
    const channel = CHANNELS.find((known) => known === name);
    if (channel === undefined) throw new Error(`the outside holds nothing for ${name}`);
    const { held } = await auditor.movedUntil((books) => books.held[channel] === minor(amount));
    expect(formatDecimal(held[channel])).toBe(amount);
  },

  /** `trial 0` */
  trial: async ({ auditor }, { args: [amount] }) => {
    expect(formatDecimal((await auditor.moved()).differenceMinor)).toBe(formatDecimal(minor(amount)));
  },

  /** `drawer T1 525.99`: what should be in it. */
  drawer: async ({ client }, { args: [till = '', amount] }) => {
    const shift = await client.send<ShiftView>('GET', `/shifts/current?tillId=${tillOf(till)}`);
    expect(formatDecimal(shift.expectedCashMinor)).toBe(amount);
  },

  /** `alert late-approval P4`: exactly one. */
  alert: async ({ client, payments }, { args: [kind, name] }) => {
    const { id } = named(payments, name);
    const ask = async () =>
      (await client.send<DayReport>('GET', '/reports/day')).alerts.filter(({ paymentId }) => paymentId === id);
    const alerts = await until(ask, (found) => found.length > 0);
    expect(alerts.map((alert) => alert.kind)).toEqual([kind]);
  },

  /** `returned P4 25.99`: what went back because the money had come too late. */
  returned: async ({ client, payments }, { args: [name, amount] }) => {
    const { id } = named(payments, name);
    const { refunds } = await until(
      () => client.payment(id),
      (payment) => payment.refunds.some(({ state }) => state === 'succeeded'),
    );
    expect(refunds.map(({ cause, state, amountMinor }) => [cause, state, formatDecimal(amountMinor)])).toEqual([
      ['late-approval', 'succeeded', amount],
    ]);
  },

  /** `sent P2 0400 3`: how many requests with this word in their title went out. */
  sent: async ({ client, payments }, { args: [name, word = '', count] }) => {
    const { events } = await client.payment(named(payments, name).id);
    const requests = events.filter(({ kind, title }) => kind === 'request' && title.includes(word));
    expect(requests).toHaveLength(Number(count));
  },

  /** `waited P2 45`: it was not undone before so many seconds of the channel's time. */
  waited: async ({ client, payments }, { args: [name, seconds] }) => {
    const { createdAt, events } = await client.payment(named(payments, name).id);
    const decided = events.find(({ kind, title }) => kind === 'state' && title === 'cancelling');
    const waitedMs = Date.parse(decided?.at ?? '') - Date.parse(createdAt);
    expect(waitedMs).toBeGreaterThanOrEqual(Number(seconds) * 1_000 * TIME_SCALE);
  },

  /** `refunded P1 15.99` */
  refunded: async ({ client, payments }, { args: [name, amount] }) => {
    const { refundedMinor } = await client.payment(named(payments, name).id);
    expect(formatDecimal(refundedMinor)).toBe(amount);
  },
};
