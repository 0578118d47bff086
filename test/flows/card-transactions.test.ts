import { readFileSync } from 'node:fs';
import path from 'node:path';
import { utf8Decode } from '@zhanggui/base';
import { cupsFraming, cupsPos, decodePayload, unpack } from '@zhanggui/iso8583';
import type { AcquirerRequest, BatchPart, BatchRecord, RequestKind } from '@zhanggui/modules/switch/api.ts';
import { cups } from '@zhanggui/plugins/acquirers/cups/plugin.ts';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { FinancialKind } from '../../sim/hosts/dialects/message-kinds.ts';
import { type CardChain, startCardChain } from '../support/card-chain.ts';
import { type Approved, CardDesk } from '../support/card-desk.ts';
import { DATABASE_TIMEOUT_MS, openTestDatabase, type TestDatabase } from '../support/test-database.ts';

/**
 * Every transaction of the table in docs/CUPS.md, section 3, from the exchange over TLS to the bank host and back: what
 * stands on the line is held to the table, and what became of it to the bank's own book.
 */
const TILL = 'till_1';
const AMOUNT = 6_220;
const CARD = 'debit-approves';
const STRIPE = 'debit-swipe';
const SCRIPT_RESULT = '9F2608ED1D6BA78357FB259F36020001950500000000009F1E083132333435363738DF310520DEADBEEF';
const NONE: BatchPart = { debitMinor: 0, debitCount: 0, creditMinor: 0, creditCount: 0 };

let database: TestDatabase;
let chain: CardChain;
let desk: CardDesk;
/** Everything that the host was sent, in order. */
let heard: Heard[] = [];
const networkCodes = new Set<string>();

/** What a message says of itself. */
interface Heard {
  readonly mti: string;
  readonly processingCode: string | undefined;
  readonly conditionCode: string | undefined;
  readonly stan: string | undefined;
  /** Field 60.1. */
  readonly type: string;
  /** Field 60.3 of what is no payment. */
  readonly networkCode: string;
  readonly fields: ReturnType<typeof unpack<typeof cupsPos>>['fields'];
}

beforeAll(async () => {
  database = await openTestDatabase();
  await start();
}, DATABASE_TIMEOUT_MS);
afterAll(async () => {
  await chain.close();
  await database.close();
});
afterEach(() => chain.bank.host.faults.reset());

async function start(settings: Readonly<Record<string, string>> = {}): Promise<void> {
  await chain?.close();
  chain = await startCardChain(database.db, { settings });
  desk = new CardDesk(chain);
  heard = [];
  const { host } = chain.bank;
  const receive = host.receive.bind(host);
  vi.spyOn(host, 'receive').mockImplementation((payload) => {
    const message = readingOf(payload);
    heard.push(message);
    if (/^0[358]/.test(message.mti)) networkCodes.add(message.networkCode);
    return receive(payload);
  });
}

function readingOf(payload: Uint8Array): Heard {
  const { mti, fields } = unpack(cupsPos, decodePayload(cupsFraming, payload).message);
  const field60 = String(fields[60] ?? '');
  return {
    mti,
    processingCode: fields[3],
    conditionCode: fields[25],
    stan: fields[11],
    type: field60.slice(0, 2),
    networkCode: field60.slice(8, 11),
    fields,
  };
}

/** One line of the table: how the message is marked, and what happens without an answer. */
interface Row {
  readonly name: string;
  readonly mti: string;
  readonly processingCode: string;
  readonly conditionCode: string;
  readonly type: string;
  readonly silent: string;
}

const page = readFileSync(path.resolve(import.meta.dirname, '../../docs/CUPS.md'), 'utf8');
const section = /## 3\. [\s\S]*?(?=\n## 4)/.exec(page)?.[0] ?? '';
const rows: readonly Row[] = section
  .split('\n')
  .filter((line) => /^\| [a-zA-Z]/.test(line) && !line.startsWith('| transaction'))
  .flatMap((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    const names = (cells[1] ?? '').split(', ');
    const at = (cell: number, index: number): string => {
      const values = (cells[cell] ?? '').split(', ');
      return values.length === names.length ? (values[index] ?? '') : (cells[cell] ?? '');
    };
    return names.map((name, index) => ({
      name,
      mti: at(2, index),
      processingCode: at(3, index),
      conditionCode: at(4, index),
      type: at(5, index),
      silent: at(6, index),
    }));
  });

