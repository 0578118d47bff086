import { Fault } from '@zhanggui/base';
import type { BatchClose, BatchCloseOutcome, DownloadKind } from './api.ts';
import { healthOf } from './health.ts';
import { readOrNull } from './management.ts';
import type { AcquirerLine } from './messenger.ts';
import type { StoredLimits } from './offline-store.ts';
import { isSession } from './sign-on.ts';
import type { Terminal, TerminalKey } from './store.ts';
import type { SwitchParts } from './switch-parts.ts';
import type { AcquirerHealth, ManagementOutcome, OfflineClaim } from './terminal-views.ts';

const LINE_TEST_TIMEOUT_MS = 5_000;
const SIGN_ONS_AT_ONCE = 16;
const NO_LIMITS: StoredLimits = { allowed: false, perPaymentMinor: 0, totalMinor: 0, usedMinor: 0, usedCount: 0 };

/** What the exchange does for terminals beside asking for payments: stored messages, limits, batches, sign-on, health. */
export abstract class TerminalServices {
  protected abstract readonly parts: SwitchParts;

  adviceStatus(reference: string) {
    return this.parts.environment.stores.advices.status(reference);
  }

  retryAdvices(reference: string): Promise<void> {
    return this.parts.advices.retry(reference);
  }

  /** Forwards the stored messages whose time has come. */
  forwardAdvices(): Promise<void> {
    return this.parts.advices.drain();
  }

  /** Forwards nothing more, and waits for what is being forwarded. */
  stopForwarding(): Promise<void> {
    return this.parts.advices.stop();
  }

  async parametersOf(key: TerminalKey) {
    const terminal = await this.parts.environment.stores.terminals.terminal(key);
    if (terminal === null) throw new Fault('terminal-not-provisioned', { params: { terminalId: key.terminalId } });
    return terminal.parameters;
  }

  async offlineLimits(tillId: string) {
    const terminal = await this.terminalOf(tillId);
    const limits = (await this.parts.environment.stores.offline.limits(terminal)) ?? NO_LIMITS;
    return { ...limits, mostCount: terminal.parameters.offlineCount };
  }

  async claimOffline(tillId: string, amountMinor: number, reference: string): Promise<OfflineClaim> {
    const terminal = await this.terminalOf(tillId);
    if (terminal.closingSince !== null) return 'not-allowed';
    const { stores, clock } = this.parts.environment;
    const mostCount = terminal.parameters.offlineCount;
    return stores.offline.claim({ key: terminal, reference, amountMinor, mostCount, atMs: clock.now() });
  }

  releaseOffline(reference: string): Promise<void> {
    return this.parts.environment.stores.offline.release(reference, this.parts.environment.clock.now());
  }

  async beginClose(tillId: string) {
    const { stores, clock } = this.parts.environment;
    const terminal = await this.terminalOf(tillId);
    const since = terminal.closingSince ?? clock.now();
    await stores.terminals.setClosing(terminal, since);
    return { batchNumber: terminal.batchNumber, since };
  }

  async cancelClose(tillId: string): Promise<boolean> {
    const { stores } = this.parts.environment;
    const terminal = await this.terminalOf(tillId);
    const { batchNumber, closingSince } = terminal;
    if ((await stores.closes.load(terminal, batchNumber, closingSince)) !== null) return false;
    await stores.terminals.setClosing(terminal, null);
    return true;
  }

  async closeBatch(close: BatchClose): Promise<BatchCloseOutcome> {
    const terminal = await this.terminalOf(close.tillId);
    return this.parts.closer.close(this.lineTo(terminal.acquirerId), terminal, close);
  }

  async signOn(tillId: string): Promise<ManagementOutcome> {
    const terminal = await this.terminalOf(tillId);
    const session = await this.parts.signOn.renew(this.lineTo(terminal.acquirerId), terminal);
    return isSession(session) ? { kind: 'done' } : { kind: 'failed', cause: session.cause };
  }

  async signOff(tillId: string): Promise<ManagementOutcome> {
    const terminal = await this.terminalOf(tillId);
    return this.parts.management.signOff(this.lineTo(terminal.acquirerId), terminal);
  }

  async download(tillId: string, what: DownloadKind): Promise<ManagementOutcome> {
    const terminal = await this.terminalOf(tillId);
    return this.parts.management.download(this.lineTo(terminal.acquirerId), terminal, what);
  }

  async downloaded(tillId: string, what: DownloadKind) {
    return this.parts.environment.stores.downloads.latest(await this.terminalOf(tillId), what);
  }

  async statusUpload(tillId: string): Promise<ManagementOutcome> {
    const terminal = await this.terminalOf(tillId);
    return this.parts.management.statusUpload(this.lineTo(terminal.acquirerId), terminal);
  }

  async health(): Promise<readonly AcquirerHealth[]> {
    const { stores, lineHealth } = this.parts.environment;
    return healthOf(await stores.terminals.terminals(), await stores.advices.waiting(), lineHealth());
  }

  /** Signs every terminal on anew, so that the first customer does not wait for it; a host may have forgotten the keys. */
  async signOnAll(): Promise<void> {
    const { stores, lineOf } = this.parts.environment;
    const waiting = [...(await stores.terminals.terminals())];
    const work = async (): Promise<void> => {
      for (let terminal = waiting.shift(); terminal !== undefined; terminal = waiting.shift()) {
        const line = lineOf(terminal.acquirerId);
        if (line !== undefined) await this.parts.signOn.renew(line, terminal);
      }
    };
    await Promise.all(Array.from({ length: SIGN_ONS_AT_ONCE }, work));
  }

  /**
   * Tests the line of an acquirer with the trace of one of its terminals, and drops a connection that swallows the test:
   * it only looks as if it stood. What the answer asks of that terminal is noted.
   */
  async testLine(acquirerId: string): Promise<void> {
    const { stores, lineOf } = this.parts.environment;
    const line = lineOf(acquirerId);
    const terminal = (await stores.terminals.terminals()).find((each) => each.acquirerId === acquirerId);
    if (line?.link.kind !== 'persistent' || terminal === undefined || !line.link.connected()) return;
    const trace = await stores.terminals.reserveTrace(acquirerId, terminal.terminalId);
    if (trace === null) return;
    const test = line.dialect.toEcho(trace);
    const came = await line.link.request(test, line.dialect.correlationOf(test) ?? '', LINE_TEST_TIMEOUT_MS);
    if (came.kind === 'silent') line.link.drop('the line test was not answered');
    if (came.kind !== 'answer') return;
    const answer = readOrNull((bytes) => line.dialect.management?.fromManagement(bytes) ?? null, came.message);
    if (answer !== null && answer.demand !== null) await this.parts.management.noteDemand(terminal, answer.demand);
  }

  protected lineTo(acquirerId: string): AcquirerLine {
    const line = this.parts.environment.lineOf(acquirerId);
    if (line === undefined) throw new Fault('channel-not-configured', { params: { acquirerId } });
    return line;
  }

  protected async terminalOf(tillId: string): Promise<Terminal> {
    const terminal = await this.parts.environment.stores.terminals.terminalOfTill(tillId);
    if (terminal === null) throw new Fault('terminal-not-provisioned', { params: { tillId } });
    return terminal;
  }
}
