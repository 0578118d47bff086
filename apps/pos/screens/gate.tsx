import { Button } from '@zhanggui/ui/button.tsx';
import { CoinLogo } from '@zhanggui/ui/coin-logo.tsx';
import { StateBar } from '@zhanggui/ui/state-bar.tsx';
import type { ReactNode } from 'react';
import { useText } from '../texts.ts';
import { LanguageSwitch } from './language-switch.tsx';
import './gate.css';

interface GateSheetProps {
  readonly title: string;
  readonly wide?: boolean;
  readonly children: ReactNode;
}

/** The sheet on which one signs in and opens a shift. */
export function GateSheet({ title, wide, children }: GateSheetProps) {
  const t = useText();
  return (
    <main className="gate">
      <section className={wide ? 'gate-sheet is-wide' : 'gate-sheet'}>
        <header>
          <span className="gate-brand">
            <CoinLogo size={36} />
            {t('brand')}
          </span>
          <LanguageSwitch />
        </header>
        <h1>{title}</h1>
        {children}
      </section>
    </main>
  );
}

interface LoadingProps {
  readonly failed: boolean;
  readonly onAgain: () => void;
}

/** Shown until the till has what it needs; says so when the server does not answer. */
export function Loading({ failed, onAgain }: LoadingProps) {
  const t = useText();
  return (
    <main className="gate">
      <div className="gate-loading" role="status">
        <CoinLogo size={56} />
        {failed ? (
          <>
            <p>{t('serverSilent')}</p>
            <Button kind="primary" icon="repeat" onClick={onAgain}>
              {t('tryAgain')}
            </Button>
          </>
        ) : (
          <p>{t('loading')}</p>
        )}
      </div>
    </main>
  );
}

/** For an account without the right to sell. */
export function MayNotSell({ onSignOut }: { readonly onSignOut: () => void }) {
  const t = useText();
  return (
    <GateSheet title={t('signInTitle')}>
      <StateBar tone="waiting" icon="lock" role="alert">
        {t('mayNotSell')}
      </StateBar>
      <Button kind="primary" size="large" wide onClick={onSignOut}>
        {t('signOut')}
      </Button>
    </GateSheet>
  );
}
