import { parseArgs } from 'node:util';
import { numberOf } from '../alone.ts';

/** How the wallets are started alone. */
export interface WalletArguments {
  readonly port: number;
  readonly data: string;
  readonly timeScale: number;
}

export const USAGE = `npm run sim:wallets -- [options]   WeChat Pay, Alipay, UnionPay QR and e-CNY for any client, on 127.0.0.1

  --port N         where all of them listen; any free port when absent
  --data FOLDER    where books and keys are kept; .data/sim-wallets when absent
  --time-scale X   shortens their own times, as the pauses between notifications: 0.01 makes a minute six tenths of a second
  --help`;

const OPTIONS = {
  port: { type: 'string', default: '0' },
  data: { type: 'string', default: '.data/sim-wallets' },
  'time-scale': { type: 'string', default: '1' },
  help: { type: 'boolean', default: false },
} as const;

/** @returns null when help is asked for. @throws Error with a sentence for what cannot be. */
export function readArguments(args: readonly string[]): WalletArguments | null {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  if (values.help) return null;
  const timeScale = Number(values['time-scale']);
  if (!(timeScale > 0 && timeScale <= 1)) throw new Error('--time-scale is a number above 0 and up to 1');
  return { port: numberOf('--port', values.port, 0, 65_535), data: values.data, timeScale };
}
