import type { Locator, Page } from 'playwright-core';
import type { TillPage } from './till-page.ts';

/** The virtual card reader of a till, in a window of its own. */
export class ReaderPage {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  static async open(till: TillPage): Promise<ReaderPage> {
    return new ReaderPage(await till.profile.open(`/sim/reader?reader=${till.tillId}`));
  }

  /** The reader's own screen. */
  get screen(): Locator {
    return this.page.locator('.device-screen');
  }

  /** Holds a test card to the reader, which must want one. */
  async present(cardId: string): Promise<void> {
    await this.page.locator(`[data-card=${cardId}]:enabled`).click();
  }

  /** Types a PIN on the pad, whose digits stand elsewhere each time. */
  async enterPin(pin: string): Promise<void> {
    for (const digit of pin) await this.screen.getByRole('button', { name: digit, exact: true }).click();
    await this.screen.locator('.pin-confirm').click();
  }
}
