import { type Currency, Fault, Refusal, toHex } from '@zhanggui/base';
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
import type { DialectAnswer } from './dialect.ts';
import { hostDate } from './host-time.ts';
import { lacksWorkingKey } from './key-names.ts';
import { LateAnswers } from './late-answers.ts';
import { readOrNull } from './management.ts';
import { type AcquirerLine, evidenceOf } from './messenger.ts';
import { isSession, NOT_PROVISIONED, type Session } from './sign-on.ts';
import type { Terminal } from './store.ts';
import { assemble, type ExchangeEnvironment, type SwitchParts, settleReversals } from './switch-parts.ts';
import { TerminalServices } from './terminal-services.ts';
import { scaledWait } from './waits.ts';

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

/** A message, sealed under the keys of this session. */
interface Made {
  readonly session: Session;
  readonly message: Uint8Array;
}

/** Why there is no message: nothing has been sent. */
interface NotMade {
  readonly cause: string;
  /** Whether it is because the terminal's working keys are gone. */
  readonly withoutKeys: boolean;
}

/** Carries card requests to acquirers: reserve a trace, build the message, seal it with a MAC, ask, verify, read. */
export class CardExchange extends TerminalServices implements Exchange {
  protected readonly parts: SwitchParts;
  readonly #late = new LateAnswers();

  constructor(environment: ExchangeEnvironment) {
    super();
    this.parts = assemble(environment, this);
  }

  async ask(request: AcquirerRequest): Promise<AcquirerAnswer> {
    const { clock, lineOf } = this.parts.environment;
    const { trace } = request;
    const line = lineOf(trace.acquirerId);
    if (line === undefined) return notSent(`no line to acquirer ${trace.acquirerId}`);
    const terminal = await this.#terminalFor(line, request);
    const session = terminal === null ? NOT_PROVISIONED : await this.parts.signOn.ensureFor(line, terminal);
    if (!isSession(session)) return notSent(session.cause);
    const refusal = await this.#refusalOf(session, request);
    if (refusal !== null) return notSent(refusal);
    const made = await this.#makeMessage(line, session, request);
    if ('cause' in made) return notSent(made.cause);
    const { message } = made;
    const leftMs = request.answerBy === undefined ? ANSWER_TIMEOUT_MS : request.answerBy - clock.now();
    if (leftMs <= 0) return notSent('no time was left to ask');
    const came = await this.parts.messenger.carry(line, message, leftMs);
    const { evidence } = came;
    const correlation = line.dialect.correlationOf(message) ?? '';
    if (came.kind !== 'answer') {
      if (came.kind === 'silent') this.#giveUp(correlation, request);
      return { kind: came.kind, cause: came.cause, evidence };
    }
    const answer = readOrNull((bytes) => line.dialect.fromMessage(bytes), came.message);
    if (answer === null || !(await this.parts.messenger.isAuthentic(line.dialect, trace, answer, came.message))) {
      this.#giveUp(correlation, request);
      return { kind: 'invalid-mac', evidence };
    }
    await this.#heed(line, made.session, request, answer);
    return answered(answer, clock.now(), evidence);
  }

  async reserve(tillId: string, card: SealedCard | PaymentCode): Promise<Reservation> {
    const { reservations, signOn, environment } = this.parts;
    const { lineOf, stores } = environment;
    const terminal = await this.terminalOf(tillId);
    if (terminal.closingSince !== null) throw new Fault('batch-closing', { params: { tillId } });
    const facts =
      'code' in card ? await reservations.ofCode(card) : await reservations.ofCard(terminal.acquirerId, card);
    const line = lineOf(terminal.acquirerId);
    // The sign-on tells the batch, so it comes before the trace; when it fails, `ask` says that nothing was sent.
    if (line !== undefined) await signOn.ensureFor(line, terminal);
    const trace = await stores.terminals.reserveTrace(terminal.acquirerId, terminal.terminalId);
    if (trace === null) throw new Fault('terminal-not-provisioned', { params: { tillId } });
    const { answerTimeoutMs, merchantName } = terminal.parameters;
    const waitMs = answerTimeoutMs === null ? null : scaledWait(answerTimeoutMs, environment.timeScale ?? 1);
    return { trace, ...facts, answerTimeoutMs: waitMs, merchantName };
  }

