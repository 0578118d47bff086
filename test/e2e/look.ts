import fs from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import {
  ask,
  type BrowserWorld,
  COUNTER_SIZE,
  openBrowserWorld,
  PHONE_SIZE,
  type ScreenLanguage,
} from '../support/browser-world.ts';
import { PhonePage } from '../support/phone-page.ts';
import { ReaderPage } from '../support/reader-page.ts';
import { ensureShift, TillPage } from '../support/till-page.ts';

/**
 * Takes a picture of every screen, for people to look at: `node test/e2e/look.ts [folder]`. Both languages, light and
 * dark, at a counter's size and a phone's. Names are `screen.language.theme.size.png`.
 */
interface Look {
  readonly language: ScreenLanguage;
  readonly dark: boolean;
  readonly size: { readonly width: number; readonly height: number };
}

type Take = (page: Page, screen: string) => Promise<void>;

const LOOKS: readonly Look[] = (['zh-CN', 'en'] as const).flatMap((language) =>
  [false, true].flatMap((dark) => [COUNTER_SIZE, PHONE_SIZE].map((size) => ({ language, dark, size }))),
);

const folder = path.resolve(process.argv[2] ?? 'dist/look');
fs.mkdirSync(folder, { recursive: true });
const world = await openBrowserWorld();
try {
  for (const look of LOOKS) {
    await gates(world, look, taker(look));
    await sale(world, look, taker(look));
    await outcomes(world, look, taker(look));
    await cards(world, look, taker(look));
    await shownCode(world, look, taker(look));
    await consolePages(world, look, taker(look));
    await world.closeProfiles();
    await world.customer.resetPhones();
    console.log(`${look.language} ${look.dark ? 'dark' : 'light'} ${look.size.width}`);
  }
} finally {
  await world.close();
}

function taker({ language, dark, size }: Look): Take {
  return async (page, screen) => {
    await ask(page, 'document.fonts.ready.then(() => true)');
    const name = `${screen}.${language}.${dark ? 'dark' : 'light'}.${size.width}.png`;
    await page.screenshot({ path: path.join(folder, name), animations: 'disabled' });
  };
}

/** What is seen before anything can be sold. */
async function gates({ openProfile, server }: BrowserWorld, look: Look, take: Take): Promise<void> {
  const profile = await openProfile({ ...look, stored: { 'zg.till': 'till_2' } });
  const home = await profile.open('/');
  await home.getByRole('heading').first().waitFor();
  await take(home, 'home');
  const till = await profile.open('/till');
  await till.getByTestId('sign-in').waitFor();
  await till.getByTestId('demo-cashier').waitFor();
  await take(till, 'till-sign-in');
  await profile.signIn('cashier');
  await till.reload();
  await till.getByTestId('open-shift').waitFor();
  await take(till, 'till-open-shift');
  const refused = await profile.open('/console');
  await refused.getByRole('alert').waitFor();
  await take(refused, 'console-refused');
  const lost = await profile.open(`${server.origin}/r/nowhere-nowhere-nowhere`);
  await lost.getByRole('alert').waitFor();
  await take(lost, 'receipt-unknown');
}

/** From the empty ticket to the receipt. */
async function sale(world: BrowserWorld, look: Look, take: Take): Promise<void> {
  const till = await TillPage.open(world, look);
  const onPhone = look.size.width < 600;
  const display = await till.profile.open(`/display?till=${till.tillId}`);
  await take(display, 'display-idle');
  await take(till.page, 'sell-empty');
  await till.tap('tile-1001', 'tile-1001', 'tile-1002', 'tile-3001');
  await till.tap('tile-2001');
  await till.press('1', '.', '2', '5', '5');
  await take(till.page, 'sell-weigh');
  await till.press('Enter');
  await till.at('weigh-dialog').waitFor({ state: 'detached' });
  await take(till.page, 'sell');
  await till.scan('4006381333931');
  await till.at('notice').waitFor();
  await take(till.page, 'sell-not-found');
  await till.at('notice').getByRole('button').last().click();
  if (onPhone) {
    await till.tap('ticket-sheet');
    await take(till.page, 'sell-ticket');
  }
  await display.locator('[data-mode=selling]').waitFor();
  await take(display, 'display-selling');
  await till.tap('pay');
  await take(till.page, 'tender-cash');
  await display.locator('[data-mode=paying]').waitFor();
  await take(display, 'display-paying');
  await till.tap('method-wechat');
  await take(till.page, 'tender-wechat');
  const reader = await ReaderPage.open(till);
  await till.tap('method-card');
  await till.at('open-reader').waitFor();
  await take(till.page, 'tender-card');
  await reader.page.locator('[data-card=debit-approves]:enabled').waitFor();
  await take(reader.page, 'reader');
  await reader.present('debit-approves');
  await reader.screen.locator('.pin-confirm').waitFor();
  await take(reader.page, 'reader-pin');
  await till.tap('split');
  await till.at('part-dialog').waitFor();
  await take(till.page, 'tender-split');
  await till.press('Escape');
  await till.tap('method-cash');
  await till.tap('note-50');
  await till.outcome('succeeded');
  await take(till.page, 'outcome-cash');
  await display.locator('[data-mode=done]').waitFor();
  await take(display, 'display-done');
  await till.tap('receipt');
  await till.at('receipt-link').waitFor();
  await take(till.page, 'receipt-on-till');
  const address = (await till.at('receipt-link').getAttribute('href')) ?? '';
  const receipt = await till.profile.open(address);
  await receipt.getByTestId('receipt').waitFor();
  await take(receipt, 'receipt');
}

