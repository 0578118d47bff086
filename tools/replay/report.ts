import { formatDecimal } from '@zhanggui/base';
import type { MalformedLine, TillLine } from './read-lines.ts';

/** What was taken, by date and method, in minor units. */
export type TakenByDay = Map<string, Map<string, number>>;

/** The figures of a replay, as they are written to a file. */
export interface ReplayReport {
  readonly days: readonly {
    readonly date: string;
    readonly lines: number;
    readonly kg: number;
    readonly amount_fen: number;
    readonly by_method_fen: Readonly<Record<string, number>>;
    readonly ledger_fen: number;
  }[];
  readonly total: { readonly lines: number; readonly kg: number; readonly amount_fen: number };
  readonly trial_balance_fen: number;
  readonly skipped: readonly MalformedLine[];
}

/** Puts the file's own figures beside what the methods took and what the ledger says. */
export function reportOf(
  lines: readonly TillLine[],
  skipped: readonly MalformedLine[],
  taken: TakenByDay,
  ledger: readonly { date: string; amountMinor: number }[],
  trialBalanceMinor: number,
): ReplayReport {
  const byDate = Map.groupBy(lines, ({ date }) => date);
  const days = [...byDate]
    .sort(([left], [right]) => left.localeCompare(right))
    .map(([date, ofDay]) => ({
      date,
      ...figuresOf(ofDay),
      by_method_fen: Object.fromEntries(taken.get(date) ?? []),
      ledger_fen: ledger.find((day) => day.date === date)?.amountMinor ?? 0,
    }));
  return { days, total: figuresOf(lines), trial_balance_fen: trialBalanceMinor, skipped };
}

function figuresOf(lines: readonly TillLine[]): { lines: number; kg: number; amount_fen: number } {
  const grams = lines.reduce((sum, line) => sum + line.grams, 0);
  return {
    lines: lines.length,
    kg: grams / 1000,
    amount_fen: lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
  };
}

/** The report as a table for people: a line a day, amounts in yuan. */
export function dayTable({ days, total, trial_balance_fen, skipped }: ReplayReport): string {
  const methods = [...new Set(days.flatMap(({ by_method_fen }) => Object.keys(by_method_fen)))].sort();
  const header = ['date', 'lines', 'kg', 'amount', ...methods, 'ledger'];
  const row = (
    date: string,
    of: { lines: number; kg: number; amount_fen: number },
    byMethod: readonly number[],
    ledger: number,
  ): string[] => [
    date,
    String(of.lines),
    of.kg.toFixed(3),
    formatDecimal(of.amount_fen),
    ...byMethod.map((amount) => formatDecimal(amount)),
    formatDecimal(ledger),
  ];
  const sum = (pick: (day: ReplayReport['days'][number]) => number): number =>
    days.reduce((all, day) => all + pick(day), 0);
  const rows = [
    ...days.map((day) =>
      row(
        day.date,
        day,
        methods.map((method) => day.by_method_fen[method] ?? 0),
        day.ledger_fen,
      ),
    ),
    row(
      'total',
      total,
      methods.map((method) => sum((day) => day.by_method_fen[method] ?? 0)),
      sum(({ ledger_fen }) => ledger_fen),
    ),
  ];
  const widths = header.map((name, column) =>
    Math.max(name.length, ...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  const text = [header, ...rows].map((cells) =>
    cells.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  '),
  );
  return [...text, '', `skipped lines: ${skipped.length}`, `trial balance: ${formatDecimal(trial_balance_fen)}`].join(
    '\n',
  );
}
