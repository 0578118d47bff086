import { beijingDate, type Clock } from '@zhanggui/base';
import type { KeyVault } from '../keys/vault.ts';
import type { AcquirerTrace } from './api.ts';
import type { AcquirerDialect, SignOnAnswer, TerminalDemand } from './dialect.ts';
import { clockDifference } from './host-time.ts';
import { terminalMasterKey, workingKey } from './key-names.ts';
import type { AcquirerLine } from './messenger.ts';
import type { SwitchStore, Terminal, TerminalKey } from './store.ts';
import type { Waits } from './waits.ts';

/** A terminal that may trade: its working keys are in the vault. */
export interface Session {
  /** Counts the terminal's sign-ons, whichever server process made them. */
  readonly number: number;
  readonly batchNumber: string;
  /** Whether tracks are encrypted under a key of their own. */
  readonly trackKey: boolean;
  /** Whether the batch is being closed. */
  readonly closing: boolean;
}

/** Why a terminal may not trade now. */
export interface NoSession {
  readonly cause: string;
}

/** The terminal is not among those that were set up. */
export const NOT_PROVISIONED: NoSession = { cause: 'the terminal is not provisioned' };

interface Environment {
  readonly store: SwitchStore;
  readonly vault: KeyVault;
  readonly clock: Clock;
  readonly waits: Pick<Waits, 'signOnMs'>;
  /** Told when the host's clock and ours differ by more than a minute, in milliseconds; positive when the host is ahead. */
  onClockDifference?(acquirerId: string, differenceMs: number): void;
  /** What the device at a till says of itself; null where it is not known. */
  serialOf?(tillId: string): Promise<string | null>;
  /** Told what the answer to a sign-on demands beside it. */
  onDemand?(terminal: TerminalKey, demand: TerminalDemand): Promise<void>;
}

/** A claimed sign-on is another's again after this many times the wait for its answer. */
const LEASE_IN_WAITS = 1.5;
const OTHER_PROCESS_POLL_MS = 200;
const CLOCK_TOLERANCE_MS = 60_000;

/**
 * Keeps terminals signed on (CUPS: 0800 with working keys in field 62): once a day, and again when the acquirer demands
 * it. The session stands in the database, so that every server process trades under the same one; requests that come
 * meanwhile wait for the same sign-on.
 */
export class SignOn {
  readonly #environment: Environment;
  readonly #running = new Map<string, Promise<Session | NoSession>>();

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** The terminal's session, signing on where there is none of today. Never throws for what the outside world did. */
  async ensure(line: AcquirerLine, key: TerminalKey): Promise<Session | NoSession> {
    const terminal = await this.#environment.store.terminal(key);
    return terminal === null ? NOT_PROVISIONED : this.ensureFor(line, terminal);
  }

