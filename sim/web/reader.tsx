import { Amount } from '@zhanggui/ui/amount.tsx';
import { CoinLogo } from '@zhanggui/ui/coin-logo.tsx';
import { Icon } from '@zhanggui/ui/icon.tsx';
import { i18n, useLanguage } from '@zhanggui/ui/language.ts';
import '@zhanggui/ui/styles.css';
import { startTheme } from '@zhanggui/ui/theme.ts';
import { useEffect, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { BankCard } from './bank-card.tsx';
import { startPageLanguage } from './page-language.ts';
import { PinPad } from './pin-pad.tsx';
import './reader.css';
import { type CardFace, fetchCards, followReader, presentCard, type ReaderState } from './reader-api.ts';
import { useText } from './reader-texts.ts';

/** How long the reader shows that a request is over. */
const REST_MS = 8_000;

/** What the customer is doing at the reader. */
type Step = { readonly at: 'choose' } | { readonly at: 'pin' | 'reading'; readonly card: CardFace };

/** The virtual card reader of one till: its screen on the left, a purse of test cards on the right. */
function ReaderPage({ readerId }: { readonly readerId: string }) {
  const t = useText();
  const [cards, setCards] = useState<readonly CardFace[]>([]);
  const { reader, live } = useReader(readerId);
  const [step, setStep] = useState<Step>({ at: 'choose' });
  const [failed, setFailed] = useState(false);
  const device = useRef<HTMLElement>(null);

  useEffect(() => {
    // Without the simulator there are no cards either; the reader's screen says that it is away.
    fetchCards().then(setCards, () => setCards([]));
  }, []);
  useEffect(() => {
    if (reader.state === 'idle') return;
    setStep({ at: 'choose' });
    setFailed(false);
  }, [reader]);

  const waiting = reader.state === 'waiting';
  const read = async (card: CardFace, pin: string | null) => {
    setStep({ at: 'reading', card });
    const taken = await presentCard(readerId, card.id, pin).catch(() => false);
    setFailed(!taken);
    setStep({ at: 'choose' });
  };
  const choose = (card: CardFace) => {
    setFailed(false);
    if (reader.state !== 'waiting') return;
    device.current?.scrollIntoView({ block: 'nearest' });
    if (reader.amountMinor > card.pinAboveMinor) setStep({ at: 'pin', card });
    else void read(card, null);
  };

  return (
    <main className="reader-page">
      <section className="device" ref={device} aria-label={t('title')}>
        <DeviceHead readerId={readerId} />
        <div className="device-screen">
          {step.at === 'pin' ? (
            <PinScreen reader={reader} card={step.card} onEntered={read} onBack={() => setStep({ at: 'choose' })} />
          ) : (
            <StateScreen reader={reader} reading={step.at === 'reading'} failed={failed} live={live} />
          )}
        </div>
        <div className="device-slot" aria-hidden="true" />
      </section>
      <section className="purse">
        <h2>{waiting ? t('chooseCard') : t('cards')}</h2>
        <p>{t('cardsHint')}</p>
        <div className="purse-cards">
          {cards.map((card) => (
            <BankCard
              key={card.id}
              card={card}
              disabled={!waiting || step.at === 'reading'}
              chosen={step.at !== 'choose' && step.card.id === card.id}
              onChoose={choose}
            />
          ))}
        </div>
      </section>
    </main>
  );
}

/** What the till wants of the reader; what is over is shown for a while only. */
function useReader(readerId: string): { reader: ReaderState; live: boolean } {
  const [reader, setReader] = useState<ReaderState>({ state: 'idle' });
  const [live, setLive] = useState(true);
  useEffect(() => followReader(readerId, setReader, setLive), [readerId]);
  const over = reader.state === 'presented' || reader.state === 'cancelled';
  useEffect(() => {
    if (!over) return;
    const timer = setTimeout(() => setReader({ state: 'idle' }), REST_MS);
    return () => clearTimeout(timer);
  }, [over]);
  return { reader, live };
}

function DeviceHead({ readerId }: { readonly readerId: string }) {
  const t = useText();
  const other = useLanguage() === 'en' ? 'zh-CN' : 'en';
  return (
    <header className="device-head">
      <CoinLogo size={26} />
      <b>{t('till', { number: readerId.replace(/^\D*/, '') || readerId })}</b>
      <span className="device-badge">{t('testOnly')}</span>
      <button type="button" onClick={() => i18n.changeLanguage(other)}>
        {t('language')}
      </button>
    </header>
  );
}

interface PinScreenProps {
  readonly reader: ReaderState;
  readonly card: CardFace;
  readonly onEntered: (card: CardFace, pin: string) => void;
  readonly onBack: () => void;
}

function PinScreen({ reader, card, onEntered, onBack }: PinScreenProps) {
  const t = useText();
  return (
    <div className="screen-pin">
      {reader.state !== 'idle' && <Amount minor={reader.amountMinor} currency={reader.currency} size="title" />}
      <h1>{t('enterPin')}</h1>
      <p className="num">{t('pinFor', { card: card.maskedPan })}</p>
      <PinPad offeredPin={card.offeredPin} onEntered={(pin) => onEntered(card, pin)} onBack={onBack} />
    </div>
  );
}

interface StateScreenProps {
  readonly reader: ReaderState;
  readonly reading: boolean;
  readonly failed: boolean;
  readonly live: boolean;
}

function StateScreen({ reader, reading, failed, live }: StateScreenProps) {
  const t = useText();
  if (!live) return <Message icon="offline" title={t('lost')} />;
  if (reader.state === 'idle') return <Message icon="card" title={t('idle')} hint={t('idleHint')} />;
  const amount = <Amount minor={reader.amountMinor} currency={reader.currency} size="due" />;
  if (reader.state === 'waiting')
    return (
      <div className="screen-state is-waiting" role="status">
        <p>{t('pay')}</p>
        {amount}
        <div className={`tap-mark ${reading ? 'is-reading' : ''}`}>
          <Icon name="card" size={56} />
        </div>
        <h1>{reading ? t('reading') : failed ? t('failed') : t('present')}</h1>
      </div>
    );
  const presented = reader.state === 'presented';
  return (
    <div className="screen-state" role="status">
      {amount}
      <div className={`tap-mark ${presented ? 'is-read' : 'is-quiet'}`}>
        <Icon name={presented ? 'check' : 'close'} size={56} />
      </div>
      <h1>{presented ? t('presented') : t('cancelled')}</h1>
      <p>{presented ? t('presentedHint') : t('cancelledHint')}</p>
    </div>
  );
}

function Message({
  icon,
  title,
  hint,
}: {
  readonly icon: 'card' | 'offline';
  readonly title: string;
  readonly hint?: string;
}) {
  return (
    <div className="screen-state" role="status">
      <div className="tap-mark is-quiet">
        <Icon name={icon} size={56} />
      </div>
      <h1>{title}</h1>
      {hint !== undefined && <p>{hint}</p>}
    </div>
  );
}

startPageLanguage();
startTheme();
const root = document.getElementById('root');
if (root === null) throw new Error('the page has no place for the reader');
createRoot(root).render(<ReaderPage readerId={new URLSearchParams(location.search).get('reader') ?? 'till_1'} />);
