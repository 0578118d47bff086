import { parseDecimal } from '@zhanggui/base';
import type { PaymentView } from '@zhanggui/modules/payments/api.ts';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { PATIENCE_MS, PHONE_SIZE, type ProfileOptions } from '../support/browser-world.ts';
import { shows } from '../support/shows.ts';
import { ensureShift } from '../support/till-page.ts';
import { useBrowserWorld } from '../support/use-browser-world.ts';

const TILL = 'till_1';

describe('the console', () => {
  const world = useBrowserWorld();

  async function openConsole(address = '/console', options: ProfileOptions = {}, username = 'owner'): Promise<Page> {
    const profile = await world().openProfile(options);
    await profile.signIn(username);
    return profile.open(address);
  }

  /** Takes money as the till does, without its screens. */
  async function take(method: 'cash' | 'wechat' | 'card', amountMinor: number, card = 'debit-approves') {
    await ensureShift(world(), TILL);
    const { server, customer } = world();
    const manager = await server.signIn('manager');
    const sale = await manager.saleOf(amountMinor, TILL);
    const code = method === 'wechat' ? await customer.paymentCode('wechat') : '';
    const credential = {
      cash: async () => ({ tenderedMinor: amountMinor }),
      wechat: async () => ({ code }),
      card: () => customer.presentCard(card, amountMinor, TILL, '123456'),
    };
    return { payment: await manager.pay(sale.id, method, amountMinor, await credential[method]()), code };
  }

  it('tells a cashier in a sentence that it is not for him', async () => {
    const page = await openConsole('/console', {}, 'cashier');
    await shows(page.getByRole('alert'), '收银员账号看不到管理台');
    expect(await page.getByTestId('takings').count()).toBe(0);
    const english = await openConsole('/console', { language: 'en' }, 'cashier');
    await shows(english.getByRole('alert'), /cashier/i);
  });

  it('lets the owner in by name and password and counts each payment into the takings, by method and by hour', async () => {
    const profile = await world().openProfile();
    const page = await profile.open('/console');
    await page.getByLabel('用户名').fill('owner');
    await page.getByLabel('密码').fill('owner-demo');
    await page.getByTestId('sign-in').click();
    const before = await minorOf(page);
    const bar = page.getByRole('link', { name: /微信支付/ });
    await take('wechat', 1_230);
    await take('wechat', 770);
    await page.reload();
    await expect.poll(() => minorOf(page), { timeout: PATIENCE_MS }).toBe(before + 2_000);
    await shows(bar, /微信支付[\s\S]*笔[\s\S]*¥/);
    await page.locator('.hours-chart svg path').first().waitFor({ state: 'attached' });
    await page.getByRole('button', { name: '看数字' }).click();
    expect(await sumOfHours(page)).toBe(before + 2_000);
  });

  it('draws a day without any sale', async () => {
    const page = await openConsole('/console#/?on=2020-02-29');
    await shows(page.getByTestId('takings'), '¥0.00');
    await page.locator('.hours-chart svg text').first().waitFor({ state: 'attached' });
    await shows(page.locator('.hours-chart'), /¥0\n¥1\n/);
    await shows(page.locator('main'), '这一天还没有付款');
  });

  it('is read in English on a phone', async () => {
    await take('cash', 450);
    const page = await openConsole('/console', { language: 'en', size: PHONE_SIZE });
    await shows(page.locator('main'), 'Takings');
    await shows(page.locator('main'), 'Cash');
  });

  it('leads from the list to a card payment with its whole story, masked, and what was booked', async () => {
    const { payment } = await take('card', 2_500);
    expect(payment.result).toBe('succeeded');
    const page = await openConsole();
    await page.getByTestId('nav-payments').click();
    await page.getByTestId('filter-method').selectOption('card');
    await page.getByRole('link', { name: payment.saleNumber }).click();
    const timeline = page.getByTestId('timeline');
    await shows(timeline, '写下意图');
    // The bank's word, and then the chip's.
    expect(await kindsOf(page)).toEqual(['intent', 'exchanges', 'state', 'state', 'postings']);
    await openMessages(page);
    const story = await timeline.innerText();
    expect(story).toContain('0200');
    expect(story).toContain('0210');
    await showsNoSecret(page, payment);
    await shows(page.locator('.postings'), '¥25.00');
    await shows(page.locator('.postings'), '手续费');
  });

  it('shows a wallet payment without its payment code', async () => {
    const { payment, code } = await take('wechat', 990);
    const page = await openConsole(`/console#/payments/${payment.id}`);
    await shows(page.getByTestId('timeline'), '询问渠道');
    await openMessages(page);
    expect(await page.locator('body').innerText()).not.toContain(code);
    await shows(page.getByTestId('timeline'), '¥9.90');
  });

  it('says why a card was declined, and books nothing for it', async () => {
    const { payment } = await take('card', 2_500, 'insufficient-funds');
    const page = await openConsole(`/console#/payments/${payment.id}`);
    await shows(page.locator('main'), '余额不足');
    expect(await kindsOf(page)).not.toContain('postings');
    expect(await page.getByTestId('refund').count()).toBe(0);
  });

  it('gives a part of a payment back by the way it came', async () => {
    const { payment } = await take('wechat', 1_000);
    const page = await openConsole(`/console#/payments/${payment.id}`);
    await page.getByTestId('refund').click();
    await page.getByTestId('refund-amount').fill('4.00');
    await page.getByTestId('refund-confirm').click();
    await shows(page.getByTestId('refund-dialog'), '请写明原因');
    await page.getByTestId('refund-reason').fill('商品有破损');
    await page.getByTestId('refund-confirm').click();
    const row = page.getByTestId('refund-row');
    await shows(row, '¥4.00');
    await shows(row, '退款成功');
    const { wechat } = await world().customer.held();
    expect(wechat).toBe(await receivable('wechat'));
  });

  it('shows a ledger whose two sides are equal', async () => {
    await take('cash', 450);
    const page = await openConsole();
    await page.getByTestId('nav-ledger').click();
    await shows(page.getByTestId('trial-difference'), /^¥0\.00$/);
    await shows(page.locator('main'), '借贷相等');
    const trial = await (await world().server.signIn('owner')).trialBalance();
    expect(trial.totalDebitMinor).toBeGreaterThan(450);
    await shows(page.getByRole('region', { name: '账目核对' }), money(trial.totalDebitMinor));
  });

  /** What the ledger says that a channel owes. */
  async function receivable(method: string): Promise<number> {
    const { accounts } = await (await world().server.signIn('owner')).trialBalance();
    const account = accounts.find(({ id }) => id.includes('receivable') && id.includes(method));
    if (account === undefined) throw new Error(`no receivable of ${method}: ${accounts.map(({ id }) => id)}`);
    return account.balanceMinor;
  }

  function kindsOf(page: Page): Promise<(string | null)[]> {
    return page
      .getByTestId('timeline')
      .locator('> li')
      .all()
      .then((entries) => Promise.all(entries.map((entry) => entry.getAttribute('data-kind'))));
  }

  async function openMessages(page: Page): Promise<void> {
    for (const summary of await page.locator('[data-testid=message] > summary').all()) await summary.click();
    await page.locator('[data-testid=message] pre').first().waitFor();
  }

  /** Neither number nor track nor anything sealed of a card. */
  async function showsNoSecret(page: Page, payment: PaymentView): Promise<void> {
    const text = (await page.locator('body').innerText()).replace(/[\s-]/g, '');
    expect(text).not.toMatch(/62\d{12,}/);
    expect(text).not.toMatch(/62\d{6,}[D=]\d{4}/);
    await shows(page.locator('main'), payment.maskedInstrument?.slice(-4) ?? 'no masked number');
  }
});

/** The takings on the first page, in fen. */
async function minorOf(page: Page): Promise<number> {
  return parseDecimal((await page.getByTestId('takings').innerText()).replace(/[¥,]/g, ''));
}

async function sumOfHours(page: Page): Promise<number> {
  const cells = await page.locator('.hours-table td:nth-of-type(1)').allInnerTexts();
  return cells.reduce((sum, cell) => sum + parseDecimal(cell.replace(/[¥,]/g, '')), 0);
}

function money(minor: number): string {
  return new Intl.NumberFormat('en', { minimumFractionDigits: 2 }).format(minor / 100);
}
