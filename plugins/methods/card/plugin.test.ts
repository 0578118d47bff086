import type { Clock } from '@zhanggui/base';
import type { PaymentDraft, PaymentFacts, RefundFacts } from '@zhanggui/modules/payments/method.ts';
import type {
  AcquirerAnswer,
  AcquirerRequest,
  AcquirerTrace,
  Exchange,
  Reservation,
} from '@zhanggui/modules/switch/api.ts';
import { expect, test } from 'vitest';
import { cups } from '../../acquirers/cups/plugin.ts';
import { card, createCardMethod } from './plugin.ts';

const NOW = Date.parse('2026-11-22T08:00:00Z');
const clock: Clock = { now: () => NOW, sleep: () => Promise.resolve() };
const dialect = cups.create({ tpdu: '6000030000', header: '603100310000' });
const trace: AcquirerTrace = {
  acquirerId: 'bank',
  terminalId: '12345678',
  acceptorId: '898310054110001',
  stan: '000007',
  batchNumber: '000001',
};
const reservation: Reservation = {
  trace,
  vaulted: 'sealed',
  maskedPan: '•••• 0018',
  scheme: 'unionpay',
  funding: null,
  domestic: true,
  cardKey: '00'.repeat(32),
  par: null,
  sealedChip: null,
  offline: null,
  verification: null,
  label: null,
  aid: null,
  device: null,
};
const credential = {
  readerId: 'till_1',
  ksn: 'A60000010000000100000001',
  sealed: '00'.repeat(16),
  mac: '00'.repeat(16),
  entryMode: 'contactless',
};
const draft: PaymentDraft = {
  id: 'pay_1',
  merchantId: 'mer_1',
  storeId: 'str_1',
  tillId: 'till_1',
  saleId: 'sale_1',
  purpose: 'sale',
  completes: null,
  amountMinor: 6_220,
  currency: 'CNY',
  subject: '示范小店',
  createdAt: NOW,
};
const payment: PaymentFacts = {
  ...draft,
  channelData: { trace: { ...trace }, vaulted: 'sealed', rrn: '000000000042' },
};
const refund: RefundFacts = {
  id: 'ref_1',
  paymentId: 'pay_1',
  amountMinor: 6_220,
  currency: 'CNY',
  reason: 'returned',
  createdAt: NOW,
  channelData: {},
};

/** A method whose acquirer answers `answer`, with what it was asked. */
function methodWith(answer: AcquirerAnswer, next: { attempt?: number; batchNumber?: string } = {}) {
  const asked: AcquirerRequest[] = [];
  const exchange = {
    reserve: async () => reservation,
    nextTrace: async () => ({
      trace: { ...trace, stan: '000009', batchNumber: next.batchNumber ?? trace.batchNumber },
      attempt: next.attempt ?? 1,
    }),
    async ask(request: AcquirerRequest) {
      asked.push(request);
      return answer;
    },
    meaningOf: (_acquirerId: string, code: string) => dialect.meaningOf(code),
  } satisfies Partial<Exchange> as unknown as Exchange;
  return { method: createCardMethod({ clock, exchange, policy: card.policy }), asked };
}

function answered(responseCode: string, amountMinor: number | null = 6_220): AcquirerAnswer {
  return {
    kind: 'answered',
    responseCode,
    rrn: '000000000042',
    authorizationCode: '000042',
    amountMinor,
    chip: null,
    balance: null,
    settlementOn: null,
    texts: { issuerCode: null, acquirerCode: null, issuer: null, network: null, acquirer: null, terminal: null },
    evidence: [],
  };
}
const silent: AcquirerAnswer = { kind: 'silent', cause: 'no answer', evidence: [] };
const notSent: AcquirerAnswer = { kind: 'not-sent', cause: 'no line', evidence: [] };
const wrongMac: AcquirerAnswer = { kind: 'invalid-mac', evidence: [] };