  openCompletion(completion: SealedCompletion): Promise<OpenedCompletion> {
    return this.parts.credentials.openCompletion(completion);
  }

  async nextTrace({ acquirerId, terminalId }: AcquirerTrace, reference: string) {
    const { stores, clock } = this.parts.environment;
    const next = await stores.terminals.followUp(reference, acquirerId, terminalId, clock.now());
    if (next === null) throw new Fault('terminal-not-provisioned', { params: { terminalId } });
    return next;
  }

  meaningOf(acquirerId: string, responseCode: string): ResponseMeaning {
    return this.lineTo(acquirerId).dialect.meaningOf(responseCode);
  }

  supports(acquirerId: string, kind: RequestKind): boolean {
    return this.parts.environment.lineOf(acquirerId)?.dialect.kinds.includes(kind) ?? false;
  }

  async balance(tillId: string, card: SealedCard, currency: Currency = 'CNY') {
    const { trace, maskedPan, card: presented, answerTimeoutMs } = await this.reserve(tillId, card);
    const createdAt = this.parts.environment.clock.now();
    const reference = `balance/${card.ksn}`;
    const answer = await this.ask({
      kind: 'balance-inquiry',
      reference,
      trace,
      amountMinor: 0,
      currency,
      createdAt,
      card: presented,
      answerBy: createdAt + (answerTimeoutMs ?? ANSWER_TIMEOUT_MS),
    });
    return { acquirerId: trace.acquirerId, maskedPan, answer };
  }

  async enqueue(advice: AcquirerRequest): Promise<void> {
    const { stores, clock } = this.parts.environment;
    const { kind, reference, card } = advice;
    if (kind === 'offline-sale' && 'vaulted' in card) {
      const ksn = await this.parts.credentials.presentationOf(card.vaulted);
      const use = ksn === null ? 'fresh' : await stores.terminals.claimPresentation(ksn, reference, clock.now());
      if (use === 'used') throw cardUsedBefore();
    }
    await this.parts.advices.enqueue(advice);
  }

  /** For the links: an answer that nobody waits for any more. */
  async lateAnswer(acquirerId: string, correlation: string, message: Uint8Array): Promise<void> {
    const { clock, lineOf, stores } = this.parts.environment;
    const line = lineOf(acquirerId);
    if (line === undefined) return;
    const answer = readOrNull((bytes) => line.dialect.fromMessage(bytes), message);
    if (answer === null) return;
    const key = { acquirerId, terminalId: answer.terminalId, stan: answer.stan };
    const asked = this.#late.expecting(key, correlation);
    if (asked === null || !(await this.parts.messenger.isAuthentic(line.dialect, asked.trace, answer, message))) return;
    this.#late.answered(key);
    if (!line.dialect.meaningOf(answer.responseCode).approved) return;
    const { kind, reference } = asked;
    const { rrn, authorizationCode } = answer;
    const evidence = [evidenceOf('answer', clock.now(), line.dialect, message)];
    await this.#settle(await stores.late.approved({ kind, reference, rrn, authorizationCode, evidence }, clock.now()));
  }

