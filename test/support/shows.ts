import type { Locator } from 'playwright-core';
import { expect } from 'vitest';
import { PATIENCE_MS } from './browser-world.ts';

/** Waits until the text is as wanted; the assertion shows what stood there instead. */
export async function shows(locator: Locator, text: string | RegExp, patienceMs = PATIENCE_MS): Promise<void> {
  const shown = expect.poll(() => locator.innerText(), { timeout: patienceMs });
  await (typeof text === 'string' ? shown.toContain(text) : shown.toMatch(text));
}
