import type { Locator, Page } from 'playwright-core';
import type { WalletId } from '../../sim/wallets/code-issuer.ts';
import type { TillPage } from './till-page.ts';

export type Wallet = WalletId;
/** Customers of both wallets; 赵敏 has ¥50. */
export type CustomerId = 'wangfang' | 'liqiang' | 'zhaomin';

/** The virtual phone of a customer, in a window of its own. */
export class PhonePage {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  static async open(till: TillPage, wallet: Wallet, customer: CustomerId = 'wangfang'): Promise<PhonePage> {
    const phone = new PhonePage(await till.profile.open(`/sim/phone?wallet=${wallet}&customer=${customer}`));
    await phone.page.locator('.phone-switches').waitFor();
    return phone;
  }

  /** The payment code that the phone shows now. */
  async code(): Promise<string> {
    const code = await this.page.locator('[data-code]').getAttribute('data-code');
    if (code === null || !/^\d{16,24}$/.test(code)) throw new Error('the phone shows no payment code');
    return code;
  }

  /** The sheet that asks for the password. */
  get passwordSheet(): Locator {
    return this.page.getByRole('dialog');
  }

  /** What became of the payment, over the whole screen. */
  get result(): Locator {
    return this.page.locator('.phone-result');
  }

  async turn(switchName: string): Promise<void> {
    const turned = this.page.getByRole('switch', { name: switchName });
    await turned.click();
    await this.page.locator('[role=switch][aria-checked=true]', { hasText: switchName }).waitFor();
  }

  async enterPassword(password: string): Promise<void> {
    await this.passwordSheet.waitFor();
    await this.page.keyboard.type(password);
  }

  /** Scans the code that a shop shows now; the phone then asks. */
  async scan(): Promise<void> {
    await this.page.getByTestId('scan').click();
    await this.page.getByTestId('open-code').first().click();
    await this.page.getByTestId('open-code').waitFor({ state: 'detached' });
    await this.passwordSheet.waitFor();
  }

  async refuse(): Promise<void> {
    await this.passwordSheet.locator('.phone-close').click();
  }
}
