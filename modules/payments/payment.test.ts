import { describe, expect, test } from 'vitest';
import { aPayment, MADE_AT, slowPolicy } from '../../test/support/a-payment.ts';
import { type PaymentState, resultOf } from './api.ts';
import type { CancelOutcome, Decline, Outcome } from './method.ts';
import {
  applyCancel,
  applyOutcome,
  cancellableAt,
  entersQuarantine,
  givesUpAt,
  nextStep,
  policyOf,
  startCancelling,
  viewOf,
} from './payment.ts';

const STATES: readonly PaymentState[] = [
  'created',
  'pending',
  'unknown',
  'cancelling',
  'succeeded',
  'failed',
  'cancelled',
];
const NOW = MADE_AT + 8_000;
const decline: Decline = { code: '51', message: { zh: '余额不足', en: 'Insufficient funds' }, advice: 'other-method' };

const outcomes: Readonly<Record<Outcome['kind'], Outcome>> = {
  approved: { kind: 'approved', channelReference: 'REF', channelData: { rrn: 'R' } },
  declined: { kind: 'declined', decline },
  pending: { kind: 'pending', waitingFor: 'customer-password' },
  unknown: { kind: 'unknown', cause: 'no answer' },
};
const cancels: Readonly<Record<CancelOutcome['kind'], CancelOutcome>> = {
  cancelled: { kind: 'cancelled', moneyHadMoved: false, channelData: { undone: true } },
  approved: { kind: 'approved', channelReference: 'REF' },
  declined: { kind: 'declined', decline },
  unknown: { kind: 'unknown', cause: 'no answer' },
};

describe('an outcome', () => {
  const rows: readonly (readonly [kind: Outcome['kind'], becomes: PaymentState, waitingFor: string | null])[] = [
    ['approved', 'succeeded', null],
    ['declined', 'failed', null],
    ['pending', 'pending', 'customer-password'],
    ['unknown', 'unknown', 'channel'],
  ];
  const all = STATES.flatMap((state) => rows.map((row) => [state, ...row] as const));

  test.each(all)('%s, then %s: %s', (state, kind, becomes, waitingFor) => {
    const change = applyOutcome(aPayment({ state }), outcomes[kind], slowPolicy, NOW);
    expect(change).toMatchObject({ state: becomes, waitingFor });
    expect(change.channelReference).toBe(kind === 'approved' ? 'REF' : null);
    expect(change.decline).toBe(kind === 'declined' ? decline : null);
    expect(change.channelData).toEqual({ outTradeNo: 'ZG1', ...(kind === 'approved' ? { rrn: 'R' } : {}) });
    expect(change.nextAttemptAt === null).toBe(resultOf(becomes) !== 'pending');
  });

  test('a code stays on the screen while its channel is asked, and goes with the outcome', () => {
    const handover = { kind: 'code', content: 'weixin://x', expiresAt: '2026-11-22T04:05:00.000Z' } as const;
    const shown = applyOutcome(aPayment(), { kind: 'pending', waitingFor: 'customer-scan', handover }, slowPolicy, NOW);
    expect(shown).toMatchObject({ state: 'pending', waitingFor: 'customer-scan', handover });
    const waiting = { ...aPayment(), ...shown };
    expect(applyOutcome(waiting, outcomes.unknown, slowPolicy, NOW)).toMatchObject({
      waitingFor: 'customer-scan',
      handover,
    });
    expect(applyOutcome(waiting, outcomes.approved, slowPolicy, NOW)).toMatchObject({
      waitingFor: null,
      handover: null,
    });
    expect(startCancelling(waiting, NOW).handover).toBeNull();
  });

  test('a chip has as long as its issuer had, and what it refuses is undone at once', () => {
    const answered = applyOutcome(aPayment(), { kind: 'pending', waitingFor: 'card' }, slowPolicy, NOW + 40_000);
    expect(answered.nextAttemptAt).toBe(NOW + 40_000 + slowPolicy.giveUpAfterMs);
    const refused = applyOutcome(
      { ...aPayment(), ...answered },
      { kind: 'undo', cause: 'the card refused', decline },
      slowPolicy,
      NOW,
    );
    const lease = slowPolicy.authorizeTimeoutMs + slowPolicy.intervalMs;
    expect(refused).toMatchObject({ state: 'cancelling', decline, nextAttemptAt: NOW + lease });
  });

  test.each([
    ['longer than its method', 90_000],
    ['shorter', 10_000],
  ])('a channel that is to be waited for %s is undone at once after its own time, and not before', (_, waitMs) => {
    const payment = aPayment({ channelData: { answerTimeoutMs: waitMs } });
    const policy = policyOf({ policy: slowPolicy }, payment);
    expect(policy.authorizeTimeoutMs).toBe(waitMs);
    expect([cancellableAt(payment, policy), givesUpAt(payment, policy)]).toEqual([MADE_AT + waitMs, MADE_AT + waitMs]);
    const silent = applyOutcome(payment, outcomes.unknown, policy, MADE_AT + waitMs);
    expect(silent.nextAttemptAt).toBe(MADE_AT + waitMs);
  });

  test('an approval takes back an earlier decline', () => {
    const change = applyOutcome(aPayment({ state: 'failed', decline }), outcomes.approved, slowPolicy, NOW);
    expect(change).toMatchObject({ state: 'succeeded', decline: null });
  });

  test.each([
    ['the first question comes at its own delay from the request', 'created', MADE_AT + 1_000, MADE_AT + 5_000],
    ['or at once when that has passed', 'created', MADE_AT + 8_000, MADE_AT + 8_000],
    ['later ones follow each other', 'pending', MADE_AT + 8_000, MADE_AT + 12_000],
    ['never later than the end of waiting', 'unknown', MADE_AT + 43_000, MADE_AT + 45_000],
    ['at once after it', 'unknown', MADE_AT + 50_000, MADE_AT + 50_000],
  ] as const)('%s', (_, state, now, due) => {
    for (const kind of ['pending', 'unknown'] as const)
      expect(applyOutcome(aPayment({ state }), outcomes[kind], slowPolicy, now).nextAttemptAt).toBe(due);
  });
});

