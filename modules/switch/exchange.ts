import { type Clock, Fault, fromHex, Refusal } from '@zhanggui/base';
import type { KeyVault } from '../keys/vault.ts';
import type { Evidence } from '../payments/outcome.ts';
import type {
  AcquirerAnswer,
  AcquirerRequest,
  AcquirerTrace,
  Exchange,
  LateAnswer,
  Reservation,
  ResponseMeaning,
  SealedCard,
} from './api.ts';
import {
  maskPan,
  readCardRecord,
  readVaultedCard,
  schemeOf,
  sealedCardMacInput,
  writeVaultedCard,
} from './card-record.ts';
import type { AcquirerDialect, CardDetails, DialectAnswer } from './dialect.ts';
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

const VAULTED_CARD = 'switch/vaulted-card';
const ANSWER_TIMEOUT_MS = 60_000;
const LINE_TEST_TIMEOUT_MS = 5_000;

/** Carries card requests to acquirers: reserve a trace, build the message, seal it with a MAC, ask, verify, read. */
export class CardExchange implements Exchange {
  readonly #environment: ExchangeEnvironment;
  readonly #signOn: SignOn;
  readonly #late = new LateAnswers();

  constructor(environment: ExchangeEnvironment) {
    this.#environment = environment;
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
    const { responseCode, rrn, authorizationCode, amountMinor } = answer;
    return { kind: 'answered', responseCode, rrn, authorizationCode, amountMinor, evidence: both };
  }

  async reserve(tillId: string, card: SealedCard): Promise<Reservation> {
    const { store, vault, lineOf } = this.#environment;
    const terminal = await store.terminalOfTill(tillId);
    if (terminal === null) throw new Fault('terminal-not-provisioned', { params: { tillId } });
    const details = await this.#openSealed(card);
    const line = lineOf(terminal.acquirerId);
    // The sign-on tells the batch, so it comes before the trace; when it fails, `ask` says that nothing was sent.
    if (line !== undefined) await this.#signOn.ensure(line, terminal);
    const trace = await store.reserveTrace(terminal.acquirerId, terminal.terminalId);
    if (trace === null) throw new Fault('terminal-not-provisioned', { params: { tillId } });
    const vaulted = await vault.sealSecret(VAULTED_CARD, writeVaultedCard(details));
    return { trace, vaulted, maskedPan: maskPan(details.pan), scheme: schemeOf(details.pan) };
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
    if (kind !== 'sale') return null;
    if (session.batchNumber !== trace.batchNumber) return 'the batch was closed meanwhile';
    if ('vaulted' in card) return null;
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

  async #buildMessage(dialect: AcquirerDialect, request: AcquirerRequest): Promise<Uint8Array> {
    const { vault } = this.#environment;
    const { acquirerId, terminalId } = request.trace;
    const card =
      'vaulted' in request.card
        ? readVaultedCard(await vault.openSecret(VAULTED_CARD, request.card.vaulted))
        : await this.#openSealed(request.card);
    const pinBlock = await this.#translatePin(request, card);
    const unsigned = dialect.toMessage({ ...request, card, ...(pinBlock === null ? {} : { pinBlock }) });
    const macKey = workingKey(acquirerId, terminalId, 'mac');
    return dialect.withMac(unsigned, await vault.generateMac(macKey, dialect.macAlgorithm, dialect.macInput(unsigned)));
  }

  async #translatePin({ trace, card }: AcquirerRequest, { pan }: CardDetails): Promise<Uint8Array | null> {
    if ('vaulted' in card || card.pinBlock === undefined) return null;
    return this.#environment.vault.translatePin({
      bdk: baseDerivationKeyOfKsn(card.ksn),
      ksn: fromHex(card.ksn),
      pinBlock: fromHex(card.pinBlock),
      pan,
      pik: workingKey(trace.acquirerId, trace.terminalId, 'pin'),
    });
  }

  /** @throws Fault `credential-refused` when the reader is not known or what it sent was changed. */
  async #openSealed(card: SealedCard): Promise<CardDetails> {
    const sealed = {
      ksn: fromHex(card.ksn),
      sealed: fromHex(card.sealed),
      mac: fromHex(card.mac),
      macInput: sealedCardMacInput(card),
    };
    try {
      return readCardRecord(
        await this.#environment.vault.openDeviceRecord(baseDerivationKeyOfKsn(card.ksn), sealed),
        card,
      );
    } catch (error) {
      const refused = error instanceof Fault && ['sealed-card-refused', 'key-missing'].includes(error.code);
      if (!refused) throw error;
      const message = {
        zh: '读卡器的数据无法验证，请重新读卡',
        en: "The reader's data cannot be verified; read the card again",
      };
      throw new Fault('credential-refused', { fields: [{ path: 'credential', message }], cause: error });
    }
  }

  /** Only a sale moves money that nobody asks for again; voids and refunds are repeated until they are answered. */
  #giveUp(correlation: string, request: AcquirerRequest): void {
    if (request.kind === 'sale') this.#late.gaveUp(correlation, request.reference, request.trace);
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
