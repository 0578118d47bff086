import { describe, expect, it } from 'vitest';
import { cartCount, cartTotal, EMPTY_CART } from './cart.ts';
import { displayOf } from './display.ts';
import type { TillEvent } from './events.ts';
import { dueMinor, type Effect, NEW_TILL, type TillState, waitingCount } from './state.ts';
import { BROCCOLI, NOODLES, testPayment, testSale, WATER } from './test-shop.ts';
import { stepTill } from './till.ts';

const AT = '2026-11-22T06:00:00.000Z';
const water: TillEvent = { kind: 'item-added', item: WATER, measure: { quantity: 1, grams: null } };
const broccoli: TillEvent = { kind: 'item-added', item: BROCCOLI, measure: { quantity: 1, grams: 624 } };
const charged: TillEvent = {
  kind: 'charged',
  attemptId: 'try-1',
  method: 'wechat',
  amountMinor: 812,
  credential: { code: '134567890123456789' },
  at: AT,
};
const opened: TillEvent = { kind: 'sale-opened', attemptId: 'try-1', sale: testSale() };

function run(events: readonly TillEvent[], from: TillState = NEW_TILL): { state: TillState; effects: Effect[] } {
  let state = from;
  const effects: Effect[] = [];
  for (const event of events) {
    const step = stepTill(state, event);
    state = step.state;
    effects.push(...step.effects);
  }
  return { state, effects };
}

const told = (over: Parameters<typeof testPayment>[0]): TillEvent => ({
  kind: 'payment-told',
  payment: testPayment(over),
  at: AT,
});
const kinds = (effects: readonly Effect[]) => effects.map(({ kind }) => kind);
const waiting = run([water, broccoli, charged, opened]).state;
const paid = run([told({ state: 'succeeded', version: 3 })], waiting);

describe('the ticket', () => {
  it('gathers pieces of one item on a line and weighs each time anew', () => {
    const { state } = run([water, broccoli, water, broccoli]);
    expect(state.cart.lines.map(({ quantity, grams }) => [quantity, grams])).toEqual([
      [2, null],
      [1, 624],
      [1, 624],
    ]);
    expect(cartTotal(state.cart)).toBe(400 + 612 + 612);
    expect(cartCount(state.cart)).toBe(4);
  });

  it('gives a removed line back at its place, until the time for it is over', () => {
    const removed = run([water, broccoli, { kind: 'line-removed', lineId: '1' }]).state;
    expect(removed.cart.lines).toHaveLength(1);
    const undone = run([{ kind: 'removal-undone' }], removed).state;
    expect(undone.cart.lines.map(({ item }) => item.id)).toEqual([WATER.id, BROCCOLI.id]);
    const turn = removed.removed?.turn ?? 0;
    const early = run([{ kind: 'undo-expired', turn: turn - 1 }, { kind: 'removal-undone' }], removed).state;
    expect(early.cart.lines).toHaveLength(2);
    const late = run([{ kind: 'undo-expired', turn }, { kind: 'removal-undone' }], removed).state;
    expect(late.cart.lines).toHaveLength(1);
  });

  it('keeps a quantity between one and the most that a line takes, and never changes a weighing', () => {
    const { state } = run([
      water,
      broccoli,
      { kind: 'quantity-set', lineId: '1', quantity: 0 },
      { kind: 'quantity-set', lineId: '2', quantity: 5 },
    ]);
    expect(state.cart.lines.map(({ quantity }) => quantity)).toEqual([1, 1]);
  });

  it('is held and recalled; the one in work is held in its place', () => {
    const held = run([water, { kind: 'held', id: 'h1', at: AT }]).state;
    expect(held.cart).toEqual(EMPTY_CART);
    const swapped = run([broccoli, { kind: 'recalled', id: 'h1', newId: 'h2', at: AT }], held).state;
    expect(swapped.cart.lines.map(({ item }) => item.id)).toEqual([WATER.id]);
    expect(swapped.held.map(({ id }) => id)).toEqual(['h2']);
  });
});

describe('a till that was restarted', () => {
  const before = run([water, broccoli]).state;
  const back: TillEvent = { kind: 'restored', cart: before.cart, held: [], id: 'h5', at: AT };

  it('has its ticket again', () => {
    expect(run([back]).state.cart).toEqual(before.cart);
  });

  it('loses neither ticket when another was begun meanwhile', () => {
    const { state } = run([{ kind: 'item-added', item: NOODLES, measure: { quantity: 1, grams: null } }, back]);
    expect(state.cart.lines.map(({ item }) => item.id)).toEqual([NOODLES.id]);
    expect(state.held.map(({ cart }) => cartTotal(cart))).toEqual([812]);
  });
});