describe('a cancellation', () => {
  const rows: readonly (readonly [kind: CancelOutcome['kind'], becomes: PaymentState, due: number | null])[] = [
    ['cancelled', 'cancelled', NOW + 60_000],
    ['approved', 'succeeded', null],
    ['declined', 'failed', null],
    ['unknown', 'cancelling', NOW + 4_000],
  ];

  test.each(STATES.flatMap((state) => rows.map((row) => [state, ...row] as const)))(
    '%s, then the cancellation is %s: %s',
    (state, kind, becomes, due) => {
      const change = applyCancel(aPayment({ state }), cancels[kind], slowPolicy, NOW);
      expect(change).toMatchObject({ state: becomes, nextAttemptAt: due });
      expect(change.waitingFor).toBe(kind === 'unknown' ? 'channel' : null);
      expect(change.channelReference).toBe(kind === 'approved' ? 'REF' : null);
      expect(change.decline).toBe(kind === 'declined' ? decline : null);
      expect(change.channelData).toEqual({ outTradeNo: 'ZG1', ...(kind === 'cancelled' ? { undone: true } : {}) });
    },
  );

  test('a channel that tells late approvals by itself is not asked again', () => {
    const policy = { ...slowPolicy, confirmAfterCancelMs: null };
    expect(applyCancel(aPayment(), cancels.cancelled, policy, NOW).nextAttemptAt).toBeNull();
  });

  test('deciding it keeps everything else', () => {
    expect(startCancelling(aPayment({ state: 'pending', waitingFor: 'customer-password' }), NOW)).toEqual({
      state: 'cancelling',
      waitingFor: 'channel',
      handover: null,
      decline: null,
      channelReference: null,
      channelData: { outTradeNo: 'ZG1' },
      provisional: false,
      signature: null,
      nextAttemptAt: NOW,
    });
  });

  test.each([
    ['at first the interval', 8_000, 4_000],
    ['then a quarter of what has gone by', 60_000, 15_000],
    ['up to the longest wait', 10_000_000, 900_000],
  ])('without an answer is repeated: %s', (_, ageMs, waitMs) => {
    const change = applyCancel(aPayment({ state: 'cancelling' }), cancels.unknown, slowPolicy, MADE_AT + ageMs);
    expect(change).toMatchObject({ state: 'cancelling', nextAttemptAt: MADE_AT + ageMs + waitMs });
  });

  test('that nobody answers is told to a person once, and never fails by itself', () => {
    const from = MADE_AT + 40 * slowPolicy.giveUpAfterMs;
    const told = [from - 1, from, from + 1].map((now) =>
      entersQuarantine(aPayment({ updatedAt: from - 1_000 }), slowPolicy, now),
    );
    expect(told).toEqual([false, true, true]);
    expect(entersQuarantine(aPayment({ updatedAt: from }), slowPolicy, from + 1)).toBe(false);
  });
});

