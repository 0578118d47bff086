import { assert, type Clock, Fault, Refusal } from '@zhanggui/base';
import { nextBatchNumber } from '@zhanggui/iso8583';
import type { Evidence } from '../payments/outcome.ts';
import type { AcquirerTrace, BatchClose, BatchCloseOutcome, CloseStep } from './api.ts';
import type { CloseStore, StoredClose } from './close-store.ts';
import type { Credentials } from './credentials.ts';
import type {
  DraftMessage,
  ManagementAnswer,
  SettlementMessages,
  TerminalDemand,
  UploadMessages,
  UploadRecord,
} from './dialect.ts';
import { hostDate } from './host-time.ts';
import { readOrNull } from './management.ts';
import type { AcquirerLine, Messenger } from './messenger.ts';
import { isRefusedForGood } from './response-codes.ts';
import { isSession, type SignOn } from './sign-on.ts';
import type { SwitchStore, Terminal, TerminalKey } from './store.ts';
import { type PlannedRecord, uploadsOf } from './upload-plan.ts';
import type { Waits } from './waits.ts';

interface Environment {
  readonly store: SwitchStore;
  readonly closes: CloseStore;
  readonly clock: Clock;
  readonly messenger: Messenger;
  readonly credentials: Credentials;
  readonly signOn: SignOn;
  readonly waits: Pick<Waits, 'settlementMs'>;
  /** Tries the reversals that the terminal owes once; whoever closes has seen that none is left open. */
  settleReversals(terminal: Terminal): Promise<unknown>;
  /** Tries the terminal's stored messages once and tells how many still wait. */
  flushAdvices(terminal: TerminalKey): Promise<number>;
  /** Notes what an answer demands of the terminal. */
  noteDemand(key: TerminalKey, demand: TerminalDemand): Promise<void>;
  /** Signs the terminal off. */
  signOff(line: AcquirerLine, key: TerminalKey): Promise<unknown>;
}

/** One close at work: where it stands, and what was said in this call. */
interface Run {
  readonly line: AcquirerLine;
  readonly terminal: Terminal;
  readonly close: BatchClose;
  /** When the host was first asked; of a close that is only prepared, now. */
  readonly startedAt: number;
  readonly evidence: Evidence[];
}

/** A record of an upload with its card opened. */
interface OpenedRecord {
  readonly record: UploadRecord;
  readonly packed: boolean;
}

interface Unfinished {
  readonly cause: string;
}

/**
 * Closes a batch with its host (CUPS.md 9): totals, what differs, end, next batch number. Each step is kept before the
 * next begins, and a repeated message carries its first numbers, so that a close goes on wherever it was broken off.
 */
export class BatchCloser {
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  async close(line: AcquirerLine, terminal: Terminal, close: BatchClose): Promise<BatchCloseOutcome> {
    const { closes, clock, signOn } = this.#environment;
    const run: Run = { line, terminal, close, startedAt: clock.now(), evidence: [] };
    // Only the terminal's own batch is open since its freeze; what is asked of another one is a repetition.
    const openSince = terminal.batchNumber === close.batchNumber ? terminal.closingSince : null;
    const known = await closes.load(terminal, close.batchNumber, openSince);
    if (known?.closedAt != null) return closedOutcome(run, known);
    if (known === null) {
      const notReady = await this.#prepare(run);
      if (notReady !== null) return notReady;
    }
    const session = await signOn.ensure(line, terminal);
    if (!isSession(session)) return unfinished(run, known?.step === 'upload' ? 'upload' : 'settlement', session);
    if (session.batchNumber !== close.batchNumber && (known === null || known.step === 'settlement')) {
      // The host has gone on without comparing anything: nobody can close this batch any more.
      await closes.forget(terminal, close.batchNumber);
      return unfinished(run, 'settlement', inAnotherBatch(session));
    }
    const begun = known ?? (await closes.begin(terminal, close, openSince, clock.now()));
    return this.#carryOn({ ...run, close: begun.content, startedAt: begun.startedAt }, begun);
  }

