import type { Page } from 'playwright-core';
import type { BrowserWorld } from '../../support/browser-world.ts';
import { ensureShift } from '../../support/till-page.ts';
import type { Look, Take } from './scene.ts';

/** The pages on which customers pay orders and printed codes. */
export async function links(world: BrowserWorld, look: Look, take: Take): Promise<void> {
  await ensureShift(world, 'till_1');
  const manager = await world.server.signIn('manager');
  const profile = await world.openProfile(look);
  const order = { tillId: 'till_1', title: '定制蛋糕 8 寸', amountMinor: 16_800, validMinutes: 1_440 };
  const { path } = await manager.send<{ path: string }>('POST', '/links', order);
  const page = await profile.open(path);
  await page.getByTestId('pay-wechat').waitFor();
  await take(page, 'link');
  await page.getByTestId('pay-wechat').click();
  const code = page.getByTestId('pay-code');
  await code.waitFor();
  await take(page, 'link-code');
  await page.getByTestId('give-up').click();
  await page.locator('[data-testid=pay-outcome][data-result=failed]').waitFor();
  await take(page, 'link-failed');
  await page.getByTestId('another').click();
  await page.getByTestId('pay-wechat').click();
  await code.waitFor();
  const qr = await code.getAttribute('data-code');
  await world.customer.onPhone('wechat', 'wangfang', 'scan', { qr, pay: true });
  await page.locator('[data-testid=pay-outcome][data-result=succeeded]').waitFor();
  await take(page, 'link-paid');
  await take(await opened(profile.open(path), '[data-standing=paid]'), 'link-over');
  await take(await opened(profile.open(`/p/${'x'.repeat(24)}`), '[role=alert]'), 'link-unknown');

  const printed = await manager.send<{ path: string }>('POST', '/tills/till_1/shop-code');
  const counter = await opened(profile.open(printed.path), '[data-testid=typed-amount]');
  await counter.keyboard.type('600');
  await take(counter, 'shop-code-over-limit');
  for (const key of ['Backspace', 'Backspace', 'Backspace', '1', '8', '.', '8']) await counter.keyboard.press(key);
  await take(counter, 'shop-code-amount');
  await counter.getByTestId('amount-done').click();
  await counter.getByTestId('pay-wechat').waitFor();
  await take(counter, 'shop-code');
}

async function opened(opening: Promise<Page>, selector: string): Promise<Page> {
  const page = await opening;
  await page.locator(selector).first().waitFor();
  return page;
}
