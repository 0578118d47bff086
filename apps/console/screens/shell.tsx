import { CoinLogo } from '@zhanggui/ui/coin-logo.tsx';
import { Icon, type IconName } from '@zhanggui/ui/icon.tsx';
import { nameIn, useLanguage } from '@zhanggui/ui/language.ts';
import { useUiText } from '@zhanggui/ui/ui-texts.ts';
import { useEffect, useRef, useState } from 'react';
import { useSession } from '../queries.ts';
import { usePlace } from '../router.ts';
import { hrefOf, type Place } from '../routes.ts';
import { useText } from '../texts.ts';
import { AccountPanel } from './account-panel.tsx';
import { BenchPage } from './bench/bench-page.tsx';
import { ChannelsPage } from './channels/channels-page.tsx';
import { KeysPage } from './keys/keys-page.tsx';
import { AccountPage } from './ledger/account-page.tsx';
import { LedgerPage } from './ledger/ledger-page.tsx';
import { LinksPage } from './links/links-page.tsx';
import { ShopCodePage } from './links/shop-code-page.tsx';
import { PaymentPage } from './payment/payment-page.tsx';
import { PaymentsPage } from './payments/payments-page.tsx';
import { SettlementPage } from './settlement/settlement-page.tsx';
import { TodayPage } from './today/today-page.tsx';

/** Navigation beside (on a phone: below) the page that the address names. */
export function Shell({ onSignOut }: { readonly onSignOut: () => void }) {
  const place = usePlace();
  const [accountOpen, setAccountOpen] = useState(false);
  return (
    <div className="shell">
      <Side place={place} onAccount={() => setAccountOpen(true)} />
      <PageOf key={pageKey(place)} place={place} />
      {accountOpen && <AccountPanel onClose={() => setAccountOpen(false)} onSignOut={onSignOut} />}
    </div>
  );
}

/** The same page with another filter stays; another page, payment or account is a new one. */
function pageKey(place: Place): string {
  return 'id' in place ? `${place.page} ${place.id}` : place.page;
}

function PageOf({ place }: { readonly place: Place }) {
  switch (place.page) {
    case 'today':
      return <TodayPage on={place.on} />;
    case 'payments':
      return <PaymentsPage filter={place} />;
    case 'payment':
      return <PaymentPage id={place.id} />;
    case 'ledger':
      return <LedgerPage />;
    case 'account':
      return <AccountPage id={place.id} />;
    case 'links':
      return <LinksPage view={place.view} />;
    case 'shop-code':
      return <ShopCodePage tillId={place.id} />;
    case 'settlement':
      return <SettlementPage view={place.view} />;
    case 'channels':
      return <ChannelsPage view={place.view} />;
    case 'keys':
      return <KeysPage view={place.view} />;
    case 'bench':
      return <BenchPage />;
  }
}

const ENTRIES = [
  { id: 'today', icon: 'chart', leadsTo: { page: 'today' }, pages: ['today'] },
  { id: 'payments', icon: 'card', leadsTo: { page: 'payments' }, pages: ['payments', 'payment'] },
  { id: 'links', icon: 'link', leadsTo: { page: 'links' }, pages: ['links', 'shop-code'], permission: 'sell' },
  { id: 'settlement', icon: 'receipt', leadsTo: { page: 'settlement' }, pages: ['settlement'] },
  { id: 'ledger', icon: 'book', leadsTo: { page: 'ledger' }, pages: ['ledger', 'account'] },
  { id: 'channels', icon: 'globe', leadsTo: { page: 'channels' }, pages: ['channels'] },
  { id: 'keys', icon: 'lock', leadsTo: { page: 'keys' }, pages: ['keys'], permission: 'keys' },
  { id: 'bench', icon: 'bytes', leadsTo: { page: 'bench' }, pages: ['bench'] },
] as const satisfies readonly {
  id: string;
  icon: IconName;
  leadsTo: Place;
  pages: readonly Place['page'][];
  /** Without it the entry is not there. */
  permission?: string;
}[];

/** The entry to which a place belongs. */
function entryOf({ page }: Place): string | undefined {
  return ENTRIES.find(({ pages }) => pages.some((one) => one === page))?.id;
}

interface SideProps {
  readonly place: Place;
  readonly onAccount: () => void;
}

function Side({ place, onAccount }: SideProps) {
  const t = useText();
  const language = useLanguage();
  const uiText = useUiText();
  const { staff, store, permissions } = useSession();
  const nav = useRef<HTMLElement>(null);
  // On a phone the row of pages is longer than the screen.
  useEffect(() => {
    nav.current
      ?.querySelector(`[data-testid="nav-${entryOf(place)}"]`)
      ?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [place]);
  const entries = ENTRIES.filter((entry) => !('permission' in entry) || permissions.includes(entry.permission));
  return (
    <header className="side">
      <a className="side-brand" href={hrefOf({ page: 'today' })}>
        <CoinLogo />
        <span>{t('brand')}</span>
        <small>{uiText(`role_${staff.role}`)}</small>
      </a>
      <nav ref={nav} aria-label={t('navigation')}>
        {entries.map(({ id, icon, leadsTo }) => (
          <a
            key={id}
            href={hrefOf(leadsTo)}
            aria-current={id === entryOf(place) ? 'page' : undefined}
            data-testid={`nav-${id}`}
          >
            <Icon name={icon} />
            <span>{t(`nav_${id}`)}</span>
          </a>
        ))}
      </nav>
      <button type="button" className="side-account" onClick={onAccount} aria-haspopup="dialog" data-testid="account">
        <Icon name="user" size={24} />
        <span>
          <strong>{nameIn(language, staff)}</strong>
          <small>{nameIn(language, store)}</small>
        </span>
        <span className="sr-only">{t('settings')}</span>
      </button>
    </header>
  );
}