describe('taking money', () => {
  it('begins with the scan of a payment code on the sale screen', () => {
    const { state, effects } = run([water, broccoli, charged]);
    expect(state.phase.name).toBe('waiting');
    expect(effects.at(-1)).toMatchObject({ kind: 'charge', method: 'wechat', amountMinor: 812, sale: null });
  });

  it('keeps no credential in its state', () => {
    expect(JSON.stringify(waiting)).not.toContain('134567890123456789');
  });

  it('never takes more than is due, nor anything while another answer is awaited', () => {
    expect(run([water, charged]).state.phase.name).toBe('selling');
    expect(run([{ ...charged, attemptId: 'try-2' }], waiting).effects).toEqual([]);
  });

  it('has succeeded only when the server says so, and then once', () => {
    const pending = run([told({ version: 2 })], waiting);
    expect(pending.state.phase.name).toBe('waiting');
    expect(kinds(pending.effects)).toEqual([]);
    expect(paid.state.phase).toMatchObject({ name: 'outcome', payment: { result: 'succeeded' } });
    expect(kinds(paid.effects)).toEqual(['cue', 'announce', 'load-sale']);
    expect(dueMinor(paid.state)).toBe(0);
    expect(run([told({ state: 'succeeded', version: 3 })], paid.state).effects).toEqual([]);
  });

  it('calls for attention when the server corrects an outcome, and asks how the sale stands', () => {
    const failed = run([told({ state: 'cancelled', version: 2 })], waiting).state;
    const { state, effects } = run([told({ state: 'succeeded', version: 3 })], failed);
    expect(state.phase).toMatchObject({ name: 'outcome', payment: { result: 'succeeded' } });
    expect(kinds(effects)).toEqual(['cue', 'load-sale']);
  });

  it('is not moved by an older telling', () => {
    const newer = run([told({ version: 5, state: 'cancelling' })], waiting).state;
    const older = run([told({ version: 2 })], newer).state;
    expect(older.phase).toMatchObject({ attempt: { payment: { version: 5, state: 'cancelling' } } });
  });

  it('ignores payments of other sales and of other tills', () => {
    expect(run([told({ saleId: 'sale_9', state: 'succeeded' })], waiting).state).toEqual(waiting);
  });

  it('writes down whom it waited for, once for each telling', () => {
    const { state } = run(
      [told({ version: 1 }), told({ version: 1 }), { kind: 'ask-pressed', at: AT }, told({ version: 2 })],
      waiting,
    );
    const marks = state.phase.name === 'waiting' ? state.phase.attempt.timeline.map(({ what }) => what) : [];
    expect(marks).toEqual(['sent', 'customer-password', 'asked', 'still-waiting']);
  });

  it('says that the server is heard again, though it tells nothing new', () => {
    const silent = { kind: 'charge-unanswered', attemptId: 'try-1', at: AT } as const;
    const { state } = run([told({ state: 'created' }), silent, silent, told({ state: 'created' })], waiting);
    const marks = state.phase.name === 'waiting' ? state.phase.attempt.timeline.map(({ what }) => what) : [];
    expect(marks).toEqual(['sent', 'link-silent', 'link-silent', 'link-heard']);
  });

  it('after a failure lets another way be chosen, and the failed payment is not mistaken for the next', () => {
    const failed = run([told({ state: 'failed', version: 2 })], waiting);
    expect(failed.effects[0]).toEqual({ kind: 'cue', cue: 'bad' });
    const again = run([{ ...charged, attemptId: 'try-2' }], failed.state).state;
    expect(again.phase.name).toBe('waiting');
    expect(run([told({ state: 'failed', version: 2 })], again).state.phase.name).toBe('waiting');
  });

  it('that the server refused charges nothing and says why', () => {
    const { state } = run(
      [{ kind: 'charge-refused', attemptId: 'try-1', title: '付款码已过期', detail: '请顾客刷新' }],
      waiting,
    );
    expect(state.phase).toEqual({ name: 'tendering', method: 'wechat', partMinor: null });
    expect(state.notice).toMatchObject({ kind: 'problem', title: '付款码已过期' });
  });

  it('can be given up only while there is no sale that money could come in for', () => {
    const unopened = run([water, broccoli, charged, { kind: 'given-up' }]).state;
    expect(unopened.phase.name).toBe('tendering');
    expect(run([{ kind: 'given-up' }], waiting).state.phase.name).toBe('waiting');
  });

  it('in two parts asks for the rest before the next sale', () => {
    const part = run([water, broccoli, { ...charged, amountMinor: 400 }, opened]).state;
    const half = run([told({ amountMinor: 400, state: 'succeeded', version: 2 })], part).state;
    expect(dueMinor(half)).toBe(412);
    expect(run([{ kind: 'next-sale' }], half).state).toBe(half);
    const rest = run([{ kind: 'pay-pressed' }, { ...charged, attemptId: 'try-2', amountMinor: 412 }], half);
    expect(rest.effects.at(-1)).toMatchObject({ kind: 'charge', amountMinor: 412 });
  });

  it('accepts nothing more on the ticket meanwhile, and says so', () => {
    const { state, effects } = run([water], waiting);
    expect(state.cart).toEqual(waiting.cart);
    expect(state.notice).toEqual({ kind: 'wait-for-payment' });
    expect(effects).toEqual([{ kind: 'cue', cue: 'attention' }]);
  });

  it('is followed by the next sale with the next thing scanned', () => {
    const { state } = run([{ kind: 'item-added', item: NOODLES, measure: { quantity: 1, grams: null } }], paid.state);
    expect(state.phase.name).toBe('selling');
    expect(state.sale).toBeNull();
    expect(state.cart.lines.map(({ item }) => item.id)).toEqual([NOODLES.id]);
  });
});

