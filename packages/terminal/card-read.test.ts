import { DEFAULT_RELAY_RESISTANCE } from '@zhanggui/emv';
import { AID, cardScript, cryptogram, template, terminal, tlv } from '@zhanggui/emv/kernel/testing.ts';
import { describe, expect, test } from 'vitest';
import type { ShownCard } from './ports.ts';
import type { CardRecord, CompletionRecord, PresentedCard, ReaderSettings, ReadRequest, ReadResult } from './read.ts';
import { type CardScript, openPin, openSealed, ScriptedChip, ScriptedTerminal } from './testing.ts';

const ONLINE_PIN = '00000000000000004203';
const PAN = '6200000000000000010';

const settings = (changes: Partial<ReaderSettings> = {}): ReaderSettings => ({
  emv: terminal({ contactless: { cvmLimitMinor: 100_000 } }),
  stripe: { stripe: true, fallback: true, failuresBeforeFallback: 2 },
  readers: ['contact', 'contactless', 'stripe'],
  pinBlockFormat: 4,
  ...changes,
});

const sale = (changes: Partial<ReadRequest> = {}): ReadRequest => ({
  ...{ purpose: 'sale', amountMinor: 12_345, currency: 'CNY', language: 'zh' },
  ...changes,
});

/** A chip that wants its issuer and an online PIN. */
const onlineChip = (more: CardScript = {}): ScriptedChip =>
  new ScriptedChip({
    ...(cardScript({ record: { '8E': ONLINE_PIN, '9F0D': 'FFFFFFFFFF', '9F0F': 'FFFFFFFFFF' } }) as CardScript),
    '80AE4000': cryptogram('40'),
    ...more,
  });

/** A card or phone in the field that wants its issuer. */
const fieldChip = (more: Readonly<Record<string, string>> = {}, script: CardScript = {}): ScriptedChip =>
  new ScriptedChip({
    '00A404000E': `${tlv([
      '6F',
      tlv(['84', '325041592E5359532E4444463031'], ['A5', tlv(['BF0C', tlv(['61', tlv(['4F', AID])])])]),
    ])}9000`,
    [`00A4040008${AID}`]: `${tlv(['6F', tlv(['84', AID], ['A5', tlv(['50', '554E494F4E'], ['9F38', '9F66049F02069F37045F2A02'])])])}9000`,
    '80A8': template('77', {
      ...{ '82': '0000', '57': `${PAN}D31122200000000`, '5F34': '01', '9F10': '07010103A0A80201' },
      ...{ '9F26': '1122334455667788', '9F27': '80', '9F36': '0007', ...more },
    }),
    ...script,
  });

const contact = (chip: ScriptedChip | null): ShownCard => ({ reader: 'contact', chip });
const field = (chip: ScriptedChip): ShownCard => ({ reader: 'contactless', cards: 1, chip });
const stripe = (serviceCode: string): ShownCard => ({ reader: 'stripe', track2: `${PAN}=3112${serviceCode}00000` });

function cardOf(result: ReadResult): PresentedCard {
  if (result.state !== 'presented') throw new Error(`not presented but ${result.state}`);
  return result.card;
}

async function completionOf(on: ScriptedTerminal): Promise<CompletionRecord> {
  const result = await on.until(({ state }) => state === 'concluded');
  if (result.state !== 'concluded' || result.completion === null) throw new Error('no completion');
  return openSealed<CompletionRecord>(result.completion);
}