  /** Reversals and stored messages belong into the batch, so they go first. */
  async #prepare(run: Run): Promise<BatchCloseOutcome | null> {
    const { store, clock, settleReversals, flushAdvices } = this.#environment;
    const { terminal, close } = run;
    if (terminal.batchNumber !== close.batchNumber) return unfinished(run, 'settlement', inAnotherBatch(terminal));
    await store.setClosing(terminal, terminal.closingSince ?? clock.now());
    await settleReversals(terminal);
    const waiting = await flushAdvices(terminal);
    if (waiting > 0) return unfinished(run, 'advices', { cause: `${waiting} messages wait for the host` });
    return null;
  }

  async #carryOn(run: Run, begun: StoredClose): Promise<BatchCloseOutcome> {
    const { settlement } = run.line.dialect;
    let at = begun;
    if (settlement !== undefined) {
      if (at.step === 'settlement') {
        const compared = await this.#compare(run, settlement, at);
        if ('cause' in compared) return unfinished(run, 'settlement', compared);
        at = compared;
      }
      const { uploads } = settlement;
      return uploads === undefined ? this.#finish(run, at) : this.#afterTotals(run, uploads, at);
    }
    return this.#finish(run, at);
  }

  async #afterTotals(run: Run, uploads: UploadMessages, compared: StoredClose): Promise<BatchCloseOutcome> {
    let at = compared;
    if (at.step === 'upload') {
      const uploaded = await this.#upload(run, uploads, at);
      if ('cause' in uploaded) return unfinished(run, 'upload', uploaded);
      at = uploaded;
    }
    const ended = await this.#end(run, uploads, at);
    return 'cause' in ended ? unfinished(run, 'end', ended) : this.#finish(run, ended);
  }

  /** 0500: the host tells for each part whether its totals are the same. */
  async #compare(run: Run, settlement: SettlementMessages, at: StoredClose): Promise<StoredClose | Unfinished> {
    const { totals, currency } = run.close;
    const { trace, attempt } = await this.#traceOf(run, 'settlement');
    const answer = await this.#ask(run, trace, settlement.toSettlement(trace, totals, currency), (bytes) =>
      settlement.fromSettlement(bytes),
    );
    if ('cause' in answer) return answer;
    const { domestic, foreign, settlementDate, responseCode } = answer;
    const compared = domestic === 'unbalanced' || foreign === 'unbalanced';
    if (!compared && !this.#took(run, responseCode, attempt)) {
      // A host that will not compare has closed nothing, so that the terminal may trade on.
      if (this.#isRefused(run, responseCode))
        await this.#environment.closes.forget(run.terminal, run.close.batchNumber);
      return { cause: `the totals were answered ${responseCode}` };
    }
    const settlementOn = settlementDate === null ? null : hostDate(settlementDate, this.#environment.clock.now());
    return this.#keep(run, { ...at, step: 'upload', domestic, foreign, settlementOn });
  }

  /** 0320: what the host must have one by one, and what differs. */
  async #upload(run: Run, uploads: UploadMessages, at: StoredClose): Promise<StoredClose | Unfinished> {
    const plan = uploadsOf(run.close.records, at, uploads.packedPerMessage);
    let state = at;
    for (const [index, records] of plan.entries()) {
      if (index < state.messagesSent) continue;
      const took = await this.#uploadOne(run, uploads, index, records);
      if (typeof took !== 'boolean') return took;
      state = await this.#keep(run, {
        ...state,
        messagesSent: index + 1,
        recordsSent: state.recordsSent + records.length,
        recordsRefused: state.recordsRefused + (took ? 0 : records.length),
      });
    }
    return this.#keep(run, { ...state, step: 'end' });
  }

  /** Whether the host took it; what cannot be made into a message is for people, and holds up no batch. */
  async #uploadOne(
    run: Run,
    uploads: UploadMessages,
    index: number,
    records: readonly PlannedRecord[],
  ): Promise<boolean | Unfinished> {
    const { trace: reserved, attempt } = await this.#traceOf(run, `upload/${index}`);
    const upload = await this.#tryToDraft(uploads, reserved, records);
    if (upload === null) return false;
    const answer = await this.#ask(run, upload.trace, upload.draft, (bytes) => uploads.fromUpload(bytes));
    if ('cause' in answer) return answer;
    const { responseCode } = answer;
    if (this.#took(run, responseCode, attempt)) return true;
    return this.#isRefused(run, responseCode) ? false : { cause: `an upload was answered ${responseCode}` };
  }

  async #tryToDraft(
    uploads: UploadMessages,
    reserved: AcquirerTrace,
    records: readonly PlannedRecord[],
  ): Promise<{ readonly draft: DraftMessage; readonly trace: AcquirerTrace } | null> {
    try {
      const opened = await Promise.all(records.map((record) => this.#opened(record)));
      return { draft: draftOf(uploads, reserved, opened), trace: answeredUnder(reserved, opened) };
    } catch (error) {
      if (error instanceof Fault || error instanceof Refusal) return null;
      throw error;
    }
  }

  /** The last 0320. A host that refuses it for good has had its totals: people must look, and the terminal trades on. */
  async #end(run: Run, uploads: UploadMessages, at: StoredClose): Promise<StoredClose | Unfinished> {
    const { trace, attempt } = await this.#traceOf(run, 'end');
    const balanced = at.domestic === 'balanced' && at.foreign === 'balanced';
    const draft = uploads.toBatchEnd(trace, { count: at.recordsSent, balanced });
    const answer = await this.#ask(run, trace, draft, (bytes) => uploads.fromUpload(bytes));
    if ('cause' in answer) return answer;
    if (this.#took(run, answer.responseCode, attempt)) return at;
    if (this.#isRefused(run, answer.responseCode)) return { ...at, domestic: 'error', foreign: 'error' };
    return { cause: `the end of the batch was answered ${answer.responseCode}` };
  }

  async #finish(run: Run, at: StoredClose): Promise<BatchCloseOutcome> {
    const { store, clock, signOff } = this.#environment;
    await store.advanceBatch(
      run.terminal,
      run.close.batchNumber,
      nextBatchNumber(run.close.batchNumber),
      run.startedAt,
    );
    // A host that does not answer the sign-off has closed the batch all the same; the next day signs on anew.
    if (run.terminal.parameters.signsOffAfterClose) await signOff(run.line, run.terminal);
    const verdict = { domestic: at.domestic ?? 'balanced', foreign: at.foreign ?? 'balanced' } as const;
    return closedOutcome(run, await this.#keep(run, { ...at, ...verdict, step: 'closed', closedAt: clock.now() }));
  }

  async #keep({ terminal, close }: Run, state: StoredClose): Promise<StoredClose> {
    await this.#environment.closes.save(terminal, close.batchNumber, state);
    return state;
  }

  async #opened({ record, packed }: PlannedRecord): Promise<OpenedRecord> {
    const { credentials } = this.#environment;
    const { vaulted, sealedChip, chipResult = null, ...facts } = record;
    const kept = await credentials.open({ vaulted });
    const chip = sealedChip === null ? null : await credentials.openChip(sealedChip);
    return { record: { ...facts, chipResult, card: 'code' in kept ? null : { ...kept, chip } }, packed };
  }

  /** The numbers of a message of this close: the same ones however often it is sent. */
  async #traceOf(
    { terminal, close, startedAt }: Run,
    message: string,
  ): Promise<{ trace: AcquirerTrace; attempt: number }> {
    const { store, clock } = this.#environment;
    const { acquirerId, terminalId } = terminal;
    const { batchNumber } = close;
    const reference = `close/${acquirerId}/${terminalId}/${batchNumber}/${startedAt}/${message}`;
    const next = await store.followUp(reference, acquirerId, terminalId, clock.now());
    assert(next !== null, `terminal ${terminalId} is provisioned`);
    // A sign-on in the middle of a close may already tell the next batch.
    return { attempt: next.attempt, trace: { ...next.trace, batchNumber } };
  }

  #took({ line }: Run, responseCode: string, attempt = 1): boolean {
    const meaning = line.dialect.meaningOf(responseCode);
    return meaning.approved || (meaning.duplicate && attempt > 1);
  }

  #isRefused({ line }: Run, responseCode: string): boolean {
    return isRefusedForGood(line.dialect.meaningOf(responseCode));
  }

  async #ask<Answer extends ManagementAnswer>(
    { line, terminal, evidence }: Run,
    trace: AcquirerTrace,
    draft: DraftMessage,
    read: (message: Uint8Array) => Answer,
  ): Promise<Answer | Unfinished> {
    const { messenger, signOn, waits, noteDemand } = this.#environment;
    const session = await signOn.ensure(line, terminal);
    if (!isSession(session)) return session;
    const came = await messenger.send(line, trace, draft, waits.settlementMs);
    evidence.push(...came.evidence);
    // The next try signs on again.
    if (came.kind === 'no-keys') await signOn.end(terminal, session);
    if (came.kind !== 'answer') return { cause: came.cause };
    const answer = readOrNull(read, came.message);
    if (answer === null) return { cause: 'the answer cannot be read' };
    if (draft.mac && !(await messenger.isAuthentic(line.dialect, trace, answer, came.message)))
      return { cause: 'the answer has a wrong MAC' };
    if (answer.demand !== null) await noteDemand(terminal, answer.demand);
    if (!line.dialect.meaningOf(answer.responseCode).demandsSignOn) return answer;
    await signOn.end(terminal, session);
    return { cause: `answered ${answer.responseCode}: the terminal signs on again` };
  }
}

