import { type Clock, Fault, fromHex, Refusal, toHex } from '@zhanggui/base';
import type { KeyVault } from '../keys/vault.ts';
import type { Evidence } from '../payments/outcome.ts';
import type {
  AcquirerAnswer,
  AcquirerRequest,
  AcquirerTrace,
  Exchange,
  LateAnswer,
  OpenedCompletion,
  PaymentCode,
  RequestKind,
  Reservation,
  ResponseMeaning,
  SealedCard,
  SealedCompletion,
} from './api.ts';
import { maskCode, maskPan, type ReadCard, schemeOf } from './card-record.ts';
import { Credentials } from './credentials.ts';
import type { AcquirerDialect, CardDetails, DialectAnswer } from './dialect.ts';
import { hostDate } from './host-time.ts';
import { baseDerivationKeyOfKsn, workingKey } from './key-names.ts';
import { LateAnswers } from './late-answers.ts';
import { type AcquirerLine, isSession, type Session, SignOn } from './sign-on.ts';
import type { SwitchStore } from './store.ts';

/** What the exchange stands on. */
export interface ExchangeEnvironment {
  readonly store: SwitchStore;
  readonly vault: KeyVault;
  readonly clock: Clock;
  /** The line of an acquirer; undefined for one that is not configured. */
  lineOf(acquirerId: string): AcquirerLine | undefined;
  /** Told when an acquirer's clock and ours differ by more than a minute; positive when the host is ahead. */
  onClockDifference?(acquirerId: string, differenceMs: number): void;
  /** Told of every approval that came after its request was given up, once its fate is certain. */
  onLateAnswer(answer: LateAnswer): void;
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
const ANSWER_TIMEOUT_MS = 60_000;
const LINE_TEST_TIMEOUT_MS = 5_000;

/** Carries card requests to acquirers: reserve a trace, build the message, seal it with a MAC, ask, verify, read. */
export class CardExchange implements Exchange {
  readonly #environment: ExchangeEnvironment;
  readonly #signOn: SignOn;
  readonly #credentials: Credentials;
  readonly #late = new LateAnswers();

  constructor(environment: ExchangeEnvironment) {
    this.#environment = environment;
    this.#credentials = new Credentials(environment.vault);
    this.#signOn = new SignOn(environment);
  }

  async ask(request: AcquirerRequest): Promise<AcquirerAnswer> {
    const { vault, clock, lineOf } = this.#environment;
    const { trace } = request;
    const line = lineOf(trace.acquirerId);
    if (line === undefined) return notSent(`no line to acquirer ${trace.acquirerId}`);
    const session = await this.#signOn.ensure(line, trace);
    if (!isSession(session)) return notSent(session.cause);
    const refusal = await this.#refusalOf(session, request);
    if (refusal !== null) return notSent(refusal);
    const { dialect, link } = line;
    const message = await this.#tryToBuild(dialect, request);
    if (typeof message === 'string') return notSent(message);
    const correlation = dialect.correlationOf(message) ?? '';
    const asked = evidence('request', clock.now(), dialect, message);
    const leftMs = request.answerBy === undefined ? ANSWER_TIMEOUT_MS : request.answerBy - clock.now();
    if (leftMs <= 0) return notSent('no time was left to ask');
    const came = await link.request(message, correlation, leftMs);
    if (came.kind === 'not-sent') return notSent(came.cause);
    if (came.kind === 'silent') {
      this.#giveUp(correlation, request);
      return { kind: 'silent', cause: came.cause, evidence: [asked] };
    }
    const both = [asked, evidence('answer', clock.now(), dialect, came.message)];
    const answer = readAnswer(dialect, came.message);
    if (answer === null || !(await isAuthentic(vault, dialect, trace, answer, came.message))) {
      this.#giveUp(correlation, request);
      return { kind: 'invalid-mac', evidence: both };
    }
    const meaning = dialect.meaningOf(answer.responseCode);
    if (meaning.demandsSignOn) await this.#signOn.end(trace, session);
    if (request.kind === 'reversal') this.#reversalAnswered(request, meaning);
    return answered(answer, clock.now(), both);
  }

