import { Button } from '@zhanggui/ui/button.tsx';
import { Icon } from '@zhanggui/ui/icon.tsx';
import { useLanguage } from '@zhanggui/ui/language.ts';
import { StateBar } from '@zhanggui/ui/state-bar.tsx';
import { defineTexts } from '@zhanggui/ui/texts.ts';
import { useEffect, useEffectEvent, useState } from 'react';
import type { CardReader, MethodScreen, TenderPanelProps } from '../../../web/method-screen.ts';
import { followPayment, keepOpenRead } from './open-read.ts';
import {
  chooseApplication,
  concludeRead,
  type PresentedCard,
  type ReaderWaiting,
  type ReadOutcome,
  readCard,
} from './reader-client.ts';
import './card.css';

const { useText } = defineTexts(
  'card',
  {
    present: '请顾客刷卡、插卡或挥卡',
    waiting: '读卡器已就绪，等待卡片',
    presented: '卡已出示',
    over: '读卡器已停下',
    swipe: '刷卡',
    insert: '插卡',
    tap: '挥卡',
    openReader: '打开虚拟读卡器',
    cancelled: '读卡已取消，没有扣款',
    unreachable: '读卡器没有应答，没有扣款',
    failed: '{{prompt}}。没有扣款',
    again: '重新读卡',
    read: '已读到 {{card}}，正在请求银行',
    leaveIn: '已读到 {{card}}，正在请求银行，请勿拔卡',
    choose: '请顾客在读卡器上选择，或在这里代选',
  },
  {
    present: 'Ask the customer to swipe, insert or tap',
    waiting: 'The reader is ready and waits for a card',
    presented: 'A card was presented',
    over: 'The reader has stopped',
    swipe: 'Swipe',
    insert: 'Insert',
    tap: 'Tap',
    openReader: 'Open the virtual reader',
    cancelled: 'Reading was cancelled, nothing was charged',
    unreachable: 'The reader does not answer, nothing was charged',
    failed: '{{prompt}}. Nothing was charged',
    again: 'Read again',
    read: 'Read {{card}}, asking the bank',
    leaveIn: 'Read {{card}}, asking the bank; leave the card in',
    choose: 'The customer chooses at the reader, or you do here',
  },
);

type Reading =
  | { readonly at: 'waiting'; readonly waiting: ReaderWaiting | null; readonly requestId: string }
  | { readonly at: 'read'; readonly card: PresentedCard }
  | { readonly at: 'over'; readonly outcome: Exclude<ReadOutcome, { kind: 'presented' }> };

/** No payment hangs on an inquiry, so the card may go as soon as it is read. */
const INQUIRY_OVER = { decision: 'approve', responseCode: '00', data: '' } as const;

const AT_FIRST: Reading = { at: 'waiting', waiting: null, requestId: '' };

