import { fromHex, toHex } from '@zhanggui/base';
import {
  concludeContactless,
  contactlessTransaction,
  type KernelAnswer,
  MemoryTornLog,
  type OnlineRequest,
  parseResponse,
} from '@zhanggui/emv';
import { isLuhnValid } from '@zhanggui/identifiers';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { caKeyOf } from '../reader-settings.ts';
import { ChipCard } from './chip-card.ts';
import { converse, type Held, type People } from './conversation.ts';
import { makeCertificates } from './make-certificates.ts';
import {
  bank,
  cardOf,
  cards,
  certificates,
  chipOf,
  input,
  insert,
  measuring,
  resultOf,
  rng,
  settings,
  type Try,
  tap,
  words,
} from './testing.ts';

const contact: (readonly [string, Try, string])[] = [
  ['debit-approves', { people: { pins: ['123456'] } }, 'approved-online 0000040000 F800 420300 online-pin'],
  ['credit-contactless', { amountMinor: 30_000 }, 'approved-online 0000008000 F800 1E0300 signature'],
  [
    'mastercard',
    { amountMinor: 30_000, people: { pins: ['123456'] } },
    'approved-online 0000008000 E800 440302 offline-pin',
  ],
  [
    'mastercard',
    { amountMinor: 30_000, people: { pins: ['111111', '123456'] } },
    'approved-online 0000008000 E800 440302 offline-pin',
  ],
  ['mastercard', { people: { pins: ['111111'] } }, 'approved-online 0000240000 E800 420300 online-pin'],
  ['expired-offline', {}, 'declined-offline 0040080000 6800 1E0300 signature'],
  ['wrong-cda', { people: { pins: ['123456'] } }, 'declined-offline 0400040000 E800 420300 online-pin'],
  ['pin-blocked', { people: { pins: ['123456'] } }, 'approved-online 0000240000 F800 420300 online-pin'],
  ['offline-approving', { people: { pins: ['123456'] } }, 'approved-offline 0000000000 E800 410302 offline-pin'],
  [
    'offline-approving',
    { amountMinor: 30_000, people: { pins: ['123456'] } },
    'approved-online 0000008000 F800 410302 offline-pin',
  ],
  [
    'approves-unreached',
    { amountMinor: 30_000, people: { pins: ['123456'] } },
    'approved-online 0000008000 F800 410302 offline-pin',
  ],
];

test.each(contact)('by contact, %s: %j', (id, situation, expected) => {
  const chip = chipOf(id);
  expect(words(insert(chip, { ...situation, people: { ...situation.people, issuer: bank(chip) } }))).toBe(expected);
});

test.each([
  ['approves-unreached', 30_000, 'approved-offline'],
  ['approves-unreached', 200_000, 'declined-offline'],
  ['offline-approving', 30_000, 'declined-offline'],
])('whose bank cannot be reached, %s for %d: %s', (id, amountMinor, expected) => {
  const held = insert(chipOf(id), { amountMinor, people: { pins: ['123456'] } });
  expect(held.outcome.outcome).toBe(expected);
});

// Cards whose bank does something of its own are chips like the others.
for (const id of ['insufficient-funds', 'wrong-pin', 'expired', 'broken-chip', 'stripe-of-chip'])
  contact.push([
    id,
    { people: { pins: ['123456'] } },
    `approved-online 00${id === 'expired' ? '40' : '00'}040000 E800 420300 online-pin`,
  ]);

const contactless: readonly (readonly [string, number, string])[] = [
  ['debit-approves', 12_345, 'online-request 0000000000 0000 - none'],
  ['debit-approves', 150_000, 'online-request 0000000000 0000 - online-pin'],
  ['credit-contactless', 12_345, 'online-request 0000000000 0000 - none'],
  ['visa', 12_345, 'online-request 0000000000 0000 - none'],
  ['visa', 150_000, 'online-request 0000000000 0000 - online-pin'],
  ['mastercard', 12_345, 'online-request 0000008001 E000 1F0302 none'],
  ['mastercard', 150_000, 'online-request 0000048001 E000 420300 online-pin'],
  ['mastercard', 5_000, 'online-request 0000000001 E000 1F0302 none'],
  ['phone-apple', 900_000, 'online-request 0000000000 0000 - cdcvm'],
  ['phone-google', 900_000, 'online-request 0000008001 E000 010002 cdcvm'],
  ['phone-google', 12_345, 'online-request 0000008001 E000 3F0002 none'],
  ['bank-silent', 12_345, 'online-request 0000000000 0000 - none'],
  ['bank-late', 12_345, 'online-request 0000000000 0000 - none'],
  ['phone-huawei', 900_000, 'online-request 0000000000 0000 - cdcvm'],
  ['offline-approving', 4_000, 'approved-offline 0000000000 0000 - none'],
  ['debit-sm', 4_000, 'approved-offline 0000000000 0000 - none'],
  ['debit-sm', 12_345, 'online-request 0000000000 0000 - none'],
  ['offline-approving', 12_345, 'online-request 0000000000 0000 - none'],
];

