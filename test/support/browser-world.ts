import fs from 'node:fs';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { buildPages } from '../../apps/server/build-pages.ts';
import { CHROMIUM_FLAGS, findChromium } from './chromium.ts';
import { CustomerWithCards } from './customer.ts';
import { openWorld, type TestServer } from './world.ts';

/** Fast enough that nobody waits, slow enough that screens that wait can be looked at: WeChat gives up after 9 s. */
const BROWSER_TIME_SCALE = 0.2;
/** The longest that a test waits for anything on a screen. */
export const PATIENCE_MS = 15_000;

export type ScreenLanguage = 'zh-CN' | 'en';

export const COUNTER_SIZE = { width: 1366, height: 768 } as const;
export const PHONE_SIZE = { width: 390, height: 844 } as const;

/** A platform with its pages, its simulators, and a browser. */
export interface BrowserWorld {
  readonly server: TestServer;
  /** Starts a server at the same address, after the one before was killed. */
  startServerAgain(): Promise<void>;
  readonly customer: CustomerWithCards;
  /** Opens a browser profile of its own: no session, no storage, one language. */
  openProfile(options?: ProfileOptions): Promise<Profile>;
  /** Closes all profiles; returns what went wrong in their pages without anybody asking. */
  closeProfiles(): Promise<readonly string[]>;
  /** Keeps a picture of every open page, for somebody who wants to see why a test failed. */
  keepPictures(name: string): Promise<void>;
  close(): Promise<void>;
}

export interface ProfileOptions {
  readonly language?: ScreenLanguage;
  readonly size?: { readonly width: number; readonly height: number };
  readonly dark?: boolean;
  /** What the pages find in this browser's storage. */
  readonly stored?: Readonly<Record<string, string>>;
}

/** A browser profile on the platform; paths are relative to its origin. */
export interface Profile {
  readonly context: BrowserContext;
  readonly language: ScreenLanguage;
  /** Signs in through the API, so that pages of this profile open with a session. */
  signIn(username: string): Promise<void>;
  open(address: string): Promise<Page>;
}

/** Builds the pages when a source has changed, and opens everything. `ZHANGGUI_WEB` names pages that are built already. */
export async function openBrowserWorld(): Promise<BrowserWorld> {
  const webDir = process.env.ZHANGGUI_WEB ?? (await buildPages()).webDir;
  const world = await openWorld({ webDir, timeScale: BROWSER_TIME_SCALE });
  try {
    let server = await world.startServer();
    const found = await findChromium();
    const browser = await chromium.launch({
      executablePath: found.executablePath,
      env: found.env,
      args: [...CHROMIUM_FLAGS],
    });
    const profiles = new Profiles(browser, server.origin);
    return {
      get server() {
        return server;
      },
      startServerAgain: async () => {
        server = await world.startServer({ PORT: new URL(server.origin).port });
      },
      customer: new CustomerWithCards(world.simulator),
      openProfile: (options) => profiles.open(options),
      closeProfiles: () => profiles.closeAll(),
      keepPictures: (name) => profiles.keepPictures(name),
      close: async () => {
        await profiles.closeAll();
        await browser.close();
        await world.close();
      },
    };
  } catch (error) {
    await world.close();
    throw error;
  }
}

/** Open profiles, and what their pages complained of. */
class Profiles {
  readonly #browser: Browser;
  readonly #origin: string;
  #open: BrowserContext[] = [];
  #complaints: string[] = [];

  constructor(browser: Browser, origin: string) {
    this.#browser = browser;
    this.#origin = origin;
  }

  async open(options: ProfileOptions = {}): Promise<Profile> {
    const { language = 'zh-CN', size = COUNTER_SIZE, dark = false, stored = {} } = options;
    const localStorage = Object.entries(stored).map(([name, value]) => ({ name, value }));
    const context = await this.#browser.newContext({
      baseURL: this.#origin,
      locale: language,
      timezoneId: 'Asia/Shanghai',
      viewport: { ...size },
      hasTouch: size.width < 600,
      colorScheme: dark ? 'dark' : 'light',
      reducedMotion: 'reduce',
      storageState: { cookies: [], origins: [{ origin: this.#origin, localStorage }] },
    });
    context.setDefaultTimeout(PATIENCE_MS);
    this.#listen(context);
    this.#open.push(context);
    return {
      context,
      language,
      signIn: async (username) => {
        const answer = await context.request.post('/api/v1/sessions', {
          data: { username, password: `${username}-demo` },
        });
        if (!answer.ok()) throw new Error(`signing in as ${username}: ${answer.status()}`);
      },
      open: async (address) => {
        const page = await context.newPage();
        await page.goto(address);
        return page;
      },
    };
  }

  /** An exception that nobody caught, content that the page's policy refused, or a request to anywhere else is a defect. */
  #listen(context: BrowserContext): void {
    context.on('weberror', (error) => this.#complaints.push(`uncaught: ${error.error().stack}`));
    context.on('console', (message) => {
      if (/Content Security Policy|Refused to/.test(message.text())) this.#complaints.push(message.text());
    });
    context.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      if (/^https?:$/.test(protocol) && origin !== this.#origin) this.#complaints.push(`asked ${origin}`);
    });
  }

  async closeAll(): Promise<readonly string[]> {
    for (const context of this.#open) await context.close();
    this.#open = [];
    const complaints = this.#complaints;
    this.#complaints = [];
    return complaints;
  }

  async keepPictures(name: string): Promise<void> {
    const folder = path.resolve(import.meta.dirname, '../../dist/e2e');
    fs.mkdirSync(folder, { recursive: true });
    const pages = this.#open.flatMap((context) => context.pages());
    for (const [index, page] of pages.entries())
      await page.screenshot({ path: path.join(folder, `${name.replace(/[^\w]+/g, '-')}-${index + 1}.png`) });
  }
}

/**
 * The serious and critical findings of axe on what a page shows now, each with the elements that it is about.
 * @param rules narrows what is looked at.
 */
export async function seriousFindings(page: Page, rules: readonly string[] = []): Promise<readonly string[]> {
  // The pages have no frames; without them axe needs no second page to put its findings together.
  const axe = new AxeBuilder({ page }).setLegacyMode(true);
  if (rules.length > 0) axe.withRules([...rules]);
  const { violations } = await within(30_000, 'axe', axe.analyze());
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

/** What a page tells of itself; evaluation in a page has no time-out of its own. `script` is an expression. */
export function ask<Answer>(page: Page, script: string): Promise<Answer> {
  return within(PATIENCE_MS, script, page.evaluate<Answer>(script));
}

async function within<Answer>(limitMs: number, what: string, work: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limitMs} ms: ${what}`)), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