  /** The same for a terminal as it was just read. */
  async ensureFor(line: AcquirerLine, terminal: Terminal): Promise<Session | NoSession> {
    if (isOfToday(terminal, this.#environment.clock.now())) return sessionOf(terminal);
    return this.#join(line, terminal);
  }

  /** Signs on whether the terminal has a session or not. */
  async renew(line: AcquirerLine, key: TerminalKey): Promise<Session | NoSession> {
    const terminal = await this.#environment.store.terminal(key);
    return terminal === null ? NOT_PROVISIONED : this.#join(line, terminal);
  }

  /**
   * Ends `session`, because the acquirer has refused a message that was made under it; the next request signs on. The
   * answers to other messages of the same session change nothing more.
   */
  async end(key: TerminalKey, session: Session): Promise<void> {
    await this.#environment.store.endSession(key, session.number);
  }

  #join(line: AcquirerLine, terminal: Terminal): Promise<Session | NoSession> {
    const name = `${terminal.acquirerId}/${terminal.terminalId}`;
    const running =
      this.#running.get(name) ??
      this.#claimed(line, terminal).finally(() => {
        this.#running.delete(name);
      });
    this.#running.set(name, running);
    return running;
  }

  /** Signs on unless another process is doing so; then its session is waited for. */
  async #claimed(line: AcquirerLine, before: Terminal): Promise<Session | NoSession> {
    const { store, clock, waits } = this.#environment;
    const now = clock.now();
    const leaseMs = LEASE_IN_WAITS * waits.signOnMs;
    if (await store.claimSignOn(before, before.session, now, now + leaseMs)) {
      const session = await this.#signOn(line, before);
      if (!isSession(session)) await store.releaseSignOn(before);
      return session;
    }
    for (let waitedMs = 0; waitedMs < leaseMs; waitedMs += OTHER_PROCESS_POLL_MS) {
      const terminal = await store.terminal(before);
      if (terminal !== null && terminal.session > before.session) return sessionOf(terminal);
      await clock.sleep(OTHER_PROCESS_POLL_MS);
    }
    return { cause: 'another server process signs on' };
  }

  async #signOn({ dialect, link }: AcquirerLine, key: Terminal): Promise<Session | NoSession> {
    const { store, vault, clock, waits, serialOf, onClockDifference, onDemand } = this.#environment;
    const trace = await store.reserveTrace(key.acquirerId, key.terminalId);
    if (trace === null) return NOT_PROVISIONED;
    const request = dialect.toSignOn(trace, (await serialOf?.(key.tillId)) ?? null);
    const correlation = dialect.correlationOf(request) ?? '';
    const came = await link.request(request, correlation, waits.signOnMs);
    if (came.kind !== 'answer') return { cause: `sign-on: ${came.cause}` };
    const answer = readAnswer(dialect, came.message);
    if ('cause' in answer) return answer;
    const imported = await importKeys(vault, trace, answer);
    if (imported !== null) {
      // The keys of the session that was are gone too: the next request signs on again.
      await store.endSession(key, key.session);
      return imported;
    }
    const now = clock.now();
    const clockOffsetMs = clockDifference(answer.hostTime, now);
    if (Math.abs(clockOffsetMs) > CLOCK_TOLERANCE_MS) onClockDifference?.(trace.acquirerId, clockOffsetMs);
    const batchNumber = answer.batchNumber ?? trace.batchNumber;
    const trackKey = answer.workingKeys.some(({ usage }) => usage === 'data');
    await store.saveSignOn(key, { batchNumber, trackKey, clockOffsetMs, atMs: now });
    if (answer.demand !== null) await onDemand?.(key, answer.demand);
    return { number: key.session + 1, batchNumber, trackKey, closing: key.closingSince !== null };
  }
}

/** Whether the terminal may trade. */
export function isSession(session: Session | NoSession): session is Session {
  return 'batchNumber' in session;
}

function isOfToday({ signedOnAt }: Terminal, now: number): boolean {
  return signedOnAt !== null && beijingDate(signedOnAt) === beijingDate(now);
}

function sessionOf({ session, batchNumber, trackKey, closingSince }: Terminal): Session {
  return { number: session, batchNumber, trackKey, closing: closingSince !== null };
}

function readAnswer(dialect: AcquirerDialect, message: Uint8Array): SignOnAnswer | NoSession {
  try {
    const answer = dialect.fromSignOn(message);
    if (answer.responseCode === '00') return answer;
    return { cause: `sign-on refused with ${answer.responseCode}` };
  } catch (error) {
    return { cause: `sign-on answer cannot be read: ${messageOf(error)}` };
  }
}

/** Null when all keys are in the vault; a wrong check value leaves the terminal without working keys. */
async function importKeys(vault: KeyVault, trace: AcquirerTrace, answer: SignOnAnswer): Promise<NoSession | null> {
  const { acquirerId, terminalId } = trace;
  if (answer.workingKeys.length === 0) return { cause: 'sign-on gave no working keys' };
  const keys = answer.workingKeys.map((key) => ({ ...key, name: workingKey(acquirerId, terminalId, key.usage) }));
  try {
    await vault.importWorkingKeys(terminalMasterKey(acquirerId, terminalId), keys);
    return null;
  } catch (error) {
    return { cause: `sign-on keys refused: ${messageOf(error)}` };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
