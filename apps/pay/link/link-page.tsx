import { formatMoney } from '@zhanggui/base';
import type { LinkPaymentView, PayPageView } from '@zhanggui/modules/sales/link-routes.ts';
import { Amount } from '@zhanggui/ui/amount.tsx';
import { ApiProblem, ApiSilence } from '@zhanggui/ui/api-client.ts';
import { Button } from '@zhanggui/ui/button.tsx';
import { ChipButton } from '@zhanggui/ui/chip.tsx';
import { CoinLogo } from '@zhanggui/ui/coin-logo.tsx';
import { EmptyState } from '@zhanggui/ui/empty-state.tsx';
import { setLanguage, useLanguage } from '@zhanggui/ui/language.ts';
import { StateBar } from '@zhanggui/ui/state-bar.tsx';
import { useEffect, useState } from 'react';
import { AmountEntry } from './amount-entry.tsx';
import './link.css';
import { beginPayment, loadPage } from './link-api.ts';
import { PaymentProgress } from './payment-progress.tsx';
import { useText } from './texts.ts';

type Loaded = 'loading' | 'unknown' | 'silent' | PayPageView;

/** What a customer sees who opens a payment link or scans a printed code: for whom, how much, with what. */
export function LinkPage({ token }: { readonly token: string }) {
  const t = useText();
  const [loaded, setLoaded] = useState<Loaded>('loading');
  const [turn, setTurn] = useState(0);
  const title = t('pageTitle');
  useEffect(() => {
    document.title = title;
  }, [title]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` counts the wishes to load again.
  useEffect(() => {
    let left = false;
    loadPage(token).then((page) => {
      if (!left) setLoaded(page);
    });
    return () => {
      left = true;
    };
  }, [token, turn]);
  const again = () => setTurn(turn + 1);
  return (
    <div className="link-page">
      <PageHead />
      <main>
        <h1 className="sr-only">{title}</h1>
        {typeof loaded === 'object' ? (
          <Order key={turn} token={token} page={loaded} onAgain={again} />
        ) : (
          <Missing loaded={loaded} onAgain={again} />
        )}
      </main>
    </div>
  );
}

function PageHead() {
  const t = useText();
  const language = useLanguage();
  const other = language === 'en' ? 'zh-CN' : 'en';
  return (
    <header className="link-bar">
      <CoinLogo size={26} />
      <b>{t('brand')}</b>
      <span />
      <ChipButton icon="globe" lang={other} onClick={() => setLanguage(other)} data-testid="language">
        {language === 'en' ? '中文' : 'EN'} <span className="sr-only">{t('switchLanguage')}</span>
      </ChipButton>
    </header>
  );
}

interface OrderProps {
  readonly token: string;
  readonly page: PayPageView;
  readonly onAgain: () => void;
}

function Order({ token, page, onAgain }: OrderProps) {
  const t = useText();
  const language = useLanguage();
  const [typedMinor, setTypedMinor] = useState<number | null>(null);
  const [payment, setPayment] = useState<LinkPaymentView | null>(null);
  const [busy, setBusy] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const amountMinor = page.amountMinor ?? typedMinor;

  async function begin(method: string): Promise<void> {
    setBusy(method);
    setRefusal(null);
    try {
      setPayment(await beginPayment(token, method, page.amountMinor === null ? (typedMinor ?? 0) : undefined));
    } catch (error) {
      if (!(error instanceof ApiProblem || error instanceof ApiSilence)) throw error;
      setRefusal(error instanceof ApiProblem ? error.title : t('silent'));
    } finally {
      setBusy(null);
    }
  }

  const name = language === 'en' && page.merchantNameEn ? page.merchantNameEn : page.merchantName;
  return (
    <section className="link-sheet" data-testid="pay-page" data-standing={page.standing}>
      <header>
        <span>{t('payTo')}</span>
        <h2>{name}</h2>
        <p>{page.title}</p>
      </header>
      {amountMinor !== null && <Amount minor={amountMinor} size="due" data-testid="pay-amount" />}
      {payment !== null ? (
        <PaymentProgress
          token={token}
          first={payment}
          page={page}
          onAnother={() => setPayment(null)}
          onAgain={onAgain}
        />
      ) : page.standing !== 'open' ? (
        <Closed page={page} onAgain={onAgain} />
      ) : amountMinor === null ? (
        <AmountEntry largestMinor={page.largestMinor} onTyped={setTypedMinor} />
      ) : (
        <Wallets page={page} busy={busy} onChosen={(method) => void begin(method)} />
      )}
      {refusal !== null && (
        <StateBar tone="failed" icon="alert" role="alert">
          {refusal}
        </StateBar>
      )}
    </section>
  );
}

interface WalletsProps {
  readonly page: PayPageView;
  readonly busy: string | null;
  readonly onChosen: (method: string) => void;
}

function Wallets({ page, busy, onChosen }: WalletsProps) {
  const t = useText();
  const language = useLanguage();
  return (
    <div className="link-wallets">
      <p>{t('chooseWallet')}</p>
      {page.methods.map(({ id, title }) => (
        <Button
          key={id}
          kind="primary"
          size="large"
          wide
          busy={busy === id}
          disabled={busy !== null}
          onClick={() => onChosen(id)}
          data-testid={`pay-${id}`}
        >
          {t('payWith', { method: title[language === 'en' ? 'en' : 'zh'] })}
        </Button>
      ))}
      {page.expiresAt !== null && (
        <small className="num">{t('until', { time: new Date(page.expiresAt).toLocaleString(language) })}</small>
      )}
      {page.largestMinor !== null && <small>{t('limit', { amount: formatMoney(page.largestMinor) })}</small>}
    </div>
  );
}

const WORDS = { paying: 'paying', paid: 'alreadyPaid', over: 'over', cancelled: 'cancelled' } as const;

function Closed({ page, onAgain }: { readonly page: PayPageView; readonly onAgain: () => void }) {
  const t = useText();
  const { standing } = page;
  useEffect(() => {
    if (standing !== 'paying') return;
    const timer = setTimeout(onAgain, 2_000);
    return () => clearTimeout(timer);
  }, [standing, onAgain]);
  if (standing === 'open') return null;
  return (
    <StateBar
      tone={standing === 'paid' ? 'paid' : 'waiting'}
      icon={standing === 'paid' ? 'check' : 'clock'}
      role="status"
    >
      {t(WORDS[standing])}
    </StateBar>
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
      <EmptyState icon="link" title={t(loaded)}>
        {t(`${loaded}Hint`)}
      </EmptyState>
      {loaded === 'silent' && (
        <Button kind="primary" wide icon="repeat" onClick={onAgain}>
          {t('retry')}
        </Button>
      )}
    </div>
  );
}
