import type { Clock } from '@zhanggui/base';
import type { PaymentDraft, PaymentFacts, RefundFacts } from '@zhanggui/modules/payments/method.ts';
import type {
  AcquirerAnswer,
  AcquirerRequest,
  AcquirerTrace,
  AdviceStatus,
  Exchange,
  OpenedCompletion,
  Reservation,
} from '@zhanggui/modules/switch/api.ts';
import { terminalParametersOf } from '@zhanggui/modules/switch/terminal-parameters.ts';
import { expect, test } from 'vitest';
import { meaningOf } from '../../acquirers/cups/codes.ts';
import { createCardMethod } from './method.ts';
import { card } from './plugin.ts';

const NOW = Date.parse('2026-11-22T08:00:00Z');
const clock: Clock = { now: () => NOW, sleep: () => Promise.resolve() };
const trace: AcquirerTrace = {
  acquirerId: 'bank',
  terminalId: '12345678',
  acceptorId: '898310054110001',
  stan: '000007',
  batchNumber: '000001',
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
  channelData: {
    trace: { ...trace },
    vaulted: 'sealed',
    rrn: '000000000042',
    presented: { readerId: 'till_1', ksn: credential.ksn, entryMode: 'contactless' },
  },
};
/** The same by contact chip, as `changed` further says. */
function byChip(changed: object = {}): PaymentFacts {
  const presented = { readerId: 'till_1', ksn: credential.ksn, entryMode: 'chip' };
  return { ...payment, channelData: { ...payment.channelData, presented, ...changed } };
}
const reservation: Reservation = {
  trace,
  card: { code: 'opened' },
  vaulted: 'sealed',
  maskedPan: '•••• 0018',
  scheme: 'unionpay',
  funding: 'debit',
  domestic: true,
  cardKey: 'AA',
  par: null,
  sealedChip: 'sealed-chip',
  offline: null,
  verification: null,
  label: null,
  aid: null,
  device: 'card',
  proof: { certificate: 'A1A2A3A4A5A6A7A8', verificationResults: '0000008000' },
  answerTimeoutMs: null,
  merchantName: null,
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

/** What the exchange of a test says beside its answer. */
interface Says {
  readonly attempt?: number;
  readonly batchNumber?: string;
  readonly reserved?: Partial<Reservation>;
  readonly completion?: Partial<OpenedCompletion>;
  readonly claim?: Awaited<ReturnType<Exchange['claimOffline']>>;
  readonly perPaymentMinor?: number;
  /** How many offline payments the acquirer lets wait; two do. */
  readonly mostCount?: number;
  readonly tipPercent?: number;
  /** Of the merchant's contract. */
  readonly settings?: Record<string, string>;
  readonly advice?: Pick<AdviceStatus, 'kind' | 'state' | 'responseCode'> & Partial<AdviceStatus>;
}

/** A method whose acquirer answers `answer`, with what it was asked and what was queued for it. */
function methodWith(answer: AcquirerAnswer, says: Says = {}) {
  const asked: AcquirerRequest[] = [];
  const queued: AcquirerRequest[] = [];
  const released: string[] = [];
  const exchange: Partial<Exchange> = {
    reserve: async () => ({ ...reservation, ...says.reserved }),
    nextTrace: async () => ({
      trace: { ...trace, stan: '000009', batchNumber: says.batchNumber ?? trace.batchNumber },
      attempt: says.attempt ?? 1,
    }),
    async ask(request) {
      asked.push(request);
      return answer;
    },
    meaningOf: (_acquirerId, code) => meaningOf(code),
    openCompletion: async () => ({
      result: 'approved',
      arc: null,
      chip: '9F2608AA',
      sealedChip: 'sealed-tc',
      scriptResults: null,
      proof: { certificate: 'C1C2C3C4C5C6C7C8', verificationResults: '0000008000' },
      signature: false,
      ...says.completion,
    }),
    async enqueue(advice) {
      queued.push(advice);
    },
    adviceStatus: async (reference) =>
      says.advice === undefined
        ? []
        : [
            {
              reference,
              attempts: 1,
              quarantinedAt: null,
              nextAttemptAt: null,
              lastCause: null,
              answer: null,
              endedAt: null,
              ...says.advice,
            },
          ],
    offlineLimits: async () => ({
      allowed: says.perPaymentMinor !== undefined,
      perPaymentMinor: says.perPaymentMinor ?? 0,
      totalMinor: 50_000,
      usedMinor: 0,
      usedCount: 2,
      mostCount: says.mostCount ?? null,
    }),
    parametersOf: async () => ({ ...terminalParametersOf([]), tipPercent: says.tipPercent ?? null }),
    claimOffline: async () => says.claim ?? 'claimed',
    async releaseOffline(reference) {
      released.push(reference);
    },
    supports: () => true,
  };
  const method = createCardMethod({
    clock,
    exchange: exchange as Exchange,
    policy: card.policy,
    channelConfig: async () => ({ methodId: 'card', settings: { holdDays: '10', ...says.settings }, secrets: {} }),
  });
  return { method, asked, queued, released };
}

function answered(responseCode: string, amountMinor: number | null = 6_220): AcquirerAnswer {
  return {
    kind: 'answered',
    responseCode,
    rrn: '000000000042',
    authorizationCode: '000042',
    amountMinor,
    chip: '8A023030',
    balance: null,
    hostOn: '2026-11-24',
    settlementOn: null,
    texts: { issuerCode: null, acquirerCode: null, issuer: null, network: null, acquirer: null, terminal: null },
    domestic: null,
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
      {
        kind: 'approved',
        channelReference: '000000000042',
        channelData: { authorizationCode: '000042', hostOn: '2026-11-24' },
      },
    ],
    [answered('A2'), { kind: 'approved' }],
    [answered('00', null), { kind: 'approved' }],
    [answered('10', 5_000), { kind: 'unknown', channelData: { reversalReason: '06', rrn: '000000000042' } }],
    [answered('10', null), { kind: 'unknown', channelData: { reversalReason: '06' } }],
    [answered('51'), { kind: 'declined', decline: { code: '51', advice: 'other-method' } }],
    [answered('ZZ'), { kind: 'declined', decline: { code: 'ZZ' } }],
    [notSent, { kind: 'declined', decline: { code: 'not-sent', advice: 'retry' } }],
    [silent, { kind: 'unknown', channelData: { reversalReason: '98' } }],
    [wrongMac, { kind: 'unknown', channelData: { reversalReason: 'A0' } }],
  ];
  for (const [answer, outcome] of cases)
    expect(await methodWith(answer).method.authorize(payment, credential)).toMatchObject(outcome);
});

