import { i18n, startLanguage } from '@zhanggui/ui/language.ts';

/** Starts the texts of a simulator's page; `?lang=zh` or `?lang=en` decides for this visit alone. */
export function startPageLanguage(): void {
  startLanguage();
  const asked = new URLSearchParams(location.search).get('lang');
  if (asked === null) return;
  const language = asked.startsWith('en') ? 'en' : 'zh-CN';
  document.documentElement.lang = language;
  i18n.changeLanguage(language);
}
