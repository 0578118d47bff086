import type { ApiClient } from '../test/support/api-client.ts';
import { openWorld, type World } from '../test/support/world.ts';
import { ownTimes } from './own-times.ts';
import { percentile } from './percentile.ts';

/** How many of the payments the gateway is asked about for its own time. */
const ASKED = 200;

/** Makes so many payments with so many at once. @returns payments a second, and their ids. */
export type Measure = (
  world: World,
  client: ApiClient,
  inFlight: number,
  count: number,
) => Promise<{ readonly rate: number; readonly ids: readonly string[] }>;

/** Opens a shop whose database keeps what it has said, warms it up with `measure`, and hands it to `work`. */
export async function inWarmShop<Result>(
  measure: Measure,
  work: (world: World, client: ApiClient) => Promise<Result>,
): Promise<Result> {
  const world = await openWorld({ durable: true, timeScale: 1 });
  try {
    const server = await world.startServer();
    const client = await server.signIn('manager');
    await client.openShift('till_1');
    await measure(world, client, 16, 200);
    return await work(world, client);
  } finally {
    await world.close();
  }
}

/** A row for each number in flight: payments a second, `shareOf` them, and the gateway's own time. */
export async function rowsOf(
  measure: Measure,
  shop: { readonly world: World; readonly client: ApiClient },
  payments: Readonly<Record<number, number>>,
  shareOf: (rate: number) => string,
): Promise<string[]> {
  const rows: string[] = [];
  for (const [inFlight, count] of Object.entries(payments)) {
    const { rate, ids } = await measure(shop.world, shop.client, Number(inFlight), count);
    const own = await ownTimes(shop.client, ids.slice(0, ASKED));
    rows.push(
      `| ${inFlight} | ${rate.toFixed(0)} | ${shareOf(rate)} | ${percentile(own, 50)} | ${percentile(own, 99)} |`,
    );
  }
  return rows;
}