/** Asks the till's reader for a card as soon as it is shown; what comes is sealed and goes to the gateway as it is. */
function CardPanel({ tillId, amountMinor, currency, busy, cardReader, purpose = 'sale', submit }: TenderPanelProps) {
  const [reading, setReading] = useState<Reading>(AT_FIRST);
  const [turn, setTurn] = useState(0);
  const language = useLanguage() === 'en' ? 'en' : 'zh';
  const onOutcome = useEffectEvent((outcome: ReadOutcome) => {
    if (outcome.kind !== 'presented') return setReading({ at: 'over', outcome });
    const { card, requestId } = outcome;
    setReading({ at: 'read', card });
    if (purpose === 'balance') void concludeRead(cardReader, requestId, INQUIRY_OVER);
    else keepOpenRead(tillId, { requestId, maskedPan: card.maskedPan, amountMinor });
    return submit(card.credential, amountMinor);
  });
  const startRead = useEffectEvent((leaving: AbortController) => {
    const onWaiting = (waiting: ReaderWaiting, requestId: string) =>
      leaving.signal.aborted || setReading({ at: 'waiting', waiting, requestId });
    const request = { purpose, amountMinor, currency, language } as const;
    return readCard(cardReader, request, onWaiting, leaving.signal);
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: another amount, reader or `turn` (the cashier wants the card read again) starts a read of its own.
  useEffect(() => {
    const leaving = new AbortController();
    setReading(AT_FIRST);
    void startRead(leaving).then((outcome) => leaving.signal.aborted || onOutcome(outcome));
    return () => leaving.abort();
  }, [tillId, amountMinor, currency, purpose, cardReader, turn]);

  return (
    <div className="card-panel">
      <CardAsked reading={reading} />
      <ReadingBar reading={reading} />
      {reading.at === 'waiting' && <Choices reader={cardReader} reading={reading} />}
      <div className="card-actions">
        <Actions
          tillId={tillId}
          isVirtual={cardReader.kind === 'virtual'}
          isOver={reading.at === 'over'}
          busy={busy}
          onAgain={() => setTurn(turn + 1)}
        />
      </div>
    </div>
  );
}

/** Asks for a card, but only for as long as the reader takes one. */
function CardAsked({ reading }: { readonly reading: Reading }) {
  const t = useText();
  const step = reading.at === 'waiting' ? (reading.waiting?.step ?? 'card') : reading.at;
  if (step !== 'card')
    return (
      <div className="card-ask">
        <strong>{t(step === 'over' ? 'over' : 'presented')}</strong>
        <Icon name="card" size={52} />
      </div>
    );
  return (
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
  );
}

/** What the reader is doing, in its own words. */
function ReadingBar({ reading }: { readonly reading: Reading }) {
  const t = useText();
  const language = useLanguage() === 'en' ? 'en' : 'zh';
  if (reading.at === 'read') {
    const { maskedPan, concludes } = reading.card;
    return (
      <StateBar tone="waiting" icon="clock" role="status">
        {t(concludes ? 'leaveIn' : 'read', { card: maskedPan })}
      </StateBar>
    );
  }
  if (reading.at === 'waiting') {
    const { waiting } = reading;
    return (
      <StateBar tone="indigo" icon="card" role="status">
        <span data-testid="reader-prompt">{waiting === null ? t('waiting') : waiting.prompt[language]}</span>
      </StateBar>
    );
  }
  const { outcome } = reading;
  return (
    <StateBar tone="failed" icon="alert" role="alert">
      {outcome.kind === 'failed' ? t('failed', { prompt: outcome.prompt[language] }) : t(outcome.kind)}
    </StateBar>
  );
}

function Choices({
  reader,
  reading,
}: {
  readonly reader: CardReader;
  readonly reading: Extract<Reading, { at: 'waiting' }>;
}) {
  const t = useText();
  const choices = reading.waiting?.choices ?? [];
  if (choices.length === 0) return null;
  return (
    <fieldset className="card-choices">
      <legend>{t('choose')}</legend>
      {choices.map(({ id, label }) => (
        <Button key={id} onClick={() => void chooseApplication(reader, reading.requestId, id)}>
          {label}
        </Button>
      ))}
    </fieldset>
  );
}

interface ActionsProps {
  readonly tillId: string;
  readonly isVirtual: boolean;
  readonly isOver: boolean;
  readonly busy: boolean;
  readonly onAgain: () => void;
}

function Actions({ tillId, isVirtual, isOver, busy, onAgain }: ActionsProps) {
  const t = useText();
  return (
    <>
      {isOver && (
        <Button kind="primary" icon="repeat" busy={busy} onClick={onAgain} data-testid="read-again">
          {t('again')}
        </Button>
      )}
      {isVirtual && (
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
      )}
    </>
  );
}

/** Bank cards on the till's screens. */
export const cardScreen: MethodScreen = {
  id: 'card',
  icon: 'card',
  asked: { zh: '银行', en: 'the bank' },
  // A merchant without a contract for UnionPay's own interface takes its codes over the acquirer's line.
  wallets: ['unionpay'],
  ofScan: (code) => ({ code }),
  Panel: CardPanel,
  onPayment: followPayment,
  ofHold: (preAuthorizationId) => ({ completes: preAuthorizationId }),
};
