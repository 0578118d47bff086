import { assert, type Clock, Refusal } from '@zhanggui/base';
import type { AcquirerTrace, DownloadKind } from './api.ts';
import type {
  DownloadAnswer,
  DownloadItem,
  DownloadMessages,
  DraftMessage,
  ManagementAnswer,
  TerminalDemand,
} from './dialect.ts';
import type { DownloadStore } from './download-store.ts';
import type { AcquirerLine, Messenger } from './messenger.ts';
import { isSession, type SignOn } from './sign-on.ts';
import type { SwitchStore, Terminal, TerminalKey } from './store.ts';
import type { ManagementOutcome } from './terminal-views.ts';
import type { Waits } from './waits.ts';

interface Environment {
  readonly store: SwitchStore;
  readonly downloads: DownloadStore;
  readonly clock: Clock;
  readonly messenger: Messenger;
  readonly signOn: SignOn;
  readonly waits: Pick<Waits, 'managementMs'>;
  /** How many stored messages of a terminal wait. */
  waitingAdvices(key: TerminalKey): Promise<number>;
}

const LONGEST_DOWNLOAD = 1_000;
/** A demand that could not be fulfilled waits this long, so that customers do not wait for it again and again. */
const DEMAND_RETRY_MS = 600_000;
/** A host that repeats a demand at once has not noticed that it was fulfilled. */
const DEMAND_QUIET_MS = 60_000;

type Failure = Extract<ManagementOutcome, { kind: 'failed' }>;

/** A message that is no payment, and how its answer is read. */
interface Question<Answer> {
  readonly trace: AcquirerTrace;
  readonly draft: DraftMessage;
  read(message: Uint8Array): Answer;
  /** What of a host's demands this does. */
  readonly does?: TerminalDemand;
}

/** Sign-off, downloads and status of terminals, and what hosts demand of them in the headers of their answers. */
export class Management {
  readonly #environment: Environment;
  readonly #fulfilledAt = new Map<string, number>();

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** Ends the terminal's session with its host; the next request signs on again. */
  async signOff(line: AcquirerLine, key: TerminalKey): Promise<ManagementOutcome> {
    const { management } = line.dialect;
    if (management === undefined) return { kind: 'not-supported' };
    const terminal = await this.#environment.store.terminal(key);
    if (terminal === null) return { kind: 'failed', cause: 'the terminal is not provisioned' };
    const trace = await this.#traceOf(terminal);
    const draft = management.toSignOff(trace);
    const answer = await this.#ask(line, terminal, { trace, draft, read: (bytes) => management.fromManagement(bytes) });
    if ('cause' in answer) return answer;
    await this.#environment.store.endSession(terminal, terminal.session);
    return { kind: 'done' };
  }

  /** Tells the host what the terminal is and has. */
  async statusUpload(line: AcquirerLine, key: TerminalKey): Promise<ManagementOutcome> {
    const { management } = line.dialect;
    if (management?.toStatusUpload === undefined) return { kind: 'not-supported' };
    const terminal = await this.#ready(line, key);
    if ('cause' in terminal) return terminal;
    const { downloads, waitingAdvices } = this.#environment;
    const parameters = await downloads.latest(key, 'terminal-parameters');
    const trace = await this.#traceOf(terminal);
    const draft = management.toStatusUpload(trace, {
      batchNumber: terminal.batchNumber,
      pendingAdvices: await waitingAdvices(key),
      downloads: await downloads.versions(key),
      parameters: parametersOf(parameters?.items ?? []),
    });
    const read = (bytes: Uint8Array): ManagementAnswer => management.fromManagement(bytes);
    const answer = await this.#ask(line, terminal, { trace, draft, read, does: 'status-upload' });
    return 'cause' in answer ? answer : { kind: 'done' };
  }

  /** Downloads one kind whole; nothing is kept of a download that stopped. */
  async download(line: AcquirerLine, key: TerminalKey, what: DownloadKind): Promise<ManagementOutcome> {
    const messages = line.dialect.management?.downloads;
    if (messages === undefined) return { kind: 'not-supported' };
    const terminal = await this.#ready(line, key);
    if ('cause' in terminal) return terminal;
    const items = await this.#downloadAll(line, messages, terminal, what);
    if ('cause' in items) return items;
    const { downloads, clock } = this.#environment;
    return { kind: 'done', version: await downloads.save(key, what, items, clock.now()) };
  }

  /** Notes what an answer demanded, to be done before the terminal's next payment. */
  async noteDemand(key: TerminalKey, demand: TerminalDemand): Promise<void> {
    const { store, clock } = this.#environment;
    const fulfilledAt = this.#fulfilledAt.get(nameOf(key, demand)) ?? 0;
    if (clock.now() - fulfilledAt >= DEMAND_QUIET_MS) await store.noteDemand(key, demand, clock.now());
  }