describe('rounding in the customer’s favour', () => {
  const tender = run([water, broccoli, { kind: 'pay-pressed' }, { kind: 'method-chosen', method: 'cash' }]).state;

  it('lessens what is due, and is forgotten with another method', () => {
    const rounded = run([{ kind: 'rounding-chosen', roundingMinor: 12 }], tender).state;
    expect(dueMinor(rounded)).toBe(800);
    expect(dueMinor(run([{ kind: 'method-chosen', method: null }], rounded).state)).toBe(812);
  });

  it('stays below one yuan and stops when money has come in', () => {
    expect(dueMinor(run([{ kind: 'rounding-chosen', roundingMinor: 100 }], tender).state)).toBe(812);
    const begun = { ...tender, sale: testSale({ paidMinor: 400, dueMinor: 412 }) };
    expect(dueMinor(run([{ kind: 'rounding-chosen', roundingMinor: 12 }], begun).state)).toBe(412);
  });
});

describe('going back', () => {
  it('gives up a sale on which nothing was paid', () => {
    const failed = run([told({ state: 'failed', version: 2 }), { kind: 'back' }], waiting).state;
    const { state, effects } = run([{ kind: 'back' }], failed);
    expect(effects).toEqual([{ kind: 'abandon', saleId: 'sale_1' }]);
    expect(state.phase.name).toBe('selling');
    expect(state.cart.lines).toHaveLength(2);
  });

  it('does not leave a sale that is paid in part', () => {
    const part: TillState = {
      ...run([water, broccoli, { kind: 'pay-pressed' }]).state,
      sale: testSale({ paidMinor: 400, dueMinor: 412 }),
    };
    expect(run([{ kind: 'back' }], part).state.phase.name).toBe('tendering');
  });
});

describe('a parked payment', () => {
  const parked = run([told({ version: 2 }), { kind: 'next-served' }], waiting).state;

  it('frees the till at once for the next customer', () => {
    expect(parked.phase.name).toBe('selling');
    expect(parked.cart.lines).toEqual([]);
    expect(waitingCount(parked)).toBe(1);
  });

  it('cannot be made before the server knows the payment', () => {
    expect(run([{ kind: 'next-served' }], waiting).state.phase.name).toBe('waiting');
  });

  it('tells its outcome by itself, once, without touching the sale in work', () => {
    const { state, effects } = run([water, told({ state: 'succeeded', version: 4 })], parked);
    expect(kinds(effects)).toEqual(['cue', 'cue', 'announce']);
    expect(state.cart.lines).toHaveLength(1);
    expect(waitingCount(state)).toBe(0);
    expect(run([told({ state: 'succeeded', version: 4 })], state).effects).toEqual([]);
    expect(run([{ kind: 'parked-dismissed', paymentId: 'pay_1' }], state).state.parked).toEqual([]);
  });

  it('cannot be put away while it is not certain', () => {
    expect(run([{ kind: 'parked-dismissed', paymentId: 'pay_1' }], parked).state.parked).toHaveLength(1);
  });

  it('that failed is taken again; the ticket in work is held', () => {
    const failed = run([water, told({ state: 'failed', version: 4 })], parked).state;
    const { state } = run([{ kind: 'sale-resumed', sale: testSale(), cart: waiting.cart, id: 'h9', at: AT }], failed);
    expect(state.phase.name).toBe('tendering');
    expect(dueMinor(state)).toBe(812);
    expect(state.held.map(({ id }) => id)).toEqual(['h9']);
    expect(state.parked).toEqual([]);
  });

  it('is found again after the till was restarted', () => {
    const { state } = run([{ kind: 'unresolved-loaded', payments: [testPayment({ id: 'pay_7', saleId: 'sale_7' })] }]);
    expect(waitingCount(state)).toBe(1);
  });
});

