import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ReplayReport } from '../../tools/replay/report.ts';
import { openWorld, type TestServer, type World } from '../support/world.ts';

let world: World;
let server: TestServer;

beforeAll(async () => {
  world = await openWorld({ timeScale: 0.3 });
  server = await world.startServer();
});
afterAll(() => world.close());

/** Nine customers, so that each method of the mix is used; goods that three of them and a stranger bring back; a line that is none. */
const fileOf = (goods: string) => `sale_date,scan_time,item_code,kg,unit_price,sale_type,discounted
${Array.from({ length: 9 }, (_, index) => `2026-11-20,09:0${index}:00,${goods}${index},1.250,8.80,销售,否`).join('\n')}
2026-11-20,09:08:05,${goods}9,0.500,12.00,销售,是
2026-11-20,10:01:00,${goods}4,-1.250,8.80,退货,否
2026-11-20,10:02:00,${goods}8,-1.000,8.80,退货,否
2026-11-20,10:03:00,${goods}7,-9.000,1.00,退货,否
2026-11-20,10:04:00,${goods}0,-0.250,8.80,退货,否
2026-11-20,10:05:00,${goods}1,a kilogram,8.80,销售,否
`;

async function replay(text: string): Promise<{ stdout: string; report: ReplayReport }> {
  const [file, report] = ['lines.csv', 'report.json'].map((name) => path.join(world.folder, name)) as [string, string];
  writeFileSync(file, text);
  const main = path.resolve(import.meta.dirname, '../../tools/replay/main.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [
    main,
    file,
    '--url',
    server.origin,
    '--report',
    report,
  ]);
  return { stdout, report: JSON.parse(readFileSync(report, 'utf8')) as ReplayReport };
}

test('a till’s file is sold by every method, what comes back goes back, and the ledger says what the file says', async () => {
  // Other goods at each try, since a file that was sold before sells nothing.
  const file = fileOf(randomBytes(3).toString('hex'));
  const { stdout, report } = await replay(file);
  // 9 × 11.00 and 6.00 were sold; 2.20, 11.00, 8.80 and 9.00 came back.
  const [day, ...others] = report.days;
  expect(day).toMatchObject({ date: '2026-11-20', lines: 14, amount_fen: 7_400, ledger_fen: 7_400 });
  expect(Object.keys(day?.by_method_fen ?? {}).sort()).toEqual(['alipay', 'card', 'cash', 'wechat']);
  expect([others, report.trial_balance_fen]).toEqual([[], 0]);
  expect(report.skipped).toEqual([{ number: 16, why: 'kg is not a weight' }]);
  expect(stdout).toContain('skipped lines: 1\ntrial balance: 0.00');

  // The same file again sells nothing twice.
  expect(await replay(file)).toEqual({ stdout, report });
});
