import type { Clock } from '@zhanggui/base';
import type { KeyVault } from '../keys/vault.ts';
import type { AcquirerTrace } from './api.ts';
import type { AcquirerDialect, SignOnAnswer } from './dialect.ts';
import { clockDifference } from './host-time.ts';
import { terminalMasterKey, workingKey } from './key-names.ts';
import type { AcquirerLink } from './link.ts';
import type { SwitchStore } from './store.ts';

/** A terminal that may trade: its working keys are in the vault. */
export interface Session {
  readonly batchNumber: string;
}

/** Why a terminal may not trade now. */
export interface NoSession {
  readonly cause: string;
}

/** One acquirer: its dialect and its line. */
export interface AcquirerLine {
  readonly dialect: AcquirerDialect;
  readonly link: AcquirerLink;
}

interface Environment {
  readonly store: SwitchStore;
  readonly vault: KeyVault;
  readonly clock: Clock;
  /** Told when the host's clock and ours differ by more than a minute, in milliseconds; positive when the host is ahead. */
  onClockDifference?(acquirerId: string, differenceMs: number): void;
}

const SIGN_ON_TIMEOUT_MS = 10_000;
const CLOCK_TOLERANCE_MS = 60_000;

type TerminalIdentity = Pick<AcquirerTrace, 'acquirerId' | 'terminalId'>;

/**
 * Keeps terminals signed on (CUPS: 0800 with working keys in field 62): once after the start, and again when the acquirer
 * demands it. Requests that come meanwhile wait for the same sign-on.
 */
export class SignOn {
  readonly #environment: Environment;
  readonly #sessions = new Map<string, Promise<Session | NoSession>>();

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** The terminal's session, signing on where there is none. Never throws for what the outside world did. */
  async ensure(line: AcquirerLine, terminal: TerminalIdentity): Promise<Session | NoSession> {
    const name = nameOf(terminal);
    const running = this.#sessions.get(name) ?? this.#signOn(line, terminal);
    this.#sessions.set(name, running);
    const session = await running;
    if (!isSession(session)) this.#forget(name, running);
    return session;
  }

  /**
   * Ends `session`, because the acquirer has refused a message that was made under it; the next request signs on. The
   * answers to other messages of the same session change nothing more.
   */
  async end(terminal: TerminalIdentity, session: Session): Promise<void> {
    const name = nameOf(terminal);
    const current = this.#sessions.get(name);
    if (current !== undefined && (await current) === session) this.#forget(name, current);
  }

  #forget(name: string, running: Promise<Session | NoSession>): void {
    if (this.#sessions.get(name) === running) this.#sessions.delete(name);
  }

  async #signOn({ dialect, link }: AcquirerLine, terminal: TerminalIdentity): Promise<Session | NoSession> {
    const { store, vault, clock, onClockDifference } = this.#environment;
    const trace = await store.reserveTrace(terminal.acquirerId, terminal.terminalId);
    if (trace === null) return { cause: 'the terminal is not provisioned' };
    const request = dialect.toSignOn(trace);
    const correlation = dialect.correlationOf(request) ?? '';
    const came = await link.request(request, correlation, SIGN_ON_TIMEOUT_MS);
    if (came.kind !== 'answer') return { cause: `sign-on: ${came.cause}` };
    const answer = readAnswer(dialect, came.message);
    if ('cause' in answer) return answer;
    const imported = await importKeys(vault, trace, answer);
    if (imported !== null) return imported;
    const differenceMs = clockDifference(answer.hostTime, clock.now());
    if (Math.abs(differenceMs) > CLOCK_TOLERANCE_MS) onClockDifference?.(trace.acquirerId, differenceMs);
    const batchNumber = answer.batchNumber ?? trace.batchNumber;
    await store.saveSignOn(trace.acquirerId, trace.terminalId, batchNumber, clock.now());
    return { batchNumber };
  }
}

function nameOf({ acquirerId, terminalId }: TerminalIdentity): string {
  return `${acquirerId}/${terminalId}`;
}

/** Whether the terminal may trade. */
export function isSession(session: Session | NoSession): session is Session {
  return 'batchNumber' in session;
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
