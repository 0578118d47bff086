import { type Clock, Fault, Refusal, toHex } from '@zhanggui/base';
import type { KeyVault } from '../keys/vault.ts';
import type { Evidence } from '../payments/outcome.ts';
import { type AdviceEnd, type AdviceEnvironment, AdviceQueue } from './advice.ts';
import type {
  AcquirerAnswer,
  AcquirerHealth,
  AcquirerRequest,
  AcquirerTrace,
  BatchClose,
  BatchCloseOutcome,
  DownloadKind,
  Exchange,
  LateAnswer,
  ManagementOutcome,
  OfflineClaim,
  OpenedCompletion,
  PaymentCode,
  RequestKind,
  Reservation,
  ResponseMeaning,
  SealedCard,
  SealedCompletion,
} from './api.ts';
import { CardRanges } from './card-ranges.ts';
import { maskCode, maskPan, type ReadCard, schemeOf } from './card-record.ts';
import { BatchCloser } from './close-batch.ts';
import { Credentials } from './credentials.ts';
import type { DialectAnswer } from './dialect.ts';
import { healthOf } from './health.ts';
import { hostDate } from './host-time.ts';
import { LateAnswers } from './late-answers.ts';
import type { LineHealth } from './line-monitor.ts';
import { Management, readOrNull } from './management.ts';
import { type AcquirerLine, evidenceOf, Messenger } from './messenger.ts';
import { RequestMessages } from './request-message.ts';
import { isSession, type Session, SignOn } from './sign-on.ts';
import type { Terminal } from './store.ts';
import type { SwitchStores } from './stores.ts';

/** What the exchange stands on. */
export interface ExchangeEnvironment {
  readonly stores: SwitchStores;
  readonly vault: KeyVault;
  readonly clock: Clock;
  /** The line of an acquirer; undefined for one that is not configured. */
  lineOf(acquirerId: string): AcquirerLine | undefined;
  /** How each configured line does. */
  lineHealth(): ReadonlyMap<string, LineHealth>;
  /** Told when an acquirer's clock and ours differ by more than a minute; positive when the host is ahead. */
  onClockDifference?(acquirerId: string, differenceMs: number): void;
  /** Told of every approval that came after its request was given up, once its fate is certain. */
  onLateAnswer(answer: LateAnswer): void;
  /** Tries once each reversal that a till owes its acquirer, before its next request goes out. */
  settleReversals?(tillId: string): Promise<void>;
  /** Told of each stored message that the acquirer has taken or definitely refused. */
  onAdviceEnded?(end: AdviceEnd): Promise<void>;
  readonly onQuarantine?: AdviceEnvironment['onQuarantine'];
  /** Shortens the delays between two tries of a stored message, for tests; 1 unless told. */
  readonly timeScale?: number;
}

/** Requests with which a payment begins: their card data is used once, and they belong to the open batch. */
const STARTS_A_PAYMENT: ReadonlySet<RequestKind> = new Set(['sale', 'pre-authorization', 'balance-inquiry', 'qr-sale']);
/** Requests that are reversed when no answer comes (CUPS.md 3). */
const REVERSIBLE: ReadonlySet<RequestKind> = new Set([
  'sale',
  'void',
  'pre-authorization',
  'pre-authorization-void',
  'completion',
  'completion-void',
  'qr-sale',
]);
/** What is told to the acquirer afterwards, and what undoes: neither waits for reversals, demands or the end of a close. */
const AFTERWARDS: ReadonlySet<RequestKind> = new Set([
  'reversal',
  'completion-advice',
  'offline-sale',
  'offline-adjustment',
  'script-result',
  'signature-upload',
]);
const ANSWER_TIMEOUT_MS = 60_000;
const LINE_TEST_TIMEOUT_MS = 5_000;
/** A host that is silent to a reversal keeps the next customer waiting no longer than this. */
const REVERSAL_ATTEMPT_MS = 3_000;

/** Carries card requests to acquirers: reserve a trace, build the message, seal it with a MAC, ask, verify, read. */
export class CardExchange implements Exchange {
  readonly #environment: ExchangeEnvironment;
  readonly #credentials: Credentials;
  readonly #messenger: Messenger;
  readonly #messages: RequestMessages;
  readonly #signOn: SignOn;
  readonly #management: Management;
  readonly #advices: AdviceQueue;
  readonly #closer: BatchCloser;
  readonly #ranges: CardRanges;
  readonly #late = new LateAnswers();

