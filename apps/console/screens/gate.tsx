import { Button } from '@zhanggui/ui/button.tsx';
import { CoinLogo } from '@zhanggui/ui/coin-logo.tsx';
import { Icon } from '@zhanggui/ui/icon.tsx';
import { nameIn, useLanguage } from '@zhanggui/ui/language.ts';
import { StateBar } from '@zhanggui/ui/state-bar.tsx';
import type { ReactNode } from 'react';
import { useSession } from '../queries.ts';
import { useText } from '../texts.ts';
import { LanguageChip } from './appearance.tsx';
import './gate.css';

interface GateProps {
  readonly title: string;
  readonly children: ReactNode;
}

/** The sheet in front of the console. */
export function Gate({ title, children }: GateProps) {
  const t = useText();
  return (
    <main className="gate">
      <section className="gate-sheet">
        <header>
          <span className="gate-brand">
            <CoinLogo size={36} />
            {t('brand')}
          </span>
          <LanguageChip />
        </header>
        <h1>{title}</h1>
        {children}
      </section>
    </main>
  );
}

interface OpeningProps {
  readonly failed: boolean;
  readonly onAgain: () => void;
}

/** Shown until it is known who is signed in; says so when the server does not answer. */
export function Opening({ failed, onAgain }: OpeningProps) {
  const t = useText();
  return (
    <main className="gate">
      <div className="gate-opening" role="status">
        <CoinLogo size={56} />
        <p>{t(failed ? 'serverSilent' : 'opening')}</p>
        {failed && (
          <Button kind="primary" icon="repeat" onClick={onAgain}>
            {t('tryAgain')}
          </Button>
        )}
      </div>
    </main>
  );
}

/** For an account without the right to the console: where its own place is. */
export function NotForCashiers({ onSignOut }: { readonly onSignOut: () => void }) {
  const t = useText();
  const language = useLanguage();
  const { staff } = useSession();
  return (
    <Gate title={t('notForYouTitle')}>
      <StateBar tone="waiting" icon="lock" role="alert">
        {t('notForYou', { name: nameIn(language, staff) })}
      </StateBar>
      <div className="gate-actions">
        <a className="zg-button is-primary is-large is-wide" href="/till">
          <Icon name="scan" />
          {t('toTill')}
        </a>
        <Button wide onClick={onSignOut}>
          {t('otherAccount')}
        </Button>
      </div>
    </Gate>
  );
}
