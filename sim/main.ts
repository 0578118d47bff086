import { resolve } from 'node:path';
import { stopWhenTold } from './alone.ts';
import { startSimulator } from './simulator.ts';

/**
 * Entry of the simulator process. Environment: SIM_PORT (HTTP), SIM_BANK_PORT (the bank host's line), SIM_DATA (folder),
 * SIM_TIME_SCALE (1; less makes the outside world quicker, for tests), SIM_TERMINALS (2).
 * Prints one line of JSON when it is ready.
 */
const simulator = await startSimulator({
  port: portOf('SIM_PORT'),
  bankPort: portOf('SIM_BANK_PORT'),
  dataFolder: resolve(process.env.SIM_DATA ?? '.data/sim'),
  timeScale: Number(process.env.SIM_TIME_SCALE ?? 1),
  terminals: Number(process.env.SIM_TERMINALS ?? 2),
});
const { host, port: bankPort } = simulator.credentials().bank;
console.log(
  JSON.stringify({ ready: true, url: `http://127.0.0.1:${simulator.port}/sim`, bank: `${host}:${bankPort}` }),
);

stopWhenTold(() => simulator.close());

/** A port from the environment; 0 (any free one) where it is not set. */
function portOf(name: string): number {
  const port = Number(process.env[name] ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new RangeError(`${name} is not a port`);
  return port;
}
