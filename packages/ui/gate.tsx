import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { CoinLogo } from './coin-logo.tsx';
import { LanguageSwitch } from './language-switch.tsx';
import { useUiText } from './ui-texts.ts';
import './gate.css';

interface GateProps {
  readonly title: string;
  readonly wide?: boolean;
  readonly children: ReactNode;
}

/** The sheet in front of a page, on which one signs in or prepares what the page needs. */
export function Gate({ title, wide, children }: GateProps) {
  const t = useUiText();
  return (
    <main className="zg-gate">
      <section className={wide ? 'zg-gate-sheet is-wide' : 'zg-gate-sheet'}>
        <header>
          <span className="zg-gate-brand">
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

interface OpeningProps {
  /** What is being opened. */
  readonly words: string;
  readonly failed: boolean;
  readonly onAgain: () => void;
}

/** Shown until a page has what it needs; says so when the server does not answer. */
export function Opening({ words, failed, onAgain }: OpeningProps) {
  const t = useUiText();
  return (
    <main className="zg-gate">
      <div className="zg-gate-opening" role="status">
        <CoinLogo size={56} />
        <p>{failed ? t('serverSilent') : words}</p>
        {failed && (
          <Button kind="primary" icon="repeat" onClick={onAgain}>
            {t('tryAgain')}
          </Button>
        )}
      </div>
    </main>
  );
}