describe('the customer’s screen', () => {
  it('follows the till: idle, selling, paying, done', () => {
    expect(displayOf(NEW_TILL, undefined).mode).toBe('idle');
    const selling = displayOf(run([water, broccoli]).state, undefined);
    expect(selling).toMatchObject({ mode: 'selling', totalMinor: 812 });
    expect(selling.lines.map(({ detail }) => detail)).toEqual(['× 1', '0.624 kg']);
    expect(displayOf(waiting, undefined)).toMatchObject({ mode: 'paying', paying: { amountMinor: 812 } });
    expect(displayOf(paid.state, '/r/x')).toMatchObject({ mode: 'done', result: 'succeeded', receiptUrl: '/r/x' });
  });

  it('shows the code to scan as long as the payment hands one over', () => {
    const handover = { kind: 'code', content: 'weixin://pay/1', expiresAt: AT } as const;
    const asked = run([told({ waitingFor: 'customer-scan', handover, version: 2 })], waiting).state;
    expect(displayOf(asked, undefined).code).toEqual({ content: 'weixin://pay/1', expiresAt: AT });
    const after = run([told({ state: 'cancelling', handover: null, version: 3 })], asked).state;
    expect(displayOf(after, undefined)).not.toHaveProperty('code');
  });
});

describe('a payment that a customer has made alone', () => {
  const alone = { id: 'pay_9', saleId: 'sale_9', label: 'code:lnk_1', amountMinor: 1_880 } as const;

  it('rings once, whatever the till is doing, and stays until it is put away', () => {
    const { state, effects } = run([told({ ...alone, state: 'succeeded', version: 2 })], waiting);
    expect(state.phase.name).toBe('waiting');
    expect(effects).toContainEqual({ kind: 'announce', method: 'wechat', amountMinor: 1_880, changeMinor: 0 });
    expect(state.parked).toMatchObject([{ payment: { id: 'pay_9' }, settled: true }]);
    const later = run(
      [{ kind: 'parked-dismissed', paymentId: 'pay_9' }, told({ ...alone, state: 'succeeded', version: 4 })],
      state,
    );
    expect(later.state.parked).toEqual([]);
    expect(later.effects).toEqual([]);
  });

  it('does not ring before it is paid, and no sale of another screen rings here', () => {
    expect(run([told({ ...alone, version: 2 })]).effects).toEqual([]);
    expect(run([told({ ...alone, label: null, state: 'succeeded', version: 2 })]).effects).toEqual([]);
  });
});

describe('a code of ours that was shown when the page was left', () => {
  const payment = testPayment({
    waitingFor: 'customer-scan',
    handover: { kind: 'code', content: 'weixin://pay', expiresAt: AT },
  });
  const sale = testSale({ pendingMinor: 812, dueMinor: 0, payments: [payment] });
  const { cart } = run([water, broccoli]).state;
  const again: TillEvent = { kind: 'wait-resumed', sale, cart, payment, at: AT };

  it('is waited for again, on the till and on the display, and is not parked as well', () => {
    const { state } = run([{ kind: 'unresolved-loaded', payments: [payment] }, again]);
    expect(state.parked).toEqual([]);
    expect(displayOf(state, undefined)).toMatchObject({ mode: 'paying', code: { content: 'weixin://pay' } });
    const { effects } = run([told({ state: 'succeeded', version: 2 })], state);
    expect(kinds(effects)).toEqual(['cue', 'announce', 'load-sale']);
  });

  it('stays parked when the next sale was begun meanwhile', () => {
    const { state } = run([water, { kind: 'unresolved-loaded', payments: [payment] }, again]);
    expect(state.phase.name).toBe('selling');
    expect(state.parked.map((one) => one.payment.id)).toEqual([payment.id]);
  });
});

describe('a pre-authorization among the unconfirmed payments', () => {
  it('is not announced as money that has come', () => {
    const hold = testPayment({ id: 'pay_9', purpose: 'pre-authorization', state: 'unknown' });
    const { state } = run([{ kind: 'unresolved-loaded', payments: [hold] }]);
    const { effects } = run(
      [told({ id: 'pay_9', purpose: 'pre-authorization', state: 'succeeded', version: 2 })],
      state,
    );
    expect(effects).toEqual([{ kind: 'cue', cue: 'attention' }]);
  });
});
