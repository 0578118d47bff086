import { fromHex, toHex } from '@zhanggui/base';
import type { TerminalSettings } from '@zhanggui/emv';
import { generateSm2Key } from '@zhanggui/paycrypto';
import { expect, test } from 'vitest';
import { caKeyOf } from '../reader-settings.ts';
import { ChipCard } from './chip-card.ts';
import { makeCertificates } from './make-certificates.ts';
import { smPoint } from './sm-signing.ts';
import { bank, caKeys, cardOf, certificates, chipOf, insert, resultOf, rng, settings, tap, words } from './testing.ts';

test('without the authority’s key, or with a withdrawn certificate, authentication fails', () => {
  const people = { pins: ['123456'], issuer: bank(chipOf('debit-approves')) };
  const failed = insert(chipOf('debit-approves'), { people, terminal: { caKeys: [] } });
  expect(toHex(resultOf(failed).tvr)).toBe('0400040000');
  const rid = fromHex('A000000333');
  const revoked = insert(chipOf('debit-approves'), {
    people,
    terminal: { revokedCertificates: [{ rid, index: 0xf1, serial: '000001' }] },
  });
  expect(toHex(resultOf(revoked).tvr)).toBe('0400040000');
});

test.each([
  ['C0', 'DDA', 'approved-online 0000040000 F800 420300 online-pin', '9F4C'],
  ['80', 'SDA', 'approved-online 0200040000 F800 420300 online-pin', '9F45'],
])('a terminal with capabilities %s authenticates the card by %s', (capabilities, _, expected, proof) => {
  const values = new Map([...settings().values, ['9F33', fromHex(`E0F8${capabilities}`)] as const]);
  const chip = chipOf('debit-approves');
  const held = insert(chip, { people: { pins: ['123456'], issuer: bank(chip) }, terminal: { values } });
  expect(words(held)).toBe(expected);
  expect(held.commands.includes(0x88)).toBe(proof === '9F4C');
  expect(toHex(resultOf(held).values.get(proof) ?? new Uint8Array(0))).toMatch(/^(DAC1|[0-9A-F]{16})$/);
});

test('the number that a card signs with its cryptogram is kept', () => {
  const chip = chipOf('debit-approves');
  const held = insert(chip, { people: { pins: ['123456'], issuer: bank(chip) } });
  expect(held.commands).not.toContain(0x88);
  expect(toHex(resultOf(held).values.get('9F4C') ?? new Uint8Array(0))).toMatch(/^[0-9A-F]{16}$/);
});

test.each([
  ['issuer-certificate', '92', 'C8', '2400040000'],
  ['icc-certificate', '9F48', 'C8', '2400040000'],
  ['icc-certificate', '9F48', 'C0', '2800040000'],
  ['issuer-certificate', '92', '80', '6200040000'],
] as const)(
  'the rest of a key that is not in the %s (%s) is data that the card lacks',
  (record, tag, capabilities, tvr) => {
    const name = `debit-approves/${cardOf('debit-approves').applications[0]?.aid}`;
    const made = certificates.applications[name];
    const { [tag]: rest, ...others } = made?.faces.contact?.[record] ?? {};
    if (made === undefined || rest === undefined) throw new Error('the certificate holds the whole key');
    const faces = { ...made.faces, contact: { ...made.faces.contact, [record]: others } };
    const changed = { ...certificates, applications: { ...certificates.applications, [name]: { ...made, faces } } };
    const chip = new ChipCard(cardOf('debit-approves'), changed, rng(3));
    const values = new Map([...settings().values, ['9F33', fromHex(`E0F8${capabilities}`)] as const]);
    const held = insert(chip, { people: { pins: ['123456'], issuer: bank(chip) }, terminal: { values } });
    expect(toHex(resultOf(held).tvr)).toBe(tvr);
  },
);

test('a card that refuses INTERNAL AUTHENTICATE is not gone on with', () => {
  const chip = chipOf('debit-approves');
  const transmit = chip.transmit.bind(chip);
  chip.transmit = (command) => (command[1] === 0x88 ? fromHex('6985') : transmit(command));
  const values = new Map([...settings().values, ['9F33', fromHex('E0F8C0')] as const]);
  expect(insert(chip, { terminal: { values } }).outcome).toMatchObject({
    outcome: 'end-application',
    reason: 'card-error',
  });
});

test.each([
  ['2000', 'approved-offline'],
  ['0000', 'declined-offline'],
])('without contact a signature counts where the profile %s has dynamic authentication', (aip, expected) => {
  const card = cardOf('offline-approving');
  const [data] = card.applications;
  if (data?.contactless === undefined) throw new Error('no contactless face');
  const changed = { ...card, applications: [{ ...data, contactless: { ...data.contactless, aip } }] };
  const made = makeCertificates([changed]);
  const held = tap(new ChipCard(changed, made, rng(3)), {
    amountMinor: 3000,
    terminal: { caKeys: made.authorities.map(caKeyOf) },
  });
  expect(held.outcome.outcome).toBe(expected);
});

