import { createInstance } from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';

/** The languages of every screen. */
export type Language = 'zh-CN' | 'en';

export const LANGUAGES: readonly Language[] = ['zh-CN', 'en'];

const STORAGE_KEY = 'zg.language';

/** The one instance that all texts of a page are registered with. */
export const i18n = createInstance();

/**
 * Starts the texts of a page in the language chosen on this device before, else in the first language of the browser
 * that the product speaks, else in Chinese.
 */
export function startLanguage(): Language {
  const language = chosenLanguage();
  i18n.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    interpolation: { escapeValue: false },
    initAsync: false,
    react: { useSuspense: false },
  });
  document.documentElement.lang = language;
  return language;
}

/** Changes the language of the page and remembers it on this device. */
export function setLanguage(language: Language): void {
  localStorage.setItem(STORAGE_KEY, language);
  document.documentElement.lang = language;
  i18n.changeLanguage(language);
}

/** The language of the page now, for code outside of components. */
export function currentLanguage(): Language {
  return i18n.language === 'en' ? 'en' : 'zh-CN';
}

/** The language of the page; the component is drawn again when it changes. */
export function useLanguage(): Language {
  useTranslation(undefined, { i18n });
  return currentLanguage();
}

/** The name of a thing in the language: its English name where there is one, else its Chinese name. */
export function nameIn(language: Language, thing: { readonly name: string; readonly nameEn: string | null }): string {
  return language === 'en' && thing.nameEn ? thing.nameEn : thing.name;
}

function chosenLanguage(): Language {
  const stored = localStorage.getItem(STORAGE_KEY);
  if (stored === 'zh-CN' || stored === 'en') return stored;
  for (const wanted of navigator.languages) {
    if (wanted.startsWith('zh')) return 'zh-CN';
    if (wanted.startsWith('en')) return 'en';
  }
  return 'zh-CN';
}
