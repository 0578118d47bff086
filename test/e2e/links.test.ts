import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { PHONE_SIZE, type ProfileOptions, seriousFindings } from '../support/browser-world.ts';
import { shows } from '../support/shows.ts';
import { ensureShift, TillPage } from '../support/till-page.ts';
import { useBrowserWorld } from '../support/use-browser-world.ts';

describe('payment links', () => {
  const world = useBrowserWorld();

  async function openLinks(view = '', options: ProfileOptions = {}): Promise<Page> {
    const profile = await world().openProfile(options);
    await profile.signIn('owner');
    return profile.open(`/console#/links${view}`);
  }

  async function make(page: Page, title: string, amount: string): Promise<string> {
    await page.getByTestId('new-link').click();
    await page.getByTestId('link-title').fill(title);
    await page.getByTestId('link-amount').fill(amount);
    await page.getByTestId('link-create').click();
    return page.getByTestId('link-address').innerText();
  }

  /** The payment page on the phone of somebody who has no account here. */
  async function onPhone(address: string, options: ProfileOptions = {}): Promise<Page> {
    const profile = await world().openProfile({ size: PHONE_SIZE, ...options });
    return profile.open(new URL(address).pathname);
  }

  async function scanned(page: Page, who = 'wangfang'): Promise<void> {
    const qr = await page.getByTestId('pay-code').getAttribute('data-code');
    expect(await world().customer.onPhone('wechat', who, 'scan', { qr, pay: true })).toEqual({ result: 'paid' });
  }

  it('are made in the console and paid on a phone, and the console shows it', async () => {
    const console = await openLinks();
    const address = await make(console, '定制蛋糕', '168');
    expect(await seriousFindings(console)).toEqual([]);
    const phone = await onPhone(address);
    await shows(phone.getByTestId('pay-amount'), '¥168.00');
    await shows(phone.getByTestId('pay-page'), '定制蛋糕');
    expect(await seriousFindings(phone)).toEqual([]);
    await phone.getByTestId('pay-wechat').click();
    await phone.getByTestId('pay-code').waitFor();
    expect(await seriousFindings(phone)).toEqual([]);
    await console.locator('[data-testid=link-standing][data-standing=paying]').waitFor();
    // The page may be loaded anew: the customer's code is still there.
    await phone.reload();
    await scanned(phone);
    await shows(phone.getByTestId('pay-outcome'), '付款成功');
    expect(await seriousFindings(phone)).toEqual([]);
    await console.locator('[data-testid=link-standing][data-standing=paid]').waitFor();
    await phone.getByTestId('receipt').click();
    await shows(phone.getByTestId('receipt'), '定制蛋糕');
    const late = await onPhone(address);
    await shows(late.getByTestId('pay-page'), '已付清');
    expect(await late.getByTestId('pay-wechat').count()).toBe(0);
  });

  it('wait while another pays, and are free again when that one gives up; in English', async () => {
    const console = await openLinks('', { language: 'en', size: PHONE_SIZE });
    const address = await make(console, 'Deposit', '20.50');
    expect(await seriousFindings(console)).toEqual([]);
    const [first, second] = [await onPhone(address, { language: 'en' }), await onPhone(address, { language: 'en' })];
    await second.getByTestId('pay-wechat').waitFor();
    await first.getByTestId('pay-wechat').click();
    await first.getByTestId('pay-code').waitFor();
    await second.getByTestId('pay-wechat').click();
    await shows(second.getByTestId('pay-page'), 'This order is being paid');
    await first.getByTestId('give-up').click();
    await shows(first.getByTestId('pay-outcome'), 'Not paid');
    await second.getByTestId('pay-wechat').click();
    await scanned(second, 'liqiang');
    await shows(second.getByTestId('pay-outcome'), 'Paid');
    await first.getByTestId('another').click();
    await shows(first.getByTestId('pay-page'), 'This order is paid');
  });

  it('are cancelled in the console with a second press, and the page says so', async () => {
    const console = await openLinks();
    const address = await make(console, '取消的订单', '9.9');
    await console.getByTestId('link-cancel').click();
    await console.getByTestId('link-cancel').click();
    await console.locator('[data-testid=link-standing][data-standing=cancelled]').waitFor();
    await console.keyboard.press('Escape');
    await console.getByTestId('link-row').filter({ hasText: '取消的订单' }).filter({ hasText: '已取消' }).waitFor();
    const phone = await onPhone(address);
    await shows(phone.getByTestId('pay-page'), '商家已取消');
    const nowhere = await onPhone(`${new URL(address).origin}/p/${'x'.repeat(24)}`);
    await shows(nowhere.getByRole('alert'), '没有这个收款链接');
  });

  it('need an amount and words for what it is', async () => {
    const page = await openLinks();
    await page.getByTestId('new-link').click();
    await page.getByTestId('link-amount').fill('0');
    await page.getByTestId('link-create').click();
    await shows(page.getByTestId('new-link-dialog').getByRole('alert').first(), '请写明商品');
    await shows(page.getByTestId('new-link-dialog').getByRole('alert').last(), '0.01');
  });

  it('on paper: the customer types the amount, at most ¥500, and the till hears of the money', async () => {
    await ensureShift(world(), 'till_1');
    const till = await TillPage.open(world());
    const console = await openLinks('/till_1');
    await console.getByTestId('poster').waitFor();
    expect(await seriousFindings(console)).toEqual([]);
    const manager = await world().server.signIn('manager');
    const { path } = await manager.send<{ path: string }>('POST', '/tills/till_1/shop-code');
    const phone = await onPhone(world().server.origin + path);
    const type = async (keys: string): Promise<void> => {
      for (const key of keys) await phone.keyboard.press(key);
    };
    await phone.getByTestId('typed-amount').waitFor();
    await type('600');
    await shows(phone.getByRole('alert'), '¥500.00');
    expect(await phone.getByTestId('amount-done').isDisabled()).toBe(true);
    expect(await seriousFindings(phone)).toEqual([]);
    for (let digit = 0; digit < 3; digit += 1) await phone.keyboard.press('Backspace');
    await type('12.5');
    await phone.getByTestId('amount-done').click();
    await phone.getByTestId('change-amount').click();
    await type('18.8');
    await phone.getByTestId('amount-done').click();
    await shows(phone.getByTestId('pay-amount'), '¥18.80');
    await phone.getByTestId('pay-wechat').click();
    await scanned(phone);
    await shows(phone.getByTestId('pay-outcome'), '付款成功');
    await till.tap('parked');
    await shows(till.at('parked-dialog'), '¥18.80');
    await phone.getByTestId('pay-again').click();
    await phone.getByTestId('typed-amount').waitFor();
  });
});
