import { Button } from '@zhanggui/ui/button.tsx';
import { Chip } from '@zhanggui/ui/chip.tsx';
import { i18n, useLanguage } from '@zhanggui/ui/language.ts';
import { Segmented } from '@zhanggui/ui/segmented.tsx';
import { StateBar } from '@zhanggui/ui/state-bar.tsx';
import '@zhanggui/ui/styles.css';
import { startTheme } from '@zhanggui/ui/theme.ts';
import { type ComponentType, useCallback, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import './bank.css';
import { type BankView, changeDay, fetchBank, restartHost, setLine } from './bank-api.ts';
import { BankBookPanel } from './bank-book-panel.tsx';
import { BankCardsPanel } from './bank-cards-panel.tsx';
import { BankFaultsPanel } from './bank-faults-panel.tsx';
import type { Act, PanelProps } from './bank-panel.ts';
import { BankSettlementPanel } from './bank-settlement-panel.tsx';
import { BankTerminalsPanel } from './bank-terminals-panel.tsx';
import { useText } from './bank-texts.ts';
import { startPageLanguage } from './page-language.ts';

const REFRESH_MS = 1_500;
const RESTART_SECONDS = 10;
const CUT_OVER_SECONDS = 30;
const VIEWS = ['book', 'faults', 'cards', 'terminals', 'settlement'] as const;
type ViewName = (typeof VIEWS)[number];

const PANELS: Readonly<Record<ViewName, ComponentType<PanelProps>>> = {
  book: BankBookPanel,
  faults: BankFaultsPanel,
  cards: BankCardsPanel,
  terminals: BankTerminalsPanel,
  settlement: BankSettlementPanel,
};
const LABELS = {
  book: 'viewBook',
  faults: 'viewFaults',
  cards: 'viewCards',
  terminals: 'viewTerminals',
  settlement: 'viewSettlement',
} as const;

/** The bank's side: its line and day, its book, what it does wrong, its cards, its terminals, its settlements. */
function BankPage() {
  const t = useText();
  const { view, lost, act } = useBank();
  const [shown, setShown] = useState<ViewName>(viewInAddress);
  const other = useLanguage() === 'en' ? 'zh-CN' : 'en';
  const Panel = PANELS[shown];
  const show = (name: ViewName): void => {
    setShown(name);
    history.replaceState(null, '', `#${name}`);
  };
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
          <div className="bank-views">
            <Segmented
              label={t('views')}
              value={shown}
              options={VIEWS.map((value) => ({ value, label: t(LABELS[value]) }))}
              onChange={show}
            />
          </div>
          <Panel view={view} act={act} />
        </>
      )}
    </main>
  );
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
  const { up, port, connections, settlementOn, changingDay } = status;
  return (
    <section className="bank-panel is-line">
      <div className="bank-row">
        <Chip tone={up ? 'paid' : 'failed'} dot>
          {up ? t('lineUp', { port: String(port), count: connections }) : t('lineDown')}
        </Chip>
        <Chip tone={changingDay ? 'waiting' : 'neutral'} dot={changingDay}>
          {changingDay ? t('changingDay') : t('settlementOn', { date: settlementOn.replace(/^(..)/, '$1-') })}
        </Chip>
      </div>
      <div className="bank-row">
        <Button kind={up ? 'danger' : 'primary'} size="small" onClick={() => act(setLine(!up))}>
          {t(up ? 'takeDown' : 'bringUp')}
        </Button>
        <Button kind="quiet" size="small" onClick={() => act(restartHost(RESTART_SECONDS))}>
          {t('restart')}
        </Button>
        <Button kind="quiet" size="small" onClick={() => act(changeDay(CUT_OVER_SECONDS))}>
          {t('changeDay')}
        </Button>
      </div>
    </section>
  );
}

function viewInAddress(): ViewName {
  return VIEWS.find((name) => `#${name}` === location.hash) ?? 'book';
}

startPageLanguage();
startTheme();
const root = document.getElementById('root');
if (root === null) throw new Error('the page has no place for the bank');
createRoot(root).render(<BankPage />);
