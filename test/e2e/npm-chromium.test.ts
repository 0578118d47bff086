import fs from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { CHROMIUM_FLAGS, findChromium } from '../support/chromium.ts';

describe('the Chromium from npm, with the system’s hidden', () => {
  let browser: Browser | undefined;
  afterAll(() => browser?.close());

  it('is unpacked, starts with its own libraries, and draws text', async () => {
    const found = await findChromium({ ...process.env, ZHANGGUI_E2E_BROWSER: 'npm', CHROMIUM_PATH: '/nowhere' });
    expect(found.source).toBe('npm');
    expect(found.executablePath).toMatch(/node_modules\/\.cache|zhanggui-cache/);
    expect(fs.existsSync(found.env.LD_LIBRARY_PATH ?? '')).toBe(true);
    browser = await chromium.launch({
      executablePath: found.executablePath,
      env: found.env,
      args: [...CHROMIUM_FLAGS],
    });
    const page = await browser.newPage({ viewport: { width: 400, height: 120 } });
    await page.setContent('<h1 style="margin:0">¥1,025.00</h1>');
    const written = await page.screenshot();
    await page.setContent('<h1 style="margin:0">&nbsp;</h1>');
    expect(written.equals(await page.screenshot())).toBe(false);
    const width = await page.evaluate<number>(`(() => {
      const text = document.createElement('span');
      text.textContent = '¥1,025.00';
      document.body.append(text);
      return text.getBoundingClientRect().width;
    })()`);
    expect(width).toBeGreaterThan(30);
  });
});

describe('CHROMIUM_PATH', () => {
  it('that names no file is an error and not silently another browser', async () => {
    await expect(findChromium({ CHROMIUM_PATH: '/nowhere/chromium' })).rejects.toThrow('/nowhere/chromium');
  });
});
