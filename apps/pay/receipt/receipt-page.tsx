import type { ReceiptView } from '@zhanggui/modules/sales/api.ts';
import { ReceiptPaper } from '@zhanggui/modules/sales/web/receipt-paper.tsx';
import { ApiProblem, createApiClient } from '@zhanggui/ui/api-client.ts';
import { Button } from '@zhanggui/ui/button.tsx';
import { ChipButton } from '@zhanggui/ui/chip.tsx';
import { CoinLogo } from '@zhanggui/ui/coin-logo.tsx';
import { EmptyState } from '@zhanggui/ui/empty-state.tsx';
import { currentLanguage, setLanguage, useLanguage } from '@zhanggui/ui/language.ts';
import { useEffect, useState } from 'react';
import { useText } from './texts.ts';
import './receipt.css';

const api = createApiClient({ base: '/api/v1', language: currentLanguage });

type Loaded = 'loading' | 'unknown' | 'silent' | ReceiptView;

/** A customer's receipt, for whoever has its link: to read, to keep, to print. */
export function ReceiptPage({ token }: { readonly token: string }) {
  const t = useText();
  const [loaded, setLoaded] = useState<Loaded>('loading');
  const [turn, setTurn] = useState(0);
  const title = t('pageTitle');
  useEffect(() => {
    document.title = title;
  }, [title]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` counts the wishes to try again.
  useEffect(() => {
    let left = false;
    load(token).then((result) => {
      if (!left) setLoaded(result);
    });
    return () => {
      left = true;
    };
  }, [token, turn]);
  return (
    <div className="receipt-page">
      <PageHead />
      <main>
        <h1 className="sr-only">{title}</h1>
        {typeof loaded === 'object' ? (
          <>
            <div className="receipt-sheet" data-testid="receipt">
              <ReceiptPaper receipt={loaded} />
            </div>
            <Button kind="primary" size="large" wide icon="print" onClick={() => print()} data-testid="print">
              {t('print')}
            </Button>
          </>
        ) : (
          <Missing loaded={loaded} onAgain={() => setTurn(turn + 1)} />
        )}
      </main>
    </div>
  );
}

/** The receipt, or why there is none to show. */
async function load(token: string): Promise<Loaded> {
  try {
    return await api.get<ReceiptView>(`/receipts/${encodeURIComponent(token)}`);
  } catch (error) {
    return error instanceof ApiProblem && error.status < 500 ? 'unknown' : 'silent';
  }
}

function PageHead() {
  const t = useText();
  const language = useLanguage();
  const other = language === 'en' ? 'zh-CN' : 'en';
  return (
    <header className="receipt-bar">
      <CoinLogo size={26} />
      <b>{t('brand')}</b>
      <span />
      <ChipButton icon="globe" lang={other} onClick={() => setLanguage(other)} data-testid="language">
        {language === 'en' ? '中文' : 'EN'} <span className="sr-only">{t('switchLanguage')}</span>
      </ChipButton>
    </header>
  );
}

interface MissingProps {
  readonly loaded: 'loading' | 'unknown' | 'silent';
  readonly onAgain: () => void;
}

function Missing({ loaded, onAgain }: MissingProps) {
  const t = useText();
  if (loaded === 'loading') return <p role="status">{t('loading')}</p>;
  return (
    <div role="alert">
      <EmptyState icon="receipt" title={t(loaded)}>
        {t(`${loaded}Hint`)}
      </EmptyState>
      {loaded === 'silent' && (
        <Button kind="primary" wide icon="repeat" onClick={onAgain}>
          {t('again')}
        </Button>
      )}
    </div>
  );
}
