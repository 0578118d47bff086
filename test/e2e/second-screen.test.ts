import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { PhonePage } from '../support/phone-page.ts';
import { shows } from '../support/shows.ts';
import { TillPage } from '../support/till-page.ts';
import { useBrowserWorld } from '../support/use-browser-world.ts';

const PASSWORD = '123456';

describe('the second screen and the till after a break', () => {
  const world = useBrowserWorld();

  /** A till and the screen that its customer sees. */
  async function counter(language: 'zh-CN' | 'en' = 'zh-CN') {
    const till = await TillPage.open(world(), { language });
    const display = await till.profile.open(`/display?till=${till.tillId}`);
    await mode(display, 'idle');
    return { till, display };
  }

  function mode(display: Page, name: 'idle' | 'selling' | 'paying' | 'done'): Promise<void> {
    return display.locator(`[data-testid=display][data-mode=${name}]`).waitFor();
  }

  it('shows the customer the bill, what is to pay, the outcome and the change', async () => {
    const { till, display } = await counter();
    await shows(display.getByTestId('display'), '欢迎光临');
    await till.tap('tile-1001', 'tile-1002');
    await mode(display, 'selling');
    await shows(display.getByTestId('display'), '山泉水');
    await shows(display.getByTestId('display-total'), '¥6.50');
    await till.tap('pay');
    await mode(display, 'paying');
    await shows(display.getByTestId('display-total'), '¥6.50');
    await till.tap('note-10');
    await mode(display, 'done');
    await shows(display.getByTestId('display'), /支付成功[\s\S]*找零[\s\S]*¥3\.50/);
    await till.nextSale();
    await mode(display, 'idle');
  });

  it('shows it in English to whoever reads English', async () => {
    const { till, display } = await counter('en');
    await till.tap('tile-1002');
    await shows(display.getByTestId('display'), 'Oolong tea 500 ml');
    await till.scan(await world().customer.paymentCode('alipay'));
    await till.outcome('succeeded');
    await shows(display.getByTestId('display'), /Paid[\s\S]*¥4\.50[\s\S]*Scan to keep your receipt/);
  });

  it('asks for the password, and keeps the amount while both windows are loaded again', async () => {
    const { till, display } = await counter();
    const phone = await PhonePage.open(till, 'wechat');
    await phone.turn('每笔都要输密码');
    await till.tap('tile-1002');
    await mode(display, 'selling');
    await till.page.reload();
    await till.isLive();
    await till.due(450);
    await shows(display.getByTestId('display-total'), '¥4.50');
    await till.scan(await phone.code());
    await shows(display.getByTestId('display'), '请在手机上输入支付密码');
    await display.reload();
    await shows(display.getByTestId('display'), '请在手机上输入支付密码');
    await shows(display.getByTestId('display-total'), '¥4.50');
    await phone.enterPassword(PASSWORD);
    await shows(display.getByTestId('display'), '支付成功');
  });

  it('brings a till that was closed in the middle back with its pending payment, whose outcome comes by itself', async () => {
    const { till: closed } = await counter();
    const phone = await PhonePage.open(closed, 'wechat');
    await phone.turn('每笔都要输密码');
    await closed.tap('tile-1002');
    await closed.scan(await phone.code());
    await closed.waitsFor('customer-password');
    const till = await closed.reopened();
    await shows(till.at('parked'), '待确认 1');
    await till.due(0);
    await phone.enterPassword(PASSWORD);
    await shows(till.at('parked'), '结果出来了');
    await till.tap('parked');
    await shows(till.at('parked-dialog').locator('[data-result=succeeded]'), '已收款');
    await till.tap('parked-dismiss');
    await till.page.keyboard.press('Escape');
    await till.at('parked').waitFor({ state: 'detached' });
  });

  it('says when the server is gone, repeats what was asked, and takes the money exactly once', async () => {
    const till = await TillPage.open(world());
    await till.tap('tile-1001');
    const before = await cashSales(till);
    await world().server.kill();
    await till.page.locator('[data-testid=link][data-link=lost]').waitFor();
    await shows(till.at('link'), '网络断开');
    await till.tap('quick-exact');
    await till.waitsFor('silent');
    await shows(till.at('waiting'), '不会重复扣款');
    await world().startServerAgain();
    await till.outcome('succeeded');
    await till.isLive();
    expect(await cashSales(till)).toEqual({ count: before.count + 1, amountMinor: before.amountMinor + 200 });
  });

  async function cashSales({ tillId }: TillPage): Promise<{ count: number; amountMinor: number }> {
    const cashier = await world().server.signIn('cashier');
    const { byMethod } = await cashier.send<{
      byMethod: { method: string; count: number; amountMinor: number }[];
    }>('GET', `/shifts/current?tillId=${tillId}`);
    const cash = byMethod.find(({ method }) => method === 'cash');
    return { count: cash?.count ?? 0, amountMinor: cash?.amountMinor ?? 0 };
  }
});
