import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type RunningAgent, startAgent } from './agent.ts';
import { KeyLoadingError, loadKey } from './keys/load-key.ts';
import { readerSettings } from './reader/parameters.ts';
import { type AgentSettings, SettingsError, settingsFrom } from './settings.ts';
import { openAgentStore } from './store/agent-store.ts';
import { SealedFileError } from './store/sealed-file.ts';

/**
 * `npm run agent`: the terminal's devices for the till, on the loopback address. `npm run agent -- load-key URL` takes the device's keys
 * from a key-loading party first.
 */
async function main(): Promise<void> {
  try {
    const settings = settingsFrom(process.env);
    const [command, url] = process.argv.slice(2);
    if (command === 'load-key' && url !== undefined) return await loadKeyOnce(settings, url);
    if (command !== undefined) throw new SettingsError('known commands: none (start), load-key URL');
    await start(settings);
  } catch (error) {
    console.error(`zhanggui agent: ${wordsOf(error)}`);
    process.exitCode = 1;
  }
}

async function loadKeyOnce(settings: AgentSettings, url: string): Promise<void> {
  const { readerId, parameters } = await loadKey(openAgentStore(settings.dataFolder), url);
  if (parameters !== undefined) {
    readerSettings(parameters);
    writeFileSync(join(settings.dataFolder, 'parameters.json'), `${JSON.stringify(parameters, null, 2)}\n`);
  }
  console.log(`The device has its keys; its name is ${readerId}.`);
}

async function start(settings: AgentSettings): Promise<void> {
  const agent = await startAgent(settings, (words) => console.error(`zhanggui agent: ${words}`));
  console.log(`\n  The agent listens at http://127.0.0.1:${agent.port} for ${settings.tillOrigins.join(', ')}.`);
  if (agent.padUrl !== null) console.log(`  PIN pad of the demonstration: ${agent.padUrl}`);
  showCode(agent);
  if (process.env.ZHANGGUI_SUPERVISED === '1') console.log(JSON.stringify({ ready: true, port: agent.port }));
  createInterface({ input: process.stdin }).on('line', () => showCode(agent));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => void agent.close().then(() => process.exit(0)));
}

/** Groups of five are easier to read out. */
function showCode(agent: RunningAgent): void {
  const { digits, goodForMs } = agent.pairing.offerCode();
  const shown = digits.replace(/(\d{5})(?=\d)/g, '$1 ');
  console.log(`  Pairing code: ${shown}   (once, within ${goodForMs / 60_000} minutes; Enter gives a new one)`);
}

function wordsOf(error: unknown): string {
  const known = error instanceof SettingsError || error instanceof SealedFileError || error instanceof KeyLoadingError;
  if (known || error instanceof RangeError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

await main();
