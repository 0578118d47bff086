import { ChipButton } from './chip.tsx';
import { setLanguage, useLanguage } from './language.ts';
import { useUiText } from './ui-texts.ts';

/** Changes between the two languages; its name is in the language it leads to. */
export function LanguageSwitch() {
  const t = useUiText();
  const language = useLanguage();
  const other = language === 'en' ? 'zh-CN' : 'en';
  return (
    <ChipButton onClick={() => setLanguage(other)} lang={other} data-testid="language" icon="globe">
      {language === 'en' ? '中文' : 'EN'} <span className="sr-only">{t('switchLanguage')}</span>
    </ChipButton>
  );
}