test('what the bank answers to a sale decides the outcome', async () => {
  const cases: [AcquirerAnswer, object][] = [
    [
      answered('00'),
      { kind: 'approved', channelReference: '000000000042', channelData: { authorizationCode: '000042' } },
    ],
    [answered('A2'), { kind: 'approved' }],
    [answered('00', null), { kind: 'approved' }],
    [answered('10', 5_000), { kind: 'unknown', channelData: { reversalReason: '06', rrn: '000000000042' } }],
    [answered('51'), { kind: 'declined', decline: { code: '51', advice: 'other-method' } }],
    [answered('ZZ'), { kind: 'declined', decline: { code: 'ZZ' } }],
    [notSent, { kind: 'declined', decline: { code: 'not-sent', advice: 'retry' } }],
    [silent, { kind: 'unknown', channelData: { reversalReason: '98' } }],
    [wrongMac, { kind: 'unknown', channelData: { reversalReason: 'A0' } }],
  ];
  for (const [answer, outcome] of cases)
    expect(await methodWith(answer).method.authorize(payment, credential)).toMatchObject(outcome);
});

test('a sale asks until the end of its time, counted from the payment’s birth', async () => {
  const { method, asked } = methodWith(answered('00'));
  await method.authorize(payment, credential);
  expect(asked).toMatchObject([{ kind: 'sale', reference: 'pay_1', trace, card: credential, answerBy: NOW + 30_000 }]);
});

test('a reversal carries the trace of its sale and the reason, and only 00, 25 and 12 end it', async () => {
  const { method, asked } = methodWith(answered('00'));
  await method.cancel?.({ ...payment, channelData: { ...payment.channelData, reversalReason: 'A0' } });
  expect(asked).toMatchObject([{ kind: 'reversal', trace, reversalReason: 'A0', card: { vaulted: 'sealed' } }]);
  const cases: [AcquirerAnswer, object][] = [
    [answered('00'), { kind: 'cancelled', moneyHadMoved: true }],
    [answered('25'), { kind: 'cancelled', moneyHadMoved: false }],
    [answered('12'), { kind: 'cancelled', moneyHadMoved: false }],
    [answered('96'), { kind: 'unknown' }],
    [answered('A0'), { kind: 'unknown' }],
    [notSent, { kind: 'unknown' }],
    [silent, { kind: 'unknown' }],
    [wrongMac, { kind: 'unknown' }],
  ];
  for (const [answer, outcome] of cases)
    expect(await methodWith(answer).method.cancel?.(payment)).toMatchObject(outcome);
});

test('a whole payment of the open batch and day is voided, anything else refunded', async () => {
  const kindOf = async (facts: RefundFacts, next: { batchNumber?: string } = {}) => {
    const { method, asked } = methodWith(answered('00'), next);
    await method.refund(facts, payment);
    return asked[0]?.kind;
  };
  expect(await kindOf(refund)).toBe('void');
  expect(await kindOf({ ...refund, amountMinor: 6_219 })).toBe('refund');
  expect(await kindOf(refund, { batchNumber: '000002' })).toBe('refund');
  // Half past midnight in Beijing is another day although it is the same one in UTC.
  expect(await kindOf({ ...refund, createdAt: Date.parse('2026-11-22T16:30:00Z') })).toBe('refund');
});

test('a repeated refund that the bank has seen is done, and one that cannot be repeated stays unknown', async () => {
  const cases: [AcquirerAnswer, number, object][] = [
    [answered('00'), 1, { kind: 'approved', channelReference: '000000000042' }],
    [answered('94'), 1, { kind: 'declined', decline: { code: '94' } }],
    [answered('94'), 2, { kind: 'approved' }],
    [answered('64'), 2, { kind: 'declined' }],
    [answered('A0'), 1, { kind: 'declined' }],
    [answered('A0'), 2, { kind: 'unknown' }],
    [notSent, 1, { kind: 'declined', decline: { code: 'not-sent' } }],
    [notSent, 2, { kind: 'unknown' }],
    [silent, 1, { kind: 'unknown' }],
    [wrongMac, 1, { kind: 'unknown' }],
  ];
  for (const [answer, attempt, outcome] of cases)
    expect(await methodWith(answer, { attempt }).method.refund(refund, payment)).toMatchObject(outcome);
});

test('a credential that no reader can have made is refused before anything is reserved', async () => {
  const { method } = methodWith(answered('00'));
  expect(await method.prepare(draft, credential)).toMatchObject({ maskedInstrument: '•••• 0018' });
  for (const wrong of [
    null,
    {},
    { ...credential, ksn: 'x' },
    { ...credential, sealed: '0' },
    { ...credential, pan: '62' },
  ])
    await expect(method.prepare(draft, wrong)).rejects.toThrow('credential-refused');
});