/** How one transaction of the table is made. */
interface Case {
  readonly kind: RequestKind;
  /** The host's name of it; the same unless given. */
  readonly hostKind?: FinancialKind | 'script-result' | 'signature-upload';
  /** Stored and forwarded, not asked. */
  readonly told?: true;
  /** The request, ready to go out, after whatever must stand before it. */
  prepare(): Promise<Prepared>;
}

interface Prepared extends Pick<Approved, 'request' | 'reservation'> {
  /** Whose entry of the bank's book shows it: its own unless given. */
  readonly shownAt?: AcquirerRequest;
}

const CASES: Readonly<Record<string, Case>> = {
  'balance inquiry': { kind: 'balance-inquiry', prepare: () => desk.presented('balance-inquiry', CARD, 0) },
  'pre-authorization': { kind: 'pre-authorization', prepare: () => desk.presented('pre-authorization', CARD, AMOUNT) },
  'pre-authorization void': {
    kind: 'pre-authorization-void',
    prepare: () => after('pre-authorization', 'pre-authorization-void'),
  },
  completion: { kind: 'completion', prepare: () => after('pre-authorization', 'completion', 7_000) },
  'completion as advice': {
    kind: 'completion-advice',
    told: true,
    prepare: () => after('pre-authorization', 'completion-advice', 5_000),
  },
  'completion void': {
    kind: 'completion-void',
    prepare: async () => {
      const { request, reservation } = await after('pre-authorization', 'completion');
      return before('completion-void', await desk.approved(request, reservation));
    },
  },
  sale: { kind: 'sale', prepare: () => desk.presented('sale', CARD, AMOUNT) },
  'QR sale': {
    kind: 'qr-sale',
    prepare: async () => {
      const { code } = chain.bank.host.codes.issue(CARD, new Date());
      return { request: await desk.scanned(code, AMOUNT), reservation: null };
    },
  },
  void: { kind: 'void', prepare: () => after('sale', 'void') },
  refund: { kind: 'refund', prepare: () => after('sale', 'refund', 1_000) },
  'offline sale': {
    kind: 'offline-sale',
    told: true,
    prepare: async () => ({ request: await desk.alone(STRIPE, AMOUNT), reservation: null }),
  },
  adjustment: { kind: 'offline-adjustment', told: true, prepare: () => adjustment(AMOUNT - 100) },
  'with tip': { kind: 'offline-adjustment', told: true, prepare: () => adjustment(AMOUNT + 600, 600) },
  'offline sale of a chip': {
    kind: 'offline-sale',
    hostKind: 'chip-offline-sale',
    told: true,
    prepare: async () => ({ request: await desk.alone('offline-approving', 1_000), reservation: null }),
  },
  'script result': {
    kind: 'script-result',
    told: true,
    prepare: () => after('sale', 'script-result', AMOUNT, { chip: SCRIPT_RESULT, reverses: 'sale' }),
  },
  'signature upload': {
    kind: 'signature-upload',
    told: true,
    prepare: () => after('sale', 'signature-upload', AMOUNT, { signature: '0102030405' }),
  },
  reversal: {
    kind: 'reversal',
    prepare: async () => {
      const sale = await desk.done('sale', CARD, AMOUNT);
      return { request: desk.undo(sale), reservation: null };
    },
  },
};
/** Lines of the table that speak of batches; they have tests of their own below. */
const BATCHES = ['settlement', 'upload'];

async function after(
  first: RequestKind,
  kind: RequestKind,
  amountMinor = AMOUNT,
  extra: Parameters<CardDesk['about']>[3] = {},
): Promise<Prepared> {
  return before(kind, await desk.done(first, CARD, AMOUNT), amountMinor, extra);
}