describe('a chip by contact', () => {
  test('is sealed with its PIN under one KSN, and its last word under the next', async () => {
    const on = new ScriptedTerminal(settings(), sale(), ['1234']);
    const card = cardOf(await on.show(contact(onlineChip())));
    expect(card).toMatchObject({ entryMode: 'chip', scheme: 'unionpay', cvm: 'online-pin', concludes: true, aid: AID });
    expect(card.maskedPan).toBe('•••• 0010');
    const record = openSealed<CardRecord>(card.credential);
    expect(record).toMatchObject({ pan: PAN, expiry: '3112', sequence: '001', cvm: 'online-pin', device: 'card' });
    expect(record.chip).toMatch(/^9F260811223344556677889F270180/);
    expect(openPin(card.credential, PAN, 4)).toBe('1234');
    expect(on.questions).toMatchObject([{ amountMinor: 12_345, maskedPan: '•••• 0010', prompt: { en: 'Enter PIN' } }]);
    expect(on.read.answer({ decision: 'approve', responseCode: '00', data: '' })).toBe(true);
    expect(await completionOf(on)).toMatchObject({ result: 'approved', signature: false });
    const last = on.read.result;
    if (last.state !== 'concluded') throw new Error(last.state);
    expect(last.completion?.ksn.slice(-8)).toBe('00000002');
    expect(card.credential.ksn.slice(-8)).toBe('00000001');
    await on.running;
  });

  test('has its PIN in format 0 where the terminal is set so', async () => {
    const on = new ScriptedTerminal(settings({ pinBlockFormat: 0 }), sale(), ['123456']);
    const { credential } = cardOf(await on.show(contact(onlineChip())));
    expect(credential.pinBlock).toHaveLength(16);
    expect(openPin(credential, PAN, 0)).toBe('123456');
  });

  test.each([
    ['declined by its issuer', 'decline', {}, { result: 'declined' }],
    ['that refuses its issuer’s approval', 'approve', { '80AE4000': cryptogram('00') }, { result: 'declined' }],
    ['whose codes want no approval without its issuer', 'unable-to-go-online', {}, { result: 'declined', arc: 'Z3' }],
    ['taken away before its last word', 'approve', { '80AE4000': 'removed' }, { result: 'removed' }],
  ] as const)('%s says so', async (_, decision, more, expected) => {
    const on = new ScriptedTerminal(settings(), sale(), ['1234']);
    cardOf(await on.show(contact(onlineChip(more))));
    on.read.answer({ decision, responseCode: decision === 'approve' ? '00' : '', data: '' });
    expect(await completionOf(on)).toMatchObject(expected);
  });

  test('approves without its issuer where its own codes allow that', async () => {
    const record = { '9F0F': 'FFFFFFFFFF', '9F0D': '0000000000' };
    const chip = new ScriptedChip(cardScript({ record }) as CardScript);
    const on = new ScriptedTerminal(settings(), sale());
    cardOf(await on.show(contact(chip)));
    on.read.answer({ decision: 'unable-to-go-online', responseCode: '', data: '' });
    expect(await completionOf(on)).toMatchObject({ result: 'approved', arc: 'Y3' });
  });

  test('taken away, or given up by the till, while its issuer is asked has said nothing', async () => {
    for (const leave of ['card', 'till'] as const) {
      const chip = onlineChip();
      const on = new ScriptedTerminal(settings(), sale(), ['1234']);
      cardOf(await on.show(contact(chip)));
      if (leave === 'card') chip.pullOut();
      else on.read.cancel();
      expect(await completionOf(on)).toEqual({ result: 'removed' });
    }
  });

  test('that approves by itself brings its word along', async () => {
    const on = new ScriptedTerminal(settings(), sale());
    const card = cardOf(await on.show(contact(new ScriptedChip(cardScript() as CardScript))));
    expect(card).toMatchObject({ offline: 'Y1', concludes: false, cvm: 'none' });
    expect(openSealed<CardRecord>(card.credential)).toMatchObject({ offline: 'Y1' });
    on.read.answer({ decision: 'approve', responseCode: '00', data: '' });
    expect(await on.until(({ state }) => state === 'concluded')).toMatchObject({ completion: null });
  });

  test.each(['pre-authorization', 'balance', 'refund', 'void'] as const)(
    'that would approve a sale by itself asks its issuer for a %s',
    async (purpose) => {
      const chip = new ScriptedChip(cardScript() as CardScript);
      const card = cardOf(await new ScriptedTerminal(settings(), sale({ purpose })).show(contact(chip)));
      expect(card).toMatchObject({ offline: null, concludes: true });
      expect(chip.commands.at(-1)).toMatch(/^80AE80/);
    },
  );

  test('taken away while it is read is asked for again, and then pays', async () => {
    const on = new ScriptedTerminal(settings(), sale(), ['1234']);
    const early = await on.show(contact(onlineChip({ '00B2010C00': 'removed' })));
    expect(early).toMatchObject({ state: 'waiting', step: 'card', prompt: { en: 'Card removed too early' } });
    expect(cardOf(await on.show(contact(onlineChip()))).entryMode).toBe('chip');
  });

  test.each([
    ['PIN passed over', 'bypassed', { state: 'presented' }],
    ['given up at the pad', 'cancelled', { state: 'cancelled' }],
    ['without a pad', 'missing', { state: 'presented' }],
  ] as const)('%s', async (_, typed, expected) => {
    const on = new ScriptedTerminal(settings(), sale(), [typed]);
    const result = await on.show(contact(onlineChip()));
    expect(result).toMatchObject(expected);
    if (result.state === 'presented') expect(result.card.credential.pinBlock).toBeUndefined();
  });

  test('declined by the terminal goes to nobody, and its stripe is not read after that', async () => {
    const chip = new ScriptedChip(cardScript({ record: { '9F0E': 'FFFFFFFFFF' } }) as CardScript);
    const on = new ScriptedTerminal(settings(), sale());
    const result = await on.show(contact(chip));
    expect(result).toMatchObject({ state: 'failed', prompt: { en: 'Declined' }, again: false });
    await on.running;
  });

  test('checks the PIN itself: the pad sends it, wrong ones are asked for again', async () => {
    const verify = ['63C2', '9000'];
    const chip = onlineChip({ '80CA9F17': '9F1701039000', '00B2010C00': template('70', OFFLINE_RECORD) });
    const transmit = chip.transmit.bind(chip);
    chip.transmit = async (command) => {
      const answer = await transmit(command);
      if (command[1] !== 0x20) return answer;
      return Uint8Array.from(Buffer.from(verify.shift() ?? '9000', 'hex'));
    };
    const on = new ScriptedTerminal(settings(), sale(), ['1111', '1234']);
    const card = cardOf(await on.show(contact(chip)));
    expect(card.cvm).toBe('offline-pin');
    expect(card.credential.pinBlock).toBeUndefined();
    expect(chip.commands.filter((command) => command.startsWith('0020'))).toEqual([
      '0020008008241111FFFFFFFFFF',
      '0020008008241234FFFFFFFFFF',
    ]);
    expect(on.questions.map(({ triesLeft, prompt }) => `${triesLeft} ${prompt.en}`)).toEqual([
      '3 Enter PIN',
      '2 Incorrect PIN, enter it again',
    ]);
  });
});

