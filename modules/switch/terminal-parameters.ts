import type { DownloadItem } from './dialect.ts';

/** What an acquirer has told a terminal to keep to; null where it has told nothing that can be kept to. */
export interface TerminalParameters {
  /** How long an answer is waited for while somebody waits at the till, in milliseconds: from 10 to 60 seconds. */
  readonly answerTimeoutMs: number | null;
  /** How much of a payment may be added as a tip, in percent; 0 where no tip is taken. */
  readonly tipPercent: number | null;
  /** Whether the terminal signs off once its batch is closed. */
  readonly signsOffAfterClose: boolean;
  /** The merchant's name as the acquirer has registered it, which its card slips print. */
  readonly merchantName: string | null;
  /** How many payments that were approved without the acquirer may wait to be told to it. */
  readonly offlineCount: number | null;
}

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
