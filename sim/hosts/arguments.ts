import { parseArgs } from 'node:util';
import { numberOf } from '../alone.ts';
import type { BankOptions } from './bank.ts';
import { hostDialects } from './dialects/dialects.ts';

/** How the bank is started alone. */
export interface BankArguments extends Required<Pick<BankOptions, 'port' | 'terminals' | 'transport' | 'dialect'>> {
  readonly httpPort: number;
  readonly data: string;
}

export const USAGE = `npm run sim:bank -- [options]   A bank host for any ISO 8583 client, on 127.0.0.1

  --port N         the line; any free port when absent
  --http N         its book and faults under /sim/bank; any free port when absent
  --dialect NAME   ${Object.keys(hostDialects).join(', ')}; cups when absent
  --tls            TLS 1.2 or 1.3, a client certificate if one is shown (the default)
  --require-client-certificate
  --plain          TCP without TLS
  --terminals N    how many terminals the bank knows; 2 when absent
  --data FOLDER    where book and keys are kept; .data/sim-bank when absent
  --help`;

const OPTIONS = {
  port: { type: 'string', default: '0' },
  http: { type: 'string', default: '0' },
  dialect: { type: 'string', default: 'cups' },
  tls: { type: 'boolean', default: false },
  plain: { type: 'boolean', default: false },
  'require-client-certificate': { type: 'boolean', default: false },
  terminals: { type: 'string', default: '2' },
  data: { type: 'string', default: '.data/sim-bank' },
  help: { type: 'boolean', default: false },
} as const;

/** @returns null when help is asked for. @throws Error with a sentence for what cannot be. */
export function readArguments(args: readonly string[]): BankArguments | null {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  if (values.help) return null;
  const dialect = hostDialects[values.dialect];
  if (dialect === undefined) throw new Error(`there is no dialect "${values.dialect}"`);
  const required = values['require-client-certificate'];
  if (values.plain && (values.tls || required)) throw new Error('--plain and TLS exclude each other');
  const overTls = required ? 'tls-client-required' : 'tls';
  return {
    dialect,
    port: numberOf('--port', values.port, 0, 65_535),
    httpPort: numberOf('--http', values.http, 0, 65_535),
    terminals: numberOf('--terminals', values.terminals, 1, 100_000),
    transport: values.plain ? 'plain' : overTls,
    data: values.data,
  };
}
