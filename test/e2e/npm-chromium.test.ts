import fs from 'node:fs';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { ask } from '../support/browser-world.ts';
import { findChromium } from '../support/chromium.ts';
import { shows } from '../support/shows.ts';
import { TillPage } from '../support/till-page.ts';
import { useBrowserWorld } from '../support/use-browser-world.ts';

describe('the Chromium from npm, with every other one hidden', () => {
  vi.stubEnv('ZHANGGUI_E2E_BROWSER', 'npm');
  vi.stubEnv('CHROMIUM_PATH', '/nowhere/chromium');
  afterAll(() => void vi.unstubAllEnvs());
  const world = useBrowserWorld();

  it('is unpacked into a folder of ours with its own libraries', async () => {
    const found = await findChromium();
    expect(found.source).toBe('npm');
    expect(found.executablePath).toMatch(/node_modules\/\.cache|zhanggui-cache/);
    expect(fs.readdirSync(found.env.LD_LIBRARY_PATH ?? '')).toContain('libnss3.so');
  });

  it('sells, and draws what it sells in letters', async () => {
    const till = await TillPage.open(world(), { language: 'en' });
    await till.tap('tile-1002', 'quick-10');
    await till.outcome('succeeded');
    await shows(till.at('change'), '¥5.50');
    await ask(till.page, 'document.fonts.ready.then(() => true)');
    const change = till.at('change');
    const written = await change.screenshot();
    await ask(till.page, `document.querySelector('[data-testid=change]').style.color = 'transparent'`);
    expect(written.equals(await change.screenshot())).toBe(false);
  });
});

describe('CHROMIUM_PATH', () => {
  it('that names no file is an error and not silently another browser', async () => {
    await expect(findChromium({ CHROMIUM_PATH: '/nowhere/chromium' })).rejects.toThrow('/nowhere/chromium');
  });
});