const OFFLINE_RECORD = {
  ...{ '5A': `${PAN}F`, '5F24': '311231', '5F34': '01', '8C': '9F02069F37049505', '8D': '8A029F37049505' },
  ...{ '8E': '00000000000000000103', '9F0D': '0000000000', '9F0E': '0000000000', '9F0F': 'FFFFFFFFFF' },
};

describe('several applications', () => {
  const both = (): ScriptedChip => {
    const entry = (aid: string, label: string, priority: string): string =>
      tlv(['61', tlv(['4F', aid], ['50', label], ['87', priority])]);
    const entries = [entry(AID, '4445424954', '02'), entry('A000000333010102', '435245444954', '01')];
    return onlineChip({
      '00A404000E': '6F15840E315041592E5359532E4444463031A5038801019000',
      '00B2010C00': `${tlv(['70', entries.join('')])}9000`,
      '00B2020C00': '6A83',
      '00A4040008A000000333010102': `${tlv(['6F', tlv(['84', 'A000000333010102'])])}9000`,
      '00B2011400': template('70', OFFLINE_RECORD),
      '00200080': '9000',
      '80A8': template('77', { '82': '1C00', '94': '10010100' }),
    });
  };
  const two = (): ReaderSettings =>
    settings({ emv: terminal({ application: { aid: Uint8Array.of(0xa0, 0, 0, 3, 0x33) } }) });

  test('are offered by priority, and only what was offered is taken', async () => {
    const on = new ScriptedTerminal(two(), sale(), ['1234']);
    const offered = await on.show(contact(both()));
    expect(offered).toMatchObject({
      state: 'waiting',
      step: 'application',
      choices: [
        { id: '0', label: 'CREDIT' },
        { id: '1', label: 'DEBIT' },
      ],
    });
    expect(on.read.choose('2')).toBe(false);
    expect(on.read.choose('0')).toBe(true);
    expect(cardOf(await on.until(({ state }) => state === 'presented'))).toMatchObject({ label: 'CREDIT' });
    expect(on.read.choose('0')).toBe(false);
  });

  test('of a card that is taken away, or a till that gives up, come to nothing', async () => {
    const chip = both();
    const on = new ScriptedTerminal(two(), sale());
    await on.show(contact(chip));
    chip.pullOut();
    expect(await on.until((state) => state.state === 'waiting' && state.step === 'card')).toMatchObject({
      prompt: { en: 'Card removed too early' },
    });
    await on.show(contact(both()));
    on.read.cancel();
    expect(await on.until(({ state }) => state === 'cancelled')).toEqual({
      version: expect.any(Number),
      state: 'cancelled',
    });
  });
});

