import { currentLanguage } from '@zhanggui/ui/language.ts';
import { amountInWords, speak } from '@zhanggui/ui/voice.ts';
import { text } from '../texts.ts';
import type { Method } from '../till/contract.ts';

interface Money {
  readonly method: string;
  readonly amountMinor: number;
  readonly changeMinor: number;
}

/** The sentence that is said, and written, when money has come. */
export function announcement({ method, amountMinor, changeMinor }: Money, methods: readonly Method[]): string {
  const language = currentLanguage();
  const title = methods.find(({ id }) => id === method)?.title;
  const name = (language === 'en' ? title?.en : title?.zh) ?? method;
  const amount = amountInWords(amountMinor, language);
  if (methods.find(({ id }) => id === method)?.holds !== 'drawer') return text('sayArrived', { method: name, amount });
  return changeMinor > 0
    ? text('sayCashChange', { amount, change: amountInWords(changeMinor, language) })
    : text('sayCash', { amount });
}

/** Says that money has come, where this device can speak. */
export function announce(money: Money, methods: readonly Method[]): void {
  speak(announcement(money, methods), currentLanguage());
}
