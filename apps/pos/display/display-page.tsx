import { formatMoney } from '@zhanggui/base';
import { Amount } from '@zhanggui/ui/amount.tsx';
import { ApiProblem, ApiSilence } from '@zhanggui/ui/api-client.ts';
import { Chip } from '@zhanggui/ui/chip.tsx';
import { CoinLogo } from '@zhanggui/ui/coin-logo.tsx';
import { type LinkState, openEventStream } from '@zhanggui/ui/event-stream.ts';
import { nameIn, useLanguage } from '@zhanggui/ui/language.ts';
import { LanguageSwitch } from '@zhanggui/ui/language-switch.tsx';
import { QrCode } from '@zhanggui/ui/qr-code.tsx';
import { OutcomeMark } from '@zhanggui/ui/state-bar.tsx';
import { useNow } from '@zhanggui/ui/use-now.ts';
import { useEffect, useState } from 'react';
import { api } from '../api.ts';
import type { DisplayState } from '../till/contract.ts';
import { isStaticCode } from '../till/static-code.ts';
import { useText } from './texts.ts';
import './display.css';

/** What the customer sees: it follows the till, and after a reload shows at once where the till stands. */
export function DisplayPage({ tillId }: { readonly tillId: string }) {
  const t = useText();
  const { shown, link, signedOut } = useDisplay(tillId);
  const title = t('pageTitle');
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <div className="display">
      <header className="display-bar">
        <CoinLogo />
        <b>{t('brand')}</b>
        <span className="display-space" />
        {link === 'lost' && !signedOut && (
          <Chip tone="waiting" icon="offline">
            {t('lost')}
          </Chip>
        )}
        <LanguageSwitch />
      </header>
      <main data-testid="display" data-mode={shown?.mode ?? 'idle'} aria-live="polite">
        {signedOut ? <Welcome words={t('signedOut')} /> : <Scene shown={shown} />}
      </main>
    </div>
  );
}

function useDisplay(tillId: string) {
  const [shown, setShown] = useState<DisplayState | null>(null);
  const [link, setLink] = useState<LinkState>('connecting');
  const [signedOut, setSignedOut] = useState(false);
  useEffect(() => {
    const path = `/tills/${encodeURIComponent(tillId)}`;
    async function load(): Promise<void> {
      try {
        setShown(await api.get<DisplayState>(`${path}/display`));
        setSignedOut(false);
      } catch (error) {
        // The stream connects again by itself; only a missing session needs words of its own.
        if (error instanceof ApiProblem) setSignedOut(error.status === 401 || error.status === 403);
        else if (!(error instanceof ApiSilence)) throw error;
      }
    }
    void load();
    return openEventStream({
      url: `/api/v1${path}/events`,
      on: { display: (state) => setShown(state as DisplayState) },
      onState: (state) => {
        setLink(state);
        if (state === 'lost') void load();
      },
      onOpen: () => void load(),
    });
  }, [tillId]);
  return { shown, link, signedOut };
}

function Scene({ shown }: { readonly shown: DisplayState | null }) {
  const t = useText();
  if (shown === null || shown.mode === 'idle') return <Welcome words={t('welcome')} />;
  if (shown.mode === 'done') return <Done shown={shown} />;
  return (
    <div className="display-split">
      <Bill shown={shown} />
      {shown.mode === 'paying' ? <Paying shown={shown} /> : <Total shown={shown} />}
    </div>
  );
}

function Welcome({ words }: { readonly words: string }) {
  return (
    <div className="display-welcome">
      <CoinLogo size={168} />
      <h1>{words}</h1>
    </div>
  );
}

const LINES_SHOWN = 9;