test.each(contactless)('without contact, %s for %d fen', (id, amountMinor, expected) => {
  const chip = chipOf(id);
  const held = tap(chip, { amountMinor });
  expect(words(held)).toBe(expected);
  if (held.outcome.outcome !== 'online-request') return;
  const { request } = held.outcome;
  const answer = bank(chip)(request);
  expect(concludeContactless(request, answer.decision)).toMatchObject({ outcome: 'approved-online' });
});

test.each([
  ['blocked-application', 'contact', { outcome: 'end-application', reason: 'application-blocked' }],
  ['blocked-application', 'contactless', { outcome: 'end-application' }],
  ['unknown-aid', 'contact', { outcome: 'end-application', reason: 'no-application' }],
  ['unknown-aid', 'contactless', { outcome: 'end-application', reason: 'no-application' }],
  ['phone-locked', 'contactless', { outcome: 'try-again', reason: 'see-phone' }],
  ['phone-huawei', 'contact', { outcome: 'end-application', reason: 'no-application' }],
] as const)('%s by %s comes to no payment', (id, channel, expected) => {
  expect((channel === 'contact' ? insert : tap)(chipOf(id)).outcome).toMatchObject(expected);
});

test('a phone tells the reference that joins it to the card', () => {
  const { paymentAccountReference } = resultOf(tap(chipOf('phone-huawei')));
  expect(new TextDecoder().decode(paymentAccountReference)).toBe('ZGTEST00000000000000000000005');
});

test('every card is tried', () => {
  const tried = new Set([...contact, ...contactless].map(([id]) => id));
  for (const id of ['blocked-application', 'phone-locked', 'two-applications', 'unknown-aid']) tried.add(id);
  const chips = [...cards.values()].filter(({ applications }) => applications.length > 0).map(({ id }) => id);
  expect([...tried].sort()).toEqual(chips.sort());
});

test.each([
  [0, 'UnionPay Credit'],
  [1, 'UnionPay Debit'],
])('of two applications the cardholder takes number %d', (choice, label) => {
  const chip = chipOf('two-applications');
  const held = insert(chip, { amountMinor: 30_000, people: { choice, pins: ['123456'], issuer: bank(chip) } });
  expect(held.asked[0]).toBe('choose-application');
  expect(held.outcome.outcome).toBe('approved-online');
  expect(resultOf(held).label).toBe(label);
});

test('the card approves by itself until its limits are reached, and again after its issuer has spoken', () => {
  const chip = chipOf('offline-approving');
  const people = { pins: ['123456'], issuer: bank(chip) };
  const outcomes = Array.from({ length: 7 }, () => insert(chip, { amountMinor: 1_000, people }).outcome.outcome);
  expect(outcomes).toEqual([...new Array(5).fill('approved-offline'), 'approved-online', 'approved-offline']);
});

test('PIN tries are counted, and a script of the issuer gives them back', () => {
  const chip = chipOf('mastercard');
  insert(chip, { people: { pins: ['111111'], issuer: bank(chip) } });
  expect(chip.state.pinTriesLeft).toBe(0);
  const unblock = { template: '72', identifier: fromHex('00000001'), headers: [fromHex('84240000')] } as const;
  const held = insert(chip, { amountMinor: 30_000, people: { pins: ['123456'], issuer: bank(chip, '00', [unblock]) } });
  expect(held.outcome.outcome).toBe('approved-online');
  expect(toHex(resultOf(held).scriptResults)).toBe('2000000001');
  expect(toHex(resultOf(held).tsi)).toBe('EC00');
  expect(chip.state.pinTriesLeft).toBe(3);
});

test('a script blocks the application before the final cryptogram, and the next time it is not accepted', () => {
  const chip = chipOf('debit-approves');
  const block = { template: '71', identifier: fromHex('00000002'), headers: [fromHex('841E0000')] } as const;
  const held = insert(chip, { people: { pins: ['123456'], issuer: bank(chip, '05', [block]) } });
  expect(held.outcome).toMatchObject({ outcome: 'declined-online', reversal: false });
  expect(insert(chip).outcome).toMatchObject({ reason: 'application-blocked' });
});

test('a script changes how often the card may approve by itself', () => {
  const chip = chipOf('offline-approving');
  const limit = { template: '72', identifier: fromHex('00000003'), headers: [fromHex('04DA9F5802')] } as const;
  const people = { pins: ['123456'], issuer: bank(chip, '00', [limit]) };
  const outcomes = Array.from({ length: 9 }, () => insert(chip, { amountMinor: 1_000, people }).outcome.outcome);
  expect(outcomes.slice(0, 6)).toEqual([...new Array(5).fill('approved-offline'), 'approved-online']);
  expect(outcomes.slice(6)).toEqual(['approved-offline', 'approved-offline', 'approved-online']);
});