  /** The terminal, once it has done what goes before a payment: reversals that it owes, and what the host has asked for. */
  async #terminalFor(line: AcquirerLine, { kind, trace }: AcquirerRequest): Promise<Terminal | null> {
    const { terminals } = this.parts.environment.stores;
    const terminal = await terminals.terminal(trace);
    if (terminal === null || AFTERWARDS.has(kind)) return terminal;
    const owed = await settleReversals(this.parts.environment, terminal.tillId);
    if (terminal.demand !== null) await this.parts.management.fulfilDemand(line, terminal);
    return owed || terminal.demand !== null ? terminals.terminal(trace) : terminal;
  }

  /** Why this request may not go out; null when it may. What is repeated until it is answered always may. */
  async #refusalOf(session: Session, { kind, trace, card, reference }: AcquirerRequest): Promise<string | null> {
    const { stores, clock } = this.parts.environment;
    const refusal = batchRefusal(session, kind, trace);
    if (refusal !== null || !STARTS_A_PAYMENT.has(kind) || !('ksn' in card)) return refusal;
    const use = await stores.terminals.claimPresentation(card.ksn, reference, clock.now());
    return use === 'fresh' ? null : 'this card data has been used for another payment';
  }

  /** The message, or why it cannot be made. Where the terminal's working keys are gone, it signs on again for it, once. */
  async #makeMessage(line: AcquirerLine, session: Session, request: AcquirerRequest): Promise<Made | NotMade> {
    const first = await this.#tryToBuild(line, session, request);
    if (!('cause' in first) || !first.withoutKeys) return first;
    const { trace, kind } = request;
    await this.parts.signOn.end(trace, session);
    const renewed = await this.parts.signOn.ensure(line, trace);
    if (!isSession(renewed)) return notMade(renewed.cause);
    const refusal = batchRefusal(renewed, kind, trace);
    return refusal === null ? this.#tryToBuild(line, renewed, request) : notMade(refusal);
  }

  async #tryToBuild(line: AcquirerLine, session: Session, request: AcquirerRequest): Promise<Made | NotMade> {
    try {
      return { session, message: await this.parts.messages.build(line, session, request) };
    } catch (error) {
      if (error instanceof Fault || error instanceof Refusal)
        return notMade(`the request cannot be made: ${error.code}`, lacksWorkingKey(error, request.trace));
      throw error;
    }
  }

  /** What an answer means beside its own request. */
  async #heed(line: AcquirerLine, session: Session, request: AcquirerRequest, answer: DialectAnswer): Promise<void> {
    const meaning = line.dialect.meaningOf(answer.responseCode);
    if (meaning.demandsSignOn) await this.parts.signOn.end(request.trace, session);
    if (answer.demand !== null) await this.parts.management.noteDemand(request.trace, answer.demand);
    if (request.kind === 'reversal') await this.#reversalAnswered(request, meaning);
  }

  /** Only what is reversed can be answered late to anyone's harm; the rest is repeated until it is answered. */
  #giveUp(correlation: string, { kind, reference, trace }: AcquirerRequest): void {
    if (REVERSIBLE.has(kind)) this.#late.gaveUp(correlation, { kind, reference, trace });
  }

  async #reversalAnswered({ reference }: AcquirerRequest, { closesReversal }: ResponseMeaning): Promise<void> {
    if (closesReversal === null) return;
    const { stores, clock } = this.parts.environment;
    await this.#settle(await stores.late.reversed(reference, closesReversal === 'undone', clock.now()));
  }

  /** Forgotten only once it is written down, so that the next answer to the reversal tells it again. */
  async #settle(settled: LateAnswer | null): Promise<void> {
    if (settled === null) return;
    const { stores, onLateAnswer } = this.parts.environment;
    await onLateAnswer(settled);
    await stores.late.forget(settled.reference);
  }
}

/** Why a request may not go out as its terminal's batch stands; null when it may. */
function batchRefusal(session: Session, kind: RequestKind, { batchNumber }: AcquirerTrace): string | null {
  if (AFTERWARDS.has(kind)) return null;
  if (session.closing) return 'the batch is being closed';
  const isLate = STARTS_A_PAYMENT.has(kind) && session.batchNumber !== batchNumber;
  return isLate ? 'the batch was closed meanwhile' : null;
}

function notMade(cause: string, withoutKeys = false): NotMade {
  return { cause, withoutKeys };
}

function notSent(cause: string): AcquirerAnswer {
  return { kind: 'not-sent', cause, evidence: [] };
}

function answered(answer: DialectAnswer, now: number, evidence: readonly Evidence[]): AcquirerAnswer {
  const { responseCode, rrn, authorizationCode, amountMinor, chip, balance, domestic, texts } = answer;
  const { hostTime, settlementDate } = answer;
  return {
    kind: 'answered',
    responseCode,
    rrn,
    authorizationCode,
    amountMinor,
    chip: chip === null ? null : toHex(chip),
    balance,
    hostOn: hostTime === null ? null : hostDate(hostTime, now),
    settlementOn: settlementDate === null ? null : hostDate(settlementDate, now),
    texts,
    domestic,
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
