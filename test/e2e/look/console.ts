import type { Page } from 'playwright-core';
import type { BrowserWorld } from '../../support/browser-world.ts';
import { ensureShift } from '../../support/till-page.ts';
import type { Look, Take } from './scene.ts';

/** The owner's pages, on a day that has some payments of each kind. */
export async function consolePages(world: BrowserWorld, look: Look, take: Take): Promise<void> {
  await ensureShift(world, 'till_1');
  const manager = await world.server.signIn('manager');
  const sale = await manager.saleOf(12_850);
  const card = await world.customer.presentCard('debit-approves', 12_850, 'till_1', '123456');
  const payment = await manager.pay(sale.id, 'card', 12_850, card);
  const profile = await world.openProfile(look);
  const signIn = await profile.open('/console');
  await signIn.getByTestId('demo-owner').waitFor();
  await take(signIn, 'console-sign-in');
  await profile.signIn('owner');
  const pages = {
    'console-today': '/',
    'console-payments': '/payments',
    'console-payment': `/payments/${payment.id}`,
    'console-ledger': '/ledger',
    'console-bench': '/bench',
  };
  for (const [screen, place] of Object.entries(pages)) {
    const page = await profile.open(`/console#${place}`);
    await page.locator('main h1').waitFor();
    await page.waitForLoadState('networkidle');
    await take(page, screen);
  }
  const bank = await profile.open('/sim/bank');
  await bank.getByRole('heading').first().waitFor();
  await take(bank, 'bank');
}

/** Links, settlement, channels and keys, with their dialogs. */
export async function consoleWork(world: BrowserWorld, look: Look, take: Take): Promise<void> {
  const profile = await world.openProfile(look);
  await profile.signIn('owner');
  const open = async (place: string, hook: string): Promise<Page> => {
    const page = await profile.open(`/console#${place}`);
    await page.locator(hook).first().waitFor();
    await page.waitForLoadState('networkidle');
    return page;
  };
  const links = await open('/links', 'main h1');
  await take(links, 'console-links');
  await links.getByTestId('new-link').click();
  await links.getByTestId('link-title').fill('定制蛋糕 8 寸');
  await links.getByTestId('link-amount').fill('168');
  await take(links, 'console-new-link');
  await links.getByTestId('link-create').click();
  await links.getByTestId('link-address').waitFor();
  await take(links, 'console-link');
  await take(await open('/links?view=codes', '.links-tills'), 'console-codes');
  await take(await open('/links/till_1', '[data-testid=poster]'), 'console-poster');

  const settlement = await open('/settlement', '[data-testid=batch]');
  await take(settlement, 'console-batches');
  const closed = settlement.locator('[data-testid=batch][data-state=closed]').getByTestId('slip').first();
  if ((await closed.count()) > 0) {
    await closed.click();
    await settlement.getByTestId('batch-slip').waitFor();
    await take(settlement, 'console-batch-slip');
  }
  await take(await open('/settlement?view=bills', '[data-testid=bill-fetch]'), 'console-bills');
  await take(await open('/channels?view=acquirers', '[data-testid=acquirer]'), 'console-lines');
  const channels = await open('/channels', '[data-testid=test-wechat]');
  await channels.getByTestId('test-wechat').click();
  await channels.getByTestId('channel-test').first().waitFor();
  await take(channels, 'console-channels');
  await channels.getByTestId('edit-wechat').click();
  await channels.getByTestId('channel-dialog').waitFor();
  await take(channels, 'console-channel');
  await take(await open('/payments?result=pending', 'main h1'), 'console-payments-none');
  await take(await open('/keys', '[role=alert]'), 'console-keys-refused');
}

/** The operator's keys: the tree, a key, a ceremony, the log. */
export async function keys(world: BrowserWorld, look: Look, take: Take): Promise<void> {
  const profile = await world.openProfile(look);
  await profile.signIn('operator');
  const page = await profile.open('/console#/keys');
  await page.getByTestId('key-row').first().waitFor();
  await take(page, 'console-keys');
  await page.getByTestId('key-row').first().click();
  await page.getByTestId('key-dialog').waitFor();
  await take(page, 'console-key');
  await page.keyboard.press('Escape');
  await page.getByTestId('new-ceremony').click();
  await page.getByTestId('ceremony-name').fill(`device/SN-${Math.round(performance.now())}/kek`);
  await page.getByTestId('ceremony-reason').fill('新终端到店');
  await take(page, 'console-ceremony');
  await page.getByTestId('ceremony-send').click();
  await page.getByTestId('bring-component').first().waitFor();
  await take(page, 'console-requests');
  await page.getByTestId('bring-component').first().click();
  await page.getByTestId('component-dialog').waitFor();
  await take(page, 'console-component');
  const audit = await profile.open('/console#/keys?view=audit');
  await audit.getByTestId('audit-row').first().waitFor();
  await take(audit, 'console-audit');
}