function draftOf(uploads: UploadMessages, trace: AcquirerTrace, opened: readonly OpenedRecord[]): DraftMessage {
  const [first] = opened;
  if (first !== undefined && !first.packed) return uploads.toSingleUpload(trace, first.record);
  const records = opened.map(({ record }) => record);
  return uploads.toPackedUpload(trace, records);
}

/** The trace that the answer tells: a record that goes up alone keeps the number of its payment. */
function answeredUnder(trace: AcquirerTrace, [first]: readonly OpenedRecord[]): AcquirerTrace {
  return first === undefined || first.packed ? trace : { ...trace, stan: first.record.trace.stan };
}

function inAnotherBatch({ batchNumber }: Pick<Terminal, 'batchNumber'>): Unfinished {
  return { cause: `the terminal is in batch ${batchNumber}` };
}

function unfinished({ evidence }: Run, step: CloseStep, { cause }: Unfinished): BatchCloseOutcome {
  return { kind: 'unfinished', step, cause, evidence };
}

function closedOutcome({ close, evidence }: Run, at: StoredClose): BatchCloseOutcome {
  return {
    kind: 'closed',
    batchNumber: close.batchNumber,
    nextBatchNumber: nextBatchNumber(close.batchNumber),
    domestic: at.domestic ?? 'balanced',
    foreign: at.foreign ?? 'balanced',
    uploaded: at.recordsSent,
    refused: at.recordsRefused,
    settlementOn: at.settlementOn,
    closedAt: at.closedAt ?? 0,
    evidence,
  };
}
