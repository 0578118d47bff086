import { describe, expect, it } from 'vitest';
import { ask, PATIENCE_MS, PHONE_SIZE } from '../support/browser-world.ts';
import { shows } from '../support/shows.ts';
import { ensureShift, TillPage } from '../support/till-page.ts';
import { useBrowserWorld } from '../support/use-browser-world.ts';

/** Bar codes of the demo shop. */
const WATER = '2000000010014';
const TEA = '2000000010021';

describe('cash at the till', () => {
  const world = useBrowserWorld();

  it('begins with signing in and counting the float', async () => {
    const profile = await world().openProfile({ stored: { 'zg.till': 'till_2' } });
    const page = await profile.open('/till');
    await page.getByTestId('sign-in').click();
    await page.getByText('请填写这一项').nth(1).waitFor();
    await page.getByLabel('用户名').fill('cashier');
    await page.getByLabel('密码').fill('wrong');
    await page.getByTestId('sign-in').click();
    await page.getByRole('alert').getByText('用户名或密码不正确').waitFor();
    await page.getByLabel('密码').fill('cashier-demo');
    await page.getByTestId('sign-in').click();
    await page.getByRole('heading', { name: '开班' }).waitFor();
    await page.keyboard.type('500', { delay: 90 });
    await shows(page.getByTestId('open-shift-amount'), '¥500.00');
    await page.getByTestId('open-shift').click();
    await page.getByText('扫第一件商品').waitFor();
    await page.getByText(/2 号收银台/).waitFor();
  });

  it('scans, weighs, rounds, takes a suggested note, shows the change and a receipt that needs no session', async () => {
    const till = await TillPage.open(world());
    await till.scan(WATER);
    await till.scan(WATER);
    await till.tap('tile-1002');
    await till.due(850);
    await till.tap('tile-2001');
    await till.press('1', '.', '2', '5', '5');
    await shows(till.at('weigh-price'), '¥12.30');
    await till.press('Enter');
    await till.due(2080);
    await till.tap('pay', 'method-cash');
    await till.page.getByRole('button', { name: /抹角/ }).click();
    await till.due(2000);
    await shows(till.at('rounding'), '−¥0.80');
    await till.tap('note-50');
    await shows(await till.outcome('succeeded'), '已收款');
    await shows(till.at('change'), '¥30.00');

    const address = await till.receiptAddress();
    expect(address).toMatch(/\/r\/[\w-]{16,}$/);
    const stranger = await world().openProfile();
    const receipt = (await stranger.open(address)).getByTestId('receipt');
    for (const words of ['山泉水 550ml', '1.255', '小计', '¥20.80', '抹零', '−¥0.80', '¥20.00', '¥30.00'])
      await shows(receipt, words);
    expect(await stranger.context.cookies()).toEqual([]);
    await till.nextSale();
  });

  it('takes 100 and Enter, four keys, and gives change', async () => {
    const till = await TillPage.open(world());
    await till.scan(TEA);
    await till.due(450);
    await till.press('1', '0', '0', 'Enter');
    await till.outcome('succeeded');
    await shows(till.at('change'), '¥95.50');
  });

  it('takes nothing for Enter that is held down: it opens the payment and no more', async () => {
    const till = await TillPage.open(world());
    await till.tap('tile-1002');
    for (let repeats = 0; repeats < 5; repeats += 1) await till.page.keyboard.down('Enter');
    await till.at('note-exact').waitFor();
    await till.page.keyboard.down('Enter');
    await till.page.keyboard.up('Enter');
    expect(await till.at('waiting').count()).toBe(0);
    await till.press('Enter');
    await till.outcome('succeeded');
  });

  it('takes a suggested note with one tap, in English', async () => {
    const till = await TillPage.open(world(), { language: 'en' });
    await till.scan(TEA);
    await till.tap('quick-10');
    await shows(await till.outcome('succeeded'), 'Paid');
    await shows(till.at('change'), '¥5.50');
    await shows(till.at('outcome'), 'Cash received');
    const receipt = (await till.profile.open(await till.receiptAddress())).getByTestId('receipt');
    await shows(receipt, 'Oolong tea 500 ml');
    await shows(receipt, 'Change');
    await shows(receipt, 'Served by Cashier 03');
  });

  it('does not add an item for a code that is only a part of a bar code', async () => {
    const till = await TillPage.open(world());
    await till.scan('0000');
    await shows(till.at('notice'), '没有这个码');
    await shows(till.at('notice'), '0000');
    await till.due(0);
    await till.scan(WATER);
    await till.at('notice').waitFor({ state: 'detached' });
    await till.due(200);
  });

  it('hears the scanner while a text field has the focus, and leaves the field as it was', async () => {
    const till = await TillPage.open(world());
    await till.at('search').fill('cha');
    await till.scan(WATER);
    await till.due(200);
    await expect.poll(() => till.at('search').inputValue(), { timeout: PATIENCE_MS }).toBe('cha');
  });

  it('gives a deleted line back for as long as the undo bar stands', async () => {
    const till = await TillPage.open(world());
    await till.scan(WATER);
    await till.scan(TEA);
    await till.tap('remove-line');
    await till.due(200);
    await till.tap('undo');
    await till.due(650);
  });

  it('holds a ticket, serves another customer, and takes the held one up again after a reload', async () => {
    const till = await TillPage.open(world());
    await till.scan(WATER);
    await till.press('F6');
    await till.due(0);
    await till.scan(TEA);
    await till.tap('quick-exact');
    await till.outcome('succeeded');
    await till.nextSale();
    await till.page.reload();
    await till.isLive();
    await till.press('Shift+F6');
    await shows(till.at('held-ticket'), '山泉水');
    await till.tap('held-ticket');
    await till.due(200);
    expect(await till.at('recall').isDisabled()).toBe(true);
    await till.press('Enter');
    await till.tap('note-exact');
    await till.outcome('succeeded');
  });

  it('splits a bill between cash and a wallet', async () => {
    const till = await TillPage.open(world());
    await till.tap('tile-6003');
    await till.due(2500);
    await till.tap('pay', 'split', 'share-2');
    await shows(till.at('take-amount'), '¥12.50');
    await till.tap('note-exact');
    await till.outcome('succeeded');
    await till.tap('take-rest');
    await till.due(1250);
    await till.scan(await world().customer.paymentCode('wechat', 'liqiang'));
    await shows(await till.outcome('succeeded'), '微信支付');
    const receipt = (await till.profile.open(await till.receiptAddress())).getByTestId('receipt');
    await shows(receipt, '¥25.00');
    await shows(receipt, /现金[\s\S]*¥12\.50[\s\S]*微信支付[\s\S]*¥12\.50/);
  });

  it('sells from a phone', async () => {
    const till = await TillPage.open(world(), { size: PHONE_SIZE });
    await till.tap('tile-1001', 'tile-1002', 'ticket-sheet');
    await till.due(650);
    await till.tap('pay', 'note-10');
    await till.outcome('succeeded');
    await shows(till.at('change'), '¥3.50');
    expect(await ask(till.page, 'document.documentElement.scrollWidth')).toBe(PHONE_SIZE.width);
    await till.nextSale();
  });

  it('ends with a blind count whose difference is no obstacle', async () => {
    await ensureShift(world(), 'till_2');
    const till = await TillPage.open(world(), { till: 'till_2' });
    await till.scan(WATER);
    await till.tap('quick-exact');
    await till.outcome('succeeded');
    await till.nextSale();
    await till.tap('menu', 'close-shift');
    expect(await till.at('close-shift-dialog').innerText()).not.toContain('应有现金');
    await till.press('5', '0', '0');
    await till.tap('close-shift-now');
    const sum = till.at('shift-closed');
    await shows(sum, '短款 ¥2.00');
    await shows(sum, '¥502.00');
    await till.tap('new-shift');
    await till.page.getByRole('heading', { name: '开班' }).waitFor();
  });
});
