import type { DownloadItem } from './dialect.ts';
import type { TerminalParameters } from './terminal-views.ts';

/** A host that is slower than the longest will not be waited for, and none is so fast as to be given less than the shortest. */
const SHORTEST_WAIT_S = 10;
const LONGEST_WAIT_S = 60;

/**
 * The parameters in a download, by the names of `TERMINAL_SETTINGS` in packages/iso8583. What cannot be read counts as not
 * told, and what is told of dialling, keys and devices concerns no terminal of ours.
 */
export function terminalParametersOf(items: readonly DownloadItem[]): TerminalParameters {
  const told = new Map(items.flatMap((item) => (item.kind === 'terminal-parameter' ? [[item.name, item.value]] : [])));
  const number = (name: string): number | null => wholeNumber(told.get(name));
  const waitS = number('answerTimeoutS');
  return {
    answerTimeoutMs: waitS === null ? null : 1_000 * Math.min(LONGEST_WAIT_S, Math.max(SHORTEST_WAIT_S, waitS)),
    tipPercent: told.get('tips') === '0' ? 0 : number('tipPercent'),
    signsOffAfterClose: told.get('automaticSignOff') === '1',
    merchantName: told.get('merchantName')?.trim() || null,
    offlineCount: number('offlineCount'),
  };
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}