test('a script with a wrong MAC is refused by the card and told in the TVR', () => {
  const chip = chipOf('debit-approves');
  const block = { template: '71', identifier: fromHex('00000002'), headers: [fromHex('841E0000')] } as const;
  const tampering = (request: OnlineRequest): Extract<KernelAnswer, { answer: 'issuer' }> => {
    const answer = bank(chip, '00', [block])(request);
    const data = answer.data.slice();
    data[data.length - 1] = (data.at(-1) ?? 0) ^ 1;
    return { ...answer, data };
  };
  const held = insert(chip, { people: { pins: ['123456'], issuer: tampering } });
  expect(words(held)).toBe('approved-online 0000040020 FC00 420300 online-pin');
  expect(chip.state.applications.A000000333010101?.blocked).toBe(false);
});

test('an approval with a wrong ARPC is turned down by the card and must be reversed', () => {
  const chip = chipOf('debit-approves');
  const forged = (request: OnlineRequest): Extract<KernelAnswer, { answer: 'issuer' }> => {
    const answer = bank(chip)(request);
    const data = answer.data.slice();
    data[2] = (data[2] ?? 0) ^ 1;
    return { ...answer, data };
  };
  const held = insert(chip, { people: { pins: ['123456'], issuer: forged } });
  expect(held.outcome).toMatchObject({ outcome: 'declined-online', reversal: true });
  expect(toHex(resultOf(held).tvr)).toBe('0000040040');
});

test('when the issuer cannot be reached the default codes decline, unless nothing speaks against an offline approval', () => {
  expect(insert(chipOf('debit-approves'), { people: { pins: ['123456'] } }).outcome.outcome).toBe('declined-offline');
});

test('a card pulled out after the approval leaves a reversal, before it nothing', () => {
  const chip = chipOf('debit-approves');
  const people = (times: number): People => ({
    pins: ['123456'],
    issuer: bank(chip),
    pullOutAt: (ins, count) => ins === 0xae && count === times,
  });
  expect(insert(chip, { people: people(2) }).outcome).toMatchObject({ reason: 'card-removed', reversal: true });
  expect(insert(chip, { people: people(1) }).outcome).toMatchObject({ reason: 'card-removed', reversal: false });
});

test.each([
  ['where the reader is', 9_000, 'online-request 0000008002 E000 1F0302 none', 1],
  ['relayed from elsewhere', 90_000, 'online-request 000000800E E000 1F0302 none', 3],
])('a Mastercard %s proves with its cryptogram how long it took', (_, takesMicroseconds, expected, exchanges) => {
  const card = cardOf('mastercard');
  const [data] = card.applications;
  if (data?.contactless?.relayResistance === undefined) throw new Error('no relay resistance');
  const relayResistance = { ...data.contactless.relayResistance, takesMicroseconds };
  const changed = { ...card, applications: [{ ...data, contactless: { ...data.contactless, relayResistance } }] };
  const chip = new ChipCard(changed, certificates, rng(3));
  const held = tap(chip, { terminal: measuring() });
  expect(words(held)).toBe(expected);
  expect(held.commands.filter((ins) => ins === 0xea)).toHaveLength(exchanges);
});

test('a signature over other times than those that were told authenticates nothing', () => {
  const chip = chipOf('mastercard');
  const transmit = chip.transmit.bind(chip);
  chip.transmit = (command) => {
    const answer = transmit(command);
    // Somebody between card and reader raises the longest time.
    return command[1] === 0xea ? answer.map((byte, index) => (index === 8 ? 0x7f : byte)) : answer;
  };
  expect(words(tap(chip, { terminal: measuring() }))).toBe('declined-offline 0400008002 E000 1F0302 none');
});

test('a reader that knows extended selection names the whole application', () => {
  const plain = resultOf(tap(chipOf('visa')));
  expect(toHex(plain.aid)).toBe('A0000000031010');
  const whole = resultOf(tap(chipOf('visa'), { terminal: measuring() }));
  expect(toHex(whole.aid)).toBe('A0000000031010D1560001');
});

test('a Mastercard that leaves while it makes the cryptogram gives it when it comes back', () => {
  const chip = chipOf('mastercard');
  const log = new MemoryTornLog(1);
  const present = (people: People = {}): Held => {
    chip.reset('contactless');
    return converse(contactlessTransaction(settings(), input(12_345), log), chip, rng(9), people);
  };
  expect(present({ pullOutAt: (ins) => ins === 0xae }).outcome).toMatchObject({ outcome: 'try-again', reason: 'torn' });
  const held = present();
  expect(held.commands.at(-1)).toBe(0xd0);
  expect(held.outcome.outcome).toBe('online-request');
  if (held.outcome.outcome === 'online-request') expect(bank(chip)(held.outcome.request).decision).toBe('approve');
});

