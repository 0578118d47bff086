import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, type Db, sql } from '@zhanggui/base';
import { memoryKeyStore } from '@zhanggui/modules/keys/memory-store.ts';
import { SoftVault } from '@zhanggui/modules/keys/node/soft-vault.ts';
import type { KeyStore } from '@zhanggui/modules/keys/store.ts';
import type { JsonObject } from '@zhanggui/modules/payments/api.ts';
import type { AdvanceOutcome, PaymentFacts, PaymentMethod, RefundFacts } from '@zhanggui/modules/payments/method.ts';
import type { LateAnswer, SealedCard, SealedCompletion } from '@zhanggui/modules/switch/api.ts';
import type { LinkConfig } from '@zhanggui/modules/switch/link.ts';
import { openSwitch, type Switch } from '@zhanggui/modules/switch/node/open-switch.ts';
import { provisionReaders, provisionTerminal } from '@zhanggui/modules/switch/provision.ts';
import { createSwitchStores, type SwitchStores } from '@zhanggui/modules/switch/stores.ts';
import { cups } from '@zhanggui/plugins/acquirers/cups/plugin.ts';
import { iso87Ascii } from '@zhanggui/plugins/acquirers/iso87-ascii/plugin.ts';
import { createCardMethod } from '@zhanggui/plugins/methods/card/method.ts';
import { card } from '@zhanggui/plugins/methods/card/plugin.ts';
import { type Bank, openBank } from '../../sim/hosts/bank.ts';
import { cupsDialect } from '../../sim/hosts/dialects/cups/dialect.ts';
import { iso87AsciiDialect } from '../../sim/hosts/dialects/iso87-ascii/dialect.ts';
import { type Simulator, startSimulator } from '../../sim/simulator.ts';
import { withTestKeys } from '../../sim/wallets/test-keys.ts';

const realClock: Clock = {
  now: () => Date.now(),
  sleep: (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs)),
};

/** Simulated bank and reader, switch and card method in one process, joined by a real TLS line. */
export interface CardChain {
  readonly simulator: Simulator;
  readonly bank: Bank;
  readonly stores: SwitchStores;
  readonly line: Switch;
  readonly method: PaymentMethod;
  readonly late: LateAnswer[];
  /** Another switch over the same database and keys, as a second server process opens it; the caller closes it. */
  openSecondProcess(): Switch;
  /** Holds a card to the reader of till_1 as its page does, for its balance where the amount is 0; the PIN is the offered one unless given. */
  present(cardId: string, amountMinor: number, pin?: string | null): Promise<SealedCard>;
  /**
   * Prepares and authorizes, and has the chip say its last word where the bank has answered; the payment carries what all
   * of it stored, as the intent and its outcomes would.
   */
  pay(sealed: SealedCard, amountMinor: number): Promise<Paid>;
  refundFacts(payment: PaymentFacts, amountMinor: number): RefundFacts;
  close(): Promise<void>;
}

/** A payment, what the bank's answer made of it, and what the chip's last word did. */
export interface Paid {
  readonly payment: PaymentFacts;
  readonly first: AdvanceOutcome;
  readonly outcome: AdvanceOutcome;
}

let counter = 0;
/** The reader's request in which a card was presented, by the KSN of its sealed data. */
const requests = new Map<string, string>();

const emptySql = sql(
  'test-empty-all-of-switch',
  `truncate switch.terminal, switch.follow_up, switch.card_presentation, switch.advice, switch.offline_claim,
     switch.download, switch.batch_close, switch.late_answer`,
);

/** How a chain may differ from the usual one. */
export interface ChainOptions {
  readonly authorizeTimeoutMs?: number;
  readonly link?: Partial<LinkConfig>;
  /** What the bank speaks; the China UnionPay terminal dialect unless told. */
  readonly dialect?: keyof typeof DIALECTS;
  /** Settings of the acquirer beside those that the bank tells. */
  readonly settings?: Readonly<Record<string, string>>;
  /** How the bank listens; TLS without insisting on a client's certificate unless told. */
  readonly transport?: 'plain' | 'tls' | 'tls-client-required';
  /** Whether the line shows the bank the client's certificate; false unless told. */
  readonly clientCertificate?: boolean;
  readonly onQuarantine?: NonNullable<SwitchEnvironment['onQuarantine']>;
  readonly beginReversals?: NonNullable<SwitchEnvironment['beginReversals']>;
  /** Where the vault keeps its keys; in memory unless told. */
  readonly keyStore?: KeyStore;
}