  constructor(environment: ExchangeEnvironment) {
    const { stores, vault, clock } = environment;
    const store = stores.terminals;
    this.#environment = environment;
    this.#credentials = new Credentials(vault);
    this.#messenger = new Messenger(vault, clock);
    this.#messages = new RequestMessages(vault, this.#credentials, this.#messenger);
    this.#ranges = new CardRanges(stores.downloads, clock);
    this.#signOn = new SignOn({
      store,
      vault,
      clock,
      onDemand: (key, demand) => this.#management.noteDemand(key, demand),
      ...(environment.onClockDifference === undefined ? {} : { onClockDifference: environment.onClockDifference }),
    });
    const shared = { store, clock, messenger: this.#messenger, signOn: this.#signOn, credentials: this.#credentials };
    this.#management = new Management({
      ...shared,
      downloads: stores.downloads,
      waitingAdvices: (key) => stores.advices.waitingOf(key),
    });
    this.#advices = new AdviceQueue({
      ...shared,
      store: stores.advices,
      timeScale: environment.timeScale ?? 1,
      ask: (request) => this.ask(request),
      meaningOf: (acquirerId, responseCode) => this.meaningOf(acquirerId, responseCode),
      onEnded: (end) => this.#adviceEnded(end),
      ...(environment.onQuarantine === undefined ? {} : { onQuarantine: environment.onQuarantine }),
    });
    this.#closer = new BatchCloser({
      ...shared,
      closes: stores.closes,
      settleReversals: ({ tillId }) => this.#settleReversals(tillId),
      flushAdvices: (terminal) => this.#advices.flush(terminal),
      signOff: (line, key) => this.#management.signOff(line, key),
    });
  }

  async ask(request: AcquirerRequest): Promise<AcquirerAnswer> {
    const { clock, lineOf } = this.#environment;
    const { trace, kind } = request;
    const line = lineOf(trace.acquirerId);
    if (line === undefined) return notSent(`no line to acquirer ${trace.acquirerId}`);
    if (!AFTERWARDS.has(kind)) await this.#beforePayment(line, trace);
    const session = await this.#signOn.ensure(line, trace);
    if (!isSession(session)) return notSent(session.cause);
    const refusal = await this.#refusalOf(session, request);
    if (refusal !== null) return notSent(refusal);
    const message = await this.#tryToBuild(line, session, request);
    if (typeof message === 'string') return notSent(message);
    const leftMs = request.answerBy === undefined ? ANSWER_TIMEOUT_MS : request.answerBy - clock.now();
    if (leftMs <= 0) return notSent('no time was left to ask');
    const came = await this.#messenger.carry(line, message, leftMs);
    const { evidence } = came;
    const correlation = line.dialect.correlationOf(message) ?? '';
    if (came.kind !== 'answer') {
      if (came.kind === 'silent') this.#giveUp(correlation, request);
      return { kind: came.kind, cause: came.cause, evidence };
    }
    const answer = readOrNull((bytes) => line.dialect.fromMessage(bytes), came.message);
    if (answer === null || !(await this.#messenger.isAuthentic(line.dialect, trace, answer, came.message))) {
      this.#giveUp(correlation, request);
      return { kind: 'invalid-mac', evidence };
    }
    await this.#heed(line, session, request, answer);
    return answered(answer, clock.now(), evidence);
  }

  async reserve(tillId: string, card: SealedCard | PaymentCode): Promise<Reservation> {
    const { lineOf, stores } = this.#environment;
    const terminal = await this.#terminalOf(tillId);
    if (terminal.closingSince !== null) throw new Fault('batch-closing', { params: { tillId } });
    const facts =
      'code' in card
        ? await this.#codeFacts(card)
        : await this.#cardFacts(terminal.acquirerId, card.ksn, await this.#credentials.openCard(card));
    const line = lineOf(terminal.acquirerId);
    // The sign-on tells the batch, so it comes before the trace; when it fails, `ask` says that nothing was sent.
    if (line !== undefined) await this.#signOn.ensure(line, terminal);
    const trace = await stores.terminals.reserveTrace(terminal.acquirerId, terminal.terminalId);
    if (trace === null) throw new Fault('terminal-not-provisioned', { params: { tillId } });
    return { trace, ...facts };
  }

  openCompletion(completion: SealedCompletion): Promise<OpenedCompletion> {
    return this.#credentials.openCompletion(completion);
  }

  async nextTrace({ acquirerId, terminalId }: AcquirerTrace, reference: string) {
    const { stores, clock } = this.#environment;
    const next = await stores.terminals.followUp(reference, acquirerId, terminalId, clock.now());
    if (next === null) throw new Fault('terminal-not-provisioned', { params: { terminalId } });
    return next;
  }

  meaningOf(acquirerId: string, responseCode: string): ResponseMeaning {
    return this.#lineTo(acquirerId).dialect.meaningOf(responseCode);
  }

  supports(acquirerId: string, kind: RequestKind): boolean {
    return this.#environment.lineOf(acquirerId)?.dialect.kinds.includes(kind) ?? false;
  }

  async balance(tillId: string, card: SealedCard) {
    const { trace, maskedPan } = await this.reserve(tillId, card);
    const createdAt = this.#environment.clock.now();
    const reference = `balance/${card.ksn}`;
    const answer = await this.ask({
      kind: 'balance-inquiry',
      reference,
      trace,
      amountMinor: 0,
      currency: 'CNY',
      createdAt,
      card,
    });
    return { acquirerId: trace.acquirerId, maskedPan, answer };
  }

  async enqueue(advice: AcquirerRequest): Promise<void> {
    const { stores, clock } = this.#environment;
    const { kind, reference, card } = advice;
    if (kind === 'offline-sale' && 'vaulted' in card) {
      const ksn = await this.#credentials.presentationOf(card.vaulted);
      const use = ksn === null ? 'fresh' : await stores.terminals.claimPresentation(ksn, reference, clock.now());
      if (use === 'used') throw cardUsedBefore();
    }
    await this.#advices.enqueue(advice);
  }

  adviceStatus(reference: string) {
    return this.#environment.stores.advices.status(reference);
  }

  retryAdvices(reference: string): Promise<void> {
    return this.#advices.retry(reference);
  }

  /** Forwards the stored messages whose time has come. */
  forwardAdvices(): Promise<void> {
    return this.#advices.drain();
  }

  /** Forwards nothing more, and waits for what is being forwarded. */
  stopForwarding(): Promise<void> {
    return this.#advices.stop();
  }

  async offlineLimits(tillId: string) {
    const limits = await this.#environment.stores.offline.limits(await this.#terminalOf(tillId));
    return limits ?? { allowed: false, perPaymentMinor: 0, totalMinor: 0, usedMinor: 0 };
  }

  async claimOffline(tillId: string, amountMinor: number, reference: string): Promise<OfflineClaim> {
    const terminal = await this.#terminalOf(tillId);
    if (terminal.closingSince !== null) return 'not-allowed';
    const { stores, clock } = this.#environment;
    return stores.offline.claim(terminal, reference, amountMinor, clock.now());
  }

  releaseOffline(reference: string): Promise<void> {
    return this.#environment.stores.offline.release(reference, this.#environment.clock.now());
  }

  async beginClose(tillId: string) {
    const { stores, clock } = this.#environment;
    const terminal = await this.#terminalOf(tillId);
    const since = terminal.closingSince ?? clock.now();
    await stores.terminals.setClosing(terminal, since);
    return { batchNumber: terminal.batchNumber, since };
  }

  async cancelClose(tillId: string): Promise<boolean> {
    const { stores } = this.#environment;
    const terminal = await this.#terminalOf(tillId);
    if ((await stores.closes.load(terminal, terminal.batchNumber)) !== null) return false;
    await stores.terminals.setClosing(terminal, null);
    return true;
  }

  async closeBatch(close: BatchClose): Promise<BatchCloseOutcome> {
    const terminal = await this.#terminalOf(close.tillId);
    return this.#closer.close(this.#lineTo(terminal.acquirerId), terminal, close);
  }

  async signOn(tillId: string): Promise<ManagementOutcome> {
    const terminal = await this.#terminalOf(tillId);
    const session = await this.#signOn.renew(this.#lineTo(terminal.acquirerId), terminal);
    return isSession(session) ? { kind: 'done' } : { kind: 'failed', cause: session.cause };
  }

  async signOff(tillId: string): Promise<ManagementOutcome> {
    const terminal = await this.#terminalOf(tillId);
    return this.#management.signOff(this.#lineTo(terminal.acquirerId), terminal);
  }

  async download(tillId: string, what: DownloadKind): Promise<ManagementOutcome> {
    const terminal = await this.#terminalOf(tillId);
    return this.#management.download(this.#lineTo(terminal.acquirerId), terminal, what);
  }

  async downloaded(tillId: string, what: DownloadKind) {
    return this.#environment.stores.downloads.latest(await this.#terminalOf(tillId), what);
  }

  async statusUpload(tillId: string): Promise<ManagementOutcome> {
    const terminal = await this.#terminalOf(tillId);
    return this.#management.statusUpload(this.#lineTo(terminal.acquirerId), terminal);
  }

  async health(): Promise<readonly AcquirerHealth[]> {
    const { stores, lineHealth } = this.#environment;
    return healthOf(await stores.terminals.terminals(), await stores.advices.waiting(), lineHealth());
  }

  /** Signs every terminal on anew, so that the first customer does not wait for it; a host may have forgotten the keys. */
  async signOnAll(): Promise<void> {
    const { stores, lineOf } = this.#environment;
    const terminals = await stores.terminals.terminals();
    await Promise.all(
      terminals.map(async (terminal) => {
        const line = lineOf(terminal.acquirerId);
        if (line !== undefined) await this.#signOn.renew(line, terminal);
      }),
    );
  }

  /**
   * Tests the line of an acquirer with the trace of one of its terminals, and drops a connection that swallows the test:
   * it only looks as if it stood.
   */
  async testLine(acquirerId: string): Promise<void> {
    const { stores, lineOf } = this.#environment;
    const line = lineOf(acquirerId);
    const terminal = (await stores.terminals.terminals()).find((each) => each.acquirerId === acquirerId);
    if (line?.link.kind !== 'persistent' || terminal === undefined || !line.link.connected()) return;
    const trace = await stores.terminals.reserveTrace(acquirerId, terminal.terminalId);
    if (trace === null) return;
    const test = line.dialect.toEcho(trace);
    const came = await line.link.request(test, line.dialect.correlationOf(test) ?? '', LINE_TEST_TIMEOUT_MS);
    if (came.kind === 'silent') line.link.drop('the line test was not answered');
  }

  /** For the links: an answer that nobody waits for any more. */
  async lateAnswer(acquirerId: string, correlation: string, message: Uint8Array): Promise<void> {
    const { clock, lineOf, onLateAnswer } = this.#environment;
    const line = lineOf(acquirerId);
    if (line === undefined) return;
    const answer = readOrNull((bytes) => line.dialect.fromMessage(bytes), message);
    if (answer === null) return;
    const key = { acquirerId, terminalId: answer.terminalId, stan: answer.stan };
    const trace = this.#late.expecting(key, correlation);
    if (trace === null || !(await this.#messenger.isAuthentic(line.dialect, trace, answer, message))) return;
    if (!line.dialect.meaningOf(answer.responseCode).approved) {
      this.#late.declined(key);
      return;
    }
    const { rrn, authorizationCode } = answer;
    const seen = [evidenceOf('answer', clock.now(), line.dialect, message)];
    const settled = this.#late.approved(key, { rrn, authorizationCode, evidence: seen });
    if (settled !== null) onLateAnswer(settled);
  }

  /** What the terminal owes its host goes first: reversals (RULES 8), and what the host has asked for. */
  async #beforePayment(line: AcquirerLine, trace: AcquirerTrace): Promise<void> {
    const terminal = await this.#environment.stores.terminals.terminal(trace);
    if (terminal === null) return;
    await this.#settleReversals(terminal.tillId);
    if (terminal.demand !== null) await this.#management.fulfilDemand(line, terminal);
  }

  async #settleReversals(tillId: string): Promise<void> {
    const { clock, settleReversals } = this.#environment;
    if (settleReversals === undefined) return;
    await Promise.race([settleReversals(tillId), clock.sleep(REVERSAL_ATTEMPT_MS)]);
  }

  /** Why this request may not go out; null when it may. What is repeated until it is answered always may. */
  async #refusalOf(session: Session, { kind, trace, card, reference }: AcquirerRequest): Promise<string | null> {
    const { stores, clock } = this.#environment;
    if (AFTERWARDS.has(kind)) return null;
    if (session.closing) return 'the batch is being closed';
    if (!STARTS_A_PAYMENT.has(kind)) return null;
    if (session.batchNumber !== trace.batchNumber) return 'the batch was closed meanwhile';
    if (!('ksn' in card)) return null;
    const use = await stores.terminals.claimPresentation(card.ksn, reference, clock.now());
    return use === 'fresh' ? null : 'this card data has been used for another payment';
  }

  /** The message, or why it cannot be made: nothing has been sent then. */
  async #tryToBuild(line: AcquirerLine, session: Session, request: AcquirerRequest): Promise<Uint8Array | string> {
    try {
      return await this.#messages.build(line, session, request);
    } catch (error) {
      if (error instanceof Fault || error instanceof Refusal) return `the request cannot be made: ${error.code}`;
      throw error;
    }
  }

  /** What an answer means beside its own request. */
  async #heed(line: AcquirerLine, session: Session, request: AcquirerRequest, answer: DialectAnswer): Promise<void> {
    const meaning = line.dialect.meaningOf(answer.responseCode);
    if (meaning.demandsSignOn) await this.#signOn.end(request.trace, session);
    if (answer.demand !== null) await this.#management.noteDemand(request.trace, answer.demand);
    if (request.kind === 'reversal') this.#reversalAnswered(request, meaning);
  }

  async #cardFacts(acquirerId: string, ksn: string, read: ReadCard): Promise<Omit<Reservation, 'trace'>> {
    const { details, offline, par, aid, label, device } = read;
    const credentials = this.#credentials;
    const range = await this.#ranges.rangeOf(acquirerId, details.pan);
    if (range?.refused === true) throw cardNotTaken();
    const scheme = range?.scheme ?? schemeOf(details.pan);
    return {
      vaulted: await credentials.vault(details, ksn),
      maskedPan: maskPan(details.pan),
      scheme,
      funding: range?.funding ?? null,
      domestic: range?.domestic ?? scheme === 'unionpay',
      cardKey: await credentials.cardKeyOf(details.pan),
      par: par === null ? null : await credentials.parKeyOf(par),
      sealedChip: details.chip === null ? null : await credentials.sealChip(details.chip),
      offline,
      verification: details.verification,
      label,
      aid,
      device,
    };
  }

  async #codeFacts({ code }: PaymentCode): Promise<Omit<Reservation, 'trace'>> {
    const unread = { funding: null, par: null, sealedChip: null, offline: null, verification: null } as const;
    return {
      vaulted: await this.#credentials.vault({ code }),
      maskedPan: maskCode(code),
      scheme: 'unionpay',
      domestic: true,
      cardKey: await this.#credentials.cardKeyOf(code),
      ...unread,
      label: null,
      aid: null,
      device: 'phone',
    };
  }

  /** Only what is reversed can be answered late to anyone's harm; the rest is repeated until it is answered. */
  #giveUp(correlation: string, { kind, reference, trace }: AcquirerRequest): void {
    if (REVERSIBLE.has(kind)) this.#late.gaveUp(correlation, { kind, reference, trace });
  }

  #reversalAnswered({ trace }: AcquirerRequest, { closesReversal }: ResponseMeaning): void {
    if (closesReversal === null) return;
    const settled = this.#late.reversed(trace, closesReversal === 'undone');
    if (settled !== null) this.#environment.onLateAnswer(settled);
  }

  /** The host has the payment or has refused it: it needs no more room under the limits. */
  async #adviceEnded(end: AdviceEnd): Promise<void> {
    if (end.kind === 'offline-sale') await this.releaseOffline(end.reference);
    await this.#environment.onAdviceEnded?.(end);
  }

  #lineTo(acquirerId: string): AcquirerLine {
    const line = this.#environment.lineOf(acquirerId);
    if (line === undefined) throw new Fault('channel-not-configured', { params: { acquirerId } });
    return line;
  }

  async #terminalOf(tillId: string): Promise<Terminal> {
    const terminal = await this.#environment.stores.terminals.terminalOfTill(tillId);
    if (terminal === null) throw new Fault('terminal-not-provisioned', { params: { tillId } });
    return terminal;
  }
}

function notSent(cause: string): AcquirerAnswer {
  return { kind: 'not-sent', cause, evidence: [] };
}

function answered(answer: DialectAnswer, now: number, evidence: readonly Evidence[]): AcquirerAnswer {
  const { responseCode, rrn, authorizationCode, amountMinor, chip, balance, settlementDate, texts } = answer;
  return {
    kind: 'answered',
    responseCode,
    rrn,
    authorizationCode,
    amountMinor,
    chip: chip === null ? null : toHex(chip),
    balance,
    settlementOn: settlementDate === null ? null : hostDate(settlementDate, now),
    texts,
    evidence,
  };
}

function cardUsedBefore(): Fault {
  const message = {
    zh: '这次读卡的数据已用于另一笔付款，请重新读卡',
    en: 'This reading was used before; read the card again',
  };
  return new Fault('credential-refused', { fields: [{ path: 'credential', message }] });
}

function cardNotTaken(): Fault {
  const message = { zh: '收单行不受理这类卡，请换一种付款方式', en: 'The acquirer does not take this kind of card' };
  return new Fault('credential-refused', { fields: [{ path: 'credential', message }] });
}