test('a card without a key for PINs takes them under its key for signatures', () => {
  const card = cardOf('mastercard');
  const [data] = card.applications;
  if (data?.contact === undefined) throw new Error('no contact face');
  const { '3.3': _, ...records } = data.contact.records;
  const contactFace = { ...data.contact, afl: '080101001001010118010200', records };
  const chip = new ChipCard({ ...card, applications: [{ ...data, contact: contactFace }] }, certificates, rng(3));
  const held = insert(chip, { amountMinor: 30_000, people: { pins: ['123456'], issuer: bank(chip) } });
  expect(words(held)).toBe('approved-online 0000008000 E800 440302 offline-pin');
});

test('a key for PINs that is not all there is as good as none: the one for signatures takes its place', () => {
  const card = cardOf('mastercard');
  const [data] = card.applications;
  const made = certificates.applications[`mastercard/${data?.aid}`];
  const { '9F2E': _, ...whole } = made?.faces.contact?.['pin-certificate'] ?? {};
  const records = { ...data?.contact?.records, '3.3': { '9F2D': whole['9F2D'] ?? '' } };
  if (data?.contact === undefined) throw new Error('no contact face');
  const changed = { ...card, applications: [{ ...data, contact: { ...data.contact, records } }] };
  const chip = new ChipCard(changed, certificates, rng(3));
  const held = insert(chip, { amountMinor: 30_000, people: { pins: ['123456'], issuer: bank(chip) } });
  expect(words(held)).toBe('approved-online 0000008000 E800 440302 offline-pin');
});

test('new certificates serve as well as those that are kept', () => {
  const made = makeCertificates([cardOf('debit-approves')]);
  const chip = new ChipCard(cardOf('debit-approves'), made, rng(3));
  const keys = made.authorities.map(caKeyOf);
  const held = insert(chip, { people: { pins: ['123456'], issuer: bank(chip) }, terminal: { caKeys: keys } });
  expect(toHex(resultOf(held).tvr)).toBe('0000040000');
});

test('whatever a terminal sends, the card answers with a status and goes on', () => {
  const header = fc.tuple(
    fc.constantFrom(0x00, 0x80, 0x84, 0x8c),
    fc.constantFrom(0xa4, 0xa8, 0xb2, 0xae, 0xca, 0x82, 0x84, 0x88, 0x20, 0xd0, 0x1e, 0x24, 0x00),
    fc.constantFrom(0x00, 0x01, 0x04, 0x40, 0x80, 0x9f),
    fc.constantFrom(0x00, 0x02, 0x0c, 0x14, 0x17, 0x80, 0x88),
  );
  const data = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.constantFrom('A000000333010101', '8300', '315041592E5359532E4444463031').map(fromHex),
  );
  const command = fc.oneof(
    fc.uint8Array({ maxLength: 12 }),
    fc
      .tuple(header, data)
      .map(([bytes, body]) => Uint8Array.of(...bytes, ...(body.length > 0 ? [body.length, ...body] : []), 0)),
  );
  fc.assert(
    fc.property(fc.constantFrom('contact' as const, 'contactless' as const), fc.array(command), (channel, commands) => {
      const chip = chipOf('offline-approving');
      chip.reset(channel);
      chip.transmit(fromHex('00A4040008A00000033301010100'));
      for (const each of commands) {
        const { sw } = parseResponse(chip.transmit(each));
        expect(sw === 0x9000 || (sw >= 0x6283 && sw < 0x7000)).toBe(true);
      }
      expect(chip.state.pinTriesLeft).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 300 },
  );
});

test('no outcome shows a PIN, and what a card remembers is plain data', () => {
  const chip = chipOf('mastercard');
  const held = insert(chip, { amountMinor: 30_000, people: { pins: ['123456'], issuer: bank(chip) } });
  const shown = JSON.stringify(held, (_, value: unknown) =>
    value instanceof Uint8Array ? toHex(value) : value instanceof Map ? [...value] : value,
  );
  expect(shown).not.toContain('26123456');
  // VERIFY goes from the PIN pad to the card; the kernel sends none.
  expect(held.asked).toContain('offline-pin');
  expect(held.commands).not.toContain(0x20);
  expect(JSON.parse(JSON.stringify(chip.state))).toEqual(chip.state);
});

test('card numbers are invented and valid, and each application has its certificates', () => {
  for (const { id, applications } of cards.values())
    for (const { aid, pan } of applications) {
      expect(pan).toMatch(/^(620000|400000|540000)\d{10,13}$/);
      expect(isLuhnValid(pan)).toBe(true);
      expect(certificates.applications[`${id}/${aid}`]).toBeDefined();
    }
});
