import { describe, expect, it } from 'vitest';
import { ReaderPage } from '../support/reader-page.ts';
import { shows } from '../support/shows.ts';
import { SETTLING_MS, TillPage } from '../support/till-page.ts';
import { useBrowserWorld } from '../support/use-browser-world.ts';

const PIN = '123456';

describe('a bank card at the virtual reader', () => {
  const world = useBrowserWorld();

  /** A till that has asked its reader for a card, and the reader. */
  async function asking(item: string, language: 'zh-CN' | 'en' = 'zh-CN') {
    const till = await TillPage.open(world(), { language });
    const reader = await ReaderPage.open(till);
    await till.tap(`tile-${item}`, 'pay', 'method-card');
    return { till, reader };
  }

  it('pays with PIN, in a second window that shows the amount', async () => {
    const { till, reader } = await asking('6003');
    await shows(reader.screen, '¥25.00');
    await reader.present('debit-approves');
    await reader.enterPin(PIN);
    const outcome = await till.outcome('succeeded');
    await shows(outcome, '¥25.00');
    await shows(outcome, /•••• \d{4}/);
    expect(await outcome.innerText()).not.toMatch(/62\d{10,}/);
    await shows(reader.screen, '已读卡');
    const receipt = (await till.profile.open(await till.receiptAddress())).getByTestId('receipt');
    await shows(receipt, '银行卡');
    await shows(receipt, /•••• \d{4}/);
  });

  it('pays without PIN up to ¥1,000, in English', async () => {
    const { till, reader } = await asking('1002', 'en');
    await shows(reader.screen, 'Insert, swipe or tap your card');
    await reader.present('credit-contactless');
    await shows(await till.outcome('succeeded'), 'Bank card');
  });

  it('that has not enough money fails with the words of the reason and takes another card', async () => {
    const { till, reader } = await asking('6003');
    await reader.present('insufficient-funds');
    await reader.enterPin(PIN);
    const outcome = await till.outcome('failed');
    await shows(outcome, '收款失败');
    await shows(outcome, '没有扣款');
    await shows(till.at('decline'), '余额不足');
    await till.tap('other-method', 'method-card');
    await reader.present('debit-approves');
    await reader.enterPin(PIN);
    await till.outcome('succeeded');
  });

  it('with a wrong PIN asks for the PIN again, and the right one pays', async () => {
    const { till, reader } = await asking('1002');
    await reader.present('wrong-pin');
    await reader.enterPin(PIN);
    const outcome = await till.outcome('failed');
    await shows(till.at('decline'), '密码');
    await shows(outcome, '请顾客重新输入密码');
    await till.tap('retry');
    await reader.present('wrong-pin');
    await reader.enterPin('888888');
    await till.outcome('succeeded');
  });

  it('whose reading is broken off takes no money and leaves the reader at rest', async () => {
    const { till, reader } = await asking('1002');
    await shows(reader.screen, '¥4.50');
    await till.tap('tender-back');
    await shows(reader.screen, '已取消');
    await till.due(450);
    await till.tap('quick-exact');
    await till.outcome('succeeded');
  });

  it('of a silent bank is pending, waits aside while the next customer is served, and ends by itself without a charge', async () => {
    const { till, reader } = await asking('6003');
    await reader.present('bank-silent');
    await till.at('waiting').waitFor();
    await shows(till.at('waiting'), '银行卡');
    await till.tap('serve-next');
    await till.due(0);
    await shows(till.at('parked'), '待确认 1');
    await shows(till.at('parked'), '¥25.00');

    await till.tap('tile-1001', 'quick-exact');
    await till.outcome('succeeded');
    await till.nextSale();

    await shows(till.at('parked'), '结果出来了', SETTLING_MS);
    await till.tap('parked');
    const told = till.at('parked-dialog').getByRole('listitem');
    expect(await told.getAttribute('data-result')).toBe('failed');
    await shows(told, /没有扣款|没有应答/);
    expect((await world().customer.held()).card).toBe(await bankTakings(till));
    await till.tap('take-again');
    await till.due(2500);
    await till.tap('method-cash', 'note-exact');
    await till.outcome('succeeded');
    await till.at('parked').waitFor({ state: 'detached' });
  });

  /** What our own books say the bank owes for cards today. */
  async function bankTakings(till: TillPage): Promise<number> {
    const manager = await world().server.signIn('manager');
    const shift = await manager.send<{ byMethod: { method: string; amountMinor: number }[] }>(
      'GET',
      `/shifts/current?tillId=${till.tillId}`,
    );
    return shift.byMethod.find(({ method }) => method === 'card')?.amountMinor ?? 0;
  }
});