async function before(
  kind: RequestKind,
  earlier: Approved,
  amountMinor = AMOUNT,
  extra: Parameters<CardDesk['about']>[3] = {},
): Promise<Prepared> {
  const { reservation } = earlier;
  return { request: await desk.about(kind, earlier, amountMinor, extra), reservation, shownAt: earlier.request };
}

/** A sale that was told, and what it is changed to before its batch is closed. */
async function adjustment(amountMinor: number, tipMinor?: number): Promise<Prepared> {
  const request = await desk.alone(STRIPE, AMOUNT);
  await desk.told(request);
  const entry = entryOf(request);
  const answer = { rrn: entry?.rrn ?? null, authorizationCode: entry?.authorizationCode ?? null } as Approved['answer'];
  const tip = tipMinor === undefined ? {} : { tipMinor };
  const changed = await desk.about('offline-adjustment', { request, reservation: null, answer }, amountMinor, tip);
  return { request: changed, reservation: null, shownAt: request };
}

function entryOf({ trace }: AcquirerRequest) {
  return chain.bank.host.book.byTrace(trace);
}

function caseOf(name: string): Case {
  const found = CASES[name];
  if (found === undefined) throw new Error(`no case makes the transaction “${name}”`);
  return found;
}

function messagesOf({ trace }: AcquirerRequest): Heard[] {
  return heard.filter(({ stan, mti }) => stan === trace.stan && !mti.startsWith('08'));
}

const single = rows.filter(({ name }) => !BATCHES.includes(name));
const reversed = single.filter(({ silent }) => silent === 'reversed');

test('the table is whole: every kind of request of the dialect stands in it, and each of its lines is made here', () => {
  expect(rows.map(({ name }) => name).sort()).toEqual([...Object.keys(CASES), ...BATCHES].sort());
  const kinds = new Set(Object.values(CASES).map(({ kind }) => kind));
  expect([...kinds].sort()).toEqual([...cups.create(chain.bank.credentials().settings).kinds].sort());
  expect(reversed.map(({ name }) => name).sort()).toEqual(
    ['sale', 'QR sale', 'void', 'pre-authorization', 'pre-authorization void', 'completion', 'completion void'].sort(),
  );
});

describe.each(single)('$name', (row) => {
  const { name, silent } = row;

  test('stands on the line as the table says, and in the book of the bank', async () => {
    const { kind, told, hostKind, prepare } = caseOf(name);
    const { request, reservation, shownAt } = await prepare();
    heard = [];
    if (told) await desk.told(request);
    else await desk.approved(request, reservation);
    const [message] = messagesOf(request);
    // The host finds an earlier transaction by the day on its own clock.
    if (message?.fields[61]?.length === 16 && request.original?.hostOn !== undefined)
      expect(message.fields[61].slice(12)).toBe(request.original.hostOn.slice(5).replace('-', ''));
    expect(message?.mti).toBe(row.mti);
    if (/^\d+$/.test(row.processingCode)) expect(message?.processingCode).toBe(row.processingCode);
    if (/^\d+$/.test(row.conditionCode)) expect(message?.conditionCode).toBe(row.conditionCode);
    if (/^\d\d/.test(row.type)) expect(message?.type).toBe(row.type.slice(0, 2));
    if (kind === 'qr-sale')
      expect([utf8Decode(message?.fields[59] ?? new Uint8Array()), message?.fields[22]]).toEqual([
        expect.stringContaining(`A3019${(request.card as { code: string }).code}`),
        '032',
      ]);
    const entry = entryOf(kind === 'script-result' || kind === 'signature-upload' ? (shownAt ?? request) : request);
    if (kind === 'script-result') expect(entry?.scriptResult).toContain('20DEADBEEF');
    else if (kind === 'signature-upload') expect(entry?.signatureBytes).toBe(5);
    else if (kind === 'reversal') expect(entry).toMatchObject({ kind: 'sale', state: 'reversed' });
    else expect(entry).toMatchObject({ kind: hostKind ?? kind, state: 'approved', responseCode: '00' });
    if (kind === 'offline-adjustment' && shownAt !== undefined)
      expect(entryOf(shownAt)).toMatchObject({ amountMinor: request.amountMinor, requestedMinor: AMOUNT });
  });

  test(`is ${silent === 'nothing' ? 'left alone' : silent} when no answer comes`, async () => {
    const { kind, told, hostKind, prepare } = caseOf(name);
    const { request, reservation } = await prepare();
    heard = [];
    chain.bank.host.faults.addNext({ kind: 'silent' }, [hostKind ?? kind]);
    if (told) expect(await desk.told(request)).toBe(2);
    else expect((await desk.ask(request)).kind).toBe('silent');
    if (silent === 'reversed') return expectUndone(request, reservation);
    if (silent === 'repeated' && told === undefined) {
      const again = await desk.ask(request);
      const meaning = again.kind === 'answered' ? chain.line.exchange.meaningOf('town-bank', again.responseCode) : null;
      expect(kind === 'reversal' ? meaning?.closesReversal !== null : meaning?.approved || meaning?.duplicate).toBe(
        true,
      );
    }
    const sent = messagesOf(request);
    expect(sent.map(({ mti }) => mti)).toEqual(Array(silent === 'nothing' ? 1 : 2).fill(row.mti));
    const booked = chain.bank.host.book
      .authorizations(1_000)
      .filter(({ stan, state, kind: made }) => stan === request.trace.stan && state === 'approved' && made !== 'sale');
    expect(booked.length).toBeLessThanOrEqual(1);
  });
});

