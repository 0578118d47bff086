import { createApiClient } from '@zhanggui/ui/api-client.ts';
import { Button } from '@zhanggui/ui/button.tsx';
import { Icon } from '@zhanggui/ui/icon.tsx';
import { currentLanguage } from '@zhanggui/ui/language.ts';
import { StateBar } from '@zhanggui/ui/state-bar.tsx';
import { defineTexts } from '@zhanggui/ui/texts.ts';
import { useEffect, useEffectEvent, useState } from 'react';
import type { MethodScreen, TenderPanelProps } from '../../../web/method-screen.ts';
import { type PresentedCard, readCard } from './reader-client.ts';
import './card.css';

const { useText } = defineTexts(
  'card',
  {
    present: '请顾客刷卡、插卡或挥卡',
    waiting: '读卡器已就绪，等待卡片',
    swipe: '刷卡',
    insert: '插卡',
    tap: '挥卡',
    openReader: '打开虚拟读卡器',
    cancelled: '读卡已取消，没有扣款',
    unreachable: '读卡器没有应答，没有扣款',
    again: '重新读卡',
    read: '已读到 {{card}}，正在请求银行',
  },
  {
    present: 'Ask the customer to swipe, insert or tap',
    waiting: 'The reader is ready and waits for a card',
    swipe: 'Swipe',
    insert: 'Insert',
    tap: 'Tap',
    openReader: 'Open the virtual reader',
    cancelled: 'Reading was cancelled, nothing was charged',
    unreachable: 'The reader does not answer, nothing was charged',
    again: 'Read again',
    read: 'Read {{card}}, asking the bank',
  },
);

const reader = createApiClient({ base: '/sim', language: currentLanguage });

type Reading = 'waiting' | 'cancelled' | 'unreachable' | PresentedCard;

/** Asks the till's reader for a card as soon as it is shown; what comes is sealed and goes to the gateway as it is. */
function CardPanel({ tillId, amountMinor, currency, busy, submit }: TenderPanelProps) {
  const [reading, setReading] = useState<Reading>('waiting');
  const [turn, setTurn] = useState(0);
  const onPresented = useEffectEvent((card: PresentedCard) => submit(card.credential, amountMinor));

  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` counts the cashier's requests to read again.
  useEffect(() => {
    const leaving = new AbortController();
    setReading('waiting');
    readCard(reader, tillId, { amountMinor, currency }, leaving.signal).then((outcome) => {
      if (leaving.signal.aborted) return;
      setReading(outcome.kind === 'presented' ? outcome.card : outcome.kind);
      if (outcome.kind === 'presented') onPresented(outcome.card);
    });
    return () => leaving.abort();
  }, [tillId, amountMinor, currency, turn]);

  return <ReadingView tillId={tillId} reading={reading} busy={busy} onAgain={() => setTurn(turn + 1)} />;
}

interface ReadingViewProps {
  readonly tillId: string;
  readonly reading: Reading;
  readonly busy: boolean;
  readonly onAgain: () => void;
}

function ReadingView({ tillId, reading, busy, onAgain }: ReadingViewProps) {
  const t = useText();
  const failed = reading === 'cancelled' || reading === 'unreachable';
  return (
    <div className="card-panel">
      <div className="card-ask">
        <strong>{t('present')}</strong>
        <ul>
          {(['swipe', 'insert', 'tap'] as const).map((way) => (
            <li key={way}>
              <Icon name={way} size={52} />
              {t(way)}
            </li>
          ))}
        </ul>
      </div>
      {typeof reading === 'object' && (
        <StateBar tone="waiting" icon="clock" role="status">
          {t('read', { card: reading.maskedPan })}
        </StateBar>
      )}
      {reading === 'waiting' && (
        <StateBar tone="indigo" icon="card" role="status">
          {t('waiting')}
        </StateBar>
      )}
      {failed && (
        <StateBar tone="failed" icon="alert" role="alert">
          {t(reading)}
        </StateBar>
      )}
      <div className="card-actions">
        {failed && (
          <Button kind="primary" icon="repeat" busy={busy} onClick={onAgain} data-testid="read-again">
            {t('again')}
          </Button>
        )}
        <a
          className="zg-button is-plain is-medium"
          href={`/sim/reader?reader=${encodeURIComponent(tillId)}`}
          target="_blank"
          rel="noreferrer"
          data-testid="open-reader"
        >
          <Icon name="link" />
          {t('openReader')}
        </a>
      </div>
    </div>
  );
}

/** Bank cards on the till's screens. */
export const cardScreen: MethodScreen = {
  id: 'card',
  icon: 'card',
  Panel: CardPanel,
  ofHold: (preAuthorizationId) => ({ completes: preAuthorizationId }),
};
