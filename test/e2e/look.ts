import fs from 'node:fs';
import path from 'node:path';
import { ask, COUNTER_SIZE, openBrowserWorld, PHONE_SIZE } from '../support/browser-world.ts';
import { cardMoments, cardServices, cards } from './look/cards.ts';
import { consolePages, consoleWork, keys } from './look/console.ts';
import { links } from './look/links.ts';
import type { Look, Scene, Take } from './look/scene.ts';
import { gates, layers, sale } from './look/selling.ts';
import { otherWallets, outcomes, shownCode } from './look/wallets.ts';

/**
 * Takes a picture of every screen, for people to look at: `node test/e2e/look.ts [folder] [word…]`. Both languages, light and
 * dark, at a counter's size and a phone's. Names are `screen.language.theme.width.png`. Words choose among the scenes
 * (`cards`, `links` …) and among the looks (`en`, `dark`, `390` …); without any, all are taken.
 */
const SCENES: Readonly<Record<string, Scene>> = {
  gates,
  sale,
  layers,
  outcomes,
  otherWallets,
  shownCode,
  cards,
  cardMoments,
  cardServices,
  links,
  consolePages,
  consoleWork,
  keys,
};

const LOOKS: readonly Look[] = (['zh-CN', 'en'] as const).flatMap((language) =>
  [false, true].flatMap((dark) => [COUNTER_SIZE, PHONE_SIZE].map((size) => ({ language, dark, size }))),
);

const [, , wanted = 'dist/look', ...words] = process.argv;
const folder = path.resolve(wanted);
fs.mkdirSync(folder, { recursive: true });
const named = Object.entries(SCENES).filter(([name]) => words.includes(name));
const scenes = named.length > 0 ? named : Object.entries(SCENES);
const world = await openBrowserWorld();
try {
  for (const look of LOOKS.filter(isWanted)) {
    for (const [, scene] of scenes) {
      await scene(world, look, taker(look));
      await world.closeProfiles();
      await world.customer.resetPhones();
    }
    console.log(partsOf(look).join(' '));
  }
} finally {
  await world.close();
}

/** The words that name a look: its language, its theme, its width. */
function partsOf({ language, dark, size }: Look): readonly string[] {
  return [language, dark ? 'dark' : 'light', String(size.width)];
}

/** Words that name parts of looks leave out the looks that have another part in their place. */
function isWanted(look: Look): boolean {
  const parts = LOOKS.map(partsOf);
  return partsOf(look).every((part, place) => {
    const chosen = words.filter((word) => parts.some((others) => others[place] === word));
    return chosen.length === 0 || chosen.includes(part);
  });
}

function taker(look: Look): Take {
  return async (page, screen) => {
    await ask(page, 'document.fonts.ready.then(() => true)');
    const name = [screen, ...partsOf(look), 'png'].join('.');
    await page.screenshot({ path: path.join(folder, name), animations: 'disabled' });
  };
}
