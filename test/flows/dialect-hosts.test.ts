import { equalBytes, fromHex, toHex } from '@zhanggui/base';
import { cupEcbMac, decryptEcb, encipherPinBlock, importKey, retailMac, type SecretKey } from '@zhanggui/paycrypto';
import { afterEach, expect, test } from 'vitest';
import type { RequestKind } from '../../modules/switch/api.ts';
import type {
  AcquirerDialect,
  CardDetails,
  DialectAnswer,
  DialectRequest,
  DraftMessage,
} from '../../modules/switch/dialect.ts';
import { cups } from '../../plugins/acquirers/cups/plugin.ts';
import { iso87Ascii } from '../../plugins/acquirers/iso87-ascii/plugin.ts';
import { cupsDialect } from '../../sim/hosts/dialects/cups/dialect.ts';
import { iso87AsciiDialect } from '../../sim/hosts/dialects/iso87-ascii/dialect.ts';
import { AMOUNT, cardFacts, chipData, newHost } from '../../sim/hosts/testing.ts';

/** Each dialect of the platform before a host that reads its messages with code of its own. */
const PAIRS = [
  {
    name: 'cups',
    plugin: cups,
    hostDialect: cupsDialect,
    mac: cupEcbMac,
    cardId: 'debit-approves',
    currency: 'CNY',
    numeric: '156',
  },
  {
    name: 'iso87-ascii',
    plugin: iso87Ascii,
    hostDialect: iso87AsciiDialect,
    mac: retailMac,
    cardId: 'visa',
    currency: 'HKD',
    numeric: '344',
  },
] as const;

type Pair = (typeof PAIRS)[number];
/** What the platform adds to a request of a kind. */
type Extra = Partial<Omit<DialectRequest, 'kind'>>;

let close = (): void => {};
afterEach(() => close());

/** A terminal that is signed on to a host of its own. */
class Terminal {
  readonly dialect: AcquirerDialect;
  readonly host: ReturnType<typeof newHost>['host'];
  readonly #pair: Pair;
  readonly #grant: { readonly terminalId: string; readonly acceptorId: string; readonly tmk: string };
  #keys: { readonly pin: SecretKey; readonly mac: SecretKey } | null = null;
  #batchNumber = '000001';
  #stan = 0;

  constructor(pair: Pair) {
    const world = newHost({ dialect: pair.hostDialect });
    close = world.close;
    this.host = world.host;
    this.#pair = pair;
    this.dialect = pair.plugin.create({ ...pair.hostDialect.settings });
    const [grant] = world.host.terminals.grants();
    if (grant === undefined) throw new Error('the host has no terminal');
    this.#grant = grant;
  }

