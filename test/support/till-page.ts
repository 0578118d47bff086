import { setTimeout as delay } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';
import { ApiProblem } from './api-client.ts';
import type { BrowserWorld, Profile, ProfileOptions } from './browser-world.ts';

export type TillId = 'till_1' | 'till_2';

interface TillOptions {
  readonly till?: TillId;
  readonly user?: 'cashier' | 'manager';
}

const HUMAN_KEY_MS = 90;
const SCANNER_KEY_MS = 5;
const HAND_TO_SCANNER_MS = 400;
/** The longest that a payment which nobody answers for takes until its outcome is certain. */
export const SETTLING_MS = 40_000;

/** A till in a browser window, worked as a cashier works it. */
export class TillPage {
  readonly profile: Profile;
  readonly page: Page;
  readonly tillId: TillId;
  #lastKeyAt = 0;

  private constructor(profile: Profile, page: Page, tillId: TillId) {
    this.profile = profile;
    this.page = page;
    this.tillId = tillId;
  }

  /** Opens a till that is ready to sell: a cashier, or who is named, is signed in and a shift is open. */
  static async open(
    world: BrowserWorld,
    { till = 'till_1', user = 'cashier', ...options }: ProfileOptions & TillOptions = {},
  ): Promise<TillPage> {
    await ensureShift(world, till);
    const profile = await world.openProfile({ ...options, stored: { 'zg.till': till } });
    await profile.signIn(user);
    const page = new TillPage(profile, await profile.open('/till'), till);
    await page.isLive();
    return page;
  }

  /** The same till in a window that is opened after this one was closed. */
  async reopened(): Promise<TillPage> {
    await this.page.close();
    const page = new TillPage(this.profile, await this.profile.open('/till'), this.tillId);
    await page.isLive();
    return page;
  }

  /** Till's own hooks, by the names in its screens. */
  at(testId: string): Locator {
    return this.page.getByTestId(testId);
  }

  async tap(...testIds: readonly string[]): Promise<void> {
    for (const testId of testIds) await this.at(testId).click();
  }

  /** A line by its item's name, in the language of the screen. */
  line(name: string): Locator {
    return this.page.getByRole('listitem').filter({ hasText: name });
  }

  /**
   * Types a code as a keyboard-wedge scanner does: wherever the focus is, each key a few milliseconds after the one before by
   * the device's own clock, and ended by Enter.
   */
  async scan(code: string): Promise<void> {
    // A person needs a moment to change from the keyboard to the scanner.
    await delay(Math.max(0, this.#lastKeyAt + HAND_TO_SCANNER_MS - Date.now()));
    const session = await this.page.context().newCDPSession(this.page);
    const startedAt = Date.now();
    const strokes = [...code, 'Enter'].flatMap((key, place) => {
      const timestamp = (startedAt + place * SCANNER_KEY_MS) / 1000;
      const text = key === 'Enter' ? '\r' : key;
      return [
        { type: 'keyDown' as const, key, text, timestamp },
        { type: 'keyUp' as const, key, timestamp },
      ];
    });
    // All at once, so that a busy machine delays the code and does not tear it apart.
    await Promise.all(strokes.map((stroke) => session.send('Input.dispatchKeyEvent', stroke)));
    await session.detach();
  }

  /** Presses keys at the pace of a person, which the till must tell from a scanner's. */
  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key, { delay: HUMAN_KEY_MS });
    this.#lastKeyAt = Date.now();
  }

  async isLive(): Promise<void> {
    await this.page.locator('[data-testid=link][data-link=live]').waitFor();
  }

  /** Waits until this is due, in fen; on a phone the figure may be folded away. */
  async due(minor: number): Promise<void> {
    await this.page.locator(`[data-testid=due][data-minor="${minor}"]`).waitFor({ state: 'attached' });
  }

  /** Waits for the outcome; another than this is an error that says what stood there. */
  async outcome(result: 'succeeded' | 'failed'): Promise<Locator> {
    const shown = this.at('outcome');
    await shown.waitFor();
    const told = await shown.getAttribute('data-result');
    if (told !== result) throw new Error(`the outcome is ${told}: ${await shown.innerText()}`);
    return shown;
  }

  async waitsFor(reason: string): Promise<void> {
    await this.page.locator(`[data-testid=waiting-for][data-reason=${reason}]`).waitFor();
  }

  /** Leaves the outcome for an empty ticket. */
  async nextSale(): Promise<void> {
    await this.tap('next-sale');
    await this.due(0);
  }

  /** Opens what the till does with cards beside sales. */
  async openCardServices(): Promise<void> {
    await this.tap('menu', 'open-cards');
    await this.at('card-services').waitFor();
  }

  /** The link of the receipt of the sale that was just paid. */
  async receiptAddress(): Promise<string> {
    await this.tap('receipt');
    const address = await this.at('receipt-link').getAttribute('href');
    await this.page.keyboard.press('Escape');
    await this.at('receipt-dialog').waitFor({ state: 'detached' });
    if (address === null) throw new Error('the receipt has no link');
    return address;
  }

  /** Signs with a finger, as on a touch screen: a wave from left to right. */
  async drawSignature(): Promise<void> {
    const field = await this.at('signature-field').boundingBox();
    if (field === null) throw new Error('there is no field to sign in');
    const { mouse } = this.page;
    const place = (step: number): [number, number] => [
      field.x + field.width * (0.15 + 0.14 * step),
      field.y + field.height * (step % 2 === 0 ? 0.35 : 0.65),
    ];
    await mouse.move(...place(0));
    await mouse.down();
    for (let step = 1; step <= 5; step += 1) await mouse.move(...place(step));
    await mouse.up();
  }
}

/** Opens a shift at the till unless one is open. */
export async function ensureShift({ server }: BrowserWorld, till: TillId): Promise<void> {
  const cashier = await server.signIn('cashier');
  try {
    await cashier.openShift(till);
  } catch (error) {
    if (!(error instanceof ApiProblem && error.code === 'shift-already-open')) throw error;
  }
}
