import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { ask, PHONE_SIZE, seriousFindings } from '../support/browser-world.ts';
import { PhonePage } from '../support/phone-page.ts';
import { shows } from '../support/shows.ts';
import { ensureShift, TillPage } from '../support/till-page.ts';
import { useBrowserWorld } from '../support/use-browser-world.ts';

/** In the dark only the colours are others. */
const THEMES: readonly { readonly name: string; readonly dark: boolean; readonly rules: readonly string[] }[] = [
  { name: 'light', dark: false, rules: [] },
  { name: 'dark', dark: true, rules: ['color-contrast'] },
];
const MOST_TABS = 12;

describe('accessibility', () => {
  const world = useBrowserWorld();

  it.each(THEMES)('of the till, the second screen and the receipt, $name', async ({ dark, rules }) => {
    const till = await TillPage.open(world(), { dark });
    const display = await till.profile.open(`/display?till=${till.tillId}`);
    expect(await seriousFindings(till.page, rules), 'empty sale screen').toEqual([]);
    await till.tap('tile-1001', 'tile-1002');
    expect(await seriousFindings(till.page, rules), 'sale screen').toEqual([]);
    await till.tap('pay');
    for (const method of ['wechat', 'card', 'cash']) {
      await till.tap(`method-${method}`);
      expect(await seriousFindings(till.page, rules), `tender by ${method}`).toEqual([]);
    }
    expect(await seriousFindings(display, rules), 'second screen').toEqual([]);
    await till.tap('note-10');
    await till.outcome('succeeded');
    expect(await seriousFindings(till.page, rules), 'outcome').toEqual([]);
    await till.tap('receipt');
    await till.at('receipt-link').waitFor();
    expect(await seriousFindings(till.page, rules), 'receipt on the till').toEqual([]);
    const address = (await till.at('receipt-link').getAttribute('href')) ?? '';
    const receipt = await till.profile.open(address);
    await receipt.getByTestId('receipt').waitFor();
    expect(await seriousFindings(receipt, rules), 'receipt page').toEqual([]);
  });

  it.each(THEMES)('of waiting and failure, $name', async ({ dark, rules }) => {
    const till = await TillPage.open(world(), { dark });
    const phone = await PhonePage.open(till, 'wechat');
    await phone.turn('每笔都要输密码');
    await till.tap('tile-1001');
    await till.scan(await phone.code());
    await till.waitsFor('customer-password');
    expect(await seriousFindings(till.page, rules), 'waiting').toEqual([]);
    await phone.refuse();
    await till.outcome('failed');
    expect(await seriousFindings(till.page, rules), 'failure').toEqual([]);
  });

  it.each(THEMES)('of the console, $name', async ({ dark, rules }) => {
    await ensureShift(world(), 'till_1');
    const manager = await world().server.signIn('manager');
    const sale = await manager.saleOf(1_980);
    const payment = await manager.pay(sale.id, 'cash', 1_980, { tenderedMinor: 2_000 });
    const profile = await world().openProfile({ dark });
    await profile.signIn('owner');
    for (const place of ['/', '/payments', `/payments/${payment.id}`, '/ledger']) {
      const page = await profile.open(`/console#${place}`);
      await page.locator('main h1').waitFor();
      await page.getByText('正在读取').waitFor({ state: 'detached' });
      expect(await seriousFindings(page, rules), place).toEqual([]);
    }
  });

  it('of signing in, on a phone', async () => {
    const profile = await world().openProfile({ size: PHONE_SIZE });
    for (const address of ['/till', '/console']) {
      const page = await profile.open(address);
      await page.getByTestId('sign-in').waitFor();
      expect(await seriousFindings(page), address).toEqual([]);
    }
  });

  it('tells a screen reader what came onto the ticket and what it sums to', async () => {
    const till = await TillPage.open(world());
    await till.tap('tile-1001', 'tile-1002');
    await shows(till.page.locator('[aria-live=polite].sr-only'), '已加 乌龙茶 500ml，共 ¥6.50');
  });

  it('lets cash be taken by the keyboard alone, from signing in to the next sale', async () => {
    await ensureShift(world(), 'till_1');
    const profile = await world().openProfile();
    const page = await profile.open('/till');
    await page.getByTestId('sign-in').waitFor();
    await tabTo(page, 'input[autocomplete=username]');
    await page.keyboard.type('cashier', { delay: 70 });
    await tabTo(page, 'input[type=password]');
    await page.keyboard.type('cashier-demo', { delay: 70 });
    await page.keyboard.press('Enter');
    await page.locator('[data-testid=link][data-link=live]').waitFor();
    await page.keyboard.press('F1');
    await page.keyboard.type('wlc', { delay: 90 });
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    const due = page.getByTestId('due');
    await shows(due, '¥4.50');
    await page.keyboard.type('3*', { delay: 90 });
    await shows(due, '¥13.50');
    await page.keyboard.press('Enter');
    await page.getByTestId('cash-take').waitFor();
    await page.keyboard.type('20', { delay: 90 });
    await page.keyboard.press('Enter');
    await shows(page.getByTestId('change'), '¥6.50');
    await page.keyboard.press('Enter');
    await shows(due, '¥0.00');
  });

  /** Goes forward with Tab until the field has the focus. */
  async function tabTo(page: Page, selector: string): Promise<void> {
    const focused = `document.activeElement?.matches('${selector}') ?? false`;
    for (let tabs = 0; tabs < MOST_TABS; tabs += 1) {
      if (await ask<boolean>(page, focused)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`${MOST_TABS} tabs do not reach ${selector}`);
  }
});