  async reserve(tillId: string, card: SealedCard | PaymentCode): Promise<Reservation> {
    const { store, lineOf } = this.#environment;
    const terminal = await store.terminalOfTill(tillId);
    if (terminal === null) throw new Fault('terminal-not-provisioned', { params: { tillId } });
    const read = 'code' in card ? null : await this.#credentials.openCard(card);
    const line = lineOf(terminal.acquirerId);
    // The sign-on tells the batch, so it comes before the trace; when it fails, `ask` says that nothing was sent.
    if (line !== undefined) await this.#signOn.ensure(line, terminal);
    const trace = await store.reserveTrace(terminal.acquirerId, terminal.terminalId);
    if (trace === null) throw new Fault('terminal-not-provisioned', { params: { tillId } });
    return { trace, ...(read === null ? await this.#codeFacts(card as PaymentCode) : await this.#cardFacts(read)) };
  }

  openCompletion(completion: SealedCompletion): Promise<OpenedCompletion> {
    return this.#credentials.openCompletion(completion);
  }

  async nextTrace(trace: AcquirerTrace, reference: string) {
    const { store, clock } = this.#environment;
    const next = await store.followUp(reference, trace.acquirerId, trace.terminalId, clock.now());
    if (next === null) throw new Fault('terminal-not-provisioned', { params: { terminalId: trace.terminalId } });
    return next;
  }

  meaningOf(acquirerId: string, responseCode: string): ResponseMeaning {
    const line = this.#environment.lineOf(acquirerId);
    if (line === undefined) throw new Fault('channel-not-configured', { params: { acquirerId } });
    return line.dialect.meaningOf(responseCode);
  }

  /** Signs every terminal on, so that the first customer does not wait for it. */
  async signOnAll(): Promise<void> {
    const { store, lineOf } = this.#environment;
    for (const terminal of await store.terminals()) {
      const line = lineOf(terminal.acquirerId);
      if (line !== undefined) await this.#signOn.ensure(line, terminal);
    }
  }

  /**
   * Tests the line of an acquirer with the trace of one of its terminals, and drops a connection that swallows the test:
   * it only looks as if it stood.
   */
  async testLine(acquirerId: string): Promise<void> {
    const { store, lineOf } = this.#environment;
    const line = lineOf(acquirerId);
    const terminal = (await store.terminals()).find((each) => each.acquirerId === acquirerId);
    if (line === undefined || terminal === undefined || !line.link.connected()) return;
    const trace = await store.reserveTrace(acquirerId, terminal.terminalId);
    if (trace === null) return;
    const test = line.dialect.toEcho(trace);
    const came = await line.link.request(test, line.dialect.correlationOf(test) ?? '', LINE_TEST_TIMEOUT_MS);
    if (came.kind === 'silent') line.link.drop('the line test was not answered');
  }

  /** For the links: an answer that nobody waits for any more. */
  async lateAnswer(acquirerId: string, correlation: string, message: Uint8Array): Promise<void> {
    const { vault, clock, lineOf, onLateAnswer } = this.#environment;
    const line = lineOf(acquirerId);
    const answer = line === undefined ? null : readAnswer(line.dialect, message);
    if (line === undefined || answer === null) return;
    const key = { acquirerId, terminalId: answer.terminalId, stan: answer.stan };
    const trace = this.#late.expecting(key, correlation);
    if (trace === null || !(await isAuthentic(vault, line.dialect, trace, answer, message))) return;
    if (!line.dialect.meaningOf(answer.responseCode).approved) {
      this.#late.declined(key);
      return;
    }
    const { rrn, authorizationCode } = answer;
    const seen = [evidence('answer', clock.now(), line.dialect, message)];
    const settled = this.#late.approved(key, { rrn, authorizationCode, evidence: seen });
    if (settled !== null) onLateAnswer(settled);
  }

  /** Why this request may not go out; null when it may. What is repeated until it is answered always may. */
  async #refusalOf(session: Session, { kind, trace, card, reference }: AcquirerRequest): Promise<string | null> {
    const { store, clock } = this.#environment;
    if (!STARTS_A_PAYMENT.has(kind)) return null;
    if (session.batchNumber !== trace.batchNumber) return 'the batch was closed meanwhile';
    if (!('ksn' in card)) return null;
    const fresh = await store.claimPresentation(card.ksn, reference, clock.now());
    return fresh ? null : 'this card data has been used for another payment';
  }

  /** The message, or why it cannot be made: nothing has been sent then. */
  async #tryToBuild(dialect: AcquirerDialect, request: AcquirerRequest): Promise<Uint8Array | string> {
    try {
      return await this.#buildMessage(dialect, request);
    } catch (error) {
      if (error instanceof Fault || error instanceof Refusal) return `the request cannot be made: ${error.code}`;
      throw error;
    }
  }