  /** Does once what the host has demanded. What fails is tried again later: no customer waits for it twice. */
  async fulfilDemand(line: AcquirerLine, key: TerminalKey): Promise<void> {
    const { store, clock } = this.#environment;
    const demand = await store.takeDemand(key, clock.now());
    if (demand === null) return;
    const outcome = await this.#fulfil(line, key, demand);
    if (outcome.kind === 'failed') await store.noteDemand(key, demand, clock.now() + DEMAND_RETRY_MS);
    else this.#fulfilledAt.set(nameOf(key, demand), clock.now());
  }

  async #fulfil(line: AcquirerLine, key: TerminalKey, demand: TerminalDemand): Promise<ManagementOutcome> {
    if (demand === 'status-upload') return this.statusUpload(line, key);
    if (demand !== 'sign-on') return this.download(line, key, demand);
    const session = await this.#environment.signOn.renew(line, key);
    return isSession(session) ? { kind: 'done' } : { kind: 'failed', cause: session.cause };
  }

  async #downloadAll(
    line: AcquirerLine,
    messages: DownloadMessages,
    terminal: Terminal,
    what: DownloadKind,
  ): Promise<readonly DownloadItem[] | Failure> {
    const items: DownloadItem[] = [];
    let cursor: string | null = null;
    for (let step = 0; step < LONGEST_DOWNLOAD; step += 1) {
      const at: string | null = cursor;
      const trace = await this.#traceOf(terminal);
      const draft: DraftMessage | null = readOrNull(
        (from: string | null) => messages.toDownload(what, trace, from),
        at,
      );
      if (draft === null) return { kind: 'failed', cause: 'no request can ask for more of the list' };
      const read = (bytes: Uint8Array): DownloadAnswer => messages.fromDownload(what, bytes, at);
      const answer: DownloadAnswer | Failure = await this.#ask(line, terminal, { trace, draft, read, does: what });
      if ('cause' in answer) return answer;
      items.push(...answer.items);
      if (answer.next === null) return items;
      cursor = answer.next;
    }
    return { kind: 'failed', cause: 'the download does not end' };
  }

  /** The terminal once it is signed on. */
  async #ready(line: AcquirerLine, key: TerminalKey): Promise<Terminal | Failure> {
    const { store, signOn } = this.#environment;
    const session = await signOn.ensure(line, key);
    if (!isSession(session)) return { kind: 'failed', cause: session.cause };
    return (await store.terminal(key)) ?? { kind: 'failed', cause: 'the terminal is not provisioned' };
  }

  async #traceOf({ acquirerId, terminalId }: Terminal): Promise<AcquirerTrace> {
    const trace = await this.#environment.store.reserveTrace(acquirerId, terminalId);
    assert(trace !== null, `terminal ${terminalId} is provisioned`);
    return trace;
  }

  async #ask<Answer extends ManagementAnswer>(
    line: AcquirerLine,
    terminal: Terminal,
    { trace, draft, read, does }: Question<Answer>,
  ): Promise<Answer | Failure> {
    const { messenger, waits, store } = this.#environment;
    const came = await messenger.send(line, trace, draft, waits.managementMs);
    if (came.kind !== 'answer') return { kind: 'failed', cause: came.cause };
    const answer = readOrNull(read, came.message);
    if (answer === null) return { kind: 'failed', cause: 'the answer cannot be read' };
    if (draft.mac && !(await messenger.isAuthentic(line.dialect, trace, answer, came.message)))
      return { kind: 'failed', cause: 'the answer has a wrong MAC' };
    // A host repeats what it asks for until it is done.
    if (answer.demand !== null && answer.demand !== does) await this.noteDemand(terminal, answer.demand);
    const { approved, demandsSignOn } = line.dialect.meaningOf(answer.responseCode);
    if (demandsSignOn) await store.endSession(terminal, terminal.session);
    return approved ? answer : { kind: 'failed', cause: `answered ${answer.responseCode}` };
  }
}

/** Null where the dialect refuses what it is given, such as bytes that are no message of it. */
export function readOrNull<Given, Read>(read: (given: Given) => Read, given: Given): Read | null {
  try {
    return read(given);
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

function parametersOf(items: readonly DownloadItem[]): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const item of items) if (item.kind === 'terminal-parameter') parameters[item.name] = item.value;
  return parameters;
}

function nameOf({ acquirerId, terminalId }: TerminalKey, demand: TerminalDemand): string {
  return `${acquirerId}/${terminalId}/${demand}`;
}