/** Each dialect of the platform and the host's own reading of it. */
const DIALECTS = {
  cups: { plugin: cups, host: cupsDialect },
  'iso87-ascii': { plugin: iso87Ascii, host: iso87AsciiDialect },
} as const;

type SwitchEnvironment = Parameters<typeof openSwitch>[0];

/** Starts the chain with a bank of its own and an emptied schema `switch`. */
export async function startCardChain(db: Db, options: ChainOptions = {}): Promise<CardChain> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'zhanggui-cards-'));
  const simulator = await withTestKeys(join(dataFolder, 'wallets'), () =>
    startSimulator({ port: 0, bankPort: 0, dataFolder }),
  );
  const late: LateAnswer[] = [];
  const { transport = 'tls', dialect = 'cups' } = options;
  const own = { dataFolder: join(dataFolder, 'own'), port: 0, acquirerId: 'town-bank' };
  const usual = transport === 'tls' && dialect === 'cups';
  const bank = usual ? simulator.bank : await openBank({ ...own, transport, dialect: DIALECTS[dialect].host });
  await db.query(emptySql);
  const stores = createSwitchStores(db);
  const { line, vault } = await openLine(simulator, bank, stores, late, options);
  const policy = { ...card.policy, authorizeTimeoutMs: options.authorizeTimeoutMs ?? 1_500, intervalMs: 100 };
  const method = createCardMethod({
    clock: realClock,
    exchange: line.exchange,
    policy,
    channelConfig: async () => ({ methodId: 'card', settings: {}, secrets: {} }),
  });
  return {
    simulator,
    bank,
    stores,
    line,
    method,
    late,
    openSecondProcess: () => openProcess(bank, stores, vault, late, options),
    present: (cardId, amountMinor, pin) => present(simulator, cardId, amountMinor, pin),
    pay: (sealed, amountMinor) => pay(simulator, method, sealed, amountMinor),
    refundFacts,
    async close() {
      await line.close();
      if (bank !== simulator.bank) await bank.close();
      await simulator.close();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

async function openLine(
  simulator: Simulator,
  bank: Bank,
  stores: SwitchStores,
  late: LateAnswer[],
  options: ChainOptions,
) {
  const { readers } = simulator.credentials();
  const vault = new SoftVault(randomBytes(32), options.keyStore ?? memoryKeyStore());
  for (const grant of bank.credentials().terminals)
    await provisionTerminal(stores.terminals, vault, { acquirerId: 'town-bank', ...grant });
  for (const grant of readers) await provisionReaders(vault, grant);
  return { line: openProcess(bank, stores, vault, late, options), vault };
}

function openProcess(
  bank: Bank,
  stores: SwitchStores,
  vault: SoftVault,
  late: LateAnswer[],
  options: ChainOptions,
): Switch {
  const { onQuarantine, beginReversals } = options;
  const line = openSwitch({
    stores,
    vault,
    clock: realClock,
    onLateAnswer: async (answer) => {
      late.push(answer);
    },
    report: () => undefined,
    forwardMs: 20,
    timeScale: 0.01,
    serialOf: async () => 'P31000000123456',
    ...(onQuarantine === undefined ? {} : { onQuarantine }),
    ...(beginReversals === undefined ? {} : { beginReversals }),
  });
  const settings = { ...bank.credentials().settings, ...options.settings };
  const { plugin } = DIALECTS[options.dialect ?? 'cups'];
  line.connect([{ acquirerId: 'town-bank', dialect: plugin.create(settings), link: linkTo(bank, options) }]);
  return line;
}

function linkTo(bank: Bank, { link, clientCertificate = false }: ChainOptions): LinkConfig {
  const { host, port, caPem, client } = bank.credentials();
  const shown =
    clientCertificate && client !== null
      ? { clientCertificatePem: client.certificatePem, clientKeyPem: client.keyPem }
      : {};
  const secured = caPem === '' ? {} : { tls: { caPem, ...shown } };
  return { host, port, ...secured, connectTimeoutMs: 400, backOffMs: 50, ...link };
}

async function present(simulator: Simulator, cardId: string, amountMinor: number, pin?: string | null) {
  const base = readersOf(simulator);
  const { requestId = '' } = await post(`${base}/till_1/requests`, {
    purpose: amountMinor === 0 ? 'balance' : 'sale',
    amountMinor,
    currency: 'CNY',
  });
  const { cards } = (await (await fetch(`${base}/cards`)).json()) as { cards: { id: string; offeredPin: string }[] };
  const offered = cards.find(({ id }) => id === cardId)?.offeredPin;
  await post(`${base}/till_1/present`, { cardId, pin: pin === undefined ? offered : pin });
  const result = await resultOf(simulator, requestId);
  if (result.state !== 'presented') throw new Error(`the reader is ${result.state}`);
  requests.set(result.card.credential.ksn, requestId);
  return result.card.credential;
}

/** Gives the bank's answer to the chip and returns the chip's last word. */
async function conclude(simulator: Simulator, { ksn }: SealedCard, handover: object): Promise<SealedCompletion> {
  const requestId = requests.get(ksn) ?? '';
  const { version } = await resultOf(simulator, requestId);
  await post(`${readersOf(simulator)}/till_1/requests/${requestId}/issuer-answer`, handover);
  const result = await resultOf(simulator, requestId, version);
  if (result.state !== 'concluded') throw new Error(`the chip is ${result.state}`);
  return result.completion;
}

type ReaderResult = { version: number } & (
  | { state: 'presented'; card: { credential: SealedCard } }
  | { state: 'concluded'; completion: SealedCompletion }
  | { state: 'waiting' | 'failed' | 'cancelled' }
);

async function resultOf(simulator: Simulator, requestId: string, after?: number): Promise<ReaderResult> {
  const query = after === undefined ? '' : `?wait=1&after=${after}`;
  const answer = await fetch(`${readersOf(simulator)}/till_1/requests/${requestId}/result${query}`);
  return (await answer.json()) as ReaderResult;
}

function readersOf({ port }: Simulator): string {
  return `http://127.0.0.1:${port}/sim/readers`;
}

async function post(url: string, body: object): Promise<Record<string, string>> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Record<string, string>;
}

async function pay(
  simulator: Simulator,
  method: PaymentMethod,
  sealed: SealedCard,
  amountMinor: number,
): Promise<Paid> {
  counter += 1;
  const draft = {
    id: `pay_${counter}`,
    merchantId: 'mer_1',
    storeId: 'str_1',
    tillId: 'till_1',
    saleId: 'sale_1',
    purpose: 'sale',
    completes: null,
    amountMinor,
    currency: 'CNY',
    subject: '示范小店',
    createdAt: Date.now(),
  } as const;
  const { channelData, instrument } = await method.prepare(draft, sealed);
  const first = await method.authorize({ ...draft, channelData }, instrument);
  const payment = { ...draft, channelData: merged(channelData, first.channelData) };
  if (first.kind !== 'pending' || first.handover?.kind !== 'issuer-answer') return { payment, first, outcome: first };
  const word = await conclude(simulator, sealed, first.handover);
  const outcome = await method.advance?.(payment, word);
  if (outcome === undefined) throw new Error('the method knows no last word');
  const concluded = { ...payment, channelData: merged(payment.channelData, outcome.channelData) };
  return { payment: concluded, first, outcome };
}

function refundFacts(payment: PaymentFacts, amountMinor: number): RefundFacts {
  counter += 1;
  return {
    id: `ref_${counter}`,
    paymentId: payment.id,
    amountMinor,
    currency: payment.currency,
    reason: 'test',
    createdAt: Date.now(),
    channelData: {},
  };
}

function merged(stored: JsonObject, added: JsonObject | undefined): JsonObject {
  return { ...stored, ...added };
}
