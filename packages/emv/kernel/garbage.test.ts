import { fromHex, toHex } from '@zhanggui/base';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EmvRefusal } from '../refusal.ts';
import { contactTransaction } from './contact.ts';
import { contactlessTransaction } from './contactless.ts';
import type { Dialogue, KernelAnswer, KernelRequest } from './dialogue.ts';
import type { KernelOutcome } from './outcome.ts';
import { DEFAULT_RELAY_RESISTANCE } from './settings.ts';
import { AID, cardScript, purchase, template, terminal, tlv } from './testing.ts';

/** More than any card can make a kernel ask: 255 records of a directory and of each of 63 files. */
const MOST_STEPS = 20_000;

/** How one answer of the card differs from that of a card that works. */
type Damage =
  | { readonly kind: 'none' | 'removed' }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'flip'; readonly at: number; readonly mask: number }
  | { readonly kind: 'cut'; readonly at: number };

const damage: fc.Arbitrary<Damage> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Damage>({ kind: 'none' }) },
  { weight: 1, arbitrary: fc.constant<Damage>({ kind: 'removed' }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('bytes' as const), bytes: fc.uint8Array({ maxLength: 40 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('flip' as const),
      at: fc.nat(250),
      mask: fc.integer({ min: 1, max: 255 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cut' as const), at: fc.nat(250) }) },
);

const people: fc.Arbitrary<KernelAnswer> = fc.oneof(
  fc.constantFrom<KernelAnswer>(
    { answer: 'chosen', index: 0 },
    { answer: 'confirmed' },
    { answer: 'refused' },
    { answer: 'cancelled' },
    { answer: 'pin-entered' },
    { answer: 'pin-bypassed' },
    { answer: 'pin-pad-missing' },
    { answer: 'unable-to-go-online' },
    { answer: 'card-removed' },
  ),
  fc.nat(0xffff).map((sw): KernelAnswer => ({ answer: 'pin-presented', sw })),
  fc.nat(15).map((left): KernelAnswer => ({ answer: 'pin-presented', sw: 0x63c0 | left })),
  fc.tuple(fc.boolean(), fc.uint8Array({ maxLength: 30 })).map(
    ([approve, data]): KernelAnswer => ({
      answer: 'issuer',
      decision: approve ? 'approve' : 'decline',
      responseCode: '00',
      data,
    }),
  ),
);

/** Answers that fit the question, so that not every run ends at once as the caller's mistake. */
const FITTING: Readonly<Record<KernelRequest['ask'], readonly KernelAnswer['answer'][]>> = {
  card: [],
  'choose-application': ['chosen'],
  'confirm-application': ['confirmed'],
  'online-pin': ['pin-entered', 'pin-bypassed'],
  'offline-pin': ['pin-presented'],
  online: ['issuer', 'unable-to-go-online'],
};

interface Chance {
  readonly damages: readonly Damage[];
  readonly answers: readonly KernelAnswer[];
  /** How long each timed answer takes. */
  readonly tookMicroseconds: number;
}

const chance: fc.Arbitrary<Chance> = fc.record({
  damages: fc.array(damage, { minLength: 1, maxLength: 24 }),
  answers: fc.array(people, { minLength: 1, maxLength: 12 }),
  tookMicroseconds: fc.oneof(fc.nat(60_000), fc.nat(20_000_000)),
});

/** Lets a kernel talk to a card that is damaged as `chance` says. @returns its outcome, or the code of its refusal. */
function survive(
  dialogue: Dialogue<KernelOutcome>,
  card: Readonly<Record<string, string>>,
  { damages, answers, tookMicroseconds }: Chance,
): string {
  let steps = 0;
  const cardAnswer = (command: string): KernelAnswer => {
    const known = Object.keys(card).filter((begin) => command.startsWith(begin));
    const good = fromHex(card[known.toSorted((left, right) => right.length - left.length)[0] ?? ''] ?? '6A83');
    const answer = damaged(good, damages[steps % damages.length] ?? { kind: 'none' });
    return answer.answer === 'card' ? { ...answer, tookMicroseconds } : answer;
  };
  const personAnswer = (ask: KernelRequest['ask']): KernelAnswer =>
    answers.find(({ answer }) => FITTING[ask].includes(answer)) ??
    answers[steps % answers.length] ?? { answer: 'cancelled' };
  try {
    let step = dialogue.next();
    while (step.done !== true) {
      steps += 1;
      if (steps > MOST_STEPS) throw new Error('the kernel asks for ever');
      step = dialogue.next(
        step.value.ask === 'card' ? cardAnswer(toHex(step.value.command)) : personAnswer(step.value.ask),
      );
    }
    return step.value.outcome;
  } catch (error) {
    if (error instanceof EmvRefusal) return error.code;
    throw error;
  }
}

function damaged(good: Uint8Array, how: Damage): KernelAnswer {
  if (how.kind === 'removed') return { answer: 'card-removed' };
  if (how.kind === 'bytes') return { answer: 'card', response: how.bytes };
  const response = how.kind === 'cut' ? good.slice(0, how.at % (good.length + 1)) : good.slice();
  if (how.kind === 'flip') {
    const at = how.at % response.length;
    response[at] = (response[at] ?? 0) ^ how.mask;
  }
  return { answer: 'card', response };
}

const OUTCOMES: readonly string[] = [
  'approved-offline',
  'declined-offline',
  'online-request',
  'approved-online',
  'declined-online',
  'try-another-interface',
  'try-again',
  'end-application',
];

/** Good answers of a contact card, with everything a kernel may look at. */
const contactCard = Object.fromEntries(
  Object.entries(
    cardScript({
      aip: '7D00',
      record: {
        '8E': '000000000000000044034103420301035E031F00',
        '8F': '01',
        '90': '00'.repeat(64),
        '9F32': '03',
        '93': '00'.repeat(64),
        '9F14': '01',
        '9F23': '02',
        '9F0F': '0000008000',
        '9F42': '0156',
      },
      more: {
        '80CA9F17': '9F1701039000',
        '80CA9F36': '9F360200059000',
        '80CA9F13': '9F130200049000',
        '00820000': '9000',
      },
    }),
  ).map(([command, answer]) => [command, String(answer)]),
);

const contactlessCard = {
  '00A404000E': `${tlv(['6F', tlv(['84', '325041592E5359532E4444463031'], ['A5', tlv(['BF0C', tlv(['61', tlv(['4F', AID])])])])])}9000`,
  [`00A4040008${AID}`]: `${tlv(['6F', tlv(['84', AID], ['A5', tlv(['9F38', '9F66049F37049F0206'])])])}9000`,
  '80A8': template('77', {
    '82': '1981',
    '94': '08010100',
    '9F10': '07010103A0A80201',
    '9F26': '1122334455667788',
    '9F27': '80',
    '9F36': '0007',
    '9F6C': '8080',
  }),
  '80EA': '800ADDDDDDDD001400C800129000',
  '00B2010C00': template('70', {
    '5A': '6200000000000000010F',
    '5F24': '311231',
    '8C': '9F02069F3704',
    '8E': '000000000000000042031F03',
    '9F51': '9F3704',
  }),
  '80AE': '800B80000711223344556677889000',
};

const settle = (outcome: string, callersMistakes: readonly string[]): void =>
  expect([...OUTCOMES, ...callersMistakes]).toContain(outcome);

test('whatever a contact card and the people answer, the kernel comes to an outcome or refuses a wrong answer', () => {
  fc.assert(
    fc.property(chance, fc.integer({ min: 1, max: 200_000 }), (random, amountMinor) => {
      settle(survive(contactTransaction(terminal(), purchase({ amountMinor })), contactCard, random), [
        'kernel-answer',
      ]);
    }),
    { numRuns: 1500 },
  );
});

test.each([2, 3, 7] as const)('whatever a contactless card answers kernel %d, it comes to an outcome', (kernel) => {
  fc.assert(
    fc.property(chance, fc.integer({ min: 1, max: 200_000 }), (random, amountMinor) => {
      const relayResistance = DEFAULT_RELAY_RESISTANCE;
      const contactless = { kernel, floorLimitMinor: 20_000, onDeviceCvm: true, relayResistance };
      const settings = terminal({ contactless });
      settle(survive(contactlessTransaction(settings, purchase({ amountMinor })), contactlessCard, random), []);
    }),
    { numRuns: 1000 },
  );
});

test('a card that answers every command with the same bytes is left at last', () => {
  const same = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.constantFrom('9000', '6283', '70009000', '6F009000', '63C3').map(fromHex),
    fc.constantFrom(...Object.values(contactCard), ...Object.values(contactlessCard)).map(fromHex),
  );
  fc.assert(
    fc.property(same, (bytes) => {
      const always: Chance = {
        damages: [{ kind: 'bytes', bytes }],
        answers: [{ answer: 'pin-presented', sw: 0x63c3 }],
        tookMicroseconds: 10_000,
      };
      settle(survive(contactTransaction(terminal(), purchase()), {}, always), ['kernel-answer']);
      settle(survive(contactlessTransaction(terminal(), purchase()), {}, always), []);
    }),
    { numRuns: 500 },
  );
});
