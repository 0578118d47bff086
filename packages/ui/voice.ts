import { amountInChinese, amountInEnglish } from './amount-words.ts';
import type { Language } from './language.ts';
import { definePreference } from './preference.ts';

/** Whether this device speaks. */
export const voiceOn = definePreference('zg.voice', true);

/** The words of an amount in the language. */
export function amountInWords(minor: number, language: Language): string {
  return language === 'en' ? amountInEnglish(minor) : amountInChinese(minor);
}

/**
 * Says a sentence after those that are still being said. Returns false when this browser cannot speak the language,
 * or speaking is off: the screen says the same in writing.
 */
export function speak(sentence: string, language: Language): boolean {
  if (!voiceOn.get() || typeof speechSynthesis === 'undefined') return false;
  const wanted = language === 'en' ? 'en' : 'zh';
  const voice = speechSynthesis.getVoices().find(({ lang }) => lang.toLowerCase().startsWith(wanted));
  if (voice === undefined) return false;
  const utterance = new SpeechSynthesisUtterance(sentence);
  utterance.voice = voice;
  utterance.lang = voice.lang;
  utterance.rate = 1.1;
  speechSynthesis.speak(utterance);
  return true;
}
