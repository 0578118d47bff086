import path from 'node:path';
import type { Milestone } from '@zhanggui/modules/payments/context.ts';
import type { SettlementMilestone } from '@zhanggui/modules/settlement/close.ts';
import pino from 'pino';
import { demoLogins } from './demo.ts';
import { serve } from './serve.ts';
import { pkcs11FromEnvironment } from './vault.ts';

/**
 * Entry of the server process. Environment: DATABASE_URL, PORT, HOST, ZHANGGUI_DATA (folder of the master key),
 * ZHANGGUI_MASTER_KEY, ZHANGGUI_MASTER_KEY_PREVIOUS (while it is changed), ZHANGGUI_PKCS11_MODULE, _TOKEN, _PIN and _ADDON (a
 * token in its place), ZHANGGUI_PUBLIC_URL (where channels reach it), ZHANGGUI_SIM_URL (makes it a demo), ZHANGGUI_WEB
 * (folder of the built pages), LOG_LEVEL.
 * Prints one line of JSON when it listens.
 */
const { env } = process;
const simulatorUrl = env.ZHANGGUI_SIM_URL || undefined;
const logger = pino({ level: env.LOG_LEVEL ?? 'warn' }, pino.destination(2));
const running = await serve({
  databaseUrl: required('DATABASE_URL'),
  dataDir: path.resolve(env.ZHANGGUI_DATA ?? '.data'),
  masterKey: env.ZHANGGUI_MASTER_KEY,
  earlierMasterKey: env.ZHANGGUI_MASTER_KEY_PREVIOUS,
  production: simulatorUrl === undefined,
  pkcs11: pkcs11FromEnvironment(env),
  demoLogins:
    simulatorUrl === undefined ? [] : demoLogins.map(({ username, password, role }) => ({ username, password, role })),
  logger,
  host: env.HOST ?? '127.0.0.1',
  port: Number(env.PORT ?? 8080),
  webDir: env.ZHANGGUI_WEB === undefined ? undefined : path.resolve(env.ZHANGGUI_WEB),
  simulatorUrl,
  publicUrl: publicUrl(env.ZHANGGUI_PUBLIC_URL),
  timeScale: simulatorUrl === undefined ? 1 : Number(env.ZHANGGUI_TIME_SCALE ?? 1),
  ...crashOnDemand(),
});
console.log(JSON.stringify({ ready: true, port: running.port }));

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
// Under a supervisor, the end of standard input means that the supervisor is gone.
if (env.ZHANGGUI_SUPERVISED === '1') process.stdin.on('end', stop).resume();

function stop(): void {
  if (stopping) return;
  stopping = true;
  running.stop().then(
    () => process.exit(0),
    (error: unknown) => {
      logger.error({ err: error }, 'stopping failed');
      process.exit(1);
    },
  );
}

function required(name: string): string {
  const value = env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set`);
  return value;
}

/** Scheme, host and perhaps a path, without a slash at the end: what channels are told to send their notifications to. */
function publicUrl(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  const { protocol } = new URL(text);
  if (protocol !== 'https:' && protocol !== 'http:') throw new Error('ZHANGGUI_PUBLIC_URL is no HTTP address');
  return text.replace(/\/+$/, '');
}

/** In a demo, ZHANGGUI_CRASH_AT stops the process as a power cut would, at the named milestone of its first payment. */
function crashOnDemand(): { milestone?: (name: Milestone | SettlementMilestone) => void } {
  const at = env.ZHANGGUI_CRASH_AT;
  if (at === undefined || simulatorUrl === undefined) return {};
  return {
    milestone: (name) => {
      if (name === at) process.kill(process.pid, 'SIGKILL');
    },
  };
}
