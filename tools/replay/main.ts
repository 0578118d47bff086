import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { TrialBalance } from '@zhanggui/modules/ledger/api.ts';
import type { MethodView, ShiftView, TillView } from '@zhanggui/modules/sales/api.ts';
import { ReplayApi, ReplayProblem } from './api.ts';
import { openOutside } from './outside.ts';
import { type Basket, type MalformedLine, readTillLines, type TillLine, toBaskets } from './read-lines.ts';
import { dayTable, type ReplayReport, reportOf, type TakenByDay } from './report.ts';
import { addUnknownItems, allReturned, openReplayTill, type ReplayTill, sell, takeBack } from './till.ts';

const USAGE = `Usage: npm run replay -- FILE [--url URL] [--merchant ID] [--user NAME] [--report FILE]

Sells every line of a till's file through the API of a running server, paid by a mix of the methods.
Columns: sale_date,scan_time,item_code,kg,unit_price,sale_type,discounted,note

  --url URL       the server; http://127.0.0.1:PORT where it is not given (PORT 8080)
  --merchant ID   refuse to sell for any other merchant than this
  --user NAME     who signs in, with the password in ZHANGGUI_PASSWORD; the demo's manager where it is not given
  --report FILE   write the figures as JSON`;

const WORKERS = 8;

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      url: { type: 'string' },
      merchant: { type: 'string' },
      user: { type: 'string' },
      report: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1 || values.help) {
    console.error(USAGE);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const from = process.env.ZHANGGUI_CALLED_FROM ?? process.cwd();
  const text = readFileSync(path.resolve(from, file), 'utf8');
  const api = new ReplayApi((values.url ?? `http://127.0.0.1:${process.env.PORT ?? '8080'}`).replace(/\/$/, ''));
  const merchantId = await signIn(api, values.user);
  if (values.merchant !== undefined && values.merchant !== merchantId)
    throw new ReplayProblem(`this login belongs to the merchant ${merchantId}, not to ${values.merchant}`);
  const report = await replay(api, text);
  if (values.report !== undefined)
    writeFileSync(path.resolve(from, values.report), `${JSON.stringify(report, null, 2)}\n`);
  const agrees =
    report.days.every(({ amount_fen, ledger_fen }) => amount_fen === ledger_fen) && report.trial_balance_fen === 0;
  if (!agrees) console.error('The ledger does not agree with the file.');
  process.exitCode = agrees ? 0 : 1;
}

/** Sells the whole file and compares what was taken with the ledger. */
async function replay(api: ReplayApi, text: string): Promise<ReplayReport> {
  const { lines, malformed } = readTillLines(text);
  const { till, shift } = await takeTill(api, `replay:${createHash('sha256').update(text).digest('hex').slice(0, 16)}`);
  const sellable = withoutImpossible(lines, till, malformed);
  for (const { number, why } of sellable.malformed) console.error(`line ${number} skipped: ${why}`);
  const added = await addUnknownItems(till, sellable.lines);
  if (added > 0) console.error(`${added} unknown items added to the catalogue.`);
  const taken = await sellAll(till, sellable.lines);
  await allReturned(till);
  if (shift !== undefined) await closeShift(api, shift);
  const ledger = await api.send<{ days: { date: string; amountMinor: number }[] }>(
    'GET',
    `/ledger/takings?label=${till.label}`,
  );
  const balance = await api.send<TrialBalance>('GET', '/ledger/trial-balance');
  const report = reportOf(sellable.lines, sellable.malformed, taken, ledger.days, balance.differenceMinor);
  console.log(dayTable(report));
  return report;
}

async function signIn(api: ReplayApi, user: string | undefined): Promise<string> {
  const password = process.env.ZHANGGUI_PASSWORD;
  let login = user === undefined || password === undefined ? undefined : { username: user, password };
  if (login === undefined) {
    const { logins } = await api.send<{ logins: { username: string; password: string; role: string }[] }>(
      'GET',
      '/demo',
    );
    const found = logins.find(({ username, role }) => (user === undefined ? role === 'manager' : username === user));
    if (found === undefined) throw new ReplayProblem('give a login with --user and its password in ZHANGGUI_PASSWORD');
    login = { username: found.username, password: found.password };
  }
  const { merchant } = await api.send<{ merchant: { id: string } }>('POST', '/sessions', login);
  return merchant.id;
}