  async #buildMessage(dialect: AcquirerDialect, { card: asked, chip, ...request }: AcquirerRequest) {
    const { vault } = this.#environment;
    const { acquirerId, terminalId } = request.trace;
    const opened = await this.#credentials.open(asked);
    const pinBlock = 'code' in opened ? null : await this.#translatePin(request.trace, asked, opened);
    const unsigned = dialect.toMessage({
      ...request,
      card: 'code' in opened ? null : { ...opened, chip: chip === undefined ? opened.chip : fromHex(chip) },
      code: 'code' in opened ? opened.code : null,
      ...(pinBlock === null ? {} : { pinBlock }),
    });
    const macKey = workingKey(acquirerId, terminalId, 'mac');
    return dialect.withMac(unsigned, await vault.generateMac(macKey, dialect.macAlgorithm, dialect.macInput(unsigned)));
  }

  async #translatePin(
    { acquirerId, terminalId }: AcquirerTrace,
    card: AcquirerRequest['card'],
    { pan }: CardDetails,
  ): Promise<Uint8Array | null> {
    if (!('ksn' in card) || card.pinBlock === undefined) return null;
    return this.#environment.vault.translatePin({
      bdk: baseDerivationKeyOfKsn(card.ksn),
      ksn: fromHex(card.ksn),
      pinBlock: fromHex(card.pinBlock),
      pan,
      pik: workingKey(acquirerId, terminalId, 'pin'),
    });
  }

  async #cardFacts({ details, offline, par, aid, label, device }: ReadCard): Promise<Omit<Reservation, 'trace'>> {
    const credentials = this.#credentials;
    const scheme = schemeOf(details.pan);
    return {
      vaulted: await credentials.vault(details),
      maskedPan: maskPan(details.pan),
      scheme,
      funding: null,
      domestic: scheme === 'unionpay',
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
}

function notSent(cause: string): AcquirerAnswer {
  return { kind: 'not-sent', cause, evidence: [] };
}

function evidence(
  direction: Evidence['direction'],
  at: number,
  dialect: AcquirerDialect,
  message: Uint8Array,
): Evidence {
  return { direction, at, title: dialect.titleOf(message), text: dialect.describe(message) };
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

/** Null for bytes that are no answer of the dialect. */
function readAnswer(dialect: AcquirerDialect, message: Uint8Array): DialectAnswer | null {
  try {
    return dialect.fromMessage(message);
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/**
 * Whether the acquirer made this answer. One without a MAC is believed only where the acquirer could not make one: it
 * refuses and demands a sign-on. An approval without a MAC is never believed.
 */
async function isAuthentic(
  vault: KeyVault,
  dialect: AcquirerDialect,
  trace: AcquirerTrace,
  answer: DialectAnswer,
  message: Uint8Array,
): Promise<boolean> {
  if (answer.terminalId !== trace.terminalId || answer.stan !== trace.stan) return false;
  if (answer.mac === null) return dialect.meaningOf(answer.responseCode).demandsSignOn;
  const key = workingKey(trace.acquirerId, trace.terminalId, 'mac');
  try {
    return await vault.verifyMac(key, dialect.macAlgorithm, dialect.macInput(message), answer.mac);
  } catch (error) {
    // A failed sign-on has deleted the keys while the answer was on its way; it cannot be believed any more.
    if (error instanceof Fault && error.code === 'key-missing') return false;
    throw error;
  }
}