async function expectUndone(request: AcquirerRequest, reservation: Approved['reservation']): Promise<void> {
  expect(entryOf(request)).toMatchObject({ state: 'approved' });
  await desk.approved(desk.undo({ request, reservation }));
  expect(entryOf(request)).toMatchObject({ state: 'reversed', reversalReason: '98' });
  const [first, reversal, ...others] = messagesOf(request);
  expect(others).toEqual([]);
  const { processingCode, conditionCode, type } = first ?? {};
  expect(reversal).toMatchObject({ mti: '0400', processingCode, conditionCode, type });
  for (const secret of [26, 35, 36, 37, 52, 53] as const) expect(reversal?.fields[secret]).toBeUndefined();
}

describe('a batch', () => {
  async function close(records: readonly BatchRecord[], credit: BatchPart = NONE, wrongMinor = 0) {
    const { exchange } = chain.line;
    const { batchNumber } = await exchange.beginClose(TILL);
    const taken = records.filter(({ kind }) => kind !== 'refund');
    const debitMinor = taken.reduce((sum, { amountMinor }) => sum + amountMinor, wrongMinor);
    const domestic = { ...credit, debitMinor, debitCount: taken.length };
    const totals = { domestic, foreign: NONE };
    heard = [];
    const outcome = await exchange.closeBatch({ tillId: TILL, batchNumber, currency: 'CNY', totals, records });
    return { outcome, batchNumber };
  }

  function recordOf({ request, reservation, answer }: Approved, earlier?: Approved): BatchRecord {
    const { kind, trace, amountMinor, currency, createdAt, original } = request;
    const kept = reservation ?? earlier?.reservation;
    const sealedChip = reservation?.sealedChip ?? null;
    return {
      ...{ kind, trace, amountMinor, currency, createdAt, sealedChip },
      ...{ vaulted: kept?.vaulted ?? '', rrn: answer.rrn, authorizationCode: answer.authorizationCode, domestic: true },
      ...(original === undefined ? {} : { original }),
      ...(sealedChip === null ? {} : { chipResult: 'approved' as const }),
    };
  }

  const sent = () =>
    heard.filter(({ mti }) => /^0[35]/.test(mti)).map(({ mti, networkCode }) => `${mti} ${networkCode}`);
  const settled = (batchNumber: string) =>
    chain.bank.host.book.settlements(100).find((each) => each.batchNumber === batchNumber);

  test('that balances sends its totals, its chips one by one, and its end', async () => {
    await start();
    const chip = recordOf(await desk.done('sale', CARD, AMOUNT));
    const declined = { ...chip, chipResult: 'declined' as const };
    const stripe = recordOf(await desk.done('sale', STRIPE, 800));
    const { outcome, batchNumber } = await close([chip, stripe]);
    expect(outcome).toMatchObject({ kind: 'closed', domestic: 'balanced', uploaded: 1, refused: 0 });
    expect(sent()).toEqual(['0500 201', '0320 203', '0320 207']);
    expect(settled(batchNumber)).toMatchObject({ state: 'closed', balanced: true, uploadedRecords: 1 });
    // A chip that declined in the end is told too; it counts in no total.
    const second = recordOf(await desk.done('sale', CARD, 300));
    await close([second, { ...declined, amountMinor: 0, trace: second.trace }]);
    expect(sent()).toContain('0320 205');
  });

  test('that does not balance sends stripes packed, everything else one by one, and another end', async () => {
    await start();
    const first = await desk.done('sale', STRIPE, 1_000);
    const second = await desk.done('sale', STRIPE, 2_000);
    const chip = await desk.done('sale', CARD, AMOUNT);
    const back = await desk.approved(await desk.about('refund', first, 400));
    const records = [recordOf(first), recordOf(second), recordOf(chip), recordOf(back, first)];
    const { outcome, batchNumber } = await close(records, { ...NONE, creditMinor: 400, creditCount: 1 }, 1);
    expect(outcome).toMatchObject({ kind: 'closed', domestic: 'unbalanced', uploaded: 4, refused: 0 });
    expect(sent()).toEqual(['0500 201', '0320 201', '0320 203', '0320 201', '0320 202']);
    const uploads = heard.filter(({ mti }) => mti === '0320');
    expect(uploads.map(({ type }) => type)).toEqual(['00', '22', '25', '00']);
    expect(settled(batchNumber)).toMatchObject({ state: 'closed', balanced: false, differences: [] });
  });
});