test.each([
  ['C0', '0800040000'],
  ['80', '4200040000'],
])('a card whose record was changed fails the authentication of a terminal with %s', (capabilities, tvr) => {
  const card = cardOf('debit-approves');
  const [data] = card.applications;
  const record = data?.contact?.records['2.1'];
  if (data?.contact === undefined || typeof record !== 'object') throw new Error('no record');
  const records = { ...data.contact.records, '2.1': { ...record, '9F07': 'FFC0' } };
  const forged = { ...card, applications: [{ ...data, contact: { ...data.contact, records } }] };
  const chip = new ChipCard(forged, certificates, rng(3));
  const values = new Map([...settings().values, ['9F33', fromHex(`E0F8${capabilities}`)] as const]);
  const held = insert(chip, { people: { pins: ['123456'], issuer: bank(chip) }, terminal: { values } });
  expect(toHex(resultOf(held).tvr)).toBe(tvr);
});

/** A terminal that knows SM2, with these abilities to authenticate cards. */
const smTerminal = (capabilities: string): Partial<TerminalSettings> => ({
  values: new Map([
    ...settings().values,
    ['9F33', fromHex(`E0F8${capabilities}`)] as const,
    ['DF69', fromHex('01')] as const,
  ]),
});

/** The records that a card is asked for, as their file. */
function filesRead(chip: ChipCard): Set<number> {
  const files = new Set<number>();
  const transmit = chip.transmit.bind(chip);
  chip.transmit = (command) => {
    if (command[1] === 0xb2) files.add((command[3] ?? 0) >> 3);
    return transmit(command);
  };
  return files;
}

test.each([
  ['C8', 'CDA', 'approved-offline 0000000000 E800 410302 offline-pin'],
  ['C0', 'DDA', 'approved-offline 0000000000 E800 410302 offline-pin'],
  ['80', 'SDA', 'approved-offline 0200000000 E800 410302 offline-pin'],
])('a terminal with capabilities %s that knows SM2 authenticates a card by %s with it', (capabilities, _, expected) => {
  const chip = chipOf('debit-sm');
  const files = filesRead(chip);
  const terminal = smTerminal(capabilities);
  expect(words(insert(chip, { people: { pins: ['123456'] }, terminal }))).toBe(expected);
  expect([...files]).toEqual([1, 2, 4]);
});

test('the same card shows a terminal without SM2 its RSA certificates', () => {
  const chip = chipOf('debit-sm');
  const files = filesRead(chip);
  const held = insert(chip, { people: { pins: ['123456'] } });
  expect(words(held)).toBe('approved-offline 0000000000 E800 410302 offline-pin');
  expect([...files]).toEqual([1, 2, 3]);
});

test.each([
  ['C8', '0400000000'],
  ['C0', '0800000000'],
  ['80', '4200000000'],
])('SM2 with %s fails for an unknown authority, another record, or a withdrawn certificate', (capabilities, tvr) => {
  const people = { pins: ['123456'], issuer: bank(chipOf('debit-sm')) };
  const tvrOf = (chip: ChipCard, changes: Partial<TerminalSettings> = {}): string =>
    toHex(resultOf(insert(chip, { people, terminal: { ...smTerminal(capabilities), ...changes } })).tvr);
  const others = caKeys.map((key) => (key.algorithm === 'SM2' ? { ...key, modulus: smPoint(generateSm2Key()) } : key));
  expect(tvrOf(chipOf('debit-sm'), { caKeys: others })).toBe(tvr);
  const revoked = [{ rid: fromHex('A000000333'), index: 0xf2, serial: '000001' }];
  expect(tvrOf(chipOf('debit-sm'), { revokedCertificates: revoked })).toBe(tvr);
  const card = cardOf('debit-sm');
  const [data] = card.applications;
  const record = data?.contact?.records['2.1'];
  if (data?.contact === undefined || typeof record !== 'object') throw new Error('no record');
  const records = { ...data.contact.records, '2.1': { ...record, '9F07': 'FFC0' } };
  const forged = { ...card, applications: [{ ...data, contact: { ...data.contact, records } }] };
  expect(tvrOf(new ChipCard(forged, certificates, rng(3)))).toBe(tvr);
});

test('a card with SM2 that signs other data than the terminal’s is not believed', () => {
  const card = cardOf('debit-sm');
  const [data] = card.applications;
  if (data === undefined) throw new Error('no application');
  const wrong = { ...card, applications: [{ ...data, fault: 'wrong-cda-signature' as const }] };
  const held = insert(new ChipCard(wrong, certificates, rng(3)), {
    people: { pins: ['123456'] },
    terminal: smTerminal('C8'),
  });
  expect(words(held)).toBe('declined-offline 0400000000 E800 410302 offline-pin');
});

test.each([
  [smTerminal('C8'), 4_000, 'approved-offline'],
  [{ ...smTerminal('C8'), caKeys: caKeys.filter(({ algorithm }) => algorithm === 'RSA') }, 4_000, 'declined-offline'],
])('without contact SM2 makes or breaks what the card approves (%#)', (terminal, amountMinor, expected) => {
  const chip = chipOf('debit-sm');
  const files = filesRead(chip);
  expect(tap(chip, { amountMinor, terminal }).outcome.outcome).toBe(expected);
  expect(files.has(4)).toBe(true);
});