  trace() {
    this.#stan += 1;
    const { terminalId, acceptorId } = this.#grant;
    const stan = String(this.#stan).padStart(6, '0');
    return { acquirerId: 'bank', terminalId, acceptorId, stan, batchNumber: this.#batchNumber };
  }

  async signOn(): Promise<void> {
    const answer = this.dialect.fromSignOn(await this.#receive(this.dialect.toSignOn(this.trace())));
    expect(answer.responseCode).toBe('00');
    this.#batchNumber = answer.batchNumber ?? this.#batchNumber;
    const master = importKey(this.#grant.tmk, { algorithm: 'TDES', usage: 'key-encryption' });
    const open = (usage: 'pin' | 'mac'): SecretKey => {
      const key = answer.workingKeys.find((candidate) => candidate.usage === usage);
      if (key === undefined) throw new Error(`no ${usage} key`);
      const opened = importKey(decryptEcb(master, key.cryptogram), { algorithm: 'TDES', usage });
      expect(opened.checkValue(4)).toBe(toHex(key.checkValue));
      return opened;
    };
    this.#keys = { pin: open('pin'), mac: open('mac') };
  }

  /** A request with the card that was just read. */
  read(kind: RequestKind, amountMinor = AMOUNT, extra: Extra = {}): DialectRequest {
    const { cardId, currency, numeric } = this.#pair;
    const signed = { amountMinor: kind === 'balance-inquiry' ? 0 : amountMinor, currency: numeric };
    const { pan, expiry, pin, chipTrack } = cardFacts(cardId);
    const trace = this.trace();
    const card: CardDetails = {
      ...this.kept(),
      track2: chipTrack,
      chip: chipData(cardId, { ...signed, atc: Number(trace.stan) }),
      expiry,
    };
    const pinBlock = encipherPinBlock(this.keys().pin, pin, { format: 0, pan });
    return { kind, trace, amountMinor, currency, createdAt: Date.now(), card, code: null, pinBlock, ...extra };
  }

  /** A request about an earlier one, with the card as it is kept. */
  after(
    kind: RequestKind,
    earlier: Done,
    amountMinor = earlier.request.amountMinor,
    extra: Extra = {},
  ): DialectRequest {
    const { trace, createdAt, currency, code } = earlier.request;
    const { rrn, authorizationCode } = earlier.answer;
    const original = {
      trace,
      createdAt,
      ...(rrn === null ? {} : { rrn }),
      ...(authorizationCode === null ? {} : { authorizationCode }),
    };
    const card = code === null ? this.kept() : null;
    const now = Date.now();
    return { kind, trace: this.trace(), amountMinor, currency, createdAt: now, card, code, original, ...extra };
  }

  /** The reversal of a request, under its own number. */
  undo({ request, answer: { authorizationCode } }: Done): DialectRequest {
    const { pinBlock: _, original: __, kind, ...same } = request;
    const original = {
      trace: request.trace,
      createdAt: request.createdAt,
      ...(authorizationCode === null ? {} : { authorizationCode }),
    };
    const card = request.card === null ? null : { ...request.card, track2: null, chip: null };
    return { ...same, kind: 'reversal', reverses: kind, card, original, reversalReason: '98' };
  }

  /** Asks the host and reads its answer, whose MAC must be right. */
  async ask(request: DialectRequest): Promise<Done> {
    const payload = await this.#receive(this.#sealed(this.dialect.toMessage(request)));
    const answer = this.dialect.fromMessage(payload);
    const { mac } = answer;
    expect(mac !== null && equalBytes(mac, this.#pair.mac(this.keys().mac, this.dialect.macInput(payload)))).toBe(true);
    expect(this.dialect.correlationOf(payload)).toBe(this.dialect.correlationOf(this.dialect.toMessage(request)));
    return { request, answer };
  }

  /** Asks and expects an approval. */
  async done(request: DialectRequest): Promise<Done> {
    const asked = await this.ask(request);
    expect([request.kind, asked.answer.responseCode]).toEqual([request.kind, '00']);
    return asked;
  }

  /** Carries a message that is no payment. */
  carry({ message, mac }: DraftMessage): Promise<Uint8Array> {
    return this.#receive(mac ? this.#sealed(message) : message);
  }

  kept(): CardDetails {
    const { pan, expiry } = cardFacts(this.#pair.cardId);
    return {
      pan,
      expiry,
      sequence: '001',
      track2: null,
      trackEncrypted: false,
      chip: null,
      entryMode: 'chip',
      pinEntered: true,
      verification: 'online-pin',
    };
  }

  spent(): number {
    return this.host.book.accountOf(this.#pair.cardId).spentMinor;
  }

  keys() {
    if (this.#keys === null) throw new Error('not signed on');
    return this.#keys;
  }

  #sealed(payload: Uint8Array): Uint8Array {
    return this.dialect.withMac(payload, this.#pair.mac(this.keys().mac, this.dialect.macInput(payload)));
  }

  async #receive(payload: Uint8Array): Promise<Uint8Array> {
    const [reaction] = await this.host.receive(payload);
    if (!(reaction instanceof Uint8Array)) throw new Error('the host has not answered');
    return reaction;
  }
}

/** A request that was answered. */
interface Done {
  readonly request: DialectRequest;
  readonly answer: DialectAnswer;
}

async function signedOn(pair: Pair): Promise<Terminal> {
  const terminal = new Terminal(pair);
  await terminal.signOn();
  return terminal;
}

test.each(PAIRS)('$name: sales are taken, voided, refunded and reversed as both sides count them', async (pair) => {
  const terminal = await signedOn(pair);
  const sale = await terminal.done(terminal.read('sale'));
  expect(sale.answer).toMatchObject({ amountMinor: AMOUNT, settlementDate: terminal.host.settlementOn });
  expect(sale.answer.chip?.[0]).toBe(0x91);
  expect(terminal.spent()).toBe(AMOUNT);
  const reversed = await terminal.done(terminal.undo(sale));
  expect(terminal.dialect.meaningOf(reversed.answer.responseCode).closesReversal).toBe('undone');
  expect(terminal.spent()).toBe(0);

  const second = await terminal.done(terminal.read('sale'));
  const voided = await terminal.done(terminal.after('void', second));
  expect(terminal.spent()).toBe(0);
  await terminal.done(terminal.undo(voided));
  expect(terminal.spent()).toBe(AMOUNT);
  const refund = terminal.after('refund', second, 100);
  await terminal.done(refund);
  await terminal.ask(refund);
  expect(terminal.spent()).toBe(AMOUNT - 100);
});

test.each(PAIRS)('$name: money is held, given back, completed and let go again', async (pair) => {
  const terminal = await signedOn(pair);
  const given = await terminal.done(terminal.read('pre-authorization', 10_000));
  const back = await terminal.done(terminal.after('pre-authorization-void', given));
  await terminal.done(terminal.undo(back));
  await terminal.done(terminal.after('pre-authorization-void', given));
  const undone = await terminal.done(terminal.read('pre-authorization', 10_000));
  await terminal.done(terminal.undo(undone));
  expect(terminal.spent()).toBe(0);

  const held = await terminal.done(terminal.read('pre-authorization', 10_000));
  const completed = await terminal.done(terminal.after('completion', held, 11_500));
  expect(terminal.spent()).toBe(11_500);
  await terminal.done(terminal.undo(completed));
  expect(terminal.spent()).toBe(0);
  const again = await terminal.done(terminal.after('completion', held, 9_000));
  const cancelled = await terminal.done(terminal.after('completion-void', again));
  expect(terminal.spent()).toBe(0);
  await terminal.done(terminal.undo(cancelled));
  expect(terminal.spent()).toBe(9_000);

  const advised = await terminal.done(terminal.read('pre-authorization', 5_000));
  await terminal.done(terminal.after('completion-advice', advised, 4_000));
  expect(terminal.spent()).toBe(13_000);
});

test.each(PAIRS)('$name: a balance is told, script results and sales without the issuer are taken', async (pair) => {
  const terminal = await signedOn(pair);
  const { answer } = await terminal.done(terminal.read('balance-inquiry'));
  expect(answer.balance).toMatchObject({ sign: 'credit', currency: pair.currency });
  expect(answer.balance?.amountMinor).toBeGreaterThan(0);

  const sale = await terminal.done(terminal.read('sale'));
  const chip = fromHex('9F2608ED1D6BA78357FB259F36020001950500000000009F1E083132333435363738DF310520DEADBEEF');
  await terminal.done(terminal.after('script-result', sale, AMOUNT, { card: { ...terminal.kept(), chip } }));

  const stripe = { ...terminal.kept(), entryMode: 'swipe', sequence: null, pinEntered: false } as const;
  const { pinBlock: _, ...offline } = terminal.read('offline-sale', 2_000, { card: stripe });
  const taken = await terminal.done(offline);
  expect(terminal.spent()).toBe(AMOUNT + 2_000);
  await terminal.done(terminal.after('offline-adjustment', taken, 2_300));
  expect(terminal.spent()).toBe(AMOUNT + 2_300);
});

test('cups: a drawn signature is kept with its payment', async () => {
  const terminal = await signedOn(PAIRS[0]);
  const sale = await terminal.done(terminal.read('sale'));
  await terminal.done(terminal.after('signature-upload', sale, AMOUNT, { signature: '0102030405' }));
  const { stan, batchNumber, terminalId } = sale.request.trace;
  expect(terminal.host.book.byTrace({ terminalId, batchNumber, stan })).toMatchObject({ signatureBytes: 5 });
  const unknown = {
    answer: { ...sale.answer, rrn: null },
    request: { ...sale.request, trace: { ...sale.request.trace, stan: '000999' } },
  };
  const refused = await terminal.ask(terminal.after('signature-upload', unknown, AMOUNT, { signature: '01' }));
  expect(refused.answer.responseCode).toBe('25');
});

test('cups: a customer pays with the code of the bank, which is undone, voided and refunded by it', async () => {
  const terminal = await signedOn(PAIRS[0]);
  const shown = (): Extra => ({ card: null, code: terminal.host.codes.issue(PAIRS[0].cardId, new Date()).code });
  const scanned = (): DialectRequest => {
    const { pinBlock: _, ...request } = terminal.read('qr-sale', AMOUNT, shown());
    return request;
  };
  const first = await terminal.done(scanned());
  expect(terminal.spent()).toBe(AMOUNT);
  await terminal.done(terminal.undo(first));
  expect(terminal.spent()).toBe(0);
  const second = await terminal.done(scanned());
  await terminal.done(terminal.after('void', second));
  const third = await terminal.done(scanned());
  await terminal.done(terminal.after('refund', third, 1_000));
  expect(terminal.spent()).toBe(AMOUNT - 1_000);
});

test('cups: a terminal downloads what it needs, tells its status, closes its batch and signs off', async () => {
  const terminal = await signedOn(PAIRS[0]);
  const { management, settlement } = terminal.dialect;
  const downloads = management?.downloads;
  const uploads = settlement?.uploads;
  const toStatusUpload = management?.toStatusUpload;
  if (management === undefined || toStatusUpload === undefined || downloads === undefined)
    throw new Error('the dialect is not whole');
  if (settlement === undefined || uploads === undefined) throw new Error('the dialect closes no batches');
  const counts: Record<string, number> = {};
  for (const what of ['ca-keys', 'ic-parameters', 'bin-list', 'terminal-parameters'] as const) {
    let cursor: string | null = null;
    do {
      const message: Uint8Array = await terminal.carry(downloads.toDownload(what, terminal.trace(), cursor));
      const answer = downloads.fromDownload(what, message, cursor);
      expect(answer.responseCode).toBe('00');
      counts[what] = (counts[what] ?? 0) + answer.items.length;
      cursor = answer.next;
    } while (cursor !== null);
  }
  for (const [what, count] of Object.entries(counts)) expect(count, what).toBeGreaterThan(0);
  const status = { batchNumber: '000001', pendingAdvices: 0, downloads: {}, parameters: { answerTimeoutS: '60' } };
  const told = management.fromManagement(await terminal.carry(toStatusUpload(terminal.trace(), status)));
  expect(told.responseCode).toBe('00');

  const sale = await terminal.done(terminal.read('sale'));
  await terminal.done(terminal.after('refund', sale, 20));
  const none = { debitMinor: 0, debitCount: 0, creditMinor: 0, creditCount: 0 };
  const totals = { domestic: { debitMinor: AMOUNT, debitCount: 1, creditMinor: 20, creditCount: 1 }, foreign: none };
  const wrong = { ...totals, domestic: { ...totals.domestic, debitCount: 2 } };
  const settle = async (of: typeof totals) =>
    settlement.fromSettlement(await terminal.carry(settlement.toSettlement(terminal.trace(), of, 'CNY')));
  expect(await settle(wrong)).toMatchObject({ domestic: 'unbalanced', foreign: 'balanced' });
  expect(await settle(totals)).toMatchObject({ domestic: 'balanced', foreign: 'balanced' });

  const { trace, amountMinor, createdAt } = sale.request;
  const { rrn, authorizationCode } = sale.answer;
  const card = { ...terminal.kept(), chip: chipData('debit-approves', { atc: Number(trace.stan), kind: 'tc' }) };
  const record = {
    kind: 'sale',
    trace,
    amountMinor,
    currency: 'CNY',
    createdAt,
    card,
    rrn,
    authorizationCode,
    domestic: true,
    chipResult: 'approved',
  } as const;
  const up = uploads.fromUpload(await terminal.carry(uploads.toSingleUpload(terminal.trace(), record)));
  expect([up.responseCode, up.stan]).toEqual(['00', trace.stan]);
  const packed = uploads.toPackedUpload(terminal.trace(), [record]);
  expect(uploads.fromUpload(await terminal.carry(packed)).responseCode).toBe('00');
  const end = uploads.toBatchEnd(terminal.trace(), { count: 2, balanced: true });
  expect(uploads.fromUpload(await terminal.carry(end)).responseCode).toBe('00');
  const off = management.fromManagement(await terminal.carry(management.toSignOff(terminal.trace())));
  expect(off.responseCode).toBe('00');
  expect(off.hostTime).toMatch(/^\d{10}$/);
});