/** Waiting, failure, success of a wallet, what was served aside, and the till's layers. */
async function outcomes(world: BrowserWorld, look: Look, take: Take): Promise<void> {
  const till = await TillPage.open(world, look);
  const phone = await PhonePage.open(till, 'wechat');
  await take(phone.page, 'phone');
  await world.customer.onPhone('wechat', 'wangfang', 'switches', { alwaysAsk: true });
  await till.tap('tile-6001');
  await till.scan(await phone.code());
  await till.waitsFor('customer-password');
  await take(till.page, 'waiting');
  await phone.passwordSheet.waitFor();
  await take(phone.page, 'phone-password');
  await phone.refuse();
  await till.outcome('failed');
  await take(till.page, 'outcome-failed');
  await take(phone.page, 'phone-failed');
  await till.scan(await world.customer.paymentCode('wechat', 'liqiang'));
  await till.outcome('succeeded');
  await take(till.page, 'outcome-wechat');
  await till.nextSale();

  await world.customer.onPhone('alipay', 'wangfang', 'switches', { alwaysAsk: true });
  await till.tap('tile-1002');
  await till.scan(await world.customer.paymentCode('alipay', 'wangfang'));
  await till.waitsFor('customer-password');
  await till.tap('serve-next');
  await till.tap('tile-1001');
  await take(till.page, 'sell-parked');
  await till.tap('parked');
  await till.at('parked-dialog').waitFor();
  await take(till.page, 'parked');
  await world.customer.onPhone('alipay', 'wangfang', 'refuse');
  await till.at('parked-dismiss').waitFor();
  await take(till.page, 'parked-settled');
  await till.tap('parked-dismiss');
  await till.press('Escape', 'F6', 'Shift+F6');
  await till.at('held-ticket').waitFor();
  await take(till.page, 'held');
  await till.press('Escape');
  await till.tap('menu');
  await till.at('account-menu').waitFor();
  await take(till.page, 'menu');
  await till.tap('close-shift');
  await till.at('close-shift-dialog').waitFor();
  await take(till.page, 'close-shift');
}

/** Card services, a signature, its receipt, and the money given back. */
async function cards(world: BrowserWorld, look: Look, take: Take): Promise<void> {
  const till = await TillPage.open(world, { ...look, user: 'manager' });
  const reader = await ReaderPage.open(till);
  await till.openCardServices();
  await till.tap('new-hold');
  await till.press('2', '0', '0');
  await take(till.page, 'hold-amount');
  await till.tap('hold-amount');
  await reader.present('debit-approves');
  await reader.enterPin('123456');
  await till.page.locator('[data-testid=hold-outcome][data-result=succeeded]').waitFor();
  await take(till.page, 'hold-outcome');
  await till.tap('hold-done');
  await till.at('card-hold').first().waitFor();
  await take(till.page, 'holds');
  await till.press('Escape');

  await till.tap('tile-6003');
  if (look.size.width < 600) await till.tap('ticket-sheet');
  await till.tap('pay', 'method-card', 'use-hold');
  await till.at('complete-hold').first().waitFor();
  await take(till.page, 'hold-choice');
  await till.press('Escape');
  await reader.present('visa', 'insert');
  await till.outcome('succeeded');
  await till.drawSignature();
  await take(till.page, 'signature');
  await till.tap('signature-done');
  await till.at('signature').waitFor({ state: 'detached' });
  await take(till.page, 'outcome-card');
  await till.tap('receipt', 'refund');
  await take(till.page, 'refund');
  await till.tap('refund-confirm');
  await till.page.locator('[data-testid=refund-outcome][data-result=succeeded]').waitFor();
  await take(till.page, 'refund-outcome');
  await till.tap('refund-done');
  await take(till.page, 'receipt-card');
  await till.press('Escape');
  await till.nextSale();
  await till.tap('menu', 'open-payments');
  await till.at('last-payment').first().waitFor();
  await take(till.page, 'last-payments');
}

/** A code that the customer scans, on the till and on the customer's screen. */
async function shownCode(world: BrowserWorld, look: Look, take: Take): Promise<void> {
  const till = await TillPage.open(world, look);
  const display = await till.profile.open(`/display?till=${till.tillId}`);
  await till.tap('tile-1001');
  if (look.size.width < 600) await till.tap('ticket-sheet');
  await till.tap('pay', 'method-wechat', 'show-code');
  await till.waitsFor('customer-scan');
  await take(till.page, 'waiting-code');
  await display.getByTestId('display-code').waitFor();
  await take(display, 'display-code');
  await till.page.locator('[data-testid=cancel-payment]:enabled').click();
  await till.outcome('failed');
}

/** The owner's pages, on a day that has some payments of each kind. */
async function consolePages(world: BrowserWorld, look: Look, take: Take): Promise<void> {
  await ensureShift(world, 'till_1');
  const manager = await world.server.signIn('manager');
  const sale = await manager.saleOf(12_850);
  const card = await world.customer.presentCard('debit-approves', 12_850, 'till_1', '123456');
  const payment = await manager.pay(sale.id, 'card', 12_850, card);
  const profile = await world.openProfile(look);
  const signIn = await profile.open('/console');
  await signIn.getByTestId('demo-owner').waitFor();
  await take(signIn, 'console-sign-in');
  await profile.signIn('owner');
  const pages = {
    'console-today': '/',
    'console-payments': '/payments',
    'console-payment': `/payments/${payment.id}`,
    'console-ledger': '/ledger',
    'console-bench': '/bench',
  };
  for (const [screen, place] of Object.entries(pages)) {
    const page = await profile.open(`/console#${place}`);
    await page.locator('main h1').waitFor();
    await page.waitForLoadState('networkidle');
    await take(page, screen);
  }
  const bank = await profile.open('/sim/bank');
  await bank.getByRole('heading').first().waitFor();
  await take(bank, 'bank');
}
