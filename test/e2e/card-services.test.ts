import { describe, expect, it } from 'vitest';
import { COUNTER_SIZE, PHONE_SIZE, seriousFindings } from '../support/browser-world.ts';
import { ReaderPage } from '../support/reader-page.ts';
import { shows } from '../support/shows.ts';
import { TillPage } from '../support/till-page.ts';
import { useBrowserWorld } from '../support/use-browser-world.ts';

const PIN = '123456';

describe('what a till does with cards beside sales', () => {
  const world = useBrowserWorld();

  /** A till and its reader. */
  async function counter(options: Parameters<typeof TillPage.open>[1] = {}) {
    const till = await TillPage.open(world(), options);
    return { till, reader: await ReaderPage.open(till) };
  }

  /** Reserves ¥200 on a card and leaves the word of its bank on the screen. */
  async function reserve(till: TillPage, reader: ReaderPage): Promise<void> {
    await till.openCardServices();
    await till.tap('new-hold');
    await till.press('2', '0', '0');
    await till.tap('hold-amount');
    await reader.present('debit-approves');
    await reader.enterPin(PIN);
    await till.page.locator('[data-testid=hold-outcome][data-result=succeeded]').waitFor();
  }

  /** Takes ¥25 by card. */
  async function payByCard(till: TillPage, reader: ReaderPage): Promise<void> {
    await till.tap('tile-6003', 'pay', 'method-card');
    await reader.present('debit-approves');
    await reader.enterPin(PIN);
    await till.outcome('succeeded');
  }

  it('reserves money on a card, and takes what was spent of it with a sale', async () => {
    const before = await world().customer.reserved();
    const { till, reader } = await counter();
    await reserve(till, reader);
    await shows(reader.screen, '交易批准');
    await shows(till.at('hold-outcome'), '已冻结');
    await shows(till.at('hold-outcome'), '¥200.00');
    expect(await seriousFindings(till.page), 'reserved').toEqual([]);
    expect(await world().customer.reserved()).toBe(before + 20_000);
    await till.tap('hold-done');
    await shows(till.at('card-hold').first(), '最多完成 ¥230.00');
    // To let it go is a manager's.
    expect(await till.at('void-hold').count()).toBe(0);
    expect(await seriousFindings(till.page), 'list of holds').toEqual([]);
    await till.press('Escape');

    const { card } = await world().customer.held();
    await till.tap('tile-6003', 'pay', 'method-card', 'use-hold');
    await till.at('complete-hold').waitFor();
    expect(await seriousFindings(till.page), 'choice of a hold').toEqual([]);
    await till.tap('complete-hold');
    await shows(await till.outcome('succeeded'), '¥25.00');
    expect(await world().customer.reserved()).toBe(before);
    expect((await world().customer.held()).card).toBe(card + 2_500);
    const receipt = (await till.profile.open(await till.receiptAddress())).getByTestId('receipt');
    await shows(receipt, /授权码 \w{6}/);
  });

  it('lets a manager let go of what was reserved, in English', async () => {
    const before = await world().customer.reserved();
    const { till, reader } = await counter({ language: 'en', user: 'manager' });
    await reserve(till, reader);
    await shows(till.at('hold-outcome'), 'Reserved');
    await till.tap('hold-done');
    await till.at('void-hold').first().click();
    await shows(till.at('card-services'), 'No open pre-authorizations');
    expect(await world().customer.reserved()).toBe(before);
  });

  it('reserves nothing on a card that has not the money, and says why', async () => {
    const before = await world().customer.reserved();
    const { till, reader } = await counter();
    await till.openCardServices();
    await till.tap('new-hold');
    await till.press('5', '0', '0');
    await till.tap('hold-amount');
    await reader.present('insufficient-funds');
    await reader.enterPin(PIN);
    await till.page.locator('[data-testid=hold-outcome][data-result=failed]').waitFor();
    await shows(till.at('hold-outcome'), '没有冻结，没有扣款');
    await shows(till.at('hold-outcome'), '余额');
    expect(await world().customer.reserved()).toBe(before);
  });

  it.each([
    ['zh-CN', COUNTER_SIZE, '查余额'],
    ['en', PHONE_SIZE, 'Balance'],
  ] as const)('tells what a card holds, %s', async (language, size, words) => {
    const { till, reader } = await counter({ language, size });
    await till.openCardServices();
    await till.at('card-services').getByRole('button', { name: words, exact: true }).click();
    await reader.present('debit-approves');
    await reader.enterPin(PIN);
    await shows(till.at('balance'), /•••• 0018[\s\S]*¥[\d,]+\.\d\d/);
    expect(await seriousFindings(till.page)).toEqual([]);
  });

  it('asks the customer to sign where the card wants it, and shows the signature on the receipt', async () => {
    const { till, reader } = await counter();
    await till.tap('tile-6003', 'pay', 'method-card');
    await reader.present('visa', 'insert');
    await till.outcome('succeeded');
    await till.at('signature-field').waitFor();
    expect(await seriousFindings(till.page)).toEqual([]);
    expect(await till.at('signature-done').isDisabled()).toBe(true);
    await till.drawSignature();
    await till.tap('signature-done');
    await till.at('signature').waitFor({ state: 'detached' });
    expect(await till.at('sign').count()).toBe(0);
    const receipt = (await till.profile.open(await till.receiptAddress())).getByTestId('receipt');
    await shows(receipt, '插卡 · 签名');
    await shows(receipt, 'VISA');
    const drawn = receipt.getByRole('img', { name: '持卡人签名' }).locator('path');
    expect(await drawn.getAttribute('d')).toMatch(/^M[\d ML.,-]{20,}/);
  });

  it('lets the customer sign on paper, by the keyboard, and may be asked for it later', async () => {
    const { till, reader } = await counter({ language: 'en' });
    await till.tap('tile-6003', 'pay', 'method-card');
    await reader.present('visa', 'insert');
    await till.outcome('succeeded');
    await till.at('signed-on-paper').press('Enter');
    await till.at('signature').waitFor({ state: 'detached' });
    await till.tap('sign');
    await till.drawSignature();
    await till.tap('signature-clear');
    expect(await till.at('signature-done').isDisabled()).toBe(true);
  });

  it('adds the tip that the customer wrote when signing, once, and the bank takes it', async () => {
    const before = (await world().customer.held()).card;
    const { till, reader } = await counter();
    await till.tap('tile-6003', 'pay', 'method-card');
    await reader.present('visa', 'insert');
    await till.outcome('succeeded');
    await till.tap('signed-on-paper', 'add-tip');
    await till.press('9');
    await till.tap('tip-take');
    await shows(till.at('tip-dialog').getByRole('alert'), '小费超过允许的比例');
    await till.tap('tip-20');
    await shows(till.at('tip-dialog'), /¥5\.00\s+合计 ¥30\.00/);
    expect(await seriousFindings(till.page)).toEqual([]);
    await till.press('Enter');
    await shows(till.at('tip'), '另收小费 ¥5.00');
    expect(await till.at('add-tip').count()).toBe(0);
    expect((await world().customer.held()).card).toBe(before + 3_000);
    const receipt = (await till.profile.open(await till.receiptAddress())).getByTestId('receipt');
    await shows(receipt, '小费 ¥5.00');
    await till.nextSale();
    await till.tap('menu', 'open-payments');
    await shows(till.at('last-payment').first(), '另收小费 ¥5.00');
  });

  it('closes its batch with the bank and shows the slip', async () => {
    const { till, reader } = await counter();
    await payByCard(till, reader);
    await shows(till.at('outcome'), /应用\s+UnionPay Debit\s+授权码\s+\w{6}/);
    await till.nextSale();
    await till.tap('menu', 'close-shift');
    await shows(till.at('open-batch'), '尚未结算');
    await till.press('Escape');
    await till.openCardServices();
    await till.at('card-services').getByRole('button', { name: '结算' }).click();
    await shows(till.at('card-services'), '消费');
    const settled = (await world().customer.settlements()).length;
    await till.tap('close-batch');
    const slip = till.at('batch-slip');
    await slip.waitFor();
    expect(await slip.getAttribute('data-state')).toBe('closed');
    await shows(slip, '已结平');
    await shows(slip, /消费\s+\d+\s+¥/);
    expect(await seriousFindings(till.page)).toEqual([]);
    const [latest, ...earlier] = await world().customer.settlements();
    expect(earlier.length).toBe(settled);
    expect(latest).toMatchObject({ balanced: true, state: 'closed' });
    // The terminal goes on in a new batch, which has nothing yet.
    await shows(till.at('card-services'), '本批次还没有卡交易');
  });
});
