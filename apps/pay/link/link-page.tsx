import type { LinkPaymentView, PayPageView } from '@zhanggui/modules/sales/link-routes.ts';
import { Amount } from '@zhanggui/ui/amount.tsx';
import { ApiProblem, ApiSilence, newIdempotencyKey } from '@zhanggui/ui/api-client.ts';
import { Button } from '@zhanggui/ui/button.tsx';
import { Chip } from '@zhanggui/ui/chip.tsx';
import { dateAndTime } from '@zhanggui/ui/clock-time.ts';
import { EmptyState } from '@zhanggui/ui/empty-state.tsx';
import { Icon } from '@zhanggui/ui/icon.tsx';
import { useLanguage } from '@zhanggui/ui/language.ts';
import { OutcomeMark, StateBar } from '@zhanggui/ui/state-bar.tsx';
import { useEffect, useRef, useState } from 'react';
import { CustomerPage, Missing } from '../customer-page.tsx';
import { useLoaded } from '../use-loaded.ts';
import { AmountEntry } from './amount-entry.tsx';
import './link.css';
import { askPayment, beginPayment, loadPage } from './link-api.ts';
import { PaymentProgress } from './payment-progress.tsx';
import { useText } from './texts.ts';

/** What a customer sees who opens a payment link or scans a printed code: for whom, how much, with what. */
export function LinkPage({ token }: { readonly token: string }) {
  const t = useText();
  const { loaded, again, turn } = useLoaded(token, loadPage);
  return (
    <CustomerPage title={t('pageTitle')}>
      {loaded === 'loading' && <p role="status">{t('loading')}</p>}
      {loaded === 'unknown' && <Missing icon="link" title={t('unknown')} hint={t('unknownHint')} />}
      {loaded === 'silent' && <Missing icon="link" title={t('silent')} hint={t('silentHint')} onAgain={again} />}
      {typeof loaded === 'object' && <Order key={turn} token={token} page={loaded} onAgain={again} />}
    </CustomerPage>
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
  const [payment, setPayment] = useBegunPayment(token);
  const amountMinor = payment?.amountMinor ?? page.amountMinor ?? typedMinor;
  const another = () => {
    setPayment(null);
    onAgain();
  };
  const name = language === 'en' && page.merchantNameEn ? page.merchantNameEn : page.merchantName;
  if (payment === undefined) return <p role="status">{t('loading')}</p>;
  return (
    <section className="link-sheet" data-testid="pay-page" data-standing={page.standing}>
      <Payee name={name} page={page} amountMinor={amountMinor} />
      {payment !== null ? (
        <PaymentProgress token={token} first={payment} page={page} onAnother={another} onAgain={another} />
      ) : page.standing !== 'open' ? (
        <Closed page={page} onAgain={onAgain} />
      ) : amountMinor === null ? (
        <AmountEntry largestMinor={page.largestMinor} onTyped={setTypedMinor} />
      ) : (
        <Wallets
          token={token}
          page={page}
          typedMinor={typedMinor}
          onBegun={setPayment}
          onChange={() => setTypedMinor(null)}
          onStale={onAgain}
        />
      )}
    </section>
  );
}

/**
 * The payment that the customer has begun here: `undefined` while the server is asked for one that was begun before the page
 * was loaded anew. The address keeps its number, which is no secret, after `#`.
 */
function useBegunPayment(token: string) {
  const [begun, setBegun] = useState<LinkPaymentView | null | undefined>(() =>
    location.hash.length > 1 ? undefined : null,
  );
  useEffect(() => {
    let left = false;
    const id = decodeURIComponent(location.hash.slice(1));
    if (id === '') return;
    askPayment(token, id).then((payment) => {
      if (!left) setBegun(payment);
    });
    return () => {
      left = true;
    };
  }, [token]);
  const keep = (payment: LinkPaymentView | null): void => {
    const place = location.pathname + location.search;
    history.replaceState(null, '', payment === null ? place : `${place}#${encodeURIComponent(payment.id)}`);
    setBegun(payment);
  };
  return [begun, keep] as const;
}

interface PayeeProps {
  readonly name: string;
  readonly page: PayPageView;
  readonly amountMinor: number | null;
}

/** Who is paid and for what. A printed code says that it is one: payers have lower limits for it. */
function Payee({ name, page, amountMinor }: PayeeProps) {
  const t = useText();
  return (
    <header className="link-payee">
      <span className="link-initial" aria-hidden="true">
        {[...name][0]}
      </span>
      <div>
        <small>{t('payTo')}</small>
        <h2>{name}</h2>
        {page.kind === 'shop-code' ? (
          <Chip tone="indigo" icon="qr">
            <span data-testid="printed-code">{t('printedCode')}</span>
          </Chip>
        ) : (
          <p>{page.title}</p>
        )}
      </div>
      {amountMinor !== null && <Amount minor={amountMinor} size="due" data-testid="pay-amount" />}
    </header>
  );
}

interface WalletsProps {
  readonly token: string;
  readonly page: PayPageView;
  /** What the customer typed, where the link has no amount. */
  readonly typedMinor: number | null;
  readonly onBegun: (payment: LinkPaymentView) => void;
  readonly onChange: () => void;
  /** The order has changed behind the page. */
  readonly onStale: () => void;
}

function Wallets(props: WalletsProps) {
  const { page, typedMinor, onChange } = props;
  const t = useText();
  const language = useLanguage();
  const { begin, busy, refusal } = useBegin(props);
  return (
    <div className="link-wallets">
      <p id="wallets">{t('chooseWallet')}</p>
      <ul aria-labelledby="wallets">
        {page.methods.map(({ id, title }) => (
          <li key={id}>
            <button
              type="button"
              className="link-wallet"
              disabled={busy !== null}
              aria-busy={busy === id || undefined}
              onClick={() => void begin(id)}
              data-testid={`pay-${id}`}
            >
              <span className="link-initial" aria-hidden="true">
                {title.zh[0]}
              </span>
              <b>{title[language === 'en' ? 'en' : 'zh']}</b>
              <Icon name="chevron" />
            </button>
          </li>
        ))}
      </ul>
      {refusal !== null && (
        <StateBar tone="failed" icon="alert" role="alert">
          {refusal}
        </StateBar>
      )}
      {typedMinor !== null && (
        <Button wide icon="pen" onClick={onChange} data-testid="change-amount">
          {t('change')}
        </Button>
      )}
      {page.expiresAt !== null && <small className="num">{t('until', { time: dateAndTime(page.expiresAt) })}</small>}
      <small>{t('safe')}</small>
    </div>
  );
}

/** Codes of refusals that say that the order is no longer what the page shows. */
const STALE = ['amount-exceeds-due', 'sale-closed', 'link-over'];

/** Begins payments, one at a time, and keeps what was said against it. */
function useBegin({ token, typedMinor, onBegun, onStale }: WalletsProps) {
  const t = useText();
  const [busy, setBusy] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const unheard = useRef<{ readonly method: string; readonly key: string }>(undefined);

  async function begin(method: string): Promise<void> {
    setBusy(method);
    setRefusal(null);
    const key = unheard.current?.method === method ? unheard.current.key : newIdempotencyKey();
    unheard.current = { method, key };
    try {
      onBegun(await beginPayment(token, method, typedMinor ?? undefined, key));
    } catch (error) {
      if (!(error instanceof ApiProblem || error instanceof ApiSilence)) throw error;
      if (error instanceof ApiProblem) unheard.current = undefined;
      if (error instanceof ApiProblem && STALE.includes(error.code)) onStale();
      else setRefusal(error instanceof ApiProblem ? error.title : t('silent'));
    } finally {
      setBusy(null);
    }
  }
  return { begin, busy, refusal };
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
    <div className="link-outcome" role="status">
      {standing === 'paid' || standing === 'paying' ? (
        <>
          <OutcomeMark result={standing === 'paid' ? 'succeeded' : 'pending'} size={84} />
          <strong>{t(WORDS[standing])}</strong>
        </>
      ) : (
        <EmptyState icon="link" title={t(WORDS[standing])} />
      )}
    </div>
  );
}
