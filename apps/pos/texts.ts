import { defineTexts } from '@zhanggui/ui/texts.ts';
import { tillEnglish } from './texts-en.ts';
import { tillChinese } from './texts-zh.ts';

/** The words of the till. */
export const { useText, text } = defineTexts('till', tillChinese, tillEnglish);