/** The newest lines; the screen is read from afar and never scrolled. */
function Bill({ shown }: { readonly shown: DisplayState }) {
  const t = useText();
  const language = useLanguage();
  const lines = shown.lines.map((line, index) => ({ ...line, key: `${index + 1}` }));
  return (
    <section className="display-bill">
      <header>
        <h2>{t('yourItems')}</h2>
        <span className="num">{t('items', { count: lines.length })}</span>
      </header>
      <ol>
        {lines.slice(-LINES_SHOWN).map((line) => (
          <li key={line.key}>
            <span>
              <b>{nameIn(language, line)}</b>
              <small className="num">{line.detail}</small>
            </span>
            <Amount minor={line.amountMinor} size="line" bare />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Total({ shown }: { readonly shown: DisplayState }) {
  const t = useText();
  return (
    <section className="display-side">
      <span className="display-label">{t('total')}</span>
      <Amount minor={shown.totalMinor} size="huge" data-testid="display-total" />
      <Reductions shown={shown} />
    </section>
  );
}

function Paying({ shown }: { readonly shown: DisplayState }) {
  const t = useText();
  const waiting = shown.paying?.waitingFor;
  if (shown.code !== undefined) return <CodeToScan shown={shown} code={shown.code} />;
  const words =
    waiting === 'customer-password' || waiting === 'channel' || waiting === 'card'
      ? t(`wait_${waiting}`)
      : t('showCode');
  return (
    <section className="display-side is-paying">
      <span className="display-label">{t('toPay')}</span>
      <Amount minor={shown.paying?.amountMinor ?? shown.totalMinor} size="huge" data-testid="display-total" />
      <Reductions shown={shown} />
      <p className={waiting === 'customer-password' ? 'display-ask is-waiting' : 'display-ask'}>{words}</p>
    </section>
  );
}

/** The code at a size that a phone reads from a step away, with the amount above it and how long it is good. */
function CodeToScan({
  shown,
  code,
}: {
  readonly shown: DisplayState;
  readonly code: NonNullable<DisplayState['code']>;
}) {
  const t = useText();
  const now = useNow(1000);
  const leftS = Math.max(0, Math.ceil((Date.parse(code.expiresAt) - now) / 1000));
  const time = `${Math.floor(leftS / 60)}:${String(leftS % 60).padStart(2, '0')}`;
  const amountMinor = shown.paying?.amountMinor ?? shown.totalMinor;
  const amount = formatMoney(amountMinor);
  return (
    <section className="display-side is-paying is-code">
      <span className="display-label">{t('toPay')}</span>
      <Amount minor={amountMinor} size="huge" data-testid="display-total" />
      <div className="display-code" data-testid="display-code">
        <QrCode text={code.content} label={t('scanHere')} size={320} />
        <p className="display-ask">
          {isStaticCode(code.content) ? t('scanPrinted', { amount }) : t('wait_customer-scan')}
        </p>
        <small className="num">{t('codeLeft', { time })}</small>
      </div>
    </section>
  );
}

function Reductions({ shown }: { readonly shown: DisplayState }) {
  const t = useText();
  return (
    <p className="display-reductions num">
      {shown.savingsMinor > 0 && <span>{t('savings', { amount: formatMoney(shown.savingsMinor) })}</span>}
      {shown.roundingMinor > 0 && <span>{t('rounding', { amount: formatMoney(shown.roundingMinor) })}</span>}
    </p>
  );
}

function Done({ shown }: { readonly shown: DisplayState }) {
  const t = useText();
  const result = shown.result ?? 'pending';
  const change = shown.changeMinor ?? 0;
  return (
    <section className={`display-done is-${result}`} data-result={result}>
      <div>
        <OutcomeMark result={result} size={120} />
        <h1>{t(result)}</h1>
        {change > 0 && <span className="display-label">{t('change')}</span>}
        <Amount minor={change > 0 ? change : (shown.paying?.amountMinor ?? shown.totalMinor)} size="huge" />
        {result === 'succeeded' && <p>{t('thanks')}</p>}
      </div>
      {result === 'succeeded' && shown.receiptUrl !== undefined && (
        <aside>
          <QrCode text={shown.receiptUrl} label={t('takeReceipt')} size={280} />
          <p>{t('takeReceipt')}</p>
        </aside>
      )}
    </section>
  );
}
