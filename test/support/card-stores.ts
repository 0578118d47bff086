import type { AcquirerTrace } from '@zhanggui/modules/switch/api.ts';
import { LAST_STAN, stanText } from '@zhanggui/modules/switch/stan.ts';
import type { SwitchStore, Terminal } from '@zhanggui/modules/switch/store.ts';

/** A switch store in memory with the rules of the real one. */
export function memorySwitchStore(): SwitchStore {
  const terminals = new Map<string, Terminal & { lastStan: number }>();
  const followUps = new Map<string, { trace: AcquirerTrace; attempt: number }>();
  const presentations = new Set<string>();
  const find = (acquirerId: string, terminalId: string) =>
    [...terminals.values()].find((each) => each.acquirerId === acquirerId && each.terminalId === terminalId);
  const reserve = (acquirerId: string, terminalId: string): AcquirerTrace | null => {
    const terminal = find(acquirerId, terminalId);
    if (terminal === undefined) return null;
    terminal.lastStan = (terminal.lastStan % LAST_STAN) + 1;
    const { acceptorId, batchNumber } = terminal;
    return { acquirerId, terminalId, acceptorId, stan: stanText(terminal.lastStan), batchNumber };
  };
  return {
    async saveTerminal(terminal) {
      const kept = { batchNumber: '000001', signedOnAt: null, lastStan: 0 };
      terminals.set(terminal.tillId, { ...kept, ...terminals.get(terminal.tillId), ...terminal });
    },
    terminals: async () => [...terminals.values()],
    terminalOfTill: async (tillId) => terminals.get(tillId) ?? null,
    reserveTrace: async (acquirerId, terminalId) => reserve(acquirerId, terminalId),
    async followUp(reference, acquirerId, terminalId) {
      const known = followUps.get(reference);
      const trace = known?.trace ?? reserve(acquirerId, terminalId);
      if (trace === null) return null;
      const next = { trace, attempt: (known?.attempt ?? 0) + 1 };
      followUps.set(reference, next);
      return next;
    },
    async claimPresentation(ksn) {
      if (presentations.has(ksn)) return false;
      presentations.add(ksn);
      return true;
    },
    async saveSignOn(acquirerId, terminalId, batchNumber, atMs) {
      const terminal = find(acquirerId, terminalId);
      if (terminal !== undefined) terminals.set(terminal.tillId, { ...terminal, batchNumber, signedOnAt: atMs });
    },
  };
}
