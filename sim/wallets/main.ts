import { resolve } from 'node:path';
import Fastify from 'fastify';
import { servePage, stopWhenTold, wantedOf } from '../alone.ts';
import { readArguments, USAGE } from './arguments.ts';
import { registerWallets } from './index.ts';

/** Entry of `npm run sim:wallets`: the wallets by themselves. Prints one line of JSON: where they are, and where their credentials. */
async function main(): Promise<void> {
  const wanted = wantedOf('sim:wallets', USAGE, readArguments);
  if (wanted === null) return;
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

await main();
