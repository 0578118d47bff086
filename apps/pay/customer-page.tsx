import { Button } from '@zhanggui/ui/button.tsx';
import { CoinLogo } from '@zhanggui/ui/coin-logo.tsx';
import { EmptyState } from '@zhanggui/ui/empty-state.tsx';
import type { IconName } from '@zhanggui/ui/icon.tsx';
import { LanguageSwitch } from '@zhanggui/ui/language-switch.tsx';
import { useUiText } from '@zhanggui/ui/ui-texts.ts';
import { type ReactNode, useEffect } from 'react';
import './customer-page.css';

interface CustomerPageProps {
  readonly title: string;
  readonly children: ReactNode;
}

/** The frame of a page for customers, who have no account here. */
export function CustomerPage({ title, children }: CustomerPageProps) {
  const t = useUiText();
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <div className="customer-page">
      <header className="customer-bar">
        <CoinLogo size={26} />
        <b>{t('brand')}</b>
        <LanguageSwitch />
      </header>
      <main>
        <h1 className="sr-only">{title}</h1>
        {children}
      </main>
    </div>
  );
}

interface MissingProps {
  readonly icon: IconName;
  readonly title: string;
  readonly hint: string;
  /** Present where trying again may help. */
  readonly onAgain?: (() => void) | undefined;
}

/** Why there is nothing to show. */
export function Missing({ icon, title, hint, onAgain }: MissingProps) {
  const t = useUiText();
  return (
    <div role="alert">
      <EmptyState icon={icon} title={title}>
        {hint}
      </EmptyState>
      {onAgain && (
        <Button kind="primary" wide icon="repeat" onClick={onAgain}>
          {t('tryAgain')}
        </Button>
      )}
    </div>
  );
}
