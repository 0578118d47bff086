import { Amount } from '@zhanggui/ui/amount.tsx';
import { nameIn, setLanguage, useLanguage } from '@zhanggui/ui/language.ts';
import { Segmented, Switch } from '@zhanggui/ui/segmented.tsx';
import { useEffect, useState } from 'react';
import { fetchCustomers, type PhoneCustomer, type PhoneOwner, type PhoneView, turnSwitch } from './phone-api.ts';
import { useText } from './phone-texts.ts';

interface PhoneControlsProps {
  readonly owner: PhoneOwner;
  readonly view: PhoneView | null;
  readonly onOwner: (owner: PhoneOwner) => void;
}

/** Whose phone it is, which wallet it shows, and what is wrong with it. */
export function PhoneControls({ owner, view, onOwner }: PhoneControlsProps) {
  const t = useText();
  const other = useLanguage() === 'en' ? 'zh-CN' : 'en';
  return (
    <aside className="phone-controls">
      <header>
        <h1>{t('title')}</h1>
        <span className="phone-badge">{t('testOnly')}</span>
        <button type="button" className="phone-language" onClick={() => setLanguage(other)}>
          {t('language')}
        </button>
      </header>
      <p className="phone-hint">{t('hint')}</p>
      <section>
        <h2>{t('wallet')}</h2>
        <Segmented
          label={t('wallet')}
          value={owner.wallet}
          options={[
            { value: 'wechat', label: t('wechat') },
            { value: 'alipay', label: t('alipay') },
            { value: 'unionpay-qr', label: t('unionpay') },
            { value: 'ecny', label: t('ecny') },
          ]}
          onChange={(wallet) => onOwner({ ...owner, wallet })}
        />
      </section>
      <Customers owner={owner} view={view} onOwner={onOwner} />
      {view !== null && <Switches owner={owner} customer={view.customer} />}
    </aside>
  );
}

function Customers({ owner, view, onOwner }: PhoneControlsProps) {
  const t = useText();
  const language = useLanguage();
  const [customers, setCustomers] = useState<readonly PhoneCustomer[]>([]);
  useEffect(() => {
    // Without the list the phone that is open still works, and its own stream says that the link is lost.
    fetchCustomers(owner.wallet).then(setCustomers, () => setCustomers([]));
  }, [owner.wallet]);
  return (
    <section>
      <h2>{t('customer')}</h2>
      <div className="phone-customers">
        {customers.map((customer) => {
          const isShown = customer.id === owner.customer;
          const balance = isShown && view !== null ? view.customer.balanceMinor : customer.balanceMinor;
          return (
            <button
              type="button"
              key={customer.id}
              aria-pressed={isShown}
              onClick={() => onOwner({ ...owner, customer: customer.id })}
            >
              <b>{nameIn(language, customer)}</b>
              <Amount minor={balance} />
            </button>
          );
        })}
      </div>
    </section>
  );
}

function Switches({ owner, customer }: { readonly owner: PhoneOwner; readonly customer: PhoneCustomer }) {
  const t = useText();
  return (
    <section className="phone-switches">
      <h2>{t('switches')}</h2>
      <Switch label={t('offline')} on={customer.offline} onChange={(on) => turnSwitch(owner, 'offline', on)} />
      <p>{t('offlineNote')}</p>
      <Switch
        label={t('insufficient')}
        on={customer.insufficient}
        onChange={(on) => turnSwitch(owner, 'insufficient', on)}
      />
      <Switch label={t('alwaysAsk')} on={customer.alwaysAsk} onChange={(on) => turnSwitch(owner, 'alwaysAsk', on)} />
      <p>{t('alwaysAskNote')}</p>
      <p className="num">{t('password', { password: '123456' })}</p>
    </section>
  );
}
