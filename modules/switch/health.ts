import type { LineHealth } from './line-monitor.ts';
import type { Terminal, TerminalKey } from './store.ts';
import type { AcquirerHealth, TerminalHealth } from './terminal-views.ts';

type WaitingAdvices = TerminalKey & { readonly waiting: number; readonly quarantined: number };

const NO_LINE: LineHealth = {
  connection: 'none',
  connected: false,
  circuit: 'closed',
  failuresInARow: 0,
  waiting: 0,
  lastAnswerAt: null,
  roundTripMs: null,
};

/** Every acquirer that has a line or a terminal, with its terminals. */
export function healthOf(
  terminals: readonly Terminal[],
  advices: readonly WaitingAdvices[],
  lines: ReadonlyMap<string, LineHealth>,
): readonly AcquirerHealth[] {
  const ids = new Set([...lines.keys(), ...terminals.map(({ acquirerId }) => acquirerId)]);
  return [...ids].sort().map((acquirerId) => ({
    acquirerId,
    ...(lines.get(acquirerId) ?? NO_LINE),
    terminals: terminals
      .filter((terminal) => terminal.acquirerId === acquirerId)
      .map((terminal) => terminalHealth(terminal, advices)),
  }));
}

function terminalHealth(terminal: Terminal, advices: readonly WaitingAdvices[]): TerminalHealth {
  const { tillId, acquirerId, terminalId, acceptorId, batchNumber, signedOnAt, closingSince, clockOffsetMs } = terminal;
  const lane = advices.find((each) => each.acquirerId === acquirerId && each.terminalId === terminalId);
  return {
    tillId,
    terminalId,
    acceptorId,
    batchNumber,
    signedOnAt,
    closingSince,
    clockOffsetMs,
    waitingAdvices: lane?.waiting ?? 0,
    quarantinedAdvices: lane?.quarantined ?? 0,
  };
}
