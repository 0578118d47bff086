import { describe, expect, it } from 'vitest';
import { PHONE_SIZE, seriousFindings } from '../support/browser-world.ts';
import { ReaderPage } from '../support/reader-page.ts';
import { shows } from '../support/shows.ts';
import { TillPage } from '../support/till-page.ts';
import { useBrowserWorld } from '../support/use-browser-world.ts';

const PIN = '123456';

describe('giving money back at the till', () => {
  const world = useBrowserWorld();

  /** Takes ¥25 by card and starts the next sale; the code on the customer's receipt. */
  async function payByCard(till: TillPage): Promise<string> {
    const reader = await ReaderPage.open(till);
    await till.tap('tile-6003', 'pay', 'method-card');
    await reader.present('debit-approves');
    await reader.enterPin(PIN);
    await till.outcome('succeeded');
    return receiptCode(till);
  }

  /** What the code on the receipt of the sale that was just paid says. */
  async function receiptCode(till: TillPage): Promise<string> {
    const address = await till.receiptAddress();
    await till.nextSale();
    return address;
  }

  async function refunded(till: TillPage): Promise<void> {
    await till.page.locator('[data-testid=refund-outcome][data-result=succeeded]').waitFor();
  }

  it('takes two taps after the receipt was scanned: a card payment of this batch is voided', async () => {
    const till = await TillPage.open(world(), { user: 'manager' });
    const before = (await world().customer.held()).card;
    const receipt = await payByCard(till);
    expect((await world().customer.held()).card).toBe(before + 2_500);
    await till.scan(receipt);
    await till.tap('refund');
    await shows(till.at('refund-amount'), '¥25.00');
    expect(await seriousFindings(till.page), 'refund').toEqual([]);
    await till.tap('refund-confirm');
    await refunded(till);
    expect(await seriousFindings(till.page), 'refunded').toEqual([]);
    expect((await world().customer.held()).card).toBe(before);
    await till.tap('refund-done');
    await shows(till.at('receipt-dialog'), '已退款');
    await shows(till.at('receipt-dialog'), '已经全部退完');
    await till.press('Escape');
    await till.openCardServices();
    await till.at('card-services').getByRole('button', { name: '结算' }).click();
    await shows(till.at('card-services'), '消费撤销');
  });

  it('gives a part of a card payment back, and then what is left of it, never more', async () => {
    const till = await TillPage.open(world(), { user: 'manager' });
    const before = (await world().customer.held()).card;
    const receipt = await payByCard(till);
    await till.scan(receipt);
    await till.tap('refund');
    await till.press('2', '5', '.', '0', '1');
    await shows(till.at('refund-dialog'), '超过可退金额 ¥25.00');
    expect(await till.at('refund-confirm').isDisabled()).toBe(true);
    await till.tap('refund-whole');
    await till.press('1', '0', 'Enter');
    await refunded(till);
    await shows(till.at('refund-outcome'), '¥10.00');
    expect((await world().customer.held()).card).toBe(before + 1_500);
    await till.tap('refund-done');
    await shows(till.at('refund'), '¥15.00');
    await till.tap('refund', 'refund-confirm');
    await refunded(till);
    expect((await world().customer.held()).card).toBe(before);
    await till.tap('refund-done');
    await shows(till.at('receipt-dialog'), '已经全部退完');
  });

  it('gives a wallet its money back, in English, from the list of the last payments on a phone', async () => {
    const till = await TillPage.open(world(), { language: 'en', user: 'manager', size: PHONE_SIZE });
    const before = (await world().customer.held()).wechat;
    await till.tap('tile-1002');
    await till.scan(await world().customer.paymentCode('wechat'));
    await shows(await till.outcome('succeeded'), '¥4.50');
    await till.nextSale();
    expect((await world().customer.held()).wechat).toBe(before + 450);
    await till.tap('menu', 'open-payments');
    await shows(till.at('last-payment').first(), /WeChat[\s\S]*¥4\.50/);
    expect(await seriousFindings(till.page), 'last payments').toEqual([]);
    await till.at('last-payment').first().click();
    await till.tap('refund');
    await shows(till.at('refund-dialog'), 'Refund ¥4.50');
    await till.tap('refund-confirm');
    await refunded(till);
    await shows(till.at('refund-outcome'), 'WeChat Pay');
    expect((await world().customer.held()).wechat).toBe(before);
    await till.tap('refund-done');
    await till.page.keyboard.press('Escape');
    await shows(till.at('last-payment').first(), 'refunded in full');
  });

  it('tells a cashier whose task that is, and the server refuses it too', async () => {
    const till = await TillPage.open(world());
    await till.tap('tile-1001', 'quick-exact');
    await till.outcome('succeeded');
    const receipt = await receiptCode(till);
    await till.scan(receipt);
    await shows(till.at('refund-locked'), '退款请店长登录');
    expect(await till.at('refund').count()).toBe(0);
    expect(await seriousFindings(till.page)).toEqual([]);
    const asked = await till.profile.context.request.get(`/api/v1/sales/by-receipt/${receipt.split('/').at(-1)}`);
    expect(asked.status()).toBe(403);
  });

  it('gives cash out of the drawer, which the shift then expects without it', async () => {
    const till = await TillPage.open(world(), { user: 'manager' });
    await till.tap('tile-1001', 'quick-exact');
    await till.outcome('succeeded');
    const receipt = await receiptCode(till);
    const before = await expectedCash();
    await till.scan(receipt);
    await till.tap('refund');
    await shows(till.at('refund-dialog'), '从钱箱取现金交给顾客');
    await till.tap('refund-confirm');
    await refunded(till);
    expect(await expectedCash()).toBe(before - 200);
  });

  async function expectedCash(): Promise<number> {
    const manager = await world().server.signIn('manager');
    const shift = await manager.send<{ expectedCashMinor: number }>('GET', '/shifts/current?tillId=till_1');
    return shift.expectedCashMinor;
  }
});
