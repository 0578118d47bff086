import type { BrowserWorld } from '../../support/browser-world.ts';
import { PhonePage } from '../../support/phone-page.ts';
import { TillPage } from '../../support/till-page.ts';
import { type Look, onPhone, type Take } from './scene.ts';

/** Waiting, failure, success of a wallet, what was served aside, and the till's layers. */
export async function outcomes(world: BrowserWorld, look: Look, take: Take): Promise<void> {
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

/** A code that the customer scans, on the till and on the customer's screen. */
export async function shownCode(world: BrowserWorld, look: Look, take: Take): Promise<void> {
  const till = await TillPage.open(world, look);
  const display = await till.profile.open(`/display?till=${till.tillId}`);
  await till.tap('tile-1001');
  if (onPhone(look)) await till.tap('ticket-sheet');
  await till.tap('pay', 'method-wechat', 'show-code');
  await till.waitsFor('customer-scan');
  await take(till.page, 'waiting-code');
  await display.getByTestId('display-code').waitFor();
  await take(display, 'display-code');
  await till.page.locator('[data-testid=cancel-payment]:enabled').click();
  await till.outcome('failed');
}

/** UnionPay codes and e-CNY, and what the customer sees while a payment waits, fails and succeeds. */
export async function otherWallets(world: BrowserWorld, look: Look, take: Take): Promise<void> {
  const till = await TillPage.open(world, look);
  const display = await till.profile.open(`/display?till=${till.tillId}`);
  await till.tap('tile-1002');
  if (onPhone(look)) await till.tap('ticket-sheet');
  await till.tap('pay', 'method-unionpay-qr');
  await take(till.page, 'tender-unionpay-qr');
  await till.tap('method-ecny');
  await take(till.page, 'tender-ecny');
  const phone = await PhonePage.open(till, 'ecny');
  await take(phone.page, 'phone-ecny');
  await world.customer.onPhone('ecny', 'wangfang', 'switches', { alwaysAsk: true });
  await till.scan(await phone.code());
  await till.waitsFor('customer-password');
  await display.locator('.is-waiting').waitFor();
  await take(display, 'display-password');
  await phone.refuse();
  await till.outcome('failed');
  await take(till.page, 'outcome-ecny-failed');
  await display.locator('[data-result=failed]').waitFor();
  await take(display, 'display-failed');
  await till.scan(await world.customer.paymentCode('unionpay-qr', 'liqiang'));
  await till.outcome('succeeded');
  await take(till.page, 'outcome-unionpay-qr');
  await display.locator('[data-result=succeeded]').waitFor();
  await take(display, 'display-done-wallet');
}
