import { resolve } from 'node:path';
import Fastify from 'fastify';
import { servePage, stopWhenTold, wantedOf } from '../alone.ts';
import { readArguments, USAGE } from './arguments.ts';
import { openBank } from './bank.ts';
import { registerBank } from './bank-routes.ts';

/** Entry of `npm run sim:bank`: a bank host by itself. Prints its line, its certificates and its terminals, a line of JSON each. */
async function main(): Promise<void> {
  const wanted = wantedOf('sim:bank', USAGE, readArguments);
  if (wanted === null) return;
  const { httpPort, data, ...options } = wanted;
  const dataFolder = resolve(process.env.ZHANGGUI_CALLED_FROM ?? '.', data);
  const bank = await openBank({ ...options, dataFolder });
  const app = Fastify({ forceCloseConnections: true });
  await app.register(async (scope) => registerBank(scope, bank), { prefix: '/sim' });
  servePage(app, '/sim/bank', 'sim/web/bank.html');
  const url = await app.listen({ host: '127.0.0.1', port: httpPort });
  const { terminals, client, caPem, ...line } = bank.credentials();
  console.log(JSON.stringify({ ready: true, url: `${url}/sim/bank`, ...line, dataFolder }));
  console.log(JSON.stringify({ caPem, client }));
  for (const terminal of terminals) console.log(JSON.stringify({ terminal }));
  stopWhenTold(async () => {
    await app.close();
    await bank.close();
  });
}

await main();
