import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { PHONE_SIZE, type ProfileOptions, seriousFindings } from '../support/browser-world.ts';
import { shows } from '../support/shows.ts';
import { ensureShift } from '../support/till-page.ts';
import { useBrowserWorld } from '../support/use-browser-world.ts';

describe('channels and settlement', () => {
  const world = useBrowserWorld();

  async function open(place: string, username = 'owner', options: ProfileOptions = {}): Promise<Page> {
    const profile = await world().openProfile(options);
    await profile.signIn(username);
    return profile.open(`/console#${place}`);
  }

  const tested = (page: Page, outcome: string): Promise<void> =>
    page.getByTestId('channel-wechat').locator(`[data-testid=channel-test][data-outcome=${outcome}]`).waitFor();

  it('shows an account without its secrets, and tries it with one press', async () => {
    const page = await open('/channels');
    await page.getByTestId('test-wechat').click();
    await tested(page, 'passed');
    await shows(page.getByTestId('channel-wechat'), '可以使用');
    expect(await page.content()).not.toContain('PRIVATE KEY');
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('refuses a wrong address at its field, tells in words what does not work, and is put right; in English, on a phone', async () => {
    const page = await open('/channels', 'operator', { language: 'en', size: PHONE_SIZE });
    await page.getByTestId('edit-wechat').click();
    const serial = await page.getByTestId('setting-serialNo').inputValue();
    const address = await page.getByTestId('setting-baseUrl').inputValue();
    expect(await page.getByTestId('setting-apiV3Key').inputValue()).toBe('');
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByTestId('setting-baseUrl').fill('http://somewhere.example');
    await page.getByTestId('channel-save').click();
    await shows(page.getByTestId('channel-dialog').getByRole('alert').first(), 'https://');
    await page.getByTestId('setting-baseUrl').fill(address);
    await page.getByTestId('setting-serialNo').fill('00'.repeat(20));
    await page.getByTestId('channel-save').click();
    await page.getByTestId('channel-dialog').waitFor({ state: 'detached' });
    await shows(page.getByTestId('channel-wechat'), 'Not tested since');
    await page.getByTestId('test-wechat').click();
    await tested(page, 'refused');
    await shows(page.getByTestId('channel-wechat'), 'The channel refuses');
    await page.getByTestId('edit-wechat').click();
    await page.getByTestId('setting-serialNo').fill(serial);
    await page.getByTestId('channel-save').click();
    await page.getByTestId('channel-dialog').waitFor({ state: 'detached' });
    await page.getByTestId('test-wechat').click();
    await tested(page, 'passed');
  });

  it('keeps accounts from managers, who see the lines', async () => {
    const page = await open('/channels', 'manager');
    await page.getByTestId('terminal-row').first().waitFor();
    expect(await page.getByTestId('edit-wechat').count()).toBe(0);
  });

  it('tells when the line to the bank is cut and when it is back', async () => {
    const page = await open('/channels?view=acquirers', 'owner', { size: PHONE_SIZE });
    await page.locator('[data-testid=acquirer][data-state=connected]').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await world().customer.setBankLine(false);
    await page.locator('[data-testid=acquirer]:not([data-state=connected])').waitFor();
    await world().customer.setBankLine(true);
    await page.locator('[data-testid=acquirer][data-state=connected]').waitFor();
  });

  it('shows the batches, what the bank said of them, and their slips', async () => {
    await ensureShift(world(), 'till_1');
    const manager = await world().server.signIn('manager');
    const sale = await manager.saleOf(12_850);
    const card = await world().customer.presentCard('debit-approves', 12_850, 'till_1', '123456');
    await manager.pay(sale.id, 'card', 12_850, card);
    const page = await open('/settlement');
    await shows(page.locator('[data-testid=batch][data-state=open]').first(), '¥128.50');
    await manager.send('POST', '/tills/till_1/batch-close');
    const closed = page.locator('[data-testid=batch][data-state=closed]').first();
    await shows(closed, '对账平');
    expect(await seriousFindings(page)).toEqual([]);
    await closed.getByTestId('slip').click();
    await shows(page.getByTestId('batch-slip'), /消费[\s\S]*¥128\.50/);
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('fetches a bill, shows how far it is, and adds up its rows', async () => {
    await ensureShift(world(), 'till_1');
    const manager = await world().server.signIn('manager');
    const sale = await manager.saleOf(3_000);
    await manager.pay(sale.id, 'wechat', 3_000, { code: await world().customer.paymentCode('wechat') });
    await world().customer.setAnyDayBills('wechat');
    const page = await open('/settlement?view=bills', 'operator');
    const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    await page.getByTestId('bill-method').selectOption('wechat');
    await page.getByTestId('bill-day').fill(today);
    await page.getByTestId('bill-fetch').click();
    await page.locator('[data-testid=bill][data-state=fetched]').getByTestId('bill-look').click();
    await page.getByTestId('bill-row').first().waitFor();
    await shows(page.getByTestId('bill-totals'), '¥30.00');
    expect(await seriousFindings(page)).toEqual([]);
  });
});