describe('an approval without the issuer', () => {
  test('stands at once and is asked about until he has accepted it', () => {
    const approved = applyOutcome(
      aPayment(),
      { kind: 'approved', channelReference: 'REF', provisional: true, signatureWanted: true },
      slowPolicy,
      NOW,
    );
    expect(approved).toMatchObject({
      state: 'succeeded',
      provisional: true,
      signature: 'wanted',
      nextAttemptAt: NOW + slowPolicy.intervalMs,
    });
  });
});

describe('the next step', () => {
  test.each([
    ['created', true, 11_000, 'inquire'],
    ['pending', true, 44_999, 'inquire'],
    ['pending', true, 45_000, 'inquire-then-cancel'],
    ['unknown', true, 44_999, 'inquire'],
    ['unknown', true, 45_000, 'inquire-then-cancel'],
    ['unknown', true, 1_000_000, 'inquire-then-cancel'],
    ['cancelling', true, 1_000, 'cancel'],
    ['created', false, 11_000, 'cancel'],
    ['unknown', false, 0, 'cancel'],
    ['cancelling', false, 0, 'cancel'],
  ] as const)('%s, can be asked: %s, after %i ms: %s', (state, canInquire, ageMs, step) => {
    expect(nextStep(aPayment({ state }), slowPolicy, canInquire, MADE_AT + ageMs)).toBe(step);
  });

  test('waiting never ends before the channel accepts a cancellation', () => {
    expect(cancellableAt(aPayment(), slowPolicy)).toBe(MADE_AT + 15_000);
    expect(givesUpAt(aPayment(), slowPolicy)).toBe(MADE_AT + 45_000);
    const hasty = { ...slowPolicy, giveUpAfterMs: 5_000 };
    expect(givesUpAt(aPayment(), hasty)).toBe(MADE_AT + 15_000);
    expect(nextStep(aPayment({ state: 'pending' }), hasty, true, MADE_AT + 14_999)).toBe('inquire');
  });
});

describe('what people are told', () => {
  test.each([
    ['created', 'pending', true, true],
    ['pending', 'pending', true, true],
    ['unknown', 'pending', true, true],
    ['cancelling', 'pending', false, true],
    ['succeeded', 'succeeded', false, false],
    ['failed', 'failed', false, false],
    ['cancelled', 'failed', false, false],
  ] as const)('%s is %s; can be cancelled: %s, shows times: %s', (state, result, cancellable, times) => {
    const view = viewOf(aPayment({ state }), slowPolicy);
    expect(view).toMatchObject({ state, result });
    expect(view.cancellableAt).toBe(cancellable ? '2026-11-22T04:00:15.000Z' : null);
    expect(view.givesUpAt).toBe(times ? '2026-11-22T04:00:45.000Z' : null);
    expect(view.nextAttemptAt).toBe(times ? '2026-11-22T04:00:11.000Z' : null);
  });

  test('nothing of the channel, of the command or of staff is among it', () => {
    const view = viewOf(
      aPayment({ channelData: { vaulted: 'SECRET' }, commandKey: 'SECRET', staffId: 'SECRET' }),
      slowPolicy,
    );
    expect(JSON.stringify(view)).not.toContain('SECRET');
    expect(viewOf(aPayment(), undefined)).toMatchObject({ cancellableAt: null, givesUpAt: null });
  });
});