describe('without contact', () => {
  test('a small amount needs no PIN, and the issuer’s word is only shown', async () => {
    const on = new ScriptedTerminal(settings(), sale());
    const card = cardOf(await on.show(field(fieldChip())));
    expect(card).toMatchObject({ entryMode: 'contactless', cvm: 'none', device: 'card', concludes: false, par: false });
    expect(on.questions).toEqual([]);
    on.read.answer({ decision: 'decline', responseCode: '51', data: '' });
    expect(await on.until(({ state }) => state === 'concluded')).toMatchObject({
      ...{ outcome: 'declined', completion: null, prompt: { en: 'Declined' } },
    });
  });

  test.each([
    ['the amount is above what the field takes', { amountMinor: 1_000_000 }, {}],
    ['the PIN that is wanted cannot be typed', { amountMinor: 150_000 }, { '9F6C': '8000' }],
  ])('where there is no other reader a card is not sent to one: %s', async (_, request, more) => {
    const on = new ScriptedTerminal(settings({ readers: ['contactless'] }), sale(request), ['missing']);
    expect(await on.show(field(fieldChip(more)))).toMatchObject({
      ...{ state: 'failed', again: true, prompt: { en: 'Not accepted' } },
    });
  });

  test('a card that takes part in the relay resistance protocol is timed by its link', async () => {
    const contactless = { kernel: 2, floorLimitMinor: 0, relayResistance: DEFAULT_RELAY_RESISTANCE } as const;
    const on = new ScriptedTerminal(settings({ emv: terminal({ contactless }) }), sale());
    const chip = fieldChip(
      {},
      {
        '80A8': template('77', { '82': '1881', '94': '08010100' }),
        '80EA': '800ADDDDDDDD000000C800129000',
        '00B2010C00': template('70', { '5A': `${PAN}F`, '5F24': '311231', '8C': '9F02069F370495059F3403' }),
        '80AE8000': cryptogram('80'),
      },
    );
    const card = cardOf(await on.show(field(chip)));
    expect(openSealed<CardRecord>(card.credential).chip).toContain('9505A000008002');
    expect(chip.commands.filter((command) => command.startsWith('80EA'))).toHaveLength(1);
  });

  test('a PIN that is wanted is asked for when the card has left; without it the card is put in', async () => {
    const on = new ScriptedTerminal(settings(), sale({ amountMinor: 150_000 }), ['123456']);
    const card = cardOf(await on.show(field(fieldChip({ '9F6C': '8000' }))));
    expect(card.cvm).toBe('online-pin');
    expect(openPin(card.credential, PAN, 4)).toBe('123456');
    const without = new ScriptedTerminal(settings(), sale({ amountMinor: 150_000 }), ['bypassed']);
    const result = await without.show(field(fieldChip({ '9F6C': '8000' })));
    expect(result).toMatchObject({ state: 'waiting', prompt: { en: 'Insert card' }, readers: ['contact'] });
  });

  test('a phone verifies its holder itself, and its account reference is kept', async () => {
    const par = Buffer.from('ZGTEST00000000000000000000099').toString('hex').toUpperCase();
    const on = new ScriptedTerminal(settings(), sale({ amountMinor: 500_000 }));
    const card = cardOf(await on.show(field(fieldChip({ '9F6C': '0080', '9F24': par }))));
    expect(card).toMatchObject({ device: 'phone', cvm: 'device', par: true });
    expect(card.credential.pinBlock).toBeUndefined();
    expect(openSealed<CardRecord>(card.credential)).toMatchObject({
      device: 'phone',
      par: 'ZGTEST00000000000000000000099',
    });
  });

  test('a phone that is locked, a card that leaves, and two cards at once are asked for again', async () => {
    const on = new ScriptedTerminal(settings(), sale());
    const prompts: unknown[] = [];
    for (const shown of [
      field(fieldChip({}, { '80A8': '6986' })),
      field(new ScriptedChip({ '00A4': 'removed' })),
      { reader: 'contactless', cards: 2, chip: null } as const,
    ]) {
      const state = await on.show(shown);
      prompts.push(state.state === 'waiting' ? state.prompt.en : state.state);
    }
    expect(prompts).toEqual(['See phone for instructions', 'Present card again', 'Present one card only']);
  });

  test('an amount above the limit sends the card to the slot', async () => {
    const on = new ScriptedTerminal(settings(), sale({ amountMinor: 1_000_000 }));
    expect(await on.show(field(fieldChip()))).toMatchObject({
      ...{ state: 'waiting', prompt: { en: 'Insert or swipe card' }, readers: ['contact', 'stripe'] },
    });
  });
});

