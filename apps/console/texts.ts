import { defineTexts } from '@zhanggui/ui/texts.ts';
import { consoleEnglish } from './texts-en.ts';
import { consoleChinese } from './texts-zh.ts';

export type ConsoleKey = keyof typeof consoleChinese;

/** The words of the console. */
export const { useText } = defineTexts('console', consoleChinese, consoleEnglish);
