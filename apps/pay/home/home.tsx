import { useQuery } from '@tanstack/react-query';
import { Chip, ChipButton } from '@zhanggui/ui/chip.tsx';
import { CoinLogo } from '@zhanggui/ui/coin-logo.tsx';
import { Icon, type IconName } from '@zhanggui/ui/icon.tsx';
import { setLanguage, useLanguage } from '@zhanggui/ui/language.ts';
import { useEffect } from 'react';
import { Logins } from './logins.tsx';
import { demoQuery, healthQuery } from './state.ts';
import { useText } from './texts.ts';
import './home.css';

/** The first page: what is open where, and how to make the first sale. */
export function Home() {
  const t = useText();
  const demo = useQuery(demoQuery).data ?? [];
  const title = t('pageTitle');
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <div className="home">
      <Top />
      <main>
        <Hero isDemo={demo.length > 0} />
        <Doors title={t('shop')} doors={SHOP} />
        {demo.length > 0 && <Doors title={t('outside')} doors={OUTSIDE} />}
        {demo.length > 0 && <Logins logins={demo} />}
      </main>
      <footer>
        <span>{t('forDevelopers')}</span>
        <a href="/api/v1/openapi.json">{t('api')}</a>
        <a href="/healthz">{t('health')}</a>
      </footer>
    </div>
  );
}

function Top() {
  const t = useText();
  const language = useLanguage();
  const other = language === 'en' ? 'zh-CN' : 'en';
  return (
    <header className="home-top">
      <span className="home-brand">
        <CoinLogo size={36} />
        {t('brand')}
      </span>
      <Health />
      <ChipButton onClick={() => setLanguage(other)} lang={other} icon="globe">
        {language === 'en' ? '中文' : 'EN'} <span className="sr-only">{t('switchLanguage')}</span>
      </ChipButton>
    </header>
  );
}

/** Whether the shop could take money now. */
function Health() {
  const t = useText();
  const { data, isError } = useQuery(healthQuery);
  if (data === undefined && !isError) return null;
  const ready = data === true && !isError;
  const words = isError ? 'silent' : ready ? 'ready' : 'notReady';
  return (
    <span role="status" className="home-health">
      <Chip tone={ready ? 'paid' : 'waiting'} icon={ready ? 'check' : 'alert'}>
        {t(words)}
      </Chip>
    </span>
  );
}

function Hero({ isDemo }: { readonly isDemo: boolean }) {
  const t = useText();
  return (
    <section className={isDemo ? 'hero has-steps' : 'hero'}>
      <div>
        <h1>{t('headline')}</h1>
        <p>{t('lead')}</p>
        <div className="hero-doors">
          <a className="zg-button is-primary is-large" href="/till">
            {t('openTill')}
          </a>
          <a className="zg-button is-plain is-large" href="/console">
            {t('openConsole')}
          </a>
        </div>
      </div>
      {isDemo && (
        <div className="steps">
          <h2>{t('firstSale')}</h2>
          <ol>
            <li>{t('step1')}</li>
            <li>{t('step2')}</li>
            <li>{t('step3')}</li>
            <li>{t('step4')}</li>
          </ol>
        </div>
      )}
    </section>
  );
}

type DoorName = 'till' | 'display' | 'console' | 'phone' | 'reader' | 'bank';

interface Door {
  readonly name: DoorName;
  readonly icon: IconName;
  readonly href: string;
}

const SHOP: readonly Door[] = [
  { name: 'till', icon: 'scan', href: '/till' },
  { name: 'display', icon: 'screen', href: '/display?till=till_1' },
  { name: 'console', icon: 'chart', href: '/console' },
];

const OUTSIDE: readonly Door[] = [
  { name: 'phone', icon: 'phone', href: '/sim/phone' },
  { name: 'reader', icon: 'card', href: '/sim/reader?reader=till_1' },
  { name: 'bank', icon: 'bank', href: '/sim/bank' },
];

interface DoorsProps {
  readonly title: string;
  readonly doors: readonly Door[];
}

function Doors({ title, doors }: DoorsProps) {
  const t = useText();
  return (
    <section>
      <h2>{title}</h2>
      <ul className="doors">
        {doors.map(({ name, icon, href }) => (
          <li key={name}>
            <a href={href} target="_blank" rel="noreferrer" data-testid={`open-${name}`}>
              <span className="door-sign">
                <Icon name={icon} size={26} />
              </span>
              <span>
                <strong>{t(name)}</strong>
                <span>{t(`${name}About`)}</span>
                <code>{href}</code>
              </span>
              <Icon name="open" size={18} />
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
