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

  /** Presents a test card in its usual way, or in another, to the reader, which must want one. */
  async present(cardId: string, way?: 'insert' | 'tap' | 'swipe' | 'hold'): Promise<void> {
    const button = way === undefined ? `[data-card=${cardId}]` : `[data-way=${cardId}-${way}]`;
    await this.page.locator(`${button}:enabled`).click();
  }

  /** Types a PIN on the pad, whose digits stand elsewhere each time. */
  async enterPin(pin: string): Promise<void> {
    for (const digit of pin) await this.screen.getByRole('button', { name: digit, exact: true }).click();
    await this.screen.locator('.pin-confirm').click();
  }

  /** Takes the card out of the slot. */
  async pullOut(): Promise<void> {
    await this.page.getByTestId('pull-out').click();
  }

  /** From now on cards are pulled out too early, by the words of the page's choice. */
  async pullOutEarly(words: string): Promise<void> {
    await this.page.locator('.purse-early').getByRole('button', { name: words, exact: true }).click();
  }
}
