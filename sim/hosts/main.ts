import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import Fastify from 'fastify';
import { type BankOptions, openBank } from './bank.ts';
import { registerBank } from './bank-routes.ts';
import { hostDialects } from './dialects/dialects.ts';

const USAGE = `npm run sim:bank -- [options]   A bank host for any ISO 8583 client, on 127.0.0.1

  --port N         the line; any free port when absent
  --http N         its book and faults under /sim/bank; any free port when absent
  --dialect NAME   ${Object.keys(hostDialects).join(' or ')}; cups when absent
  --tls            TLS 1.2 or 1.3, a client certificate if one is shown (the default)
  --require-client-certificate
  --plain          TCP without TLS
  --terminals N    how many terminals the bank knows; 2 when absent
  --data FOLDER    where book and keys are kept; .data/sim-bank when absent
  --help`;

const { values } = readArguments();
if (values.help === true) {
  console.log(USAGE);
  process.exit(0);
}
const dialect = hostDialects[values.dialect];
if (dialect === undefined) refuse(`there is no dialect "${values.dialect}"`);

const dataFolder = resolve(process.env.ZHANGGUI_CALLED_FROM ?? '.', values.data);
const bank = await openBank({
  dataFolder,
  dialect,
  port: numberOf('port', 0, 65_535),
  terminals: numberOf('terminals', 1, 100_000),
  transport: transportOf(),
});
const app = Fastify({ forceCloseConnections: true });
await app.register(async (scope) => registerBank(scope, bank), { prefix: '/sim' });
const url = await app.listen({ host: '127.0.0.1', port: numberOf('http', 0, 65_535) });
const { terminals, client, caPem, settings, ...line } = bank.credentials();
console.log(JSON.stringify({ ready: true, url: `${url}/sim/bank`, ...line, settings, dataFolder }));
console.log(JSON.stringify({ caPem, client }));
for (const terminal of terminals) console.log(JSON.stringify({ terminal }));

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());

async function stop(): Promise<void> {
  await app.close();
  await bank.close();
  process.exit(0);
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        port: { type: 'string', default: '0' },
        http: { type: 'string', default: '0' },
        dialect: { type: 'string', default: 'cups' },
        tls: { type: 'boolean', default: false },
        plain: { type: 'boolean', default: false },
        'require-client-certificate': { type: 'boolean', default: false },
        terminals: { type: 'string', default: '2' },
        data: { type: 'string', default: '.data/sim-bank' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function transportOf(): NonNullable<BankOptions['transport']> {
  if (values.plain && (values.tls || values['require-client-certificate']))
    refuse('--plain and TLS exclude each other');
  if (values.plain) return 'plain';
  return values['require-client-certificate'] ? 'tls-client-required' : 'tls';
}

function numberOf(name: 'port' | 'http' | 'terminals', least: number, most: number): number {
  const number = Number(values[name]);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  return refuse(`--${name} is a number from ${least} to ${most}`);
}

function refuse(sentence: string): never {
  console.error(`sim:bank: ${sentence}\n\n${USAGE}`);
  process.exit(1);
}
