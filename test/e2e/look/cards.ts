import type { BrowserWorld } from '../../support/browser-world.ts';
import { ReaderPage } from '../../support/reader-page.ts';
import { TillPage } from '../../support/till-page.ts';
import { type Look, onPhone, type Take } from './scene.ts';

/** Card services, a signature, its receipt, and the money given back. */
export async function cards(world: BrowserWorld, look: Look, take: Take): Promise<void> {
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
  if (onPhone(look)) await till.tap('ticket-sheet');
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

/** What a card may want while it pays: a choice, a PIN, a signature, a tip; a silent bank, a decline. */
export async function cardMoments(world: BrowserWorld, look: Look, take: Take): Promise<void> {
  const till = await TillPage.open(world, { ...look, user: 'manager' });
  const reader = await ReaderPage.open(till);
  const ask = async (): Promise<void> => {
    await till.tap('tile-6003');
    if (onPhone(look)) await till.tap('ticket-sheet');
    await till.tap('pay', 'method-card');
  };
  await ask();
  await reader.present('two-applications');
  await till.page.getByRole('button', { name: 'UnionPay Debit' }).waitFor();
  await take(till.page, 'card-application');
  await till.page.getByRole('button', { name: 'UnionPay Debit' }).click();
  await reader.screen.locator('.pin-confirm').waitFor();
  await take(till.page, 'card-pin');
  await reader.enterPin('123456');
  await till.outcome('succeeded');
  await till.nextSale();

  await ask();
  await reader.present('blocked-application');
  await till.at('read-again').waitFor();
  await take(till.page, 'card-refused');
  await till.tap('read-again');
  await reader.present('insufficient-funds');
  await reader.enterPin('123456');
  await till.outcome('failed');
  await take(till.page, 'outcome-declined');
  await till.tap('retry');
  await reader.present('visa', 'insert');
  await till.outcome('succeeded');
  await till.tap('signed-on-paper');
  await take(till.page, 'outcome-signed');
  await till.tap('add-tip');
  await till.press('3', '.', '5');
  await take(till.page, 'tip');
  await till.tap('tip-take');
  await till.at('tip').waitFor();
  await take(till.page, 'outcome-tip');
  await till.tap('receipt');
  await till.at('receipt-link').waitFor();
  await take(till.page, 'receipt-tip');
  await till.press('Escape');
  await till.nextSale();

  await ask();
  await reader.present('bank-silent');
  await till.at('waiting').waitFor();
  await take(till.page, 'card-silent');
  await till.tap('serve-next');
  await till.tap('menu', 'open-payments');
  await till.at('last-payment').first().waitFor();
  await take(till.page, 'last-payments-tip');
}

/** The balance of a card, and the batch before and after it is closed. */
export async function cardServices(world: BrowserWorld, look: Look, take: Take): Promise<void> {
  const till = await TillPage.open(world, { ...look, user: 'manager' });
  const reader = await ReaderPage.open(till);
  await till.openCardServices();
  await take(till.page, 'holds-first');
  const [balance, batch] = look.language === 'en' ? ['Balance', 'Batch'] : ['查余额', '结算'];
  const service = (name: string) => till.at('card-services').getByRole('button', { name, exact: true }).click();
  await service(balance);
  await reader.page.locator('[data-card=debit-approves]:enabled').waitFor();
  await take(till.page, 'balance-reading');
  await reader.present('debit-approves');
  await reader.enterPin('123456');
  await till.at('balance').waitFor();
  await take(till.page, 'balance');
  await service(batch);
  await till.at('close-batch').waitFor();
  await take(till.page, 'batch');
  await till.tap('close-batch');
  await till.at('batch-slip').waitFor();
  await take(till.page, 'batch-slip');
}