test('a card is counted in the part of the batch in which the bank counts it', async () => {
  const approval = { ...answered('00'), domestic: false } as AcquirerAnswer;
  const { channelData } = await methodWith(approval).method.authorize(payment, credential);
  const counted = { ...payment, channelData: { ...payment.channelData, domestic: true, ...channelData } };
  expect(card.batchRecordOf?.(counted, null)).toMatchObject({ domestic: false });
});

test('a sale asks until the end of its time, counted from the payment’s birth', async () => {
  const { method, asked } = methodWith(answered('00'));
  await method.authorize(payment, credential);
  expect(asked).toMatchObject([{ kind: 'sale', reference: 'pay_1', trace, card: credential, answerBy: NOW + 30_000 }]);
});

test('what the acquirer tells with a reservation is kept: how long it is waited for, and the name on the slip', async () => {
  const reserved = { answerTimeoutMs: 60_000, merchantName: '示范小店' };
  const { method, asked } = methodWith(answered('00'), { reserved });
  const { channelData } = await method.prepare(draft, credential);
  expect(channelData).toMatchObject(reserved);
  expect(card.slipOf?.({ ...draft, channelData })).toMatchObject({ merchantName: '示范小店' });
  await method.authorize({ ...draft, channelData }, credential);
  await method.refund(refund, { ...draft, channelData });
  await method.refund({ ...refund, createdAt: NOW - 60_000 }, { ...draft, channelData });
  expect(asked.map(({ answerBy }) => answerBy)).toEqual([NOW + 60_000, NOW + 60_000, NOW + 30_000]);
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
    expect(
      await methodWith(answer, { attempt }).method.refund({ ...refund, amountMinor: 6_219 }, payment),
    ).toMatchObject(outcome);
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

test.each(['hQVDUFYwMWETTwegAAADMwEB', '621234567890123456', '134579812345678901'])(
  'a code that no acquirer takes is refused as a code, not as a card: %s',
  async (code) => {
    await expect(methodWith(answered('00')).method.prepare(draft, { code })).rejects.toMatchObject({
      fields: [{ path: 'credential', message: { en: 'The acquirer does not take such codes' } }],
    });
  },
);

const completion = { ...credential, ksn: 'A60000010000000100000002', entryMode: 'chip' };

test('a contact chip has the last word: the till gets the issuer’s answer for it, either way', async () => {
  const approve = await methodWith(answered('00')).method.authorize(byChip(), credential);
  expect(approve).toMatchObject({
    kind: 'pending',
    waitingFor: 'card',
    handover: { kind: 'issuer-answer', decision: 'approve', responseCode: '00', data: '8A023030' },
    channelData: { phase: 'issuer-approved', authorizationCode: '000042' },
  });
  const decline = await methodWith(answered('51')).method.authorize(byChip(), credential);
  expect(decline).toMatchObject({
    kind: 'pending',
    handover: { decision: 'decline', responseCode: '51' },
    channelData: { phase: 'issuer-declined', issuerDecline: { code: '51' } },
  });
});

test('what the chip says after the issuer decides', async () => {
  const decline = { code: '51', message: { zh: '', en: '' }, advice: 'other-method' };
  const approved = { phase: 'issuer-approved' };
  const declined = { phase: 'issuer-declined', issuerDecline: decline };
  const cases: [object, Partial<OpenedCompletion>, object][] = [
    [
      approved,
      { result: 'approved' },
      { kind: 'approved', channelReference: '000000000042', channelData: { sealedChip: 'sealed-tc' } },
    ],
    [approved, { result: 'approved', signature: true }, { kind: 'approved', signatureWanted: true }],
    [
      approved,
      { result: 'declined' },
      {
        kind: 'undo',
        decline: { code: 'chip-refused' },
        channelData: { reversalReason: '06', reversalChip: '9F2608AA' },
      },
    ],
    [
      approved,
      { result: 'removed', chip: null, sealedChip: null },
      { kind: 'undo', decline: { code: 'card-removed', advice: 'retry' }, channelData: { reversalReason: '06' } },
    ],
    [declined, { result: 'declined' }, { kind: 'declined', decline: { code: '51' } }],
    [declined, { result: 'approved' }, { kind: 'declined', decline: { code: '51' } }],
    [declined, { result: 'removed' }, { kind: 'declined', decline: { code: '51' } }],
  ];
  for (const [data, said, outcome] of cases)
    expect(await methodWith(silent, { completion: said }).method.advance?.(byChip(data), completion)).toMatchObject(
      outcome,
    );
});

test('results of the issuer’s scripts are queued for him, with the chip’s data', async () => {
  const { method, queued } = methodWith(silent, { completion: { scriptResults: '2000000000' } });
  await method.advance?.(byChip({ phase: 'issuer-approved' }), completion);
  expect(queued).toMatchObject([
    {
      kind: 'script-result',
      reverses: 'sale',
      reference: 'pay_1',
      chip: '9F2608AADF31052000000000',
      original: { trace },
    },
  ]);
});

test('a last word of another reader, of an earlier presentation or for a payment that waits for none is refused', async () => {
  const { method } = methodWith(silent);
  const waiting = byChip({ phase: 'issuer-approved' });
  for (const wrong of [
    { ...completion, readerId: 'till_2' },
    { ...completion, ksn: 'A60000010000000100000000' },
    { ...completion, ksn: 'A60000010000000200000002' },
    { ...completion, entryMode: 'contactless' },
    null,
  ])
    await expect(method.advance?.(waiting, wrong)).rejects.toThrow('credential-refused');
  await expect(method.advance?.(byChip(), completion)).rejects.toThrow('payment-not-waiting');
});

test('where the bank cannot be reached, the chip decides alone as far as the limits go', async () => {
  const limits = { perPaymentMinor: 10_000 };
  const alone = await methodWith(notSent, limits).method.authorize(byChip(), credential);
  expect(alone).toMatchObject({ kind: 'pending', handover: { decision: 'unable-to-go-online' } });
  const refused = { kind: 'declined', decline: { code: 'not-sent' } };
  for (const [facts, says] of [
    [payment, limits],
    [byChip(), {}],
    [byChip(), { perPaymentMinor: 6_219 }],
    [byChip(), { ...limits, mostCount: 2 }],
    [{ ...byChip(), purpose: 'pre-authorization' }, limits],
  ] as const)
    expect(await methodWith(notSent, says).method.authorize(facts, credential)).toMatchObject(refused);
  // What may have been sent is never left to the chip.
  expect(await methodWith(silent, limits).method.authorize(byChip(), credential)).toMatchObject({ kind: 'unknown' });
});

test('the chip’s own approval is told to the bank, and counts within the limits only', async () => {
  const facts = byChip({ phase: 'alone' });
  const yes = methodWith(silent, { completion: { arc: 'Y3' } });
  expect(await yes.method.advance?.(facts, completion)).toMatchObject({
    kind: 'approved',
    provisional: true,
    channelReference: '000007',
    channelData: { told: 'offline-sale', sealedChip: 'sealed-tc' },
  });
  expect(yes.queued).toMatchObject([{ kind: 'offline-sale', reference: 'pay_1', trace, chip: '9F2608AA' }]);
  const over = methodWith(silent, { completion: { arc: 'Y3' }, claim: 'over-total' });
  expect(await over.method.advance?.(facts, completion)).toMatchObject({ decline: { code: 'offline-limit' } });
  const no = methodWith(silent, { completion: { result: 'declined', arc: 'Z3' } });
  expect(await no.method.advance?.(facts, completion)).toMatchObject({ decline: { code: 'chip-declined-offline' } });
  expect([...over.queued, ...no.queued]).toEqual([]);
});

test('a card that approved by itself is told to the bank at once; it reserves nothing', async () => {
  const facts = byChip({ offline: 'Y1', sealedChip: 'sealed-chip' });
  const { method, asked, queued } = methodWith(answered('00'));
  expect(await method.authorize(facts, credential)).toMatchObject({ kind: 'approved', provisional: true });
  expect(asked).toEqual([]);
  expect(queued).toMatchObject([{ kind: 'offline-sale', sealedChip: 'sealed-chip', card: { vaulted: 'sealed' } }]);
  const hold = { ...facts, purpose: 'pre-authorization' } as const;
  expect(await method.authorize(hold, credential)).toMatchObject({ kind: 'declined' });
});

test('what the bank makes of an offline payment in the end', async () => {
  const facts = byChip({ told: 'offline-sale' });
  const cases: [Says['advice'], object][] = [
    [undefined, { kind: 'waiting' }],
    [{ kind: 'offline-sale', state: 'waiting', responseCode: null }, { kind: 'waiting' }],
    [{ kind: 'script-result', state: 'done', responseCode: '00' }, { kind: 'waiting' }],
    [{ kind: 'offline-sale', state: 'done', responseCode: '00' }, { kind: 'accepted' }],
    [{ kind: 'offline-sale', state: 'done', responseCode: '94' }, { kind: 'accepted' }],
    [
      {
        kind: 'offline-sale',
        state: 'done',
        responseCode: '00',
        answer: { rrn: '000000000077', authorizationCode: null, hostOn: '2026-11-24' },
      },
      {
        kind: 'accepted',
        channelReference: '000000000077',
        channelData: { rrn: '000000000077', hostOn: '2026-11-24' },
      },
    ],
    [
      { kind: 'offline-sale', state: 'refused', responseCode: '51' },
      { kind: 'refused', decline: { code: '51' } },
    ],
  ];
  for (const [advice, outcome] of cases)
    expect(await methodWith(silent, advice === undefined ? {} : { advice }).method.confirm?.(facts)).toMatchObject(
      outcome,
    );
});

test('after a crash an offline payment stands if the bank is being told, and nothing is reversed that was never asked', async () => {
  const told = { kind: 'offline-sale', state: 'waiting', responseCode: null } as const;
  for (const data of [{ offline: 'Y1' }, { phase: 'alone' }, { advice: true }]) {
    const stands = methodWith(silent, { advice: told });
    expect(await stands.method.cancel?.(byChip(data))).toMatchObject({ kind: 'approved', provisional: true });
    const nothing = methodWith(silent);
    expect(await nothing.method.cancel?.(byChip(data))).toEqual({ kind: 'cancelled', moneyHadMoved: false });
    expect(nothing.released).toEqual(['pay_1']);
    expect([...stands.asked, ...nothing.asked]).toEqual([]);
  }
});

test('a chip that never answered the issuer’s decline leaves it a decline', async () => {
  const decline = { code: '51', message: { zh: '', en: '' }, advice: 'other-method' };
  const { method, asked } = methodWith(silent);
  const facts = byChip({ phase: 'issuer-declined', issuerDecline: decline });
  expect(await method.cancel?.(facts)).toEqual({ kind: 'declined', decline });
  expect(asked).toEqual([]);
});

const hold: PaymentFacts = { ...payment, id: 'pay_hold', purpose: 'pre-authorization' };

test('what goes back to a payment names the day that the bank told, and a completion has a day of its own', async () => {
  const { method, asked } = methodWith(answered('00'));
  const told = { ...hold, channelData: { ...hold.channelData, hostOn: '2026-11-24' } };
  const completing = { ...draft, id: 'pay_2', completes: 'pay_hold' };
  const { channelData } = await method.prepare(completing, { completes: 'pay_hold' }, told);
  expect(channelData).toMatchObject({ hold: { hostOn: '2026-11-24' } });
  expect(channelData).not.toHaveProperty('hostOn');
  await method.authorize({ ...completing, channelData }, { completes: 'pay_hold' });
  expect(asked).toMatchObject([{ kind: 'completion', original: { hostOn: '2026-11-24' } }]);
});

test('a pre-authorization asks for a hold until its day, and its completion goes back to it', async () => {
  const { method, asked } = methodWith(answered('00'));
  const prepared = await method.prepare({ ...draft, purpose: 'pre-authorization' }, credential);
  expect(prepared).toMatchObject({
    expiresAt: NOW + 10 * 86_400_000,
    batch: { terminal: 'bank/12345678', number: '000001' },
  });
  await method.authorize(hold, credential);
  const completing = { ...draft, id: 'pay_2', completes: 'pay_hold' };
  const { channelData } = await method.prepare(completing, { completes: 'pay_hold' }, hold);
  expect(channelData).toMatchObject({ trace: { stan: '000009' }, hold: { trace, rrn: '000000000042' } });
  await method.authorize({ ...completing, channelData }, { completes: 'pay_hold' });
  await method.cancel?.({ ...completing, channelData });
  expect(asked).toMatchObject([
    { kind: 'pre-authorization' },
    { kind: 'completion', card: { vaulted: 'sealed' }, original: { trace, rrn: '000000000042' } },
    { kind: 'reversal', reverses: 'completion', trace: { stan: '000009' }, original: { trace } },
  ]);
});

test('a completion that is told instead of asked is approved at once', async () => {
  const { method, asked, queued } = methodWith(answered('00'));
  const completing = { ...draft, id: 'pay_2', completes: 'pay_hold' };
  const told = { completes: 'pay_hold', advice: true };
  const { channelData } = await method.prepare(completing, told, hold);
  expect(await method.authorize({ ...completing, channelData }, told)).toMatchObject({ provisional: true });
  expect(asked).toEqual([]);
  expect(queued).toMatchObject([{ kind: 'completion-advice', reference: 'pay_2', original: { trace } }]);
});

test('what takes money back is named by what it takes back', async () => {
  const kindOf = async (facts: PaymentFacts, amountMinor = 6_220) => {
    const { method, asked } = methodWith(answered('00'));
    const outcome = await method.refund({ ...refund, amountMinor }, facts);
    return [asked[0]?.kind, outcome.kind === 'approved' && outcome.restoresHold === true];
  };
  expect(await kindOf(hold)).toEqual(['pre-authorization-void', false]);
  expect(await kindOf({ ...payment, completes: 'pay_hold' })).toEqual(['completion-void', true]);
  expect(await kindOf({ ...payment, completes: 'pay_hold' }, 100)).toEqual(['refund', false]);
  expect(await kindOf(byChip({ told: 'offline-sale' }))).toEqual(['refund', false]);
});

test('a void without an answer is reversed, and then it may be tried again', async () => {
  const first = methodWith(silent);
  expect(await first.method.refund(refund, payment)).toMatchObject({
    kind: 'unknown',
    channelData: { kind: 'void', reversalReason: '98' },
  });
  const again = { ...refund, channelData: { reversalReason: 'A0' } };
  for (const code of ['00', '25']) {
    const { method, asked } = methodWith(answered(code), { attempt: 2 });
    expect(await method.refund(again, payment)).toMatchObject({ kind: 'declined', decline: { code: 'void-undone' } });
    expect(asked).toMatchObject([
      { kind: 'reversal', reverses: 'void', reversalReason: 'A0', trace: { stan: '000009' }, original: { trace } },
    ]);
  }
  expect(await methodWith(silent, { attempt: 2 }).method.refund(again, payment)).toMatchObject({ kind: 'unknown' });
});

test('a refund that did not leave is tried again only where nobody is there to do so', async () => {
  const part = { ...refund, amountMinor: 100 };
  const later = { ...part, createdAt: NOW - 31_000 };
  expect(await methodWith(notSent).method.refund(part, payment)).toMatchObject({ decline: { code: 'not-sent' } });
  expect(await methodWith(notSent).method.refund(later, payment)).toMatchObject({ kind: 'unknown' });
  // The terminal must sign on first: a server that has just come back may meet that.
  const signOnFirst = answered('A0');
  expect(await methodWith(signOnFirst).method.refund(part, payment)).toMatchObject({ decline: { code: 'A0' } });
  expect(await methodWith(signOnFirst).method.refund(later, payment)).toMatchObject({ kind: 'unknown' });
  // A number that the host knows means the refund only where an attempt before may have reached it.
  const copy = (notTaken: number) => {
    const repeated = { ...later, channelData: { notTaken } };
    return methodWith(answered('94'), { attempt: 2 }).method.refund(repeated, payment);
  };
  expect(await methodWith(notSent).method.refund(later, payment)).toMatchObject({ channelData: { notTaken: 1 } });
  expect(await copy(1)).toMatchObject({ kind: 'declined', decline: { code: '94' } });
  expect(await copy(0)).toMatchObject({ kind: 'approved' });
  const refused = answered('51');
  expect(await methodWith(refused).method.refund(later, payment)).toMatchObject({ decline: { code: '51' } });
});

test('a signature goes to the bank with the payment that it belongs to', async () => {
  const { method, queued } = methodWith(silent);
  await method.keepSignature?.(payment, { strokes: Uint8Array.of(1, 2), digest: new Uint8Array(32) });
  expect(queued).toMatchObject([
    { kind: 'signature-upload', reference: 'pay_1', signature: '0102', original: { trace } },
  ]);
});

test('a tip is prepared for what is signed, told once, and counted with its payment', async () => {
  const { method, queued } = methodWith(silent, { batchNumber: trace.batchNumber });
  const signed = { ...payment, channelData: { ...payment.channelData, verification: 'signature' } };
  const prepared = await method.prepareTip?.(signed, 1_200);
  expect(prepared).toEqual({ tip: { minor: 1_200, trace: { ...trace, stan: '000009' } } });
  await expect(method.prepareTip?.(payment, 100)).rejects.toThrow('tip-not-allowed');
  await expect(method.prepareTip?.(signed, 1_245)).rejects.toThrow('tip-too-large');
  const later = methodWith(silent, { batchNumber: '000002' }).method;
  await expect(later.prepareTip?.(signed, 100)).rejects.toThrow('tip-too-late');
  const tipped = { ...signed, channelData: { ...signed.channelData, ...prepared } };
  expect(await method.confirm?.(tipped)).toEqual({ kind: 'waiting' });
  expect(queued).toMatchObject([
    { kind: 'offline-adjustment', reference: 'pay_1', amountMinor: 7_420, tipMinor: 1_200, trace: { stan: '000009' } },
  ]);
  const after = (state: 'done' | 'refused', responseCode: string) =>
    methodWith(silent, { advice: { kind: 'offline-adjustment', state, responseCode } }).method.confirm?.(tipped);
  expect(await after('done', '00')).toEqual({ kind: 'accepted' });
  expect(await after('refused', '12')).toMatchObject({ kind: 'tip-refused', channelData: { tip: null } });
  expect(card.batchRecordOf?.(tipped, null)).toMatchObject({ amountMinor: 7_420 });
  expect(await method.refund(refund, tipped)).toMatchObject({ channelData: { kind: 'refund' } });
});

test.each([
  ['neither says anything', {}, 20],
  ['the acquirer says', { tipPercent: 15 }, 15],
  ['the contract says otherwise', { tipPercent: 15, settings: { tipPercent: '30' } }, 30],
  ['the contract says, and the acquirer takes none', { tipPercent: 0, settings: { tipPercent: '30' } }, 30],
] as const)('how much of a tip is taken where %s', async (_, says, percent) => {
  const { method } = methodWith(silent, { ...says, batchNumber: trace.batchNumber });
  const signed = {
    ...payment,
    amountMinor: 10_000,
    channelData: { ...payment.channelData, verification: 'signature' },
  };
  await expect(method.prepareTip?.(signed, percent * 100 + 1)).rejects.toThrow('tip-too-large');
  expect(await method.prepareTip?.(signed, percent * 100)).toMatchObject({ tip: { minor: percent * 100 } });
});

test('an acquirer that takes no tips is believed', async () => {
  const { method } = methodWith(silent, { tipPercent: 0 });
  const signed = { ...payment, channelData: { ...payment.channelData, verification: 'signature' } };
  await expect(method.prepareTip?.(signed, 1)).rejects.toThrow('tip-not-allowed');
});

test('the batch counts what takes and gives back money, and nothing that only reserves it', () => {
  const voided = { ...refund, channelData: { kind: 'void', trace: { ...trace, stan: '000009' }, rrn: null } };
  expect(card.batchRecordOf?.(payment, null)).toMatchObject({ kind: 'sale', trace, amountMinor: 6_220 });
  expect(card.batchRecordOf?.(payment, voided)).toMatchObject({ kind: 'void', trace: { stan: '000009' } });
  expect(card.batchRecordOf?.(hold, null)).toBeNull();
  const refused = (data: object) => card.batchRecordOf?.(byChip({ chipResult: 'declined', ...data }), null);
  expect(refused({ phase: 'issuer-approved' })).toMatchObject({ chipResult: 'declined' });
  expect(refused({ phase: 'issuer-declined' })).not.toHaveProperty('chipResult');
  expect(card.slipOf?.(payment)).toMatchObject({
    terminalId: '12345678',
    traceNumber: '000007',
    batchNumber: '000001',
  });
});
