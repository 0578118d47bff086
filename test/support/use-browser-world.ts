import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { type BrowserWorld, openBrowserWorld } from './browser-world.ts';
import { UNFINISHED, until } from './until.ts';

/**
 * Gives the tests of a file one world. Each test starts with phones and bank in order, no payment unresolved, and no
 * browser profile. Pages may speak to `devices`, origins beside the server's. What pages complained of without being asked fails the file, also when a second try of a test succeeds.
 */
export function useBrowserWorld(devices: () => readonly string[] = () => []): () => BrowserWorld {
  let world: BrowserWorld | undefined;
  const complaints: string[] = [];
  const opened = (): BrowserWorld => {
    if (world === undefined) throw new Error('the world is not open');
    return world;
  };
  beforeAll(async () => {
    world = await openBrowserWorld();
  });
  afterAll(async () => {
    await world?.close();
    expect(complaints).toEqual([]);
  });
  beforeEach(async () => {
    await opened().customer.clearFaults();
    await opened().customer.resetPhones();
    await nothingUnresolved(opened());
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await opened().keepPictures(task.name);
    const heard = await opened().closeProfiles();
    const allowed = devices().map((origin) => `asked ${origin}`);
    complaints.push(...heard.filter((words) => !allowed.includes(words)).map((words) => `${task.name}: ${words}`));
  });
  return opened;
}

/** A payment that an earlier test left on its way would show up as parked on this test's till. */
async function nothingUnresolved({ server }: BrowserWorld): Promise<void> {
  const manager = await server.signIn('manager');
  for (const till of ['till_1', 'till_2']) {
    const ask = () => manager.send<{ payments: { state: string }[] }>('GET', `/tills/${till}/unresolved`);
    await until(ask, ({ payments }) => payments.every(({ state }) => !UNFINISHED.includes(state)));
  }
}
