import { describe, expect, it } from 'vitest';
import { seriousFindings } from '../support/browser-world.ts';
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

  /** The same for ¥1,025: 41 umbrellas. */
  async function askingMuch() {
    const till = await TillPage.open(world(), {});
    const reader = await ReaderPage.open(till);
    await till.tap('tile-6003');
    await till.press('4', '1', '*');
    await till.tap('pay', 'method-card');
    return { till, reader };
  }

  it('with chip and PIN pays, and its chip has the last word', async () => {
    const { till, reader } = await asking('6003');
    await shows(reader.screen, '¥25.00');
    await shows(reader.screen, '请插卡、刷卡或挥卡');
    await reader.present('debit-approves');
    await reader.enterPin(PIN);
    const outcome = await till.outcome('succeeded');
    await shows(outcome, '¥25.00');
    await shows(outcome, /•••• \d{4}/);
    expect(await outcome.innerText()).not.toMatch(/62\d{10,}/);
    await shows(reader.screen, '交易批准');
    await shows(reader.screen, '请取回卡片');
    await reader.pullOut();
    await shows(reader.screen, '请看收银台');
    const receipt = (await till.profile.open(await till.receiptAddress())).getByTestId('receipt');
    await shows(receipt, '银行卡');
    await shows(receipt, /•••• \d{4}/);
  });

  it('without contact pays up to ¥1,000 without a PIN, in English', async () => {
    const { till, reader } = await asking('1002', 'en');
    await shows(reader.screen, 'Insert, swipe or tap your card');
    await reader.present('credit-contactless');
    await shows(await till.outcome('succeeded'), 'Bank card');
    await shows(reader.screen, 'Approved');
  });

  it('without contact is asked for its PIN above ¥1,000', async () => {
    const { till, reader } = await askingMuch();
    await shows(reader.screen, '¥1,025.00');
    await reader.present('credit-contactless');
    await shows(reader.screen, '请输入密码');
    await reader.enterPin(PIN);
    await till.outcome('succeeded');
  });

  it('in a phone pays any amount without a PIN', async () => {
    const { till, reader } = await askingMuch();
    await reader.present('phone-huawei');
    await till.outcome('succeeded');
    await shows(reader.screen, '交易批准');
  });

  it('with a stripe alone pays with its PIN, typed at the keyboard', async () => {
    const { till, reader } = await asking('6003');
    await reader.present('debit-swipe');
    await shows(reader.screen, '请输入密码');
    await reader.page.keyboard.type(PIN);
    await reader.page.keyboard.press('Enter');
    await till.outcome('succeeded');
  });

  it('with a chip is read by its stripe only after its chip has failed three times', async () => {
    const { till, reader } = await asking('6003');
    await reader.present('stripe-of-chip');
    await shows(reader.screen, '请插入芯片');
    await shows(till.at('reader-prompt'), '请插入芯片');
    for (const words of ['请重试', '请重试', '请刷磁条']) {
      await reader.present('broken-chip');
      await shows(reader.screen, words);
    }
    await reader.present('broken-chip', 'swipe');
    await reader.enterPin(PIN);
    await till.outcome('succeeded');
  });

  it('pulled out while it is read, or at the PIN pad, is asked for again', async () => {
    const { till, reader } = await asking('6003');
    await reader.pullOutEarly('读卡时');
    await reader.present('debit-approves');
    await shows(reader.screen, '卡片拔出过早');
    await shows(till.at('reader-prompt'), '卡片拔出过早');
    await reader.pullOutEarly('不拔');
    await reader.present('debit-approves');
    await shows(till.at('reader-prompt'), '请输入密码');
    await reader.pullOut();
    await shows(till.at('reader-prompt'), '卡片拔出过早');
    await reader.present('debit-approves');
    await reader.enterPin(PIN);
    await till.outcome('succeeded');
  });

  it('pulled out after the bank has approved takes no money: the bank is told', async () => {
    const before = (await world().customer.held()).card;
    const { till, reader } = await asking('6003');
    await reader.pullOutEarly('最后一步');
    await reader.present('debit-approves');
    await reader.enterPin(PIN);
    await till.outcome('failed');
    await shows(till.at('outcome'), '没有扣款');
    await shows(reader.screen, '卡片拔出过早');
    expect((await world().customer.held()).card).toBe(before);
  });

  it('of two applications pays by the one that the cashier chooses for the customer', async () => {
    const { till, reader } = await asking('6003');
    await reader.present('two-applications');
    await shows(reader.screen, '请选择应用');
    await till.page.getByRole('button', { name: 'UnionPay Debit' }).click();
    await reader.enterPin(PIN);
    await till.outcome('succeeded');
  });

  it('that no terminal accepts says so at once, and another card pays', async () => {
    const { till, reader } = await asking('6003');
    await reader.present('blocked-application');
    await shows(reader.screen, '不受理此卡');
    await shows(till.page.getByRole('alert'), '没有扣款');
    await till.tap('read-again');
    await reader.present('debit-approves');
    await reader.enterPin(PIN);
    await till.outcome('succeeded');
  });

  it('that has not enough money fails with the words of the reason and takes another card', async () => {
    const { till, reader } = await asking('6003');
    await reader.present('insufficient-funds');
    await reader.enterPin(PIN);
    const outcome = await till.outcome('failed');
    await shows(outcome, '收款失败');
    await shows(outcome, '没有扣款');
    await shows(till.at('decline'), '余额不足');
    await shows(reader.screen, '交易拒绝');
    await till.tap('other-method', 'method-card');
    await reader.present('debit-approves');
    await reader.enterPin(PIN);
    await till.outcome('succeeded');
  });

  it('with a wrong PIN asks for it again, and the right one pays', async () => {
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

  it('with a wrong PIN three times is refused from then on, and another card pays', async () => {
    await forgetPinTries('pin-blocked');
    const { till, reader } = await asking('1002');
    for (const words of ['密码', '密码', '次数超限', '次数超限']) {
      await reader.present('pin-blocked');
      await reader.enterPin('000000');
      await till.outcome('failed');
      await shows(till.at('decline'), words);
      await till.tap('retry');
    }
    await reader.present('debit-approves');
    await reader.enterPin(PIN);
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

  // In the dark only the colours are others.
  it.each([
    ['light', false, []],
    ['dark', true, ['color-contrast']],
  ] as const)('is shown by a reader that everybody can use, %s', async (_, dark, rules) => {
    const till = await TillPage.open(world(), { dark });
    const reader = await ReaderPage.open(till);
    await reader.page.locator('[data-card=debit-approves]').waitFor();
    expect(await seriousFindings(reader.page, rules), 'at rest').toEqual([]);
    await till.tap('tile-6003', 'pay', 'method-card');
    await reader.page.locator('[data-card=two-applications]:enabled').waitFor();
    expect(await seriousFindings(reader.page, rules), 'wants a card').toEqual([]);
    await reader.present('two-applications');
    await shows(reader.screen, '请选择应用');
    expect(await seriousFindings(reader.page, rules), 'application').toEqual([]);
    expect(await seriousFindings(till.page, rules), 'application at the till').toEqual([]);
    await reader.screen.getByRole('button', { name: 'UnionPay Debit' }).press('Enter');
    await shows(reader.screen, '请输入密码');
    expect(await seriousFindings(reader.page, rules), 'PIN').toEqual([]);
    await reader.page.keyboard.type(PIN);
    await reader.page.keyboard.press('Enter');
    await till.outcome('succeeded');
    await shows(reader.screen, '请取回卡片');
    expect(await seriousFindings(reader.page, rules), 'approved').toEqual([]);
  });

  /** The bank counts wrong PINs of a card anew. */
  async function forgetPinTries(cardId: string): Promise<void> {
    const answer = await fetch(`${world().server.origin}/sim/bank/cards/${cardId}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ pinTries: 'reset' }),
    });
    expect(answer.status).toBe(200);
  }

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
