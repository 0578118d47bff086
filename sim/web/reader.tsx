import { Button } from '@zhanggui/ui/button.tsx';
import { CoinLogo } from '@zhanggui/ui/coin-logo.tsx';
import { i18n, useLanguage } from '@zhanggui/ui/language.ts';
import { Segmented } from '@zhanggui/ui/segmented.tsx';
import '@zhanggui/ui/styles.css';
import { startTheme } from '@zhanggui/ui/theme.ts';
import { useEffect, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { BankCard } from './bank-card.tsx';
import { startPageLanguage } from './page-language.ts';
import './reader.css';
import {
  type CardFace,
  type CardPlace,
  fetchCards,
  followReader,
  type PullOut,
  presentCard,
  type ReaderState,
  takeCardOut,
  type Way,
} from './reader-api.ts';
import { ReaderScreen } from './reader-screen.tsx';
import { useText } from './reader-texts.ts';

/** How long the reader shows that a request is over. */
const REST_MS = 8_000;

const EARLY: readonly PullOut[] = ['never', 'reading', 'pin', 'authorizing', 'completion'];

/** The virtual card reader of one till: its screen and slot on the left, a purse of test cards and phones on the right. */
function ReaderPage({ readerId }: { readonly readerId: string }) {
  const t = useText();
  const cards = useCards();
  const { reader, live } = useReader(readerId);
  const [early, setEarly] = useState<PullOut>('never');
  const [last, setLast] = useState<CardFace | null>(null);
  const [refused, setRefused] = useState(false);
  const device = useRef<HTMLElement>(null);
  const open = waysOf(reader);

  const present = async (card: CardFace, way: Way) => {
    setLast(card);
    setRefused(false);
    device.current?.scrollIntoView({ block: 'nearest' });
    const taken = await presentCard(readerId, card.id, way, early).catch(() => false);
    setRefused(!taken);
  };

  return (
    <main className="reader-page">
      <section className="device" ref={device} aria-label={t('title')}>
        <DeviceHead readerId={readerId} />
        <div className="device-screen">
          <ReaderScreen
            readerId={readerId}
            reader={reader}
            live={live}
            refused={refused}
            offeredPin={last?.offeredPin ?? null}
          />
        </div>
        <Slot cards={cards} place={reader.card} onTake={() => void takeCardOut(readerId)} />
      </section>
      <section className="purse" aria-label={t('cards')}>
        <h2>{t('cards')}</h2>
        <p>{t('cardsHint')}</p>
        <div className="purse-early">
          <span>{t('early')}</span>
          <Segmented
            label={t('early')}
            value={early}
            options={EARLY.map((value) => ({ value, label: t(`early_${value}`) }))}
            onChange={setEarly}
          />
        </div>
        <div className="purse-cards">
          {cards.map((card) => (
            <BankCard
              key={card.id}
              card={card}
              open={open}
              chosen={reader.card?.id === card.id}
              onPresent={(chosen, way) => void present(chosen, way)}
            />
          ))}
        </div>
      </section>
    </main>
  );
}

function useCards(): readonly CardFace[] {
  const [cards, setCards] = useState<readonly CardFace[]>([]);
  useEffect(() => {
    // Without the simulator there are no cards either; the reader's screen says that it is away.
    fetchCards().then(setCards, () => setCards([]));
  }, []);
  return cards;
}

/** What the till wants of the reader; what is over is shown for a while only. */
function useReader(readerId: string): { reader: ReaderState; live: boolean } {
  const [reader, setReader] = useState<ReaderState>({ state: 'idle', card: null });
  const [live, setLive] = useState(true);
  useEffect(() => followReader(readerId, setReader, setLive), [readerId]);
  const over = reader.state === 'concluded' || reader.state === 'failed' || reader.state === 'cancelled';
  useEffect(() => {
    if (!over) return;
    const timer = setTimeout(() => setReader(({ card }) => ({ state: 'idle', card })), REST_MS);
    return () => clearTimeout(timer);
  }, [over]);
  return { reader, live };
}

const WAYS_OF_READERS = { contact: ['insert'], contactless: ['tap', 'hold'], stripe: ['swipe'] } as const;

/** Ways in which a card is taken now. */
function waysOf(reader: ReaderState): readonly Way[] {
  if (reader.state !== 'waiting' || reader.step !== 'card') return [];
  return (reader.readers ?? []).flatMap((each) => WAYS_OF_READERS[each]);
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

interface SlotProps {
  readonly cards: readonly CardFace[];
  readonly place: CardPlace | null;
  readonly onTake: () => void;
}

/** The slot, with the card that sticks in it, or lies on the field, until somebody takes it. */
function Slot({ cards, place, onTake }: SlotProps) {
  const t = useText();
  const language = useLanguage() === 'en' ? 'en' : 'zh';
  const card = cards.find(({ id }) => id === place?.id);
  if (place === null || card === undefined) return <div className="device-slot" aria-hidden="true" />;
  const inserted = place.way === 'insert';
  return (
    <>
      <div className="device-slot" aria-hidden="true" />
      <section className="slot-card" aria-label={t('slot')}>
        <span className={`slot-plastic face-${card.face}`} aria-hidden="true" />
        <span className="slot-words">{t(inserted ? 'inSlot' : 'inField', { card: card.title[language] })}</span>
        <Button icon="open" onClick={onTake} data-testid="pull-out">
          {t(inserted ? 'pullOut' : 'moveAway')}
        </Button>
      </section>
    </>
  );
}

startPageLanguage();
startTheme();
const root = document.getElementById('root');
if (root === null) throw new Error('the page has no place for the reader');
createRoot(root).render(<ReaderPage readerId={new URLSearchParams(location.search).get('reader') ?? 'till_1'} />);