describe('a stripe', () => {
  test('of a card without a chip pays with its PIN, or signed for', async () => {
    const on = new ScriptedTerminal(settings(), sale(), ['123456']);
    const card = cardOf(await on.show(stripe('120')));
    expect(card).toMatchObject({ entryMode: 'swipe', scheme: 'unionpay', cvm: 'online-pin', aid: '', label: '' });
    expect(openSealed<CardRecord>(card.credential)).toEqual({
      ...{ pan: PAN, expiry: '3112', track2: `${PAN}D311212000000`, cvm: 'online-pin', device: 'card' },
    });
    const signed = new ScriptedTerminal(settings(), sale(), ['bypassed']);
    expect(cardOf(await signed.show(stripe('120'))).cvm).toBe('signature');
    signed.read.answer({ decision: 'approve', responseCode: '00', data: '' });
    expect(await signed.until(({ state }) => state === 'concluded')).toMatchObject({ signature: true });
  });

  test('of a chip card is refused until the chip has failed often enough, and then told as fallback', async () => {
    const on = new ScriptedTerminal(settings(), sale(), ['123456']);
    const prompts: string[] = [];
    for (const shown of [stripe('220'), contact(null), stripe('220'), contact(null)]) {
      const state = await on.show(shown);
      prompts.push(state.state === 'waiting' ? state.prompt.en : state.state);
    }
    expect(prompts).toEqual(['Use chip reader', 'Try again', 'Use chip reader', 'Use magnetic stripe']);
    const card = cardOf(await on.show(stripe('220')));
    expect(card).toMatchObject({ entryMode: 'fallback', credential: { entryMode: 'fallback' } });
  });

  test('that cannot be read is swiped again, and none is read where the terminal takes none', async () => {
    const on = new ScriptedTerminal(settings(), sale());
    expect(await on.show({ reader: 'stripe', track2: '' })).toMatchObject({ prompt: { en: 'Try again' } });
    const none = { stripe: false, fallback: false, failuresBeforeFallback: 2 };
    const closed = new ScriptedTerminal(settings({ stripe: none }), sale());
    expect(await closed.show(stripe('120'))).toMatchObject({ prompt: { en: 'Not accepted' } });
  });
});

test('a chip goes before a card in the field, and that before a stripe', async () => {
  const on = new ScriptedTerminal(settings(), sale(), ['1234']);
  expect(cardOf(await on.show(stripe('120'), field(fieldChip()), contact(onlineChip()))).entryMode).toBe('chip');
  const other = new ScriptedTerminal(settings(), sale());
  expect(cardOf(await other.show(stripe('120'), field(fieldChip()))).entryMode).toBe('contactless');
});

test('a till that gives up before a card came is told so, and versions only grow', async () => {
  const on = new ScriptedTerminal(settings(), sale());
  await on.until(() => on.wanted.length > 0);
  expect(on.read.answer({ decision: 'approve', responseCode: '00', data: '' })).toBe(false);
  on.read.cancel();
  await on.running;
  expect(on.read.result.state).toBe('cancelled');
  const versions = on.states.map(({ version }) => version);
  expect(versions).toEqual([...new Set(versions)].toSorted((left, right) => left - right));
});

test('a reader that breaks ends the read in words', async () => {
  const on = new ScriptedTerminal(settings(), sale());
  const chip = onlineChip();
  chip.transmit = () => Promise.reject(new Error('the cable is cut'));
  expect(await on.show(contact(chip))).toMatchObject({
    state: 'failed',
    again: true,
    prompt: { en: 'Error: the cable is cut' },
  });
  await on.running;
});

test('an inquiry ends without a word of approval', async () => {
  const on = new ScriptedTerminal(settings(), sale({ purpose: 'balance', amountMinor: 0 }), ['1234']);
  cardOf(await on.show(contact(onlineChip())));
  on.read.answer({ decision: 'approve', responseCode: '00', data: '' });
  expect(await on.until(({ state }) => state === 'concluded')).toMatchObject({ prompt: { en: 'Remove card' } });
});

test('nothing that a till hears shows a number, a track or a PIN', async () => {
  const on = new ScriptedTerminal(settings(), sale(), ['246810']);
  await on.show(contact(onlineChip()));
  const heard = JSON.stringify(on.states);
  expect(heard).toContain('•••• 0010');
  for (const secret of [PAN, `${PAN}D3112`, '246810']) expect(heard).not.toContain(secret);
});