/** The last till, with its open shift or one opened for the replay, which is returned so that it can be closed. */
async function takeTill(api: ReplayApi, label: string): Promise<{ till: ReplayTill; shift: ShiftView | undefined }> {
  const { tills } = await api.send<{ tills: TillView[] }>('GET', '/tills');
  const chosen = tills.at(-1);
  if (chosen === undefined) throw new ReplayProblem('the merchant has no till');
  const till = await openReplayTill(api, chosen.id, label);
  if (chosen.openShift !== null) return { till, shift: undefined };
  const shift = await api.send<ShiftView>('POST', '/shifts', { tillId: chosen.id, floatMinor: 0 }, crypto.randomUUID());
  return { till, shift };
}

async function closeShift(api: ReplayApi, { id, tillId }: ShiftView): Promise<void> {
  const { expectedCashMinor } = await api.send<ShiftView>('GET', `/shifts/current?tillId=${tillId}`);
  await api.send('POST', `/shifts/${id}/close`, { countedMinor: Math.max(0, expectedCashMinor) }, crypto.randomUUID());
}

/** An item that the shop sells by the piece cannot be sold by a fraction of one. */
function withoutImpossible(
  lines: readonly TillLine[],
  till: ReplayTill,
  malformed: readonly MalformedLine[],
): { lines: readonly TillLine[]; malformed: readonly MalformedLine[] } {
  const possible = (line: TillLine): boolean =>
    till.items.get(line.itemCode)?.kind !== 'piece' || line.grams % 1000 === 0;
  const refused = lines
    .filter((line) => !possible(line))
    .map(({ number }) => ({ number, why: 'sells a fraction of a piece' }));
  return {
    lines: lines.filter(possible),
    malformed: [...malformed, ...refused].sort((left, right) => left.number - right.number),
  };
}

/** Sells the baskets of each day side by side, then takes that day's returns, so that they find what they return. */
async function sellAll(till: ReplayTill, lines: readonly TillLine[]): Promise<TakenByDay> {
  const { methods } = await till.api.send<{ methods: MethodView[] }>('GET', '/methods');
  const meansFor = await openOutside(
    till.api.origin,
    methods.map(({ id }) => id),
    till.tillId,
  );
  const progress = startProgress(lines.length);
  const taken: TakenByDay = new Map();
  const add = (date: string, method: string, amountMinor: number): void => {
    const day = taken.get(date) ?? new Map<string, number>();
    taken.set(date, day.set(method, (day.get(method) ?? 0) + amountMinor));
  };
  const days = Map.groupBy(toBaskets(lines), ({ lines: [first] }) => first?.date ?? '');
  for (const [date, baskets] of days) {
    const sales = baskets.filter(({ isReturn }) => !isReturn).map((basket, index) => ({ basket, index }));
    await sideBySide(sales, async ({ basket, index }: { basket: Basket; index: number }) => {
      const amount = basket.lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
      for (const { method, amountMinor } of await sell(till, basket, meansFor(index, amount)))
        add(date, method, amountMinor);
      progress.advance(basket.lines.length);
    });
    for (const line of baskets.filter(({ isReturn }) => isReturn).flatMap((basket) => basket.lines)) {
      const { method, amountMinor } = await takeBack(till, line);
      add(date, method, amountMinor);
      progress.advance(1);
    }
  }
  progress.end();
  return taken;
}

async function sideBySide<Work>(all: readonly Work[], run: (work: Work) => Promise<void>): Promise<void> {
  const queue = [...all];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await run(next);
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
}

function startProgress(total: number): { advance(lines: number): void; end(): void } {
  const from = performance.now();
  let done = 0;
  let shown = -1;
  return {
    advance: (lines) => {
      done += lines;
      const percent = Math.floor((done / Math.max(1, total)) * 100);
      if (percent === shown) return;
      shown = percent;
      const bar = '█'.repeat(percent / 4).padEnd(25, '░');
      const seconds = ((performance.now() - from) / 1000).toFixed(0);
      process.stderr.write(`\r${bar} ${String(percent).padStart(3)} %  ${done}/${total} lines  ${seconds} s`);
    },
    end: () => process.stderr.write('\n'),
  };
}

main().catch((error: unknown) => {
  const refused =
    error instanceof ReplayProblem || error instanceof RangeError || (error as { code?: string }).code === 'ENOENT';
  const unreachable = error instanceof TypeError && error.message === 'fetch failed';
  if (unreachable)
    console.error('zhanggui: the server does not answer; start it with `npm start`, or name it with --url.');
  else console.error(refused ? `zhanggui: ${(error as Error).message}` : error);
  process.exitCode = 2;
});
