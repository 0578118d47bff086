import { Amount } from '@zhanggui/ui/amount.tsx';
import { Icon } from '@zhanggui/ui/icon.tsx';
import { useNow } from '@zhanggui/ui/use-now.ts';
import { useState } from 'react';
import type { PhoneOrder, PhoneOwner, PhoneView } from './phone-api.ts';
import { PhoneCodeCard } from './phone-code.tsx';
import { PasswordSheet } from './phone-password.tsx';
import { ResultScreen } from './phone-result.tsx';
import { ConfirmSheet, ScanSheet } from './phone-scan.tsx';
import { useText } from './phone-texts.ts';

interface PhoneScreenProps {
  readonly owner: PhoneOwner;
  readonly view: PhoneView | null;
  readonly live: boolean;
  /** Results of payments before this are history and are not announced. */
  readonly openedAt: number;
}

const WALLET_NAMES = { wechat: 'wechat', alipay: 'alipay', 'unionpay-qr': 'unionpay', ecny: 'ecny' } as const;

/** The device: status line, the wallet's payment code, and over it the password or the result when there is one. */
export function PhoneScreen({ owner, view, live, openedAt }: PhoneScreenProps) {
  const t = useText();
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());
  const [scanning, setScanning] = useState(false);
  const newest = view?.history[0];
  const result = newest !== undefined && isNews(newest, openedAt) && !seen.has(resultKey(newest)) ? newest : null;
  return (
    <section className="phone" aria-label={t('title')}>
      <div className="phone-glass">
        <StatusLine offline={view?.customer.offline ?? false} />
        <header className="phone-bar">
          <h2>{t(WALLET_NAMES[owner.wallet])}</h2>
        </header>
        {!live && (
          <p className="phone-lost" role="alert">
            <Icon name="offline" size={20} /> {t('lost')}
          </p>
        )}
        <div className="phone-content">
          <button type="button" className="phone-scan-open" data-testid="scan" onClick={() => setScanning(true)}>
            <Icon name="scan" size={22} /> {t('scan')}
          </button>
          <PhoneCodeCard owner={owner} usedUp={newest?.outTradeNo ?? ''} />
          {view !== null && <History orders={view.history} />}
        </div>
        {scanning && view?.prompt == null && <ScanSheet owner={owner} onDone={() => setScanning(false)} />}
        {view?.prompt?.wantsPassword && (
          <PasswordSheet key={view.prompt.outTradeNo} owner={owner} order={view.prompt} />
        )}
        {view?.prompt?.wantsPassword === false && <ConfirmSheet owner={owner} order={view.prompt} />}
        {result !== null && (
          <ResultScreen order={result} onDone={() => setSeen(new Set([...seen, resultKey(result)]))} />
        )}
      </div>
    </section>
  );
}

function StatusLine({ offline }: { readonly offline: boolean }) {
  const t = useText();
  const now = new Date(useNow(10_000));
  const time = `${now.getHours()}:${String(now.getMinutes()).padStart(2, '0')}`;
  return (
    <div className="phone-status">
      <b className="num">{time}</b>
      <i aria-hidden="true" />
      {offline ? (
        <span className="is-offline">
          <Icon name="offline" size={16} /> {t('noNetwork')}
        </span>
      ) : (
        <span>5G</span>
      )}
    </div>
  );
}

function History({ orders }: { readonly orders: readonly PhoneOrder[] }) {
  const t = useText();
  return (
    <section className="phone-history">
      <h3>{t('recent')}</h3>
      {orders.length === 0 && <p>{t('none')}</p>}
      <ul>
        {orders.map((order) => (
          <li key={order.outTradeNo}>
            <span>
              <b>{order.description}</b>
              <small>{t(stateText(order))}</small>
            </span>
            <Amount minor={order.amountMinor} className={order.state === 'paid' ? '' : 'is-struck'} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function stateText({ state, refundedMinor, amountMinor }: PhoneOrder) {
  switch (state) {
    case 'paid':
      if (refundedMinor === 0) return 'statePaid';
      return refundedMinor < amountMinor ? 'statePartlyRefunded' : 'stateRefunded';
    case 'revoked':
      return 'stateRevoked';
    case 'failed':
      return 'stateFailed';
    case 'closed':
      return 'stateClosed';
    default:
      return 'statePaying';
  }
}

function isNews(order: PhoneOrder, openedAt: number): boolean {
  return (
    order.createdAt >= openedAt && (order.state === 'paid' || order.state === 'failed' || order.state === 'revoked')
  );
}

/** A payment is news again when its state changes, such as from paid to reversed. */
function resultKey(order: PhoneOrder): string {
  return `${order.outTradeNo} ${order.state}`;
}
