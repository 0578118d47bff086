import type { BrowserWorld } from '../../support/browser-world.ts';
import { ReaderPage } from '../../support/reader-page.ts';
import { TillPage } from '../../support/till-page.ts';
import { type Look, onPhone, type Take } from './scene.ts';

/** What is seen before anything can be sold. */
export async function gates({ openProfile, server }: BrowserWorld, look: Look, take: Take): Promise<void> {
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
export async function sale(world: BrowserWorld, look: Look, take: Take): Promise<void> {
  const till = await TillPage.open(world, look);
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
  if (onPhone(look)) {
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

/** The till's smaller layers: how many, an item that is new, what was taken off the ticket, the end of a shift. */
export async function layers(world: BrowserWorld, look: Look, take: Take): Promise<void> {
  const till = await TillPage.open(world, { ...look, till: 'till_2' });
  await till.tap('tile-1001');
  if (onPhone(look)) await till.tap('ticket-sheet');
  await till.tap('set-quantity');
  await take(till.page, 'quantity');
  await till.press('Escape');
  await till.tap('remove-line');
  await take(till.page, 'undo');
  if (onPhone(look)) await till.page.locator('.ticket-sheet-close button').click();
  await till.scan('4006381333931');
  await till.at('notice').getByRole('button').first().click();
  await till.at('quick-item-dialog').waitFor();
  await take(till.page, 'quick-item');
  await till.press('Escape');
  await till.tap('menu', 'open-devices');
  await till.at('devices-dialog').waitFor();
  await take(till.page, 'devices');
  await till.press('Escape');
  await till.tap('menu', 'close-shift');
  await till.press('5', '0', '0');
  await till.tap('close-shift-now');
  await till.at('shift-closed').waitFor();
  await take(till.page, 'shift-closed');
}
