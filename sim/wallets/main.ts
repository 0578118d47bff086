import { resolve } from 'node:path';
import Fastify from 'fastify';
import { servePage, stopWhenTold } from '../alone.ts';
import { readArguments, USAGE, type WalletArguments } from './arguments.ts';
import { registerWallets } from './index.ts';

/** Entry of `npm run sim:wallets`: the wallets by themselves. Prints one line of JSON: where they are, and where their credentials. */
async function main(): Promise<void> {
  const wanted = argumentsOrRefusal();
  if (wanted === null) return console.log(USAGE);
  const { port, data, timeScale } = wanted;
  const dataDir = resolve(process.env.ZHANGGUI_CALLED_FROM ?? '.', data);
  const app = Fastify({ forceCloseConnections: true });
  const wallets = await registerWallets(app, { dataDir, timeScale });
  servePage(app, '/sim/phone', 'sim/web/phone.html');
  app.get('/sim/credentials', async ({ headers }) => ({ wallets: wallets.credentials(`http://${headers.host}`) }));
  const url = await app.listen({ host: '127.0.0.1', port });
  const sim = `${url}/sim`;
  const where = { credentials: `${sim}/credentials`, wallets: `${sim}/wallets`, phone: `${sim}/phone` };
  console.log(JSON.stringify({ ready: true, ...where, dataFolder: dataDir }));
  stopWhenTold(() => app.close());
}

function argumentsOrRefusal(): WalletArguments | null {
  try {
    return readArguments(process.argv.slice(2));
  } catch (error) {
    console.error(`sim:wallets: ${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exit(1);
  }
}

await main();
