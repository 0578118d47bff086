import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { testCards } from '../../sim/cards/cards.ts';
import { ask } from '../support/browser-world.ts';
import { PhonePage } from '../support/phone-page.ts';
import { ReaderPage } from '../support/reader-page.ts';
import { TillPage } from '../support/till-page.ts';
import { useBrowserWorld } from '../support/use-browser-world.ts';

const PIN = '123456';

/** Everything that a page can keep, as one text: storages, databases with their records, caches, readable cookies. */
const KEPT = `(async () => {
  const records = [];
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((done, failed) => {
      const opening = indexedDB.open(name);
      opening.onsuccess = () => done(opening.result);
      opening.onerror = () => failed(opening.error);
    });
    for (const store of database.objectStoreNames)
      records.push(name, store, await new Promise((done, failed) => {
        const reading = database.transaction(store).objectStore(store).getAll();
        reading.onsuccess = () => done(reading.result);
        reading.onerror = () => failed(reading.error);
      }));
    database.close();
  }
  const cached = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) cached.push(name, request.url);
  return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, records, cached, document.cookie, location.href]);
})()`;

describe('after a sale by card and one by wallet', () => {
  const world = useBrowserWorld();

  it('no storage and no address holds a payment code, a card number, or a sealed card', async () => {
    const till = await TillPage.open(world());
    const addresses: string[] = [];
    const bodies: string[] = [];
    till.profile.context.on('request', (request) => {
      addresses.push(request.url());
      if (request.method() === 'POST') bodies.push(request.postData() ?? '');
    });

    const phone = await PhonePage.open(till, 'wechat');
    const code = await phone.code();
    await till.tap('tile-1001');
    await till.scan(code);
    await till.outcome('succeeded');
    const walletReceipt = await till.profile.open(await till.receiptAddress());
    await till.nextSale();

    const reader = await ReaderPage.open(till);
    await till.tap('tile-6003', 'pay', 'method-card');
    await reader.present('debit-approves');
    await reader.enterPin(PIN);
    await till.outcome('succeeded');
    const cardReceipt = await till.profile.open(await till.receiptAddress());

    const sealed = sealedCards(bodies);
    expect(bodies.some((body) => body.includes(code))).toBe(true);
    // The card, and the chip's last word.
    expect(sealed).toHaveLength(2);
    const secrets = [code, ...sealed, ...testCards.map(({ pan }) => pan)];
    const pages = { till: till.page, phone: phone.page, reader: reader.page, walletReceipt, cardReceipt };
    for (const [name, page] of Object.entries(pages))
      expect(found(secrets, await ask<string>(page, KEPT)), name).toEqual([]);
    expect(found(secrets, addresses.join('\n'))).toEqual([]);
    expect(await keptNames(till.page)).toEqual(['zg.till', 'zg.tickets.till_1']);
    const session = await till.profile.context.cookies();
    expect(session).toMatchObject([{ name: 'zg_session', httpOnly: true, sameSite: 'Strict' }]);
  });

  /** The sealed part of each card that the till handed to the gateway. */
  function sealedCards(bodies: readonly string[]): readonly string[] {
    return bodies.flatMap((body) => /"sealed":"([0-9A-F]{32,})"/.exec(body)?.[1] ?? []);
  }

  function found(secrets: readonly string[], text: string): readonly string[] {
    const digits = text.replace(/[\s-]/g, '');
    return secrets.filter((secret) => text.includes(secret) || digits.includes(secret));
  }

  /** What the till keeps of its own; a new name here is looked at before it is allowed. */
  async function keptNames(page: Page): Promise<readonly string[]> {
    const names = await ask<string[]>(page, 'Object.keys(localStorage)');
    return names.sort().reverse();
  }
});