describe('what is no payment', () => {
  test.each([
    ['single', '001'],
    ['double', '003'],
    ['track', '004'],
  ])('a sign-on that wants %s keys is %s, and a payment is made under them', async (workingKeys, code) => {
    await start({ workingKeys });
    expect(await chain.line.exchange.signOn(TILL)).toEqual({ kind: 'done' });
    expect(heard.map(({ mti, networkCode }) => [mti, networkCode])).toEqual([['0800', code]]);
    expect(heard[0]?.fields[62]).toBeUndefined();
    await desk.done('sale', CARD, AMOUNT);
    await desk.done('sale', STRIPE, AMOUNT);
    expect(heard.filter(({ mti }) => mti === '0200').map(({ fields }) => fields[53])).toEqual(
      Array(2).fill({ single: '2000000000000000', double: '2600000000000000', track: '2610000000000000' }[workingKeys]),
    );
  });

  test('a sign-on tells the terminal’s own numbers where the acquirer wants them', async () => {
    await start({ serial: 'told' });
    expect(await chain.line.exchange.signOn(TILL)).toEqual({ kind: 'done' });
    expect(utf8Decode(heard[0]?.fields[62] ?? new Uint8Array())).toBe('Sequence No15P31000000123456');
  });

  test('a terminal downloads everything, tells its status, tests its line and signs off', async () => {
    const { exchange } = chain.line;
    for (const what of ['terminal-parameters', 'ca-keys', 'ic-parameters', 'bin-list'] as const)
      expect(await exchange.download(TILL, what), what).toMatchObject({ kind: 'done' });
    expect(await exchange.statusUpload(TILL)).toEqual({ kind: 'done' });
    await exchange.testLine('town-bank');
    expect(await exchange.signOff(TILL)).toEqual({ kind: 'done' });
  });

  test('every network code of the page has gone over the line in these tests', () => {
    const paragraph = /Field 60\.3: [\s\S]*?(?=\. Instalments)/.exec(section)?.[0] ?? '';
    const named = [...paragraph.matchAll(/\b(\d{3})(?:–(\d{3}))?\b/g)].flatMap(([, from = '', to = from]) =>
      Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) =>
        String(Number(from) + index).padStart(3, '0'),
      ),
    );
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((code) => !networkCodes.has(code))).toEqual([]);
  });
});
