import { formatMoney } from '@zhanggui/base';
import { Amount } from '@zhanggui/ui/amount.tsx';
import { Button } from '@zhanggui/ui/button.tsx';
import { Badge, Chip, type Tone } from '@zhanggui/ui/chip.tsx';
import { i18n, useLanguage } from '@zhanggui/ui/language.ts';
import { StateBar } from '@zhanggui/ui/state-bar.tsx';
import '@zhanggui/ui/styles.css';
import { type Column, Table } from '@zhanggui/ui/table.tsx';
import { startTheme } from '@zhanggui/ui/theme.ts';
import { useCallback, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import './bank.css';
import {
  type BankView,
  type BookEntry,
  FAULT_KINDS,
  type FaultKind,
  fetchBank,
  forgetKeys,
  planFault,
  resetFaults,
  setLine,
} from './bank-api.ts';
import { useText } from './bank-texts.ts';
import { startPageLanguage } from './page-language.ts';
import { type CardFace, fetchCards } from './reader-api.ts';

const REFRESH_MS = 1_500;
const TONES: Readonly<Record<BookEntry['state'], Tone>> = {
  approved: 'paid',
  declined: 'failed',
  reversed: 'neutral',
  voided: 'neutral',
};

/** The bank's side: its line, its terminals, what it does wrong next, and its book. */
function BankPage() {
  const t = useText();
  const { view, lost, act } = useBank();
  const other = useLanguage() === 'en' ? 'zh-CN' : 'en';
  return (
    <main className="bank-page">
      <header className="bank-head">
        <div>
          <h1>{t('title')}</h1>
          <p>{t('subtitle')}</p>
        </div>
        <Button kind="plain" size="small" onClick={() => i18n.changeLanguage(other)}>
          {t('language')}
        </Button>
      </header>
      {lost && (
        <StateBar tone="waiting" icon="offline" role="status">
          {t('unreachable')}
        </StateBar>
      )}
      {view !== null && (
        <>
          <LinePanel view={view} act={act} />
          <NextPanel view={view} act={act} />
          <CardsPanel view={view} act={act} />
          <BookPanel entries={view.book.authorizations} />
        </>
      )}
    </main>
  );
}

type Act = (work: Promise<unknown>) => void;

interface PanelProps {
  readonly view: BankView;
  readonly act: Act;
}

function useBank(): { view: BankView | null; lost: boolean; act: Act } {
  const [view, setView] = useState<BankView | null>(null);
  const [lost, setLost] = useState(false);
  const refresh = useCallback(
    () =>
      fetchBank().then(
        (fresh) => {
          setView(fresh);
          setLost(false);
        },
        () => setLost(true),
      ),
    [],
  );
  useEffect(() => {
    void refresh();
    const timer = setInterval(refresh, REFRESH_MS);
    return () => clearInterval(timer);
  }, [refresh]);
  const act: Act = (work) => void work.then(refresh, () => setLost(true));
  return { view, lost, act };
}

function LinePanel({ view: { status }, act }: PanelProps) {
  const t = useText();
  return (
    <section className="bank-panel">
      <h2>{t('terminals')}</h2>
      <div className="bank-row">
        <Chip tone={status.up ? 'paid' : 'failed'} dot>
          {status.up ? t('lineUp', { port: String(status.port), count: status.connections }) : t('lineDown')}
        </Chip>
        {status.terminals.map(({ terminalId, tillId, batchNumber, signedOn }) => (
          <Chip key={terminalId} tone={signedOn ? 'neutral' : 'waiting'}>
            <span className="num">
              {tillId} · {terminalId} · {t('batch', { number: batchNumber })} ·{' '}
              {t(signedOn ? 'signedOn' : 'notSignedOn')}
            </span>
          </Chip>
        ))}
      </div>
      <div className="bank-row">
        <Button kind={status.up ? 'danger' : 'primary'} size="small" onClick={() => act(setLine(!status.up))}>
          {t(status.up ? 'takeDown' : 'bringUp')}
        </Button>
        <Button kind="quiet" size="small" onClick={() => act(forgetKeys())} title={t('forgetHint')}>
          {t('forgetKeys')}
        </Button>
      </div>
    </section>
  );
}

function NextPanel({ view: { status }, act }: PanelProps) {
  const t = useText();
  return (
    <section className="bank-panel">
      <h2>{t('next')}</h2>
      <p>{t('nextHint')}</p>
      <div className="bank-row">
        {FAULT_KINDS.map((kind) => (
          <Button key={kind} kind="quiet" size="small" data-fault={kind} onClick={() => act(planFault(kind))}>
            {t(kind)}
          </Button>
        ))}
      </div>
      <div className="bank-row" role="status">
        {status.faults.next.length === 0 ? (
          <Chip tone="paid" dot>
            {t('none')}
          </Chip>
        ) : (
          status.faults.next.map(({ fault }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a planned fault is known by its place alone.
            <Chip key={index} tone="waiting" dot>
              {t('planned')} · {t(fault.kind)}
            </Chip>
          ))
        )}
        <Button kind="ghost" size="small" onClick={() => act(resetFaults())}>
          {t('reset')}
        </Button>
      </div>
    </section>
  );
}

function CardsPanel({ view, act }: PanelProps) {
  const t = useText();
  const language = useLanguage() === 'en' ? 'en' : 'zh';
  const [cards, setCards] = useState<readonly CardFace[]>([]);
  useEffect(() => {
    // Without names the card ids stand; the page says by itself when the simulator is away.
    fetchCards().then(setCards, () => setCards([]));
  }, []);
  return (
    <section className="bank-panel">
      <h2>{t('cards')}</h2>
      <ul className="bank-cards">
        {view.book.accounts.map(({ cardId, maskedPan, balanceMinor }) => {
          const name = cards.find(({ id }) => id === cardId)?.title[language] ?? cardId;
          return (
            <li key={cardId}>
              <span>
                <b>{name}</b>
                <span className="num">{maskedPan}</span>
              </span>
              <span className="bank-balance">
                {t('balance')} <Amount minor={balanceMinor} />
              </span>
              <select
                aria-label={name}
                value={view.status.faults.cards[cardId]?.kind ?? ''}
                onChange={({ target }) => act(planFault(faultOf(target.value), cardId))}
              >
                <option value="">{t('none')}</option>
                {FAULT_KINDS.map((kind) => (
                  <option key={kind} value={kind}>
                    {t(kind)}
                  </option>
                ))}
              </select>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function faultOf(value: string): FaultKind | null {
  return FAULT_KINDS.find((kind) => kind === value) ?? null;
}

function BookPanel({ entries }: { readonly entries: readonly BookEntry[] }) {
  const t = useText();
  const columns: Column<BookEntry>[] = [
    { id: 'time', head: t('time'), cell: ({ at }) => <span className="num">{new Date(at).toLocaleTimeString()}</span> },
    { id: 'kind', head: t('kind'), cell: ({ kind }) => t(kind) },
    { id: 'card', head: t('card'), cell: ({ maskedPan }) => <span className="num">{maskedPan}</span> },
    { id: 'amount', head: t('amount'), figures: true, cell: ({ amountMinor }) => <Amount minor={amountMinor} /> },
    {
      id: 'trace',
      head: t('trace'),
      cell: ({ terminalId, stan }) => (
        <span className="num">
          {terminalId} · {stan}
        </span>
      ),
    },
    { id: 'reference', head: t('reference'), cell: ({ rrn }) => <span className="num">{rrn}</span> },
    { id: 'code', head: t('code'), cell: ({ responseCode }) => <span className="num">{responseCode}</span> },
    {
      id: 'state',
      head: t('state'),
      cell: ({ state, refundedMinor }) => (
        <>
          <Badge tone={TONES[state]}>{t(state)}</Badge>
          {refundedMinor > 0 && <Badge>{t('refunded', { amount: formatMoney(refundedMinor) })}</Badge>}
        </>
      ),
    },
  ];
  return (
    <section className="bank-panel">
      <h2>{t('book')}</h2>
      {entries.length === 0 ? (
        <p>{t('bookEmpty')}</p>
      ) : (
        <div className="bank-book">
          <Table caption={t('book')} columns={columns} rows={entries} rowKey={({ sequence }) => String(sequence)} />
        </div>
      )}
    </section>
  );
}

startPageLanguage();
startTheme();
const root = document.getElementById('root');
if (root === null) throw new Error('the page has no place for the bank');
createRoot(root).render(<BankPage />);
