import '@zhanggui/ui/styles.css';
import { startTheme } from '@zhanggui/ui/theme.ts';
import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { startPageLanguage } from './page-language.ts';
import './phone.css';
import { followPhone, type PhoneOwner, type PhoneView, WALLETS } from './phone-api.ts';
import { PhoneControls } from './phone-controls.tsx';
import { PhoneScreen } from './phone-screen.tsx';

/** The virtual phone: a device with a wallet on its screen, and beside it what a tester may change. */
function PhonePage({ first }: { readonly first: PhoneOwner }) {
  const [owner, setOwner] = useState(first);
  const [view, setView] = useState<PhoneView | null>(null);
  const [live, setLive] = useState(true);
  const [openedAt] = useState(() => Date.now());

  useEffect(() => {
    history.replaceState(null, '', addressOf(owner));
    return followPhone(owner, setView, setLive);
  }, [owner]);

  const shown = view?.wallet === owner.wallet && view.customer.id === owner.customer ? view : null;
  return (
    <main className={`phone-page wallet-${owner.wallet}`}>
      <PhoneScreen
        key={`${owner.wallet} ${owner.customer}`}
        owner={owner}
        view={shown}
        live={live}
        openedAt={openedAt}
      />
      <PhoneControls owner={owner} view={shown} onOwner={setOwner} />
    </main>
  );
}

function ownerFromAddress(): PhoneOwner {
  const asked = new URLSearchParams(location.search);
  const wallet = WALLETS.find((id) => id === asked.get('wallet')) ?? 'wechat';
  return { wallet, customer: asked.get('customer') ?? 'wangfang' };
}

function addressOf({ wallet, customer }: PhoneOwner): string {
  const asked = new URLSearchParams(location.search);
  asked.set('wallet', wallet);
  asked.set('customer', customer);
  return `?${asked}`;
}

startPageLanguage();
startTheme();
const root = document.getElementById('root');
if (root === null) throw new Error('the page has no place for the phone');
createRoot(root).render(<PhonePage first={ownerFromAddress()} />);
