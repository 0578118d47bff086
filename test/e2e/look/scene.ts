import type { Page } from 'playwright-core';
import type { BrowserWorld, ScreenLanguage } from '../../support/browser-world.ts';

/** How a screen is looked at. */
export interface Look {
  readonly language: ScreenLanguage;
  readonly dark: boolean;
  readonly size: { readonly width: number; readonly height: number };
}

/** Takes a picture of a page under the name of a screen. */
export type Take = (page: Page, screen: string) => Promise<void>;

/** Goes through some screens and takes a picture of each. */
export type Scene = (world: BrowserWorld, look: Look, take: Take) => Promise<void>;

/** Whether the screen is a phone's. */
export function onPhone({ size }: Look): boolean {
  return size.width < 600;
}
