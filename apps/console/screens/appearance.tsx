import { type Language, setLanguage, useLanguage } from '@zhanggui/ui/language.ts';
import { Segmented } from '@zhanggui/ui/segmented.tsx';
import { setTheme, type Theme, useTheme } from '@zhanggui/ui/theme.ts';
import { useText } from '../texts.ts';

/** The choice of the language. */
export function LanguageChoice() {
  const t = useText();
  return (
    <Segmented<Language>
      label={t('language')}
      value={useLanguage()}
      options={[
        { value: 'zh-CN', label: '中文' },
        { value: 'en', label: 'English' },
      ]}
      onChange={setLanguage}
    />
  );
}

/** The choice between light and dark. */
export function ThemeChoice() {
  const t = useText();
  return (
    <Segmented<Theme>
      label={t('theme')}
      value={useTheme()}
      options={[
        { value: 'light', label: t('themeLight') },
        { value: 'dark', label: t('themeDark') },
        { value: 'system', label: t('themeSystem') },
      ]}
      onChange={setTheme}
    />
  );
}
